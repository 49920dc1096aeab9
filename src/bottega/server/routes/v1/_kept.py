"""What the workspace keeps under names, in versions, as the native API tells it."""

from __future__ import annotations

from msgspec import Struct

from bottega.server.routes.v1 import _shapes as shapes
from bottega.server.routes.v1._shapes import Output
from bottega.store import records


class Dataset(Struct):
    """One version of a dataset, a trained model or a transform.

    family      holds its versions together
    source      says where it came from, `experiment` the id of the experiment that made it
    """

    id: str
    name: str
    family: str
    version: int
    description: str
    source: str
    created: float
    output: Output
    kind: str
    experiment: str | None


def told(found: records.Dataset) -> Dataset:
    """One version."""
    return Dataset(
        found.id, found.name, found.family, found.version, found.description, found.source, found.created,
        shapes.output(found.output), found.kind, _experiment(found.experiment),
    )  # fmt: skip


def _experiment(given: str) -> str | None:
    """The id within the workspace: classic's clients have that of the workspace before it."""
    return given.rpartition(".")[2] or None
