"""Deleting old runs from the database, and what is still named after that."""

from __future__ import annotations

from sqlalchemy import Connection, Select, delete, func, insert, select, union, update

from bottega.store.records import Status
from bottega.store.tables import (
    DATASET,
    ENDPOINT_BLOB,
    JOB_BLOB,
    PRUNING,
    RESULT,
    RUN,
    STEP,
    STEP_BLOB,
    VERSION_BLOB,
)


def drop_runs(connection: Connection, keep: int) -> tuple[int, int]:
    """Delete all but the newest `keep` ended runs of each experiment, and the results that none of the others has.

    The numbers of runs and of results deleted.
    """
    place = func.row_number().over(partition_by=RUN.c.experiment, order_by=RUN.c.number.desc()).label("place")
    ended = select(RUN.c.number, place).where(RUN.c.status != Status.RUNNING).subquery()
    return _drop(connection, select(ended.c.number).where(ended.c.place > keep))


def drop_runs_of(connection: Connection, experiment: str) -> None:
    """Delete all ended runs of an experiment."""
    _drop(connection, select(RUN.c.number).where(RUN.c.experiment == experiment, RUN.c.status != Status.RUNNING))


def named(connection: Connection) -> set[str]:
    """The stored files that a record names."""
    named_once = [table.c.digest for table in (STEP_BLOB, VERSION_BLOB, ENDPOINT_BLOB, JOB_BLOB, DATASET)]
    query = union(*map(select, named_once), select(DATASET.c.raw).where(DATASET.c.raw.is_not(None)))
    return set(connection.execute(query).scalars())


def _drop(connection: Connection, runs: Select[tuple[int]]) -> tuple[int, int]:
    """Delete runs and the results that no other run has; the numbers of both."""
    before = _results(connection)
    connection.execute(insert(PRUNING).from_select(["run"], runs))
    _hand_over_results(connection)
    gone = connection.execute(delete(RUN).where(RUN.c.number.in_(select(PRUNING.c.run)))).rowcount
    connection.execute(delete(PRUNING))
    return gone, before - _results(connection)


def _hand_over_results(connection: Connection) -> None:
    """Let results of runs that go stand on the newest run that took or made the same, where one stays."""
    doomed = select(PRUNING.c.run)
    heir = (
        select(func.max(STEP.c.id))
        .where(
            STEP.c.fingerprint == RESULT.c.fingerprint,
            STEP.c.status == Status.FINISHED,
            STEP.c.cacheable,
            STEP.c.run.not_in(doomed),
        )
        .scalar_subquery()
    )
    going = RESULT.c.step.in_(select(STEP.c.id).where(STEP.c.run.in_(doomed)))
    connection.execute(update(RESULT).where(going, heir.is_not(None)).values(step=heir))


def _results(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(RESULT)).scalar_one()
