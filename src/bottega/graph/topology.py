"""The shape of an experiment: what feeds what, and in which order. All linear in nodes and edges, or nearly."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping

from bottega.errors import BottegaError
from bottega.graph.document import Experiment, Source
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.ports import Port

FindModule = Callable[[str], ModuleSpec | None]
Links = Mapping[str, Mapping[str, tuple[str, str]]]


def links(experiment: Experiment, find_module: FindModule) -> Links:
    """By node and input port, the node and output port that feed it, all by their own names.

    Edges that do not exist, or are one too many at a port, are left out.
    """
    find = cached(find_module)
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for name, node in experiment.nodes.items():
        spec = find(node.module)
        found[name] = {}
        for spelling, source in node.inputs.items():
            port = spec.input(spelling) if spec else None
            output = output_port(experiment, source, find)
            if port and output:
                found[name].setdefault(port.name, (source.node, output.name))
    return found


def output_port(experiment: Experiment, source: Source, find_module: FindModule) -> Port | None:
    """The output port that an edge begins at, or None where node, module or port are unknown."""
    node = experiment.nodes.get(source.node)
    spec = find_module(node.module) if node else None
    if spec is None:
        return None
    if source.port is not None:
        return spec.output(source.port)
    return spec.outputs[0] if spec.outputs else None


def cached(find_module: FindModule) -> FindModule:
    """The same, asked only once for each name."""
    known: dict[str, ModuleSpec | None] = {}

    def find(name: str) -> ModuleSpec | None:
        if name not in known:
            known[name] = find_module(name)
        return known[name]

    return find


def order(experiment: Experiment) -> list[str]:
    """All nodes, each after those that feed it, else in the document's order. Raises `usage` that names a circle."""
    ordered, rest = partial_order(experiment)
    if rest:
        circle = " → ".join(_circles(experiment, rest)[0])
        raise BottegaError("usage", reason=f"These nodes feed one another in a circle: {circle}")
    return ordered


def partial_order(experiment: Experiment) -> tuple[list[str], list[str]]:
    """The nodes in order as far as there is one, and those in circles or fed by them."""
    place = {name: index for index, name in enumerate(experiment.nodes)}
    names = list(place)
    feeders, fed = _feeders(experiment), _fed(experiment)
    waiting = {name: len(sources) for name, sources in feeders.items()}
    free = [index for name, index in place.items() if not waiting[name]]
    ordered = []
    while free:
        name = names[heapq.heappop(free)]
        ordered.append(name)
        for target in fed[name]:
            waiting[target] -= 1
            if not waiting[target]:
                heapq.heappush(free, place[target])
    return ordered, [name for name in names if waiting[name]]


def circles(experiment: Experiment) -> list[list[str]]:
    """Circles of nodes, in the direction of data, the first node again at the end; one for each knot at least."""
    return _circles(experiment, partial_order(experiment)[1])


def upstream(experiment: Experiment, targets: Iterable[str]) -> set[str]:
    """The targets and all that feed them. Raises `usage` for an unknown target."""
    return _reached(experiment, targets, _feeders(experiment))


def downstream(experiment: Experiment, ids: Iterable[str]) -> set[str]:
    """The nodes and all that they feed. Raises `usage` for an unknown node."""
    return _reached(experiment, ids, _fed(experiment))


def _feeders(experiment: Experiment) -> dict[str, list[str]]:
    """By node, those that it has edges from, each once."""
    return {
        name: [
            each for each in dict.fromkeys(source.node for source in node.inputs.values()) if each in experiment.nodes
        ]
        for name, node in experiment.nodes.items()
    }


def _fed(experiment: Experiment) -> dict[str, list[str]]:
    fed: dict[str, list[str]] = {name: [] for name in experiment.nodes}
    for name, sources in _feeders(experiment).items():
        for source in sources:
            fed[source].append(name)
    return fed


def _reached(experiment: Experiment, begin: Iterable[str], steps: Mapping[str, list[str]]) -> set[str]:
    waiting = [experiment.node(name).id for name in begin]
    reached = set(waiting)
    while waiting:
        fresh = [each for each in steps[waiting.pop()] if each not in reached]
        reached.update(fresh)
        waiting += fresh
    return reached


def _circles(experiment: Experiment, rest: list[str]) -> list[list[str]]:
    """Walk upstream from each node that is left: each has a feeder that is left, too."""
    feeders, left = _feeders(experiment), set(rest)
    seen: set[str] = set()
    found = []
    for begin in rest:
        walk: dict[str, int] = {}
        name = begin
        while name not in seen:
            seen.add(name)
            walk[name] = len(walk)
            name = next(each for each in feeders[name] if each in left)
        if name in walk:
            circle = [*list(walk)[walk[name] :], name]
            found.append(circle[::-1])
    return found
