"""Batch jobs: kept until they are asked for, queued in order, taken by one process each."""

from __future__ import annotations

import builtins
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from bottega.errors import BottegaError
from bottega.store.blobs import Blobs, Source
from bottega.store.database import Database
from bottega.store.endpoints import PLAIN
from bottega.store.locks import Lock, Locks
from bottega.store.naming import new_id
from bottega.store.records import Job, JobStatus
from bottega.store.tables import ENDPOINT, JOB, JOB_BLOB
from bottega.store.vault import Vault

LOCK = "job-"
# So many of an endpoint run at once (fact sheet 5.4); the rest wait.
MOST = 40
_ENDS = (JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.FINISHED)
# Others may look for a moment whether a job is held.
_PATIENCE = 0.2
_WAITS = (JOB.c.status == JobStatus.NOT_STARTED) & JOB.c.place.is_not(None)
_REQUEST = "job-request"
_RESULTS = "job-results"
# How many jobs of an endpoint may run at once.
Most: TypeAlias = Callable[[str], int] | int


class Jobs:
    """The batch jobs of a workspace. An id that is none is `usage`.

    While a job runs its process holds a lock, by which others know that it is alive. `guard`
    holds off pruning between storing results and naming them.
    """

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        vault: Vault,
        locks: Locks,
        guard: Callable[[], AbstractContextManager[object]],
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._vault = vault
        self._locks = locks
        self._guard = guard
        self._mine: dict[str, Lock] = {}
        self._own = threading.Lock()

    def create(self, endpoint_id: str, request: dict[str, Any], digests: Mapping[str, str] | None = None) -> Job:
        """Keep a request, sealed, until it is started; durable on return. Raises `usage` for an unknown endpoint.

        `digests` are the stored files that it reads, with their types, kept as long as the job; one that is
        not there is passed over, for that is found when the job runs.
        """
        made = Job(
            new_id(), endpoint_id, JobStatus.NOT_STARTED.value, queued=False, cancel=False, request=request,
            results=None, details=None, progress={}, created=time.time(), started=None, ended=None,
        )  # fmt: skip
        row = {name: value for name, value in vars(made).items() if name != "queued"}
        row["request"] = self._sealed(request, _REQUEST)
        with self._database.writing() as connection:
            if connection.execute(select(ENDPOINT.c.id).where(ENDPOINT.c.id == endpoint_id)).first() is None:
                raise BottegaError("usage", reason=f"There is no endpoint {endpoint_id[:60]!r} in this workspace")
            number = connection.execute(insert(JOB).values(row)).inserted_primary_key
            _keep(connection, number[0] if number else 0, digests or {})
        return made

    def get(self, job_id: str) -> Job:
        """A job. Raises `usage` when there is none of this id."""
        found = self.find(job_id)
        if found is None:
            raise _unknown(job_id)
        return found

    def find(self, job_id: str) -> Job | None:
        """The same, or None."""
        return next(iter(self._select(select(JOB).where(JOB.c.id == job_id))), None)

    def list(self, endpoint_id: str | None = None, limit: int = 100) -> builtins.list[Job]:
        """The newest jobs, of one endpoint or of all, newest first."""
        query = select(JOB).order_by(JOB.c.number.desc()).limit(limit)
        return self._select(query if endpoint_id is None else query.where(JOB.c.endpoint == endpoint_id))

    def counts(self) -> dict[str, int]:
        """How many jobs stand how; those that wait for their turn as `Queued`."""
        with self._database.reading() as connection:
            waiting = connection.execute(select(func.count()).where(_WAITS)).scalar_one()
            rows = connection.execute(select(JOB.c.status, func.count()).group_by(JOB.c.status))
            found = {JobStatus(status).value: count for status, count in rows}
        begun = found.get(JobStatus.NOT_STARTED, 0) - waiting
        return {**dict.fromkeys(JobStatus, 0), **found, JobStatus.NOT_STARTED.value: begun, "Queued": waiting}

    def queue(self, job_id: str) -> Job:
        """Let it wait for its turn; one that was started already is left as it is. Raises `usage`."""
        with self._database.writing() as connection:
            row = _found(connection, job_id)
            if row.status == JobStatus.NOT_STARTED and row.place is None:
                place = (connection.execute(select(func.max(JOB.c.place))).scalar() or 0) + 1
                connection.execute(update(JOB).where(JOB.c.id == job_id).values(place=place))
        return self.get(job_id)

    def take(self, most_per_endpoint: Most = MOST) -> Job | None:
        """The job whose turn it is, running from now on and held by this process; None when there is none.

        The first in is the first out, endpoint by endpoint, as long as fewer than `most_per_endpoint` of it run.
        """
        if not self._has_waiting():
            return None
        most = most_per_endpoint if callable(most_per_endpoint) else lambda _: most_per_endpoint
        lock = None
        try:
            with self._database.writing() as connection:
                row = _next(connection, most)
                lock = self._locks.take_alone(f"{LOCK}{row.id}", wait=_PATIENCE) if row else None
                if row is None or lock is None:  # somebody is looking at it; there is a next time
                    return None
                job = self._job(row)
                values = {"status": JobStatus.RUNNING.value, "started": time.time()}
                connection.execute(update(JOB).where(JOB.c.id == job.id).values(values))
            with self._own:
                self._mine[job.id], lock = lock, None
        finally:
            if lock:
                lock.release()
        return Job(**{**vars(job), **values, "queued": False})

    def progress(self, job_id: str, told: dict[str, Any]) -> bool:
        """Tell how far it is; whether somebody asked to cancel it. Raises `usage` unless it runs."""
        with self._database.writing() as connection:
            row = _found(connection, job_id)
            if row.status != JobStatus.RUNNING:
                raise _ended(row)
            connection.execute(update(JOB).where(JOB.c.id == job_id).values(progress=told))
        return bool(row.cancel)

    def ask_cancel(self, job_id: str) -> Job:
        """Cancel it at once where it does not run yet, else ask its process to; one that has ended is left as it is."""
        with self._database.writing() as connection:
            row = _found(connection, job_id)
            values: dict[str, Any] = {}
            if row.status == JobStatus.NOT_STARTED:
                values = {"status": JobStatus.CANCELLED.value, "ended": time.time()}
            elif row.status == JobStatus.RUNNING:
                values = {"cancel": True}
            if values:
                connection.execute(update(JOB).where(JOB.c.id == job_id).values(values))
        return self.get(job_id)

    def finish(
        self,
        job_id: str,
        status: str,
        *,
        results: dict[str, Any] | None = None,
        details: str | None = None,
        digests: Mapping[str, str] | None = None,
        blobs: Iterable[tuple[str, Source]] = (),
    ) -> None:
        """End a job as Failed, Cancelled or Finished; durable on return.

        `digests` are the stored files that the results name, with their types, kept as long
        as the job. Raises `usage` when it has ended already, and `blob-missing`.
        """
        if status not in _ENDS:
            raise ValueError(f"a job does not end as {status!r}")
        sealed = None if results is None else self._sealed(results, _RESULTS)
        values = {"status": str(status), "results": sealed, "details": details, "ended": time.time()}
        with self._guard():
            self._blobs.put_many(blobs)
            for digest in digests or {}:
                if not self._blobs.has(digest):
                    raise BottegaError("blob-missing", digest=digest)
            with self._database.writing() as connection:
                row = _found(connection, job_id)
                if row.status in _ENDS:
                    raise _ended(row)
                connection.execute(update(JOB).where(JOB.c.id == job_id).values(values))
                _keep(connection, row.number, digests or {})
        self._let_go(job_id)

    def recover(self) -> int:
        """Let jobs whose process ended before they did wait again, in their old place; how many.

        Those that somebody asked to cancel are cancelled instead.
        """
        running = select(JOB.c.id, JOB.c.cancel).where(JOB.c.status == JobStatus.RUNNING)
        with self._database.reading() as connection:
            if not self._dead(connection.execute(running).all()):
                return 0
        with self._database.writing() as connection:  # looked at again, for nobody takes any now
            dead = self._dead(connection.execute(running).all())
            for row in dead:
                again: dict[str, Any] = {"status": JobStatus.NOT_STARTED.value, "started": None, "progress": {}}
                gone = {"status": JobStatus.CANCELLED.value, "ended": time.time()}
                connection.execute(update(JOB).where(JOB.c.id == row.id).values(gone if row.cancel else again))
        for row in dead:
            if row.cancel:
                self._locks.remove(f"{LOCK}{row.id}")
        return sum(not row.cancel for row in dead)

    def delete(self, job_id: str) -> None:
        """Forget it; files that only its results named go with the next pruning. Raises `usage` while it runs."""
        with self._database.writing() as connection:
            row = _found(connection, job_id)
            if row.status == JobStatus.RUNNING:
                raise BottegaError("usage", reason=f"Job {job_id} is running; cancel it first")
            connection.execute(delete(JOB).where(JOB.c.id == job_id))

    def release(self, job_id: str) -> None:
        """Let go of a job that this process holds; if it has not ended it waits again after the next `recover`."""
        self._let_go(job_id)

    def sweep(self, before: float) -> int:
        """Forget the jobs that ended, and those that nobody started, before a moment, in seconds since 1970; how many."""
        ended = JOB.c.status.in_(_ENDS) & (JOB.c.ended < before)
        left = (JOB.c.status == JobStatus.NOT_STARTED) & JOB.c.place.is_(None) & (JOB.c.created < before)
        with self._database.writing() as connection:
            return connection.execute(delete(JOB).where(ended | left)).rowcount

    def give_up(self, details: str) -> None:
        """Fail all that have not ended, and forget what was asked for: it cannot be opened any more."""
        nothing = self._sealed({}, _REQUEST)
        with self._database.writing() as connection:
            failed = {"status": JobStatus.FAILED.value, "details": details, "ended": time.time()}
            connection.execute(update(JOB).where(JOB.c.status.not_in(_ENDS)).values(failed))
            connection.execute(update(JOB).values(request=nothing, results=None))

    def close(self) -> None:
        """Let go of all jobs; those that have not ended wait again after the next `recover`."""
        for job_id in list(self._mine):
            self._let_go(job_id)

    def _has_waiting(self) -> bool:
        """Looked at without the right to write, for it is asked often."""
        with self._database.reading() as connection:
            return connection.execute(select(JOB.c.number).where(_WAITS).limit(1)).first() is not None

    def _dead(self, rows: Iterable[Row[Any, Any]]) -> builtins.list[Row[Any, Any]]:
        return [row for row in rows if not self._locks.is_held(f"{LOCK}{row.id}")]

    def _let_go(self, job_id: str) -> None:
        with self._own:
            lock = self._mine.pop(job_id, None)
        if lock:
            lock.release(remove=True)

    def _select(self, query: Select[Any]) -> builtins.list[Job]:
        with self._database.reading() as connection:
            return [self._job(row) for row in connection.execute(query).all()]

    def _job(self, row: Row[Any]) -> Job:
        return Job(
            row.id, row.endpoint, row.status, queued=row.place is not None and row.status == JobStatus.NOT_STARTED,
            cancel=row.cancel, request=self._opened(row.request, _REQUEST),
            results=None if row.results is None else self._opened(row.results, _RESULTS), details=row.details,
            progress=row.progress, created=row.created, started=row.started, ended=row.ended,
        )  # fmt: skip

    def _sealed(self, value: dict[str, Any], purpose: str) -> str:
        return self._vault.seal(msgspec.json.encode(value).decode(), purpose)

    def _opened(self, sealed: str, purpose: str) -> dict[str, Any]:
        return msgspec.json.decode(self._vault.open(sealed, purpose), type=dict[str, Any])


def unfinished(connection: Connection) -> set[str]:
    """The ids of all that have not ended, whose locks have to stay."""
    return set(connection.execute(select(JOB.c.id).where(JOB.c.status.not_in(_ENDS))).scalars())


def _next(connection: Connection, most: Callable[[str], int]) -> Row[Any] | None:
    """The row of the job whose turn it is."""
    of_each = select(JOB.c.endpoint, func.count()).group_by(JOB.c.endpoint)
    running = connection.execute(of_each.where(JOB.c.status == JobStatus.RUNNING))
    counts: dict[str, int] = {endpoint: count for endpoint, count in running}  # noqa: C416  # typed so
    first = func.min(JOB.c.place)
    waiting = select(JOB.c.endpoint, first).where(_WAITS).group_by(JOB.c.endpoint).order_by(first)
    for endpoint, place in connection.execute(waiting):
        if counts.get(endpoint, 0) < most(endpoint):
            return connection.execute(select(JOB).where(_WAITS, JOB.c.place == place)).one()
    return None


def _found(connection: Connection, job_id: str) -> Row[Any]:
    row = connection.execute(select(JOB).where(JOB.c.id == job_id)).one_or_none()
    if row is None:
        raise _unknown(job_id)
    return row


def _keep(connection: Connection, number: int, digests: Mapping[str, str]) -> None:
    kept = set(connection.execute(select(JOB_BLOB.c.digest).where(JOB_BLOB.c.job == number)).scalars())
    rows = [
        {"job": number, "digest": each, "type": kind or PLAIN} for each, kind in digests.items() if each not in kept
    ]
    if rows:
        connection.execute(insert(JOB_BLOB), rows)


def _ended(row: Row[Any]) -> BottegaError:
    return BottegaError("usage", reason=f"Job {row.id} is {row.status} and cannot change that way")


def _unknown(job_id: str) -> BottegaError:
    return BottegaError("usage", reason=f"There is no job {job_id[:60]!r} in this workspace")
