"""Experiments that the workspace itself keeps, for clients that have no files."""

from __future__ import annotations

import builtins
import time
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bottega.errors import BottegaError
from bottega.store import pruning
from bottega.store.database import Database
from bottega.store.naming import Taken, given_or_new_id, new_id
from bottega.store.records import Status, StoredExperiment
from bottega.store.tables import EXPERIMENT, RUN

DRAFT = "InDraft"
# What a person edits, and what runs leave behind.
_EDITS = frozenset({"title", "summary", "document", "creator", "category", "parent", "archived", "client"})
_TRACES = frozenset({"status", "last_run"})


class Changed(BottegaError):  # noqa: N818  # a state of things rather than a fault
    """`usage`: it was changed since the caller read it. `etag` is that of what is there now."""

    def __init__(self, title: str, etag: str) -> None:
        super().__init__("usage", reason=f"Experiment {title} was changed by somebody else meanwhile")
        self.etag = etag


class Running(BottegaError):  # noqa: N818  # as above
    """`usage`: a run of it goes on."""

    def __init__(self, run: str) -> None:
        super().__init__("usage", reason=f"Run {run} goes on; cancel it first")


class Experiments:
    """The stored experiments of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        document: str,
        *,
        title: str,
        summary: str = "",
        creator: str = "",
        category: str = "user",
        parent: str = "",
        status: str = DRAFT,
        client: dict[str, Any] | None = None,
        id: str | None = None,  # noqa: A002  # the field's name
    ) -> StoredExperiment:
        """Keep a new one; durable on return. Raises `usage` for an id that is none, `naming.Taken` for a taken one."""
        now = time.time()
        made = StoredExperiment(
            given_or_new_id(id), title, summary, document, new_id(), status, creator, category, parent,
            archived=False, last_run=None, created=now, updated=now, client=client or {},
        )  # fmt: skip
        with self._database.writing() as connection:
            if _found(connection, made.id):
                raise Taken("usage", reason=f"There is an experiment {made.id} already")
            connection.execute(insert(EXPERIMENT).values(vars(made)))
        return made

    def get(self, experiment_id: str) -> StoredExperiment:
        """One of them. Raises `usage` when there is none of this id."""
        found = self.find(experiment_id)
        if found is None:
            raise _unknown(experiment_id)
        return found

    def find(self, experiment_id: str) -> StoredExperiment | None:
        """The same, or None."""
        with self._database.reading() as connection:
            return _found(connection, experiment_id)

    def list(self, *, archived: bool = False) -> builtins.list[StoredExperiment]:
        """All, the newest first; those in the archive too if asked for."""
        query = select(EXPERIMENT).order_by(EXPERIMENT.c.created.desc(), EXPERIMENT.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(query if archived else query.where(~EXPERIMENT.c.archived))
            return [StoredExperiment(**row) for row in rows.mappings()]

    def update(self, experiment_id: str, *, etag: str | None = None, **fields: Any) -> StoredExperiment:
        """Change fields; durable on return. Raises `Changed` when a given etag is not the current one, and `usage`."""
        if unknown := set(fields) - _EDITS - _TRACES:
            raise TypeError(f"an experiment has no {', '.join(sorted(unknown))} that changes")
        if set(fields) & _EDITS:
            fields |= {"etag": new_id(), "updated": time.time()}
        with self._database.writing() as connection:
            found = _found(connection, experiment_id)
            if found is None:
                raise _unknown(experiment_id)
            if etag not in {None, found.etag}:
                raise Changed(found.title, found.etag)
            if fields:
                connection.execute(update(EXPERIMENT).where(EXPERIMENT.c.id == experiment_id).values(fields))
        return StoredExperiment(**{**vars(found), **fields})

    def delete(self, experiment_id: str, *, etag: str | None = None, idle: bool = False) -> None:
        """Delete it and its runs that have ended; their files go with the next pruning.

        idle  not while one of its runs goes on

        Raises `usage`, `Changed` when a given etag is not the current one, and `Running`.
        """
        with self._database.writing() as connection:
            found = _found(connection, experiment_id)
            if found is None:
                raise _unknown(experiment_id)
            if etag not in {None, found.etag}:
                raise Changed(found.title, found.etag)
            if idle and (run := _going_on(connection, experiment_id)) is not None:
                raise Running(run)
            connection.execute(delete(EXPERIMENT).where(EXPERIMENT.c.id == experiment_id))
            pruning.drop_runs_of(connection, experiment_id)


def _found(connection: Connection, experiment_id: str) -> StoredExperiment | None:
    query = select(EXPERIMENT).where(EXPERIMENT.c.id == experiment_id)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else StoredExperiment(**row)


def _going_on(connection: Connection, experiment_id: str) -> str | None:
    query = select(RUN.c.id).where(RUN.c.experiment == experiment_id, RUN.c.status == Status.RUNNING)
    return connection.execute(query.order_by(RUN.c.number.desc()).limit(1)).scalar()


def _unknown(experiment_id: str) -> BottegaError:
    return BottegaError("usage", reason=f"There is no experiment {experiment_id[:60]!r} in this workspace")
