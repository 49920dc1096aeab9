"""Deleting old runs from the database, and what is still named after that."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, select, union, update

from bottega.store.records import Status
from bottega.store.tables import DATASET, PRUNING, RESULT, RUN, STEP, STEP_BLOB


def drop_runs(connection: Connection, keep: int) -> tuple[int, int]:
    """Delete all but the newest `keep` ended runs of each experiment, and the results that none of the others has.

    The numbers of runs and of results deleted.
    """
    before = _results(connection)
    place = func.row_number().over(partition_by=RUN.c.experiment, order_by=RUN.c.number.desc()).label("place")
    ended = select(RUN.c.number, place).where(RUN.c.status != Status.RUNNING).subquery()
    connection.execute(insert(PRUNING).from_select(["run"], select(ended.c.number).where(ended.c.place > keep)))
    doomed = select(PRUNING.c.run)
    _hand_over_results(connection)
    runs = connection.execute(delete(RUN).where(RUN.c.number.in_(doomed))).rowcount
    connection.execute(delete(PRUNING))
    return runs, before - _results(connection)


def named(connection: Connection) -> set[str]:
    """The stored files that a record names."""
    return set(connection.execute(union(select(STEP_BLOB.c.digest), select(DATASET.c.digest))).scalars())


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
