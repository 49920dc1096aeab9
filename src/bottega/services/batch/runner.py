"""The batch jobs of a workspace, run one after the other, several at once (fact sheet 5.3, 5.4; docs/batch.md)."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol, Self

from bottega.errors import BottegaError
from bottega.sandbox.host.pool import Pool
from bottega.sdk.ports import PortType
from bottega.services.batch.details import cause, details, reason
from bottega.services.batch.ends import OwnSink, Sink, StorageSink, StorageSource
from bottega.services.batch.execution import Execution, Work, extension_of
from bottega.services.batch.options import Options
from bottega.services.batch.place import Place
from bottega.services.batch.request import BatchRequest, decode
from bottega.services.batch.stop import Stop
from bottega.services.batch.storage import Stopped, Storage
from bottega.services.errors import refused
from bottega.services.hosted import Hosted
from bottega.services.hosting import Hosting
from bottega.store.digest import file_digest
from bottega.store.records import Job, JobStatus
from bottega.store.workspace import Workspace

# The address of a stored file under a name, in the three parts that old clients put together.
Link = Callable[[str, str], tuple[str, str, str]]
_TICK_SECONDS = 0.25
_RECOVER_SECONDS = 10.0
_SWEEP_SECONDS = 3600.0
# How often a job's progress is written down, and with it looked whether another process asked to cancel.
_TELL_SECONDS = 1.0
_LAST_TRIES = 5
_PAUSE_SECONDS = 1.0


class Tell(Protocol):
    """Takes a line for the log."""

    def __call__(self, event: str, **facts: Any) -> object:
        """Say what happened."""
        ...


@dataclass
class _Active:
    """A job that runs here; `told` is the progress that was written down last, and when."""

    job: Job
    execution: Execution
    stop: Stop
    thread: threading.Thread | None = None
    told: tuple[float, dict[str, Any]] = field(default_factory=lambda: (0.0, {}))


class JobRunner:
    """Takes jobs in order and runs them, in threads of its own; safe for use from several.

    Several processes may do so on one workspace. What a process was at when it ended, however it ended, is
    begun anew by one of those that live.
    """

    def __init__(
        self, workspace: Workspace, hosting: Hosting, pool: Pool, *, options: Options | None = None,
        own: Callable[[str], str | None] | None = None, tell: Tell = lambda *_, **__: None,
    ) -> None:  # fmt: skip
        """Nothing runs before `begin`.

        own   the digest of the stored file that an address of this server stands for, None for other addresses
        tell  hears what becomes of jobs
        """
        self.options = options or Options()
        self._workspace = workspace
        self._jobs = workspace.jobs
        self._hosting = hosting
        self._pool = pool
        self._own = own
        self._tell = tell
        self._lock = threading.Lock()
        self._active: dict[str, _Active] = {}
        self._closing = threading.Event()
        self._wake = threading.Event()
        self._minder: threading.Thread | None = None

    def begin(self) -> None:
        """Run jobs from now on, those first that were cut short."""
        self._minder = threading.Thread(target=self._mind, name="jobs", daemon=True)
        self._minder.start()

    @property
    def active(self) -> int:
        """Jobs that run here."""
        return len(self._active)

    def create(self, endpoint: str, body: bytes) -> str:
        """Keep a request as a job that is not started; its id, and durable on return. Raises ServiceError."""
        request = decode(body, self._hosted(endpoint).program)
        storage = Storage.of(self._workspace, self._own)
        own = (storage.own_file(place) for place in request.inputs.values())
        kept = {
            digest: PortType.FILE.value for digest in own if digest is not None and self._workspace.blobs.has(digest)
        }
        job = self._jobs.create(endpoint, request.to_json(), kept)
        self._tell("job created", job=job.id, endpoint=endpoint)
        return job.id

    def keep_input(self, file: BinaryIO) -> str:
        """Store a file that jobs may read, by an address of this server, as long as one names it; its digest."""
        file.flush()
        digest = file_digest(f"/proc/self/fd/{file.fileno()}")
        self._workspace.blobs.put(digest, file.fileno())
        return digest

    def start(self, job: str) -> None:
        """Let it run when its turn comes; once more is as well. Raises ServiceError for one that has ended."""
        found = self._jobs.get(job)
        if found.has_ended:
            message = f"Job {job} is {found.status} and cannot be started again; create another."
            raise refused("InvalidOperation", "CannotStartJob", message, job)
        self._jobs.queue(job)
        self._wake.set()

    def status(self, job: str, link: Link) -> dict[str, Any]:
        """What clients poll (fact sheet 5.3); addresses of results are made anew each time.

        link  makes those of files of the workspace itself
        """
        found = self._jobs.get(job)
        active = self._active.get(job)
        progress = found.progress if active is None else active.execution.progress.told()
        is_finished = found.status == JobStatus.FINISHED
        return {
            "StatusCode": str(found.status),
            "Results": self._results(found.results or {}, link) if is_finished else None,
            "Details": found.details,
            "CreatedAt": _moment(found.created),
            "StartTime": _moment(found.started),
            "EndTime": _moment(found.ended),
            "Progress": progress or None,
        }

    def cancel(self, job: str) -> None:
        """End it, at once where it runs here; one that has ended stays as it is."""
        self._jobs.ask_cancel(job)
        active = self._active.get(job)
        if active is not None:
            active.stop.set()

    def delete(self, job: str) -> None:
        """Cancel one that has not ended; forget one that has, with the results that the workspace keeps."""
        if self._jobs.get(job).has_ended:
            self._jobs.delete(job)
        else:
            self.cancel(job)

    def close(self) -> None:
        """Take no more, and end what runs: it is begun anew by whoever takes it up next."""
        self._closing.set()
        self._wake.set()
        if self._minder is not None:
            self._minder.join()
        with self._lock:
            active = list(self._active.values())
        for each in active:
            each.stop.set()
        for each in active:
            if each.thread is not None:
                each.thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _hosted(self, endpoint: str) -> Hosted:
        found = self._hosting.endpoint(endpoint)
        if found is None:
            raise refused(
                "NotFound", "WebServiceNotFound", "The web service endpoint of this job is not there any more."
            )
        return found

    def _results(self, results: Mapping[str, Any], link: Link) -> dict[str, Any]:
        told = {}
        storage = None
        for name, each in results.items():
            if "place" in each:
                storage = storage or Storage.of(self._workspace, self._own)
                told[name] = storage.result(Place(**each["place"]), self.options.result_seconds)
            else:
                base, location, credential = link(each["digest"], each["name"])
                told[name] = {"ConnectionString": None, "RelativeLocation": location, "BaseLocation": base,
                              "SasBlobToken": credential}  # fmt: skip
        return told

    def _mind(self) -> None:
        """Take what can be taken, and look after what runs."""
        recovered = swept = float("-inf")
        while not self._closing.is_set():
            now = time.monotonic()
            try:
                if now - recovered > _RECOVER_SECONDS:
                    recovered = now
                    self._jobs.recover()
                if now - swept > _SWEEP_SECONDS:
                    swept = now
                    self._jobs.sweep(time.time() - self.options.keep_seconds)
                self._take()
                self._look_after()
            except BottegaError as error:  # a full disk, a locked database: it is tried again
                self._tell("jobs cannot be looked after", reason=reason(error))
                self._closing.wait(_PAUSE_SECONDS)
            self._wake.wait(_TICK_SECONDS)
            self._wake.clear()

    def _take(self) -> None:
        while len(self._active) < self.options.workers and not self._closing.is_set():
            job = self._jobs.take(self.options.per_endpoint)
            if job is None:
                return
            stop = Stop()
            active = _Active(job, Execution(self._workspace, self._pool, self.options, stop), stop)
            with self._lock:
                self._active[job.id] = active
            active.thread = threading.Thread(target=self._run, args=(active,), name=f"job-{job.id[:8]}", daemon=True)
            active.thread.start()

    def _look_after(self) -> None:
        for active in list(self._active.values()):
            since, before = active.told
            told = active.execution.progress.told()
            now = time.monotonic()
            if now - since < _TELL_SECONDS or (told == before and now - since < 2 * _TELL_SECONDS):
                continue
            active.told = now, told
            with contextlib.suppress(BottegaError):  # it has ended meanwhile
                if self._jobs.progress(active.job.id, told):
                    active.stop.set()

    def _run(self, active: _Active) -> None:
        job, execution = active.job, active.execution
        began = time.monotonic()
        self._tell("job started", job=job.id, endpoint=job.endpoint)
        sinks: dict[str, Sink] = {}
        try:
            try:
                work = self._work(job, sinks)
                execution.run(work)
            except Stopped:
                if self._closing.is_set() and not self._jobs.get(job.id).cancel:
                    self._tell("job interrupted", job=job.id, endpoint=job.endpoint)
                    return
                self._finish(job, JobStatus.CANCELLED)
                outcome, why = "Cancelled", {}
            except Exception as error:  # noqa: BLE001 - whatever it is, the job's owner has to be told
                self._finish(job, JobStatus.FAILED, details=details(job.id, error, execution.log.lines()))
                outcome, why = "Failed", cause(error)
            else:
                self._finish(job, JobStatus.FINISHED, **_named(sinks))
                outcome, why = "Finished", {}
            seconds = round(time.monotonic() - began, 3)
            self._tell("job ended", job=job.id, endpoint=job.endpoint, status=outcome, seconds=seconds, **why)
        except BottegaError as error:
            self._tell("the end of a job cannot be written down", job=job.id, reason=reason(error))
        finally:
            for sink in sinks.values():
                if isinstance(sink, OwnSink):
                    sink.close()
            with self._lock:
                self._active.pop(job.id, None)
            active.stop.close()
            self._wake.set()

    def _work(self, job: Job, sinks: dict[str, Sink]) -> Work:
        hosted = self._hosted(job.endpoint)
        program = hosted.program
        request = BatchRequest.from_json(job.request)
        storage = Storage.of(self._workspace, self._own)
        missing = [each.name for each in program.inputs if each.name not in request.inputs]
        if missing:
            message = f"The web service has the input {missing[0]} now, which it had not when this job was created."
            raise refused("BadArgument", "MissingInputBlobInformation", message, missing[0])
        for output in program.outputs:
            place = request.outputs.get(output.name)
            if place is None:
                sinks[output.name] = OwnSink(
                    self._workspace.folder, f"{output.name}{extension_of(output)}", output.type
                )
            else:
                sinks[output.name] = StorageSink(storage, place)
        sources = {each.name: StorageSource(storage, request.inputs[each.name]) for each in program.inputs}
        return Work(program, sources, sinks, request.parameters, hosted.endpoint.resources, hosted.network)

    def _finish(self, job: Job, status: JobStatus, **more: Any) -> None:
        """Write down how it ended. What cannot be is tried some times; then the job is begun anew one day."""
        with contextlib.suppress(BottegaError):
            self._jobs.progress(job.id, self._active[job.id].execution.progress.told())
        for attempt in range(1, _LAST_TRIES + 1):
            try:
                self._jobs.finish(job.id, status, **more)
            except BottegaError as error:
                if error.code == "usage":  # given up, or forgotten with its endpoint
                    return
                if attempt == _LAST_TRIES:
                    raise
                self._closing.wait(_PAUSE_SECONDS)
            else:
                return


def _named(sinks: Mapping[str, Sink]) -> dict[str, Any]:
    """What the job remembers of its outputs, and the files that the workspace is to keep."""
    results: dict[str, Any] = {}
    digests: dict[str, str] = {}
    blobs: list[tuple[str, int]] = []
    for name, sink in sinks.items():
        if isinstance(sink, OwnSink):
            results[name] = sink.result()
            digests[sink.digest] = sink.type
            blobs.append((sink.digest, sink.descriptor))
        elif isinstance(sink, StorageSink):
            results[name] = {"place": vars(sink.place)}
    return {"results": results, "digests": digests, "blobs": blobs}


def _moment(seconds: float | None) -> str | None:
    """As classic tells times."""
    if seconds is None:
        return None
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}Z"
