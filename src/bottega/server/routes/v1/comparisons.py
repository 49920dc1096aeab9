"""`/v1/runs/{run}/compare`: two runs side by side: the graph, the nodes, what was measured."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.dataset.plain_rows import plain_rows
from bottega.graph import diff as diffing
from bottega.sdk import catalogue
from bottega.server import api, documents
from bottega.server.api import operation
from bottega.server.routes.v1 import _tables as tables
from bottega.server.routes.v1._shapes import Change, Name
from bottega.server.routes.v1.runs import record
from bottega.store.records import Run, Step

_MEASURING = "evaluate-model"
_WHICH = "Scored Dataset"


class OtherRun(Struct, forbid_unknown_fields=True):
    """Against which run."""

    other: Name


class Ended(Struct):
    """What became of a node in one of the runs."""

    status: str
    cached: bool
    seconds: float


class NodePair(Struct):
    """A node in both runs; null where it was not part of one. `same`: it gave the same in both."""

    node: str
    module: str
    before: Ended | None
    after: Ended | None
    same: bool


class MetricPair(Struct):
    """A measure of Evaluate Model in both runs, of its first or second scored dataset."""

    node: str
    dataset: int
    name: str
    before: Any
    after: Any


class RunComparison(Struct):
    """From one run to another."""

    changes: list[Change]
    nodes: list[NodePair]
    metrics: list[MetricPair]


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/runs/{run}/compare", tag="runs")
def compare_runs(request: Request, run: Name, query: OtherRun) -> RunComparison:
    """What differs from this run to another: documents, nodes and measures."""
    before, after = record(request, run), record(request, query.other)
    old, new = (documents.experiment(each.document) for each in (before, after))
    changes = [Change(**each.as_json()) for each in diffing.diff(old, new, catalogue.find)]
    return RunComparison(changes, _nodes(before, after), _metrics(request, before, after))


def _nodes(before: Run, after: Run) -> list[NodePair]:
    olds, news = ({step.node: step for step in run.steps} for run in (before, after))
    return [_pair(name, olds.get(name), news.get(name)) for name in dict.fromkeys([*olds, *news])]


def _pair(name: str, old: Step | None, new: Step | None) -> NodePair:
    same = old is not None and new is not None and bool(old.outputs) and _digests(old) == _digests(new)
    either = new or old
    return NodePair(name, either.module if either else "", _ended(old), _ended(new), same)


def _ended(step: Step | None) -> Ended | None:
    return None if step is None else Ended(step.status, step.cached, step.seconds)


def _digests(step: Step) -> dict[str, str]:
    return {output.port: output.digest for output in step.outputs}


def _metrics(request: Request, before: Run, after: Run) -> list[MetricPair]:
    old, new = _measures(request, before), _measures(request, after)
    return [MetricPair(*key, old.get(key), new.get(key)) for key in dict.fromkeys([*old, *new])]


def _measures(request: Request, run: Run) -> dict[tuple[str, int, str], Any]:
    """By node, scored dataset and name."""
    found: dict[tuple[str, int, str], Any] = {}
    for step in run.steps:
        if step.module != _MEASURING or not step.outputs:
            continue
        table = tables.table(request, step.outputs[0])
        names = [column.name for column in table.columns]
        for number, row in enumerate(plain_rows(table, 0, 2)):
            found |= {
                (step.node, number, name): value for name, value in zip(names, row, strict=True) if name != _WHICH
            }
    return found
