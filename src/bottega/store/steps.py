"""Steps as rows: what runs and results both need of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, select

from bottega.store.database import chunks
from bottega.store.records import Status, Step
from bottega.store.tables import RESULT, STEP, STEP_BLOB

_DECODER = msgspec.json.Decoder(Step)


def decoded(body: str) -> Step:
    """A step from its row."""
    return _DECODER.decode(body)


def of_runs(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Step]]:
    """The steps of runs, each run's in the order in which they were recorded."""
    found: dict[int, list[Step]] = {number: [] for number in numbers}
    for chunk in chunks(numbers):
        query = select(STEP.c.run, STEP.c.body).where(STEP.c.run.in_(chunk)).order_by(STEP.c.id)
        for number, body in connection.execute(query):
            found[number].append(decoded(body))
    return found


def add(connection: Connection, run: int, experiment: str, steps: Sequence[Step]) -> None:
    """Write steps, over what was written for the same nodes of the run, and make their results findable."""
    for chunk in chunks([step.node for step in steps]):
        connection.execute(delete(STEP).where(STEP.c.run == run, STEP.c.node.in_(chunk)))
    rows = [_row(run, experiment, step) for step in steps]
    added = connection.execute(insert(STEP).returning(STEP.c.id, sort_by_parameter_order=True), rows)
    numbers = list(added.scalars())
    if blobs := [
        {"step": number, "digest": digest}
        for number, step in zip(numbers, steps, strict=True)
        for digest in sorted(step.digests)
    ]:
        connection.execute(insert(STEP_BLOB), blobs)
    _make_findable(
        connection, {step.fingerprint: n for n, step in zip(numbers, steps, strict=True) if _is_result(step)}
    )


def forget(connection: Connection, fingerprints: Iterable[str]) -> None:
    """Let these fingerprints be found no more."""
    for chunk in chunks(list(fingerprints)):
        connection.execute(delete(RESULT).where(RESULT.c.fingerprint.in_(chunk)))


def _make_findable(connection: Connection, steps: dict[str, int]) -> None:
    if steps:
        forget(connection, steps)  # the newer takes the place of the older
        rows = [{"fingerprint": fingerprint, "step": number} for fingerprint, number in steps.items()]
        connection.execute(insert(RESULT), rows)


def _is_result(step: Step) -> bool:
    """Whether a later run may take the outputs; what was itself taken is known already."""
    return bool(step.status == Status.FINISHED and step.cacheable and not step.cached and step.fingerprint)


def _row(run: int, experiment: str, step: Step) -> dict[str, object]:
    return {
        "run": run,
        "experiment": experiment,
        "node": step.node,
        "status": step.status,
        "fingerprint": step.fingerprint,
        "cacheable": step.cacheable,
        "body": msgspec.json.encode(step).decode(),
    }
