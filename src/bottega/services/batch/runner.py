"""The batch jobs of a workspace, run one after the other, several at once (fact sheet 5.3, 5.4; docs/batch.md)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, BinaryIO, Self

from bottega.sandbox.host.pool import Pool
from bottega.sdk.ports import PortType
from bottega.services.batch.details import reason
from bottega.services.batch.options import Options
from bottega.services.batch.place import Place
from bottega.services.batch.request import decode
from bottega.services.batch.running import Running, Surroundings, Tell
from bottega.services.batch.storage import Storage
from bottega.services.batch.turns import Lanes
from bottega.services.errors import refused
from bottega.services.hosted import Hosted
from bottega.services.hosting import Hosting
from bottega.store.digest import file_digest
from bottega.store.records import JobStatus
from bottega.store.workspace import Workspace

# The address of a stored file under a name, in the three parts that old clients put together.
Link = Callable[[str, str], tuple[str, str, str]]
_TICK_SECONDS = 0.25
_IDLE_SECONDS = 1.0  # jobs that another process lets run may wait so long
_RECOVER_SECONDS = 10.0
_SWEEP_SECONDS = 3600.0
_PAUSE_SECONDS = 1.0


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
        self._active: dict[str, Running] = {}
        self._closing = threading.Event()
        self._wake = threading.Event()
        self._around = Surroundings(
            workspace, pool, self.options, Lanes(self.options.modules), self._hosted, self._storage, self._closing, tell
        )
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
        storage = self._storage()
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
        progress = found.progress if active is None else active.progress()
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
            active.stop()

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
            each.stop()
        for each in active:
            each.join()

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
                storage = storage or self._storage()
                told[name] = storage.result(Place(**each["place"]), self.options.result_seconds)
            else:
                base, location, credential = link(each["digest"], each["name"])
                told[name] = {"ConnectionString": None, "RelativeLocation": location, "BaseLocation": base,
                              "SasBlobToken": credential}  # fmt: skip
        return told

    def _mind(self) -> None:
        """Take what can be taken, and look after what runs."""
        recovered = swept = float("-inf")
        trouble = ""
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
                for running in list(self._active.values()):
                    running.note()
            except Exception as error:  # noqa: BLE001 - a full disk, too few descriptors: it is tried again, and told once
                if trouble != (trouble := reason(error)):
                    self._tell("jobs cannot be looked after", reason=trouble)
                self._closing.wait(_PAUSE_SECONDS)
            else:
                trouble = ""
            self._wake.wait(_TICK_SECONDS if self._active else _IDLE_SECONDS)
            self._wake.clear()

    def _take(self) -> None:
        while len(self._active) < self.options.workers and not self._closing.is_set():
            job = self._jobs.take(self.options.per_endpoint)
            if job is None:
                return
            try:
                running = Running(job, self._around, partial(self._forget, job.id))
                with self._lock:
                    self._active[job.id] = running
                running.start()
            except BaseException:  # no descriptors or threads to be had: it is taken again later
                self._forget(job.id)
                self._jobs.release(job.id)
                raise

    def _forget(self, job: str) -> None:
        with self._lock:
            self._active.pop(job, None)
        self._wake.set()

    def _storage(self) -> Storage:
        return Storage.of(self._workspace, self._own)


def _moment(seconds: float | None) -> str | None:
    """As classic tells times."""
    if seconds is None:
        return None
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}Z"
