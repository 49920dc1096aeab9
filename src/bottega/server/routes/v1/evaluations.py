"""`/v1/runs/{run}/nodes/{node}/evaluation`: the curves behind what Evaluate Model measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.dataset.plain_rows import plain_rows
from bottega.errors import BottegaError
from bottega.graph import topology
from bottega.sdk import catalogue
from bottega.server import api, documents
from bottega.server.api import operation
from bottega.server.context import context_of
from bottega.server.errors import HttpError
from bottega.server.routes.v1 import _tables as tables
from bottega.server.routes.v1._shapes import Name
from bottega.server.routes.v1._steps import step_in
from bottega.server.routes.v1.runs import record
from bottega.store.records import Output, Run

if TYPE_CHECKING:
    from bottega.modules.machine_learning._curves import Clusters, Confusion, Counts, Predictions

_MODULE = "evaluate-model"
_PORTS = ("scored_dataset", "scored_dataset_to_compare")
_WHICH = "Scored Dataset"
# What has more clusters is told in part.
_MOST_LINES = 2000


class Residuals(Struct):
    """Truth less prediction, in bins."""

    edges: list[float]
    counts: list[int]


class Evaluated(Struct):
    """One scored table: where it is from, its measures by name, and what its curves are drawn from.

    thresholds       falling; `true_positives` and `false_positives` count the rows with at least that score
    points           truth and prediction, of a regression, with `residuals`
    confusion        how many rows of each of `classes` (a line) were taken for each (a column); `others` rows are of more
    parts            the measures of each cluster
    """

    title: str
    node: str
    port: str
    rows: int
    metrics: dict[str, Any]
    positives: int | None = None
    negatives: int | None = None
    positive_label: str | None = None
    negative_label: str | None = None
    thresholds: list[float] = []
    true_positives: list[int] = []
    false_positives: list[int] = []
    points: list[tuple[float, float]] = []
    residuals: Residuals | None = None
    classes: list[str] = []
    confusion: list[list[int]] = []
    others: int = 0
    parts: list[dict[str, Any]] = []


class Evaluation(Struct):
    """What Evaluate Model measured, one or two tables of one task: `two-class`, `multi-class`, `regression` or `clustering`."""

    task: str
    datasets: list[Evaluated]


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/runs/{run}/nodes/{node}/evaluation", tag="outputs")
def get_evaluation(request: Request, run: Name, node: Name) -> Evaluation:
    """The curves behind what Evaluate Model measured, computed once. 400 for a node of another module."""
    found = record(request, run)
    step = step_in(request, found, node)
    if step.module != _MODULE or not step.outputs:
        raise HttpError(400, message=f"Node {node} has measured no model in this run.")
    context, inputs = context_of(request), _inputs(found, node)
    key = ("evaluation", *(output.digest for _, _, output in inputs))
    told = context.previews.answer(step.outputs[0], key, lambda: _evaluation(request, step.outputs[0], inputs))
    # The same data may have come another way in another run: of its way nothing is kept.
    datasets = [
        replace(each, node=node, port=port) for each, (node, port, _) in zip(told.datasets, inputs, strict=False)
    ]
    return Evaluation(told.task, datasets)


def _inputs(run: Run, node: str) -> list[tuple[str, str, Output]]:
    """The scored tables that came in: node, port, output."""
    links = topology.links(documents.experiment(run.document), catalogue.find)[node]
    outputs = {(step.node, output.port): output for step in run.steps for output in step.outputs}
    places = [links[port] for port in _PORTS if port in links]
    if not places or any(place not in outputs for place in places):
        raise HttpError(409, message=f"The scored data of node {node} is not part of this run any more; run it again.")
    return [(*place, outputs[place]) for place in places]


def _evaluation(request: Request, measured: Output, inputs: list[tuple[str, str, Output]]) -> Evaluation:
    """The evaluation, wherever its data is from: without nodes and ports."""
    from bottega.modules.machine_learning._curves import curves

    told = []
    task = "two-class"
    for (_, _, output), (title, metrics, *parts) in zip(inputs, _measures(request, measured), strict=False):
        found = curves(tables.table(request, output), title)
        task, drawn = _drawn(found)
        told.append(replace(Evaluated(title, "", "", found.rows, metrics, parts=parts), **drawn))
    return Evaluation(task, told)


def _measures(request: Request, measured: Output) -> list[list[Any]]:
    """Of each scored table its title, its measures, and those of its parts."""
    table = tables.table(request, measured)
    if not table.num_rows:
        raise BottegaError("0134", found=0, lower=1)
    names = [column.name for column in table.columns]
    lines = [dict(zip(names, row, strict=True)) for row in plain_rows(table, 0, _MOST_LINES)]
    told: dict[str, list[Any]] = {}
    for line in lines:
        title = str(line.pop(_WHICH, "Scored dataset"))
        told.setdefault(title, [title]).append(line)
    return list(told.values())


def _drawn(found: Counts | Confusion | Predictions | Clusters) -> tuple[str, dict[str, Any]]:
    """The task, and what is drawn of it."""
    from bottega.modules.machine_learning._curves import Confusion, Counts, Predictions

    if isinstance(found, Predictions):
        return "regression", {"points": found.points, "residuals": Residuals(found.edges, found.counts)}
    if isinstance(found, Counts):
        return "two-class", vars(found)
    return "multi-class" if isinstance(found, Confusion) else "clustering", vars(found)
