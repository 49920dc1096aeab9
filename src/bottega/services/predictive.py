"""From a training experiment to its predictive experiment, by classic's rules (fact sheet 4.5).

What the experiment learned becomes saved assets: the trained model in the place of its training node, and before
each module that learned a transform on the way of the data to be scored the transform, which Apply
Transformation does again to every call. What only training and measuring needed is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from bottega.errors import BottegaError
from bottega.graph.document import Experiment, Node, Source
from bottega.sdk import catalogue
from bottega.sdk.ports import PortType
from bottega.services.wiring import Edge, Wiring

_APPLY = "apply-transformation"
# The module that stands for a saved asset, by what its port carries, and the parameter that names it.
_STANDS_FOR = {
    PortType.TRAINED_MODEL: ("saved-trained-model", "trained_model"),
    PortType.TRANSFORM: ("saved-transform", "transform"),
}
_WORDS = {PortType.TRAINED_MODEL: "model", PortType.TRANSFORM: "transform"}
_ABOVE = (-180.0, -70.0)  # pixels from a module to the transform that is put before it


class Learned(NamedTuple):
    """What a node of the training experiment learned, at one of its ports."""

    node: str
    port: str
    type: PortType


@dataclass
class _Kept:
    """What stays, and how.

    nodes     as they are, or in another form
    assets    what has to be saved, by the id of the node that will stand for it
    applied   nodes that learned a transform, whose table is now made by it; to the id of the asset
    edges     the edges of the predictive experiment
    """

    nodes: set[str] = field(default_factory=set)
    assets: dict[str, Learned] = field(default_factory=dict)
    applied: dict[str, str] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)


def predictive(experiment: Experiment, model: str | None = None) -> tuple[Experiment, dict[str, Learned]]:
    """The predictive experiment without web service inputs and outputs, and what it needs to be saved, by node.

    The nodes of assets have no parameters yet: `named` gives them. Raises `usage` where nothing scores, and where several models
    do and `model`, the node that trains one, does not tell which is meant.
    """
    wiring = Wiring(experiment)
    scorers = _chosen(wiring, model)
    kept = _Walk(wiring).back_from(wiring.after(scorers, measured=False))
    return _built(experiment, wiring, kept), kept.assets


def named(experiment: Experiment, node: str, kind: PortType, name: str) -> Experiment:
    """With the name of its asset at a node that stands for one."""
    return experiment.set(node, _STANDS_FOR[kind][1], name)


def _chosen(wiring: Wiring, model: str | None) -> list[str]:
    """The scoring nodes that the service is about."""
    if model is not None and model not in wiring.trainers:
        known = ", ".join(wiring.trainers)
        raise BottegaError("usage", reason=f"There is no node {model} that trains a model; there are: {known}")
    scorers = [name for name in wiring.scorers if model is None or wiring.model_of(name) == model]
    if not scorers:
        trained = model or ", ".join(wiring.trainers)
        raise BottegaError(
            "usage", reason=f"Nothing scores with the model of {trained}: connect Score Model to it and run the experiment again, "
            "or set up a retraining service",
        )  # fmt: skip
    groups = _groups(wiring, scorers)
    models = list(dict.fromkeys(str(wiring.model_of(name)) for group in groups for name in group))
    if len(groups) > 1 and len(models) > 1:
        raise BottegaError(
            "usage",
            reason=f"The experiment compares several models; tell which one the service is to use: {', '.join(models)}",
        )
    return max(groups, key=lambda group: len(wiring.after(group, measured=False)))


def _groups(wiring: Wiring, scorers: Iterable[str]) -> list[list[str]]:
    """The last scoring nodes on each way; those whose scores come together again are one group."""
    after = {name: wiring.after([name], measured=False) for name in scorers}
    last = [name for name in after if not any(other in after[name] for other in after if other != name)]
    groups: list[list[str]] = []
    for name in last:
        touching = [group for group in groups if any(after[name] & after[other] for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([*(other for group in touching for other in group), name])
    return groups


class _Walk:
    """Goes upstream from what is to stay."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._kept = _Kept()
        self._trains = {name: wiring.after([name]) & set(wiring.trainers) for name in wiring.order}

    def back_from(self, nodes: Iterable[str]) -> _Kept:
        """All that these nodes need for a call."""
        waiting = list(nodes)
        while waiting:
            name = waiting.pop()
            if name not in self._kept.nodes:
                self._kept.nodes.add(name)
                waiting += [source for edge in self._wiring.into[name] if (source := self._source(edge)) is not None]
        self._settle()
        return self._kept

    def _source(self, edge: Edge) -> str | None:
        """The node to go on with; None where the edge now begins at an asset."""
        wiring = self._wiring
        while self._is_bypassed(edge):
            (into,) = wiring.tables_into(edge.source)
            edge = replace(edge, source=into.source, output=into.output)
        learned = self._learned(edge)
        self._kept.edges.append(edge)
        if learned is None:
            return edge.source
        key = f"{edge.source}.{learned.port}"
        self._kept.assets.setdefault(key, learned)
        if learned.type is wiring.carries(edge):
            return None
        self._kept.applied[edge.source] = key
        return edge.source

    def _learned(self, edge: Edge) -> Learned | None:
        """What is saved of the node that an edge begins at."""
        wiring, name = self._wiring, edge.source
        if wiring.specs[name].guest == "dataset":
            return None
        carried = wiring.carries(edge)
        if carried in _STANDS_FOR:
            return Learned(name, edge.output, carried)
        transform = wiring.output(name, PortType.TRANSFORM)
        is_applied = transform is not None and carried is PortType.TABLE and len(wiring.into[name]) == 1
        return Learned(name, transform.name, PortType.TRANSFORM) if is_applied and transform is not None else None

    def _is_bypassed(self, edge: Edge) -> bool:
        """Whether an edge begins at what chooses or makes rows for training, or parts them from those for testing.

        A split by a rule does not, unless the rows for training leave it at another port.
        """
        wiring, name = self._wiring, edge.source
        if len(wiring.tables_into(name)) != 1 or wiring.carries(edge) is not PortType.TABLE:
            return False
        if _is_training_only(wiring, name):
            return True
        trains = {each.output for each in wiring.out_of[name] if self._trains[each.node]}
        return wiring.is_split(name) and bool(trains and edge.output not in trains)

    def _settle(self) -> None:
        """Ids for the assets: a node that nothing but its asset is left of keeps its own."""
        kept, ids = self._kept, dict[str, str]()
        places = {name: place for place, name in enumerate(self._wiring.order)}
        kept.assets = dict(sorted(kept.assets.items(), key=lambda item: (places[item[1].node], item[1].port)))
        for key, learned in kept.assets.items():
            alone = learned.node not in kept.nodes and learned.node not in ids.values()
            taken = {*self._wiring.specs, *ids.values()}
            ids[key] = learned.node if alone else _free(f"{learned.node}-{_WORDS[learned.type]}", taken)
        kept.edges = [self._settled(edge, ids) for edge in kept.edges]
        kept.applied = {name: ids[key] for name, key in kept.applied.items()}
        kept.assets = {ids[key]: learned for key, learned in kept.assets.items()}

    def _settled(self, edge: Edge, ids: Mapping[str, str]) -> Edge:
        """Assets and Apply Transformation have one output each, which needs no name."""
        asset = ids.get(f"{edge.source}.{edge.output}")
        if asset is not None:
            return replace(edge, source=asset, output="")
        return replace(edge, output="") if edge.source in self._kept.applied else edge


def _is_training_only(wiring: Wiring, name: str) -> bool:
    node, spec = wiring.experiment.nodes[name], wiring.specs[name]
    given = {each: wiring.experiment.resolve_value(value) for each, value in node.parameters.items()}
    return spec.training_only is not False and spec.is_training_only(spec.convert(given))


def _free(wanted: str, taken: AbstractSet[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    return name


def _built(experiment: Experiment, wiring: Wiring, kept: _Kept) -> Experiment:
    """The document; nodes keep their order and places, and a new one stands before the node that it came from."""
    nodes: dict[str, Node] = {}
    layout = dict(experiment.layout)
    service = replace(experiment.web_service, inputs={}, outputs={})
    for name, node in experiment.nodes.items():
        for asset, learned in kept.assets.items():
            if learned.node == name:
                nodes[asset] = Node(asset, _STANDS_FOR[learned.type][0], comment=node.comment if asset == name else "")
                if asset != name and name in layout:
                    layout[asset] = (layout[name][0] + _ABOVE[0], layout[name][1] + _ABOVE[1])
        if name in kept.nodes:
            nodes[name] = _node(experiment, wiring, kept, name)
        if name not in kept.nodes or name in kept.applied:
            service = service.without(name)
    places = {name: place for name, place in layout.items() if name in nodes}
    return replace(experiment, nodes=nodes, layout=places, web_service=service)


def _node(experiment: Experiment, wiring: Wiring, kept: _Kept, name: str) -> Node:
    """A node that stays, with its edges; one that learned a transform now applies it."""
    node = experiment.nodes[name]
    edges = {edge.port: Source(edge.source, edge.output or None) for edge in kept.edges if edge.node == name}
    spelled = _as_spelled(experiment, wiring, name, edges)
    if name not in kept.applied:
        return replace(node, inputs=spelled)
    (source,) = spelled.values()
    return Node(name, _APPLY, {"transformation": Source(kept.applied[name]), "dataset": source}, comment=node.comment)


def _as_spelled(experiment: Experiment, wiring: Wiring, name: str, edges: dict[str, Source]) -> dict[str, Source]:
    """The edges under the spellings that the document has for its ports, and its own words for sources that stayed."""
    spec, told = wiring.specs[name], {}
    for spelling, source in experiment.nodes[name].inputs.items():
        port = spec.input(spelling)
        if port is None or port.name not in edges:
            continue
        found = edges[port.name]
        before = next(edge for edge in wiring.into[name] if edge.port == port.name)
        stayed = (before.source, before.output) == (found.node, found.port)
        first = catalogue.get(experiment.nodes[found.node].module).outputs if found.node in experiment.nodes else ()
        is_first = bool(first) and first[0].name == found.port
        told[spelling] = source if stayed else Source(found.node, None if is_first else found.port)
    return told
