"""Runs: begun, recorded step by step, ended; then fixed for good."""

from __future__ import annotations

import builtins
import contextlib
import secrets
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, insert, select, update

from bottega.errors import BottegaError
from bottega.store import steps as rows
from bottega.store.blobs import Blobs, Source
from bottega.store.database import Database, chunks
from bottega.store.locks import PRUNE, Locks
from bottega.store.records import Run, Status, Step
from bottega.store.tables import RUN

LOCK = "run-"
_ENDS = (Status.FINISHED, Status.FAILED, Status.CANCELED)


class Runs:
    """The runs of a workspace. An id that is none is `usage`.

    While a run lasts its process holds two locks: one of its own, by which others know that
    it is alive, and a share of the one that keeps pruning away.
    """

    def __init__(self, database: Database, blobs: Blobs, locks: Locks) -> None:
        self._database = database
        self._blobs = blobs
        self._locks = locks
        self._mine: dict[str, contextlib.ExitStack] = {}
        self._guard = threading.Lock()

    def start(
        self, experiment: str, title: str, document: str, target: Sequence[str] = (), settings: Sequence[str] = ()
    ) -> str:
        """Begin a run; its id, which sorts by time."""
        run_id = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(3)}"
        row = {
            "id": run_id,
            "experiment": experiment,
            "title": title,
            "document": document,
            "target": list(target),
            "settings": list(settings),
            "status": Status.RUNNING,
            "started": time.time(),
            "interrupted": False,
        }
        with contextlib.ExitStack() as held:
            held.enter_context(self._locks.shared(PRUNE))
            held.enter_context(self._locks.alone(f"{LOCK}{run_id}", remove=True))
            with self._database.writing() as connection:
                connection.execute(insert(RUN).values(row))
            with self._guard:
                self._mine[run_id] = held.pop_all()
        return run_id

    def record(self, run_id: str, steps: Sequence[Step], blobs: Iterable[tuple[str, Source]] = ()) -> None:
        """Store files, then the steps that name them, all or none of the latter; durable on return.

        A step of a node that was recorded before takes its place. Raises `blob-missing` when
        a step names a file that is not there, and `usage` when the run has ended.
        """
        stored = self._blobs.put_many(blobs)
        for digest in set().union(*(step.digests for step in steps)) - set(stored):
            if not self._blobs.has(digest):
                raise BottegaError("blob-missing", digest=digest)
        with self._database.writing() as connection:
            number, experiment = _running(connection, run_id)
            if steps:
                rows.add(connection, number, experiment, list({step.node: step for step in steps}.values()))

    def finish(self, run_id: str, status: str, reason: str | None = None) -> None:
        """End a run as Finished, Failed or Canceled; `reason` is that of no node. Raises `usage` when it has ended already."""
        if status not in _ENDS:
            raise ValueError(f"a run does not end as {status!r}")
        with self._database.writing() as connection:
            number, _ = _running(connection, run_id)
            ended = {"status": status, "ended": time.time(), "reason": reason}
            connection.execute(update(RUN).where(RUN.c.number == number).values(ended))
        with self._guard:
            held = self._mine.pop(run_id, None)
        if held:
            held.close()

    def get(self, run_id: str) -> Run:
        """A run with all its steps. Raises `usage` when there is none of this id."""
        found = self._select(select(RUN).where(RUN.c.id == run_id))
        if not found:
            raise _unknown(run_id)
        return found[0]

    def list(self, experiment: str | None = None, limit: int = 50) -> builtins.list[Run]:
        """The newest runs, of one experiment or of all, newest first."""
        return self._select(_newest(experiment, limit))

    def headers(self, experiment: str | None = None, limit: int = 50) -> builtins.list[Run]:
        """The same without their steps, of which there may be very many."""
        with self._database.reading() as connection:
            found = connection.execute(_newest(experiment, limit)).mappings().all()
        return [_run(row, ()) for row in found]

    def heads(self, run_ids: Iterable[str]) -> dict[str, Run]:
        """These runs without their steps, by id; those that are gone are left out."""
        found: dict[str, Run] = {}
        with self._database.reading() as connection:
            for chunk in chunks(list(run_ids)):
                rows = connection.execute(_of(RUN.c.id.in_(chunk))).mappings()
                found |= {row["id"]: _run(row, ()) for row in rows}
        return found

    def last(self, experiment: str) -> Run | None:
        """The newest run of an experiment, whether it has ended or not."""
        return next(iter(self.list(experiment, 1)), None)

    def interrupted(self) -> builtins.list[Run]:
        """Runs whose process ended before they did: Failed from now on, and told once.

        Where that cannot be written they are told all the same, then and the next time.
        """
        with self._database.reading() as connection:
            running = connection.execute(select(RUN.c.id).where(RUN.c.status == Status.RUNNING)).scalars().all()
        dead = [run_id for run_id in running if not self._locks.is_held(f"{LOCK}{run_id}") and self._end(run_id)]
        found = [run for chunk in chunks(dead) for run in self._select(_of(RUN.c.id.in_(chunk)))]
        return [replace(run, status=Status.FAILED, interrupted=True) for run in sorted(found, key=lambda run: run.id)]

    def close(self) -> None:
        """Let go of all runs; those that have not ended count as interrupted."""
        with self._guard:
            held, self._mine = list(self._mine.values()), {}
        for locks in held:
            locks.close()

    def _end(self, run_id: str) -> bool:
        """End a run that nobody holds; whether it is to be told, which others may have done meanwhile."""
        try:
            with self._database.writing() as connection:
                dead = update(RUN).where(RUN.c.id == run_id, RUN.c.status == Status.RUNNING)
                values = {"status": Status.FAILED, "interrupted": True, "ended": time.time()}
                is_first = connection.execute(dead.values(values)).rowcount == 1
        except BottegaError as error:
            if error.code != "store-failed":
                raise
            return True
        self._locks.remove(f"{LOCK}{run_id}")
        return is_first

    def _select(self, query: Select[Any]) -> builtins.list[Run]:
        with self._database.reading() as connection:
            found = connection.execute(query).mappings().all()
            steps = rows.of_runs(connection, [row["number"] for row in found])
        return [_run(row, steps[row["number"]]) for row in found]


def _newest(experiment: str | None, limit: int) -> Select[Any]:
    query = select(RUN).order_by(RUN.c.number.desc()).limit(limit)
    return query if experiment is None else query.where(RUN.c.experiment == experiment)


def _of(condition: ColumnElement[bool]) -> Select[Any]:
    return select(RUN).where(condition).order_by(RUN.c.number)


def _run(row: Any, steps: Sequence[Step]) -> Run:
    plain = {name: value for name, value in row.items() if name not in {"number", "target", "settings"}}
    return Run(**plain, target=tuple(row["target"]), settings=tuple(row["settings"]), steps=tuple(steps))


def _running(connection: Connection, run_id: str) -> tuple[int, str]:
    """The number and the experiment of a run that has not ended."""
    row = connection.execute(
        select(RUN.c.number, RUN.c.experiment, RUN.c.status).where(RUN.c.id == run_id)
    ).one_or_none()
    if row is None:
        raise _unknown(run_id)
    if row.status != Status.RUNNING:
        raise BottegaError("usage", reason=f"Run {run_id} has ended ({row.status}) and cannot change any more")
    return row.number, row.experiment


def _unknown(run_id: str) -> BottegaError:
    return BottegaError("usage", reason=f"There is no run {run_id} in this workspace")
