"""One job while it runs here, in a thread of its own, until its end is written down."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bottega.errors import BottegaError
from bottega.sandbox.host.pool import Pool
from bottega.services.batch.details import cause, details, reason
from bottega.services.batch.ends import OwnSink, Sink, StorageSink, StorageSource
from bottega.services.batch.execution import Execution, Work, extension_of
from bottega.services.batch.options import Options
from bottega.services.batch.request import BatchRequest
from bottega.services.batch.stop import Stop
from bottega.services.batch.storage import Stopped, Storage
from bottega.services.batch.turns import Lanes
from bottega.services.errors import ModuleFailure, refused
from bottega.services.hosted import Hosted
from bottega.store.records import Job, JobStatus
from bottega.store.workspace import Workspace

# How often progress is written down, and with it looked whether another process asked to cancel.
_TELL_SECONDS = 1.0
# A jail that somebody ended from outside is none of the job's doing.
_MOST_TRIES = 3
# The end of a job is written down at last, unless the disk stays full.
_LAST_TRIES = 5
_PAUSE_SECONDS = 1.0


class Tell(Protocol):
    """Takes a line for the log."""

    def __call__(self, event: str, **facts: Any) -> object:
        """Say what happened."""
        ...


@dataclass(frozen=True)
class Surroundings:
    """What all jobs of a process share.

    lanes    whose turn it is
    hosted   finds an endpoint as it is now. Raises ServiceError
    storage  as the workspace's settings are now
    closing  set when the process ends: then a job that is cut short is left to the next
    """

    workspace: Workspace
    pool: Pool
    options: Options
    lanes: Lanes
    hosted: Callable[[str], Hosted]
    storage: Callable[[], Storage]
    closing: threading.Event
    tell: Tell


class Running:
    """A job of a workspace that this process holds."""

    def __init__(self, job: Job, around: Surroundings, over: Callable[[], None]) -> None:
        """`over` is called at the very end."""
        self.job = job
        self._around = around
        self._over = over
        self._stop = Stop()
        self._execution = self._begun()
        self._noted: tuple[float, dict[str, Any]] = (0.0, {})
        self._thread = threading.Thread(target=self._run, name=f"job-{job.id[:8]}", daemon=True)

    def start(self) -> None:
        """Run it; returns at once."""
        try:
            self._thread.start()
        except BaseException:
            self._stop.close()
            raise

    def stop(self) -> None:
        """End it, at once."""
        self._stop.set()

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join()

    def progress(self) -> dict[str, Any]:
        """How far it is."""
        return self._execution.progress.told()

    def note(self) -> None:
        """Write down now and then how far it is, and end it where somebody asked for that. Raises `store-failed`."""
        (since, before), told, now = self._noted, self.progress(), time.monotonic()
        if now - since < _TELL_SECONDS or (told == before and now - since < 2 * _TELL_SECONDS):
            return
        self._noted = now, told
        try:
            if self._around.workspace.jobs.progress(self.job.id, told):
                self.stop()
        except BottegaError as error:
            if error.code != "usage":
                raise
            self.stop()  # given up, or forgotten with its endpoint; or it has just ended

    def _begun(self) -> Execution:
        around = self._around
        return Execution(around.workspace, around.pool, around.options, self._stop, around.lanes)

    def _run(self) -> None:
        began = time.monotonic()
        facts = {"job": self.job.id, "endpoint": self.job.endpoint}
        self._around.tell("job started", **facts)
        sinks: dict[str, Sink] = {}
        try:
            status, why = self._ended(sinks)
            if status is None:
                self._around.tell("job interrupted", **facts)
                return
            seconds = round(time.monotonic() - began, 3)
            self._around.tell("job ended", **facts, status=str(status), seconds=seconds, **why)
        except BottegaError as error:
            self._around.tell("the end of a job cannot be written down", **facts, reason=reason(error))
        finally:
            _close(sinks)
            self._around.workspace.jobs.release(self.job.id)  # whoever looks after it takes it up, if it has not ended
            self._over()
            self._stop.close()

    def _ended(self, sinks: dict[str, Sink]) -> tuple[JobStatus | None, dict[str, str]]:
        """Do it and write down how it ended; None where it did not, for the process does."""
        jobs = self._around.workspace.jobs
        try:
            self._tried(sinks)
            self._finish(JobStatus.FINISHED, **_named(sinks))
        except Stopped:
            if self._around.closing.is_set() and not jobs.get(self.job.id).cancel:
                return None, {}
            self._finish(JobStatus.CANCELLED)
            return JobStatus.CANCELLED, {}
        except Exception as error:  # noqa: BLE001 - whatever it is, the job's owner has to be told
            self._finish(JobStatus.FAILED, details=details(self.job.id, error, self._execution.log.lines()))
            return JobStatus.FAILED, cause(error)
        return JobStatus.FINISHED, {}

    def _tried(self, sinks: dict[str, Sink]) -> None:
        """Do it, and again where a jail was lost: outputs are replaced whole."""
        for attempt in range(1, _MOST_TRIES + 1):
            try:
                self._execution.run(self._work(sinks))
            except BottegaError as error:
                if not _is_lost(error) or attempt == _MOST_TRIES:
                    raise
                self._around.tell("job begun anew", job=self.job.id, endpoint=self.job.endpoint, **cause(error))
                self._execution = self._begun()
            else:
                return

    def _work(self, sinks: dict[str, Sink]) -> Work:
        job, around = self.job, self._around
        hosted = around.hosted(job.endpoint)
        program = hosted.program
        request = BatchRequest.from_json(job.request)
        storage = around.storage()
        missing = [each.name for each in program.inputs if each.name not in request.inputs]
        if missing:
            message = f"The web service has the input {missing[0]} now, which it had not when this job was created."
            raise refused("BadArgument", "MissingInputBlobInformation", message, missing[0])
        _close(sinks)  # those of a try before
        for output in program.outputs:
            place = request.outputs.get(output.name)
            if place is None:
                sinks[output.name] = OwnSink(
                    around.workspace.folder, f"{output.name}{extension_of(output)}", output.type
                )
            else:
                sinks[output.name] = StorageSink(storage, place)
        sources = {each.name: StorageSource(storage, request.inputs[each.name]) for each in program.inputs}
        return Work(program, sources, sinks, request.parameters, hosted.endpoint.resources, hosted.network)

    def _finish(self, status: JobStatus, **more: Any) -> None:
        """Write down how it ended. What cannot be is tried some times; then the job is begun anew one day."""
        jobs = self._around.workspace.jobs
        with contextlib.suppress(BottegaError):
            jobs.progress(self.job.id, self.progress())
        for attempt in range(1, _LAST_TRIES + 1):
            try:
                jobs.finish(self.job.id, status, **more)
            except BottegaError as error:
                if error.code == "usage":  # given up, or forgotten with its endpoint
                    return
                if attempt == _LAST_TRIES:
                    raise
                self._around.closing.wait(_PAUSE_SECONDS)
            else:
                return


def _is_lost(error: BottegaError) -> bool:
    """Whether a jail ended that should not have."""
    if isinstance(error, ModuleFailure):
        return error.type == "Killed" and not error.traceback
    return error.code == "pool-lost"


def _close(sinks: Mapping[str, Sink]) -> None:
    for sink in sinks.values():
        if isinstance(sink, OwnSink):
            sink.close()


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
