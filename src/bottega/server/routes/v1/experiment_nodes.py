"""`/v1/experiments/{experiment}/nodes`: how each node stands, what comes in at it, why it would run."""

from __future__ import annotations

from msgspec import Struct
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.engine.check import Known
from bottega.engine.plan import Planner
from bottega.engine.prepared import prepare
from bottega.engine.present import Place, Present, present
from bottega.engine.why import why
from bottega.graph import topology
from bottega.graph.document import Experiment, Node
from bottega.sdk import catalogue
from bottega.server import api, documents
from bottega.server.api import operation
from bottega.server.context import context_of
from bottega.server.errors import missing
from bottega.server.routes.v1 import _shapes as shapes
from bottega.server.routes.v1._shapes import Column, Name, Output, StepError
from bottega.server.routes.v1._why import Part, Why
from bottega.server.routes.v1.experiments import find
from bottega.store import records

_TAG = "experiments"
_PATH = "/v1/experiments/{experiment}/nodes"
_KEPT = {"saved-dataset": "datasets", "saved-trained-model": "models", "saved-transform": "transforms"}


class Last(Struct):
    """What became of a node in the newest run that it was part of."""

    run: str
    status: str
    cached: bool
    seconds: float
    started: float
    ended: float
    error: StepError | None
    because: str | None


class NodeOutput(Output):
    """An output, and the path below which it can be looked at: `/rows`, `/profile`, `/link` and the like."""

    source: str


class NodeState(Struct):
    """A node as it stands.

    action   what a run would do: `reuse`, `run`, or `wait` for what runs first; null where it cannot run as it is
    current  whether a run would give what there is
    outputs  what a run would take, else what it gave last
    """

    node: str
    action: str | None
    reason: str
    current: bool
    pinned: bool
    last: Last | None
    outputs: list[NodeOutput]


class NodeInput(Struct):
    """An input port: the output that feeds it, as NODE.PORT, and its columns where they are known."""

    port: str
    type: str
    source: str | None
    columns: list[Column] | None


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", _PATH, tag=_TAG)
def list_nodes(request: Request, experiment: Name) -> list[NodeState]:
    """How each node of an experiment stands now; looks only."""
    found = find(request, experiment)
    document = documents.experiment(found.document)
    told = present(context_of(request).workspace, found.id, document)
    return [_state(each, document.nodes[each.node]) for each in told]


@operation("GET", f"{_PATH}/{{node}}/inputs", tag=_TAG)
def list_inputs(request: Request, experiment: Name, node: Name) -> list[NodeInput]:
    """What comes in at a node, with columns as results, datasets and earlier runs tell them."""
    found, document = _document(request, experiment, node)
    spec = catalogue.find(document.nodes[node].module)
    if spec is None:
        return []
    links = topology.links(document, catalogue.find)[node]
    known = Known(document, context_of(request).workspace, found)
    told = []
    for port in spec.inputs:
        link = links.get(port.name)
        columns = known.schema(*link) if link is not None else None
        shown = None if columns is None else [Column(each.name, str(each.type), each.role.value) for each in columns]
        told.append(NodeInput(port.name, port.type.value, ".".join(link) if link is not None else None, shown))
    return told


@operation("GET", f"{_PATH}/{{node}}/why", tag=_TAG)
def get_why(request: Request, experiment: Name, node: Name) -> Why:
    """What a run would do with a node now, and why: its parts against those of its last result."""
    found, document = _document(request, experiment, node)
    workspace = context_of(request).workspace
    prepared = prepare(document, lenient=True)
    if node not in prepared.nodes:
        return Why(node, None, "it cannot run as it is", None, [])
    told = why(prepared, node, Planner(workspace, found))
    last = workspace.results.newest(found, status="Finished").get(node)
    parts = [Part(line.part, line.changed, line.text) for line in told.lines]
    return Why(node, told.decision.action.value, told.decision.reason, last and last[0], parts)


def _document(request: Request, experiment: str, node: str) -> tuple[str, Experiment]:
    found = find(request, experiment)
    document = documents.experiment(found.document)
    if node not in document.nodes:
        raise missing("node", f"{node} in experiment {found.title}")
    return found.id, document


def _state(given: Present, node: Node) -> NodeState:
    action = given.action.value if given.action is not None else None
    outputs = [] if given.place is None else [_output(each, node, given.place) for each in given.outputs]
    return NodeState(given.node, action, given.reason, given.current, bool(node.pinned), _last(given), outputs)


def _last(given: Present) -> Last | None:
    if given.last is None:
        return None
    run, step = given.last
    told = shapes.step(step)
    return Last(run, told.status, told.cached, told.seconds, told.started, told.ended, told.error, told.because)


def _output(output: records.Output, node: Node, place: Place) -> NodeOutput:
    told = shapes.output(output)
    if place.kept is not None:
        spec = catalogue.find(node.module)
        source = f"/v1/{_KEPT[spec.name] if spec else 'datasets'}/{place.kept}"
    else:
        source = f"/v1/runs/{place.run}/outputs/{place.node}/{output.port}"
    return NodeOutput(**{name: getattr(told, name) for name in Output.__struct_fields__}, source=source)
