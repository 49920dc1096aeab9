"""The value of "WebService" in classic's JSON."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from bottega.graph.classic import canvas, definitions, positions, values
from bottega.graph.classic.positions import Place
from bottega.graph.document import UNSET, Experiment, ServiceParameter, Source
from bottega.graph.topology import FindModule

if TYPE_CHECKING:
    from bottega.graph.classic.encoding import Graph

_KEPT: Mapping[str, Any] = {"WebServiceGroupId": None, "ModelPackageId": None, "RunId": None, "ArmWebServiceId": None}
_NAMESPACE = uuid.UUID("506153734175476c4f62416c57734963")


def links(experiment: Experiment, find: FindModule) -> dict[str, dict[str, str]]:
    """By node and parameter, by its own name or as spelled, the web service parameter that sets it."""
    found: dict[str, dict[str, str]] = {}
    for name, each in experiment.web_service.parameters.items():
        for place in map(Source.parse, each.sets):
            node = experiment.nodes.get(place.node)
            spec = find(node.module) if node else None
            parameter = spec.parameter(place.port or "") if spec else None
            found.setdefault(place.node, {}).setdefault(parameter.name if parameter else place.port or "", name)
    return found


def encode_service(graph: Graph) -> dict[str, Any]:
    """The web service of a graph; never nothing, for a client looks into it."""
    service, nodes = graph.experiment.web_service, graph.experiment.nodes
    ports = _Ports(graph)
    inputs = [
        ports.entry("Inputs", name, graph.input_id(source), source.node)
        for name, sources in service.inputs.items()
        for source in sources
        if source.node in nodes
    ]
    outputs = [
        ports.entry("Outputs", name, graph.output_id(source), source.node)
        for name, source in service.outputs.items()
        if source.node in nodes
    ]
    kept = graph.client.get("service", {})
    return {
        "IsWebServiceExperiment": bool(inputs or outputs),
        "Inputs": inputs,
        "Outputs": outputs,
        "Parameters": [_parameter(graph, name, each) for name, each in service.parameters.items()],
        **{key: kept.get(key, usual) for key, usual in _KEPT.items()},
        "SerializedClientData": positions.write(ports.places),
    }


class _Ports:
    """The nodes that classic draws for inputs and outputs: one for each name, with an id and a place of its own."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._ids: dict[tuple[str, str], str] = {}
        self.places: dict[str, Place] = {}

    def entry(self, kind: str, name: str, port_id: str, node: str) -> dict[str, str]:
        """One entry of "Inputs" or "Outputs"."""
        known = self._graph.client.get("ports", {}).get(kind, {})
        made = uuid.uuid5(_NAMESPACE, f"{kind} {name}").hex
        told = self._ids.setdefault((kind, name), str(known.get(port_id, made)))
        place = canvas.kept(told, self._graph.client.get("places", {}))
        self.places.setdefault(told, place or canvas.beside(self._graph.places.get(node), below=kind == "Outputs"))
        return {"Id": told, "PortId": port_id, "Name": name}


def _parameter(graph: Graph, name: str, given: ServiceParameter) -> dict[str, Any]:
    """Of one that sets several, the first tells the type.

    `Value` is null where there is no default and the nodes, each with a value of its own, keep theirs.
    """
    places = [place for place in map(Source.parse, given.sets) if place.node in graph.experiment.nodes]
    spec = graph.spec(places[0].node) if places else None
    parameter = spec.parameter(places[0].port or "") if spec else None
    if given.required:
        value: str | None = ""
    elif given.default is UNSET:
        value = _common(graph.text_of(place) for place in places)
    else:
        value = values.to_text(parameter, graph.experiment.resolve_value(given.default))
    if spec is not None and parameter is not None:
        told = definitions.linked(spec, parameter, name, value, required=given.required)
    else:
        told = {"Name": name, "FriendlyName": name, "DefaultValue": value, "ParameterType": "String",
                "HasDefaultValue": not given.required, "IsOptional": False, "ParameterRules": [], "HasRules": False}  # fmt: skip
    return {"Name": name, "Value": value, "ParameterDefinition": told | {"Description": given.description}}


def _common(texts: Iterable[str | None]) -> str | None:
    different = set(texts)
    return different.pop() if len(different) == 1 else None
