"""What a client's JSON says that a document cannot hold, so that it can be told again."""

from __future__ import annotations

from typing import Any

from bottega.graph.classic import names, positions
from bottega.graph.classic.families import slug_of
from bottega.graph.classic.reading import At
from bottega.sdk import catalogue

_NODE = ("ModuleId", "CommentCollapsed", "Language", "Version", "UsePreviousResults", "IsPartOfPartialRun")
_SERVICE = ("WebServiceGroupId", "ModelPackageId", "RunId", "ArmWebServiceId")
_LONGEST = 1000  # characters


def client_data(graph: Any, web_service: Any) -> dict[str, Any]:
    """Plain values for `encode` to take back: of nodes by classic's ids, places, and of the web service.

    Raises `experiment-invalid` as `decode` does.
    """
    whole = At(graph, "Graph")
    nodes = {}
    for node in whole.get("ModuleNodes").items():
        kept = _kept(node, _NODE)
        extras = _extras(node)
        nodes[node.get("Id").text(most=_LONGEST)] = kept | ({"ModuleParameters": extras} if extras else {})
    service = At(web_service, "WebService")
    told: dict[str, Any] = {"nodes": nodes, "places": _places(whole)}
    if service.is_object:
        told["places"] |= _places(service)
        told["service"] = _kept(service, _SERVICE)
        told["ports"] = {kind: _port_ids(service.get(kind)) for kind in ("Inputs", "Outputs")}
    return told


def _kept(at: At, keys: tuple[str, ...]) -> dict[str, Any]:
    found = {key: at.get(key).value for key in keys if key in at.value}
    return {key: value for key, value in found.items() if _is_short(value)}


def _is_short(value: Any) -> bool:
    return value is None or isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= _LONGEST)


def _extras(node: At) -> dict[str, str]:
    """Parameters that only classic has, and that change nothing here."""
    slug = slug_of(node.get("ModuleId").text(most=_LONGEST))
    spec = catalogue.find(slug) if slug else None
    found = {}
    for each in node.get("ModuleParameters").items() if spec and spec.name in names.EXTRAS else ():
        value = each.get("Value").value
        told = names.extra_of(spec, each.get("Name").text(most=_LONGEST), str(value)) if spec else None
        if told is not None and isinstance(value, str) and len(value) <= _LONGEST:
            found[told.name] = value
    return found


def _places(at: At) -> dict[str, list[float]]:
    data = at.get("SerializedClientData")
    try:
        found = positions.read(data.value if isinstance(data.value, str) else "")
    except ValueError as error:
        data.refuse(str(error))
    return {node: [place.x, place.y, place.width, place.height] for node, place in found.items()}


def _port_ids(ports: At) -> dict[str, str]:
    """Ids of the web service's own nodes, by the place that each is joined to."""
    found = {}
    for port in ports.items():
        told = port.get("Id").text(most=_LONGEST)
        if told:
            found[port.get("PortId").text(most=_LONGEST)] = told
    return found
