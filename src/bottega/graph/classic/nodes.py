"""Nodes and edges of classic's JSON, read one after the other into those of a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bottega.graph.classic import assets as known_assets
from bottega.graph.classic import families, ids, names, positions, values
from bottega.graph.classic.asset_nodes import AssetNodes
from bottega.graph.classic.assets import KINDS, Assets
from bottega.graph.classic.reading import MAX_TEXT, At
from bottega.graph.document import MAX_NODES, Experiment, Node, Source
from bottega.graph.spelling import same_key
from bottega.graph.topology import FindModule
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.parameters import Parameter
from bottega.sdk.ports import Port

_MAX_ID = 1000  # characters; an id may tell a name


@dataclass(frozen=True)
class Link:
    """A module's parameter that is joined to a web service parameter.

    parameter  None where the module is unknown
    """

    name: str
    place: Source
    parameter: Parameter | None


class Reader:
    """One decoding. Modules come first, for the nodes of datasets and models take ids that are left."""

    def __init__(self, assets: Assets, like: Experiment | None, find: FindModule) -> None:
        self.links: list[Link] = []
        self._find = find
        self._like = like
        self._modules: dict[str, Node] = {}
        self._inputs: dict[str, dict[str, Source]] = {}
        self._assets = AssetNodes(assets, known_assets.in_document(like, find))
        self._characters = 0

    def modules(self, at: At) -> None:
        """The modules, and the datasets and models on their ports."""
        listed = list(at.items())
        for each in listed:
            node = self._module(each)
            if node.id in self._modules:
                each.get("Id").refuse("it is there twice")
            self._modules[node.id] = node
            self._check_count(at)
        self._assets.reserve(self._modules)
        for each, node_id in zip(listed, list(self._modules), strict=True):
            for port in each.get("InputPortsInternal").items():
                self._port_assets(port, node_id)
        self._check_count(at)

    def edges(self, at: At) -> None:
        """The edges between modules."""
        for each in at.items():
            end = each.get("DestinationInputPortId")
            self._feed(end, self.input(end), self.output(each.get("SourceOutputPortId")))

    def places(self, at: At) -> dict[str, tuple[float, float]]:
        """The places of nodes; a dataset or model that has one is on the canvas, joined or not."""
        try:
            told = positions.read(at.value if isinstance(at.value, str) else "")
        except ValueError as error:
            at.refuse(str(error))
        found = {}
        for name, place in told.items():
            node = self._node(name)
            if node is not None:
                found[node.id] = (place.x, place.y)
        self._check_count(at)
        return found

    def ordered(self) -> dict[str, Node]:
        """All nodes, each dataset or model before the first module that it feeds."""
        told: dict[str, Node] = {}
        waiting = {node.id: node for node in self._assets.nodes()}
        for node in self._modules.values():
            for source in node.inputs.values():
                if source.node in waiting:
                    told[source.node] = waiting.pop(source.node)
            told[node.id] = node
        return told | waiting

    def input(self, at: At) -> Source:
        """The input port that a `<node id>:<port name>` means, by the module's own name."""
        node, port = self._end(at)
        spec = self._find(node.module)
        return _named(node, spec.input(port) if spec and port else None, port)

    def output(self, at: At) -> Source:
        """The output port that one means."""
        node, port = self._end(at)
        spec = self._find(node.module)
        return _named(node, spec.output(port) if spec and port else None, port)

    def value(self, place: Source) -> Any:
        """The plain value of a parameter, as the node has it or else by default."""
        node = self._modules[place.node]
        spec = self._find(node.module)
        parameter = spec.parameter(place.port or "") if spec else None
        default = parameter.as_plain(parameter.default) if parameter else None
        return node.parameters.get(place.port or "", default)

    def _module(self, at: At) -> Node:
        node_id = ids.incoming(at.get("Id").text(most=_MAX_ID))
        if node_id is None:
            at.get("Id").refuse("it cannot be the id of a node")
        told = at.get("ModuleId").text(most=_MAX_ID)
        if not told.strip() or "\n" in told:
            at.get("ModuleId").refuse("it is no id of a module")
        module = families.module_of(told)
        spec = self._find(module)
        before = self._like.nodes.get(node_id) if self._like else None
        before = before if before and spec and self._find(before.module) == spec else None
        parameters = dict(self._parameters(at.get("ModuleParameters"), node_id, spec, before))
        comment = at.get("Comment")
        edges = self._inputs[node_id] = {}
        module, pinned = (before.module, before.pinned) if before else (module, "")
        return Node(node_id, module, edges, parameters, self._counted(comment).text(), pinned)

    def _parameters(self, at: At, node: str, spec: ModuleSpec | None, before: Node | None) -> Iterator[tuple[str, Any]]:
        seen = set()
        mode = _trainer_mode(at, spec)
        for each in at.items():
            name, told = each.get("Name").name(), self._counted(each.get("Value"))
            link = each.get("LinkedGlobalParameter").text()
            if each.get("ValueType").text() == "GraphParameterName":  # the older way to join one
                link, told = told.text(), self._counted(each.get("LinkedValue"))
            parameter = spec.parameter(name) if spec else None
            parameter = names.in_range(spec, parameter, mode) if spec and parameter else parameter
            key = parameter.name if parameter else name
            if key in seen:
                each.get("Name").refuse("it is there twice")
            seen.add(key)
            if link:
                self.links.append(Link(link, Source(node, key), parameter))
            yield from self._given(told, key, spec, parameter, before)

    def _given(
        self, told: At, key: str, spec: ModuleSpec | None, parameter: Parameter | None, before: Node | None
    ) -> Iterator[tuple[str, Any]]:
        """The value that a document holds of a parameter, if any."""
        value = told.literal()
        if parameter is None:
            text = None if value is None else values.plain_text(value)
            if not (spec and names.extra_of(spec, key, text or "")):
                yield key, text
            return
        try:
            given, plain = values.from_text(parameter, value)
        except ValueError as error:
            told.refuse(str(error))
        had = same_key(key, before.parameters) if before and parameter.secret else None
        if given and not values.is_default(parameter, plain):
            yield key, plain
        elif not given and before and had:
            yield key, before.parameters[had]

    def _port_assets(self, at: At, node_id: str) -> None:
        for kind, told in KINDS.items():
            found = at.get(told.field).text(most=_MAX_ID)
            if found:
                spec = self._find(self._modules[node_id].module)
                port = at.get("Name").name()
                target = _named(self._modules[node_id], spec.input(port) if spec else None, port)
                self._feed(at.get(told.field), target, Source(self._assets.node(kind, found).id))

    def _feed(self, at: At, target: Source, source: Source) -> None:
        edges = self._inputs.get(target.node)
        if edges is None or target.port is None:
            at.refuse("it leads to no input port")
        if edges.setdefault(target.port, source) != source:
            at.refuse("this port is fed already")

    def _end(self, at: At) -> tuple[Node, str | None]:
        source = at.port(most=_MAX_ID)
        node = self._node(source.node)
        if node is None:
            at.refuse(f"there is no node {source.node[:200]}")
        return node, source.port

    def _node(self, told: str) -> Node | None:
        found = self._modules.get(ids.incoming(told) or "")
        return found or self._assets.known(told)

    def _check_count(self, at: At) -> None:
        if len(self._modules) + len(self._assets.nodes()) > MAX_NODES:
            at.refuse(f"it has more than {MAX_NODES:,} nodes")

    def _counted(self, at: At) -> At:
        """The value, as long as all of them together are not too long."""
        if isinstance(at.value, str):
            self._characters += len(at.value)
            if self._characters > MAX_TEXT:
                at.refuse(f"all texts together have more than {MAX_TEXT:,} characters")
        return at


def _named(node: Node, found: Port | None, spelling: str | None) -> Source:
    return Source(node.id, found.name if found else spelling)


def _trainer_mode(at: At, spec: ModuleSpec | None) -> object:
    """Whether a learner has single values or ranges; None where nothing tells."""
    for each in at.items() if spec else ():
        parameter = spec.parameter(each.get("Name").name()) if spec else None
        if parameter is not None and names.is_mode(parameter):
            return each.get("Value").value
    return None
