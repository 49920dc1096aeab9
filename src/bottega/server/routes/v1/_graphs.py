"""An experiment's graph for lists: enough to draw it small."""

from __future__ import annotations

from msgspec import Struct
from starlette.requests import Request

from bottega.errors import BottegaError
from bottega.graph import topology
from bottega.graph.document import Experiment
from bottega.sdk import catalogue
from bottega.server import documents
from bottega.server.context import context_of
from bottega.store.records import StoredExperiment

_MOST = 200
_WIDTH, _HEIGHT = 240.0, 120.0


class GraphNode(Struct):
    """A node and its place in pixels."""

    id: str
    module: str
    title: str
    x: float
    y: float


class Graph(Struct):
    """Nodes, and edges as pairs of ids; of very many nodes the first."""

    nodes: list[GraphNode]
    edges: list[tuple[str, str]]


def stored(request: Request, found: StoredExperiment) -> Graph:
    """The graph of a stored experiment, made once; none of what cannot be read."""
    return context_of(request).previews.drawing((found.id, found.etag), lambda: _read(found.document))


def graph(experiment: Experiment) -> Graph:
    """The graph; nodes without a place stand by how far down they are."""
    places = _places(experiment)
    names = list(experiment.nodes)[:_MOST]
    nodes = [GraphNode(name, experiment.nodes[name].module, _title(experiment, name), *places[name]) for name in names]
    shown = set(names)
    edges = {
        (source.node, name): None
        for name in names
        for source in experiment.nodes[name].inputs.values()
        if source.node in shown
    }
    return Graph(nodes, list(edges))


def _read(document: str) -> Graph:
    try:
        return graph(documents.experiment(document))
    except BottegaError:
        return Graph([], [])


def _title(experiment: Experiment, name: str) -> str:
    node = experiment.nodes[name]
    if isinstance(node.dataset, str):
        return node.dataset
    spec = catalogue.find(node.module)
    return spec.title if spec is not None else node.module


def _places(experiment: Experiment) -> dict[str, tuple[float, float]]:
    ordered, circular = topology.partial_order(experiment)
    depth: dict[str, int] = {}
    wide: dict[int, int] = {}
    places = {}
    for name in [*ordered, *circular]:
        sources = [depth.get(source.node, 0) + 1 for source in experiment.nodes[name].inputs.values()]
        depth[name] = max(sources, default=0)
        column = wide.get(depth[name], 0)
        wide[depth[name]] = column + 1
        places[name] = experiment.layout.get(name) or (column * _WIDTH, depth[name] * _HEIGHT)
    return places
