"""From an experiment to the graph JSON of the classic Studio."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bottega.graph.classic import assets as asset_nodes
from bottega.graph.classic import canvas, families, ids, positions
from bottega.graph.classic.assets import KINDS, Asset, Assets
from bottega.graph.classic.parameter_encoding import Settings
from bottega.graph.classic.positions import Place
from bottega.graph.classic.service_encoding import encode_service, links
from bottega.graph.document import Experiment, Node, Source
from bottega.graph.topology import FindModule, cached
from bottega.sdk import catalogue
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.ports import Port, PortType

_KEPT: Mapping[str, Any] = {
    "CommentCollapsed": True, "Language": None, "Version": None, "UsePreviousResults": True, "IsPartOfPartialRun": None,
}  # fmt: skip
_OUTPUT_TYPES = {PortType.TRAINED_MODEL: "TrainedModel", PortType.TRANSFORM: "Transform"}


@dataclass(frozen=True)
class Encoded:
    """The values of "Graph" and "WebService"."""

    graph: dict[str, Any]
    web_service: dict[str, Any] | None


def encode(
    experiment: Experiment, assets: Assets, *, client: Mapping[str, Any] | None = None,
    clear_credentials: bool = False, find_module: FindModule = catalogue.find,
) -> Encoded:  # fmt: skip
    """Classic's JSON of an experiment, in whatever state it is: what leads nowhere is left out.

    client             what `client_data` told of the JSON that the experiment came from
    clear_credentials  leave out every secret, also what classic shows

    Raises `usage` for a dataset that is a file, and `0048` for a parameter whose file cannot be read.
    """
    graph = Graph(experiment, assets, dict(client or {}), cached(find_module), clear_credentials=clear_credentials)
    return Encoded(graph.told(), encode_service(graph))


class Graph:
    """One encoding: what is known of nodes by their ids in the document."""

    def __init__(
        self,
        experiment: Experiment,
        assets: Assets,
        client: dict[str, Any],
        find: FindModule,
        *,
        clear_credentials: bool,
    ) -> None:
        self.experiment = experiment
        self.client = client
        self.find = find
        self._assets = assets
        self._clear = clear_credentials
        self.asset_of: dict[str, Asset] = {}
        for node in experiment.nodes.values():
            found = asset_nodes.of_node(node, find)
            if found is not None:
                self.asset_of[node.id] = found

    def told(self) -> dict[str, Any]:
        """The value of "Graph"."""
        modules = [node for node in self.experiment.nodes.values() if node.id not in self.asset_of]
        return {
            "ModuleNodes": [self._module(node) for node in modules],
            "EdgesInternal": [edge for node in modules for edge in self._edges(node)],
            "SerializedClientData": positions.write(self._placed()),
            "PublishInfo": None,
            "Parameters": [],
        }

    def spec(self, node: str) -> ModuleSpec | None:
        """The module of a node; None where node or module are unknown."""
        found = self.experiment.nodes.get(node)
        return self.find(found.module) if found else None

    @cached_property
    def places(self) -> dict[str, tuple[float, float]]:
        """The places of all nodes."""
        return canvas.places(self.experiment)

    def node_id(self, node: str) -> str:
        """Classic's id of a node: an asset's own."""
        asset = self.asset_of.get(node)
        return ids.outgoing(node) if asset is None else asset_nodes.id_of(asset, self._assets)

    def input_id(self, source: Source) -> str:
        """`<node id>:<port name>` of an input port."""
        spec = self.spec(source.node)
        return f"{self.node_id(source.node)}:{_title(spec.input(source.port or '') if spec else None, source.port)}"

    def output_id(self, source: Source) -> str:
        """The same of an output port; one that is not named is the first."""
        spec = self.spec(source.node)
        first = spec.outputs[0] if spec and spec.outputs else None
        port = spec.output(source.port) if spec and source.port else first
        return f"{self.node_id(source.node)}:{_title(port, source.port)}"

    def text_of(self, source: Source) -> str | None:
        """The text of the value that a node's parameter has now."""
        return self._settings(self.experiment.nodes[source.node]).text_of(source.port or "")

    @cached_property
    def _links(self) -> Mapping[str, Mapping[str, str]]:
        return links(self.experiment, self.find)

    def _settings(self, node: Node) -> Settings:
        given = {name: self.experiment.resolve_value(value) for name, value in node.parameters.items()}
        return Settings(self.find(node.module), given, self._links.get(node.id, {}), clear_credentials=self._clear)

    def _placed(self) -> dict[str, Place]:
        sizes = self.client.get("places", {})
        told: dict[str, Place] = {}
        for node, (x, y) in self.places.items():
            name = self.node_id(node)
            size = canvas.kept(name, sizes) or Place(x, y)
            told.setdefault(name, Place(x, y, size.width, size.height))
        return told

    def _module(self, node: Node) -> dict[str, Any]:
        spec, name = self.find(node.module), ids.outgoing(node.id)
        kept = self.client.get("nodes", {}).get(name, {})
        told: dict[str, Any] = {
            "Id": name,
            "ModuleId": self._module_id(node, spec, kept),
            "Comment": node.comment,
            **{key: kept.get(key, usual) for key, usual in _KEPT.items()},
            "ModuleParameters": list(self._settings(node).told(kept.get("ModuleParameters", {}))),
        }
        told["InputPortsInternal"] = [
            self._input(spec, port, source, name) for port, source in _ports(node, spec).items()
        ]
        told["OutputPortsInternal"] = [
            {"Name": port, "NodeId": name, "OutputType": kind} for port, kind in self._outputs(node, spec)
        ]
        return told

    def _module_id(self, node: Node, spec: ModuleSpec | None, kept: Mapping[str, Any]) -> str:
        """The module's id; the client's own, of whatever version, while it means the same module."""
        slug = spec.name if spec else node.module
        before = str(kept.get("ModuleId", ""))
        if families.slug_of(before) == slug:
            return before
        known = spec is not None or slug in families.FAMILIES or slug.startswith(families.UNKNOWN)
        return families.module_id(slug) if known else families.nameless(slug)

    def _input(self, spec: ModuleSpec | None, port: str, source: Source | None, node: str) -> dict[str, Any]:
        asset = self.asset_of.get(source.node) if source else None
        fields: dict[str, Any] = {kind.field: None for kind in KINDS.values()}
        if asset is not None:
            fields[KINDS[asset.kind].field] = asset_nodes.id_of(asset, self._assets)
        name = _title(spec.input(port) if spec else None, port)
        return fields | {"Name": name, "NodeId": node, "Language": None, "Version": None, "PortIndex": None}

    def _outputs(self, node: Node, spec: ModuleSpec | None) -> Iterator[tuple[str, str | None]]:
        """Titles, and the type of what leaves here for a web service; of an unknown module those that are used."""
        if spec is None:
            yield from ((name, None) for name in self._used.get(node.id, {}))
        for port in spec.outputs if spec else ():
            told = self.output_id(Source(node.id, port.name))
            yield port.title, _OUTPUT_TYPES.get(port.type) if told in self._shown else None

    @cached_property
    def _used(self) -> Mapping[str, Mapping[str, None]]:
        """Outputs by node, as the edges from them spell them."""
        used: dict[str, dict[str, None]] = {}
        for node in self.experiment.nodes.values():
            for source in node.inputs.values():
                used.setdefault(source.node, {})[source.port or ""] = None
        return used

    @cached_property
    def _shown(self) -> set[str]:
        return {self.output_id(source) for source in self.experiment.web_service.outputs.values()}

    def _edges(self, node: Node) -> Iterator[dict[str, Any]]:
        for port, source in _ports(node, self.find(node.module)).items():
            if source is not None and source.node in self.experiment.nodes and source.node not in self.asset_of:
                yield {
                    "SourceOutputPortId": self.output_id(source),
                    "DestinationInputPortId": self.input_id(Source(node.id, port)),
                    "DestinationInputPortIndex": None,
                }


def _ports(node: Node, spec: ModuleSpec | None) -> dict[str, Source | None]:
    """All input ports and what feeds them: those of the module by its own names, then others as they are spelled."""
    told: dict[str, Source | None] = {port.name: None for port in spec.inputs} if spec else {}
    for spelling, source in node.inputs.items():
        port = spec.input(spelling) if spec else None
        name = port.name if port else spelling
        told[name] = told.get(name) or source
    return told


def _title(port: Port | None, spelling: str | None) -> str:
    return port.title if port else spelling or ""
