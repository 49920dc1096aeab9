"""Modules by what is said of them: for ids whose family is known neither to classic's list nor here.

Of several modules classic's family is not public. Their nodes tell the names of parameters and ports all the same, and
where those fit one module alone it is taken for that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bottega.graph.classic import families, names
from bottega.graph.classic.assets import KINDS
from bottega.graph.classic.reading import At
from bottega.graph.web_service import MAX_NAME
from bottega.sdk.declaration import ModuleSpec

_MAX_ID = 1000
_ASSETS = {kind.module for kind in KINDS.values()}


@dataclass
class _Said:
    """What all nodes of one module say of it; ports are those of one node, for classic lists them all."""

    parameters: set[str] = field(default_factory=set)
    inputs: set[str] = field(default_factory=set)
    outputs: set[str] = field(default_factory=set)


def recognised(graph: Any, specs: Iterable[ModuleSpec]) -> dict[str, str]:
    """The modules that unknown ids are taken for, by id. Raises `experiment-invalid` as `decode` does."""
    said: dict[str, _Said] = {}
    for each in At(graph, "Graph").get("ModuleNodes").items():
        told = each.get("ModuleId").text(most=_MAX_ID)
        if families.module_of(told).startswith(families.UNKNOWN):
            _hear(said.setdefault(told, _Said()), each)
    if not said:
        return {}
    candidates = [spec for spec in specs if spec.name not in families.FAMILIES and spec.name not in _ASSETS]
    fitting = {told: [spec for spec in candidates if _fits(spec, what)] for told, what in said.items()}
    return {told: found[0].name for told, found in fitting.items() if len(found) == 1}


def renamed(graph: Any, modules: Mapping[str, str]) -> Any:
    """The graph with other modules: by whole ids, or by families in them."""
    nodes = graph.get("ModuleNodes") if modules and isinstance(graph, Mapping) else None
    nodes = [nodes] if isinstance(nodes, Mapping) else nodes
    if not isinstance(nodes, list):
        return graph
    told = [_as(node, modules) if isinstance(node, Mapping) else node for node in nodes]
    return {**graph, "ModuleNodes": told}


def _as(node: Mapping[str, Any], modules: Mapping[str, str]) -> Mapping[str, Any]:
    told = node.get("ModuleId")
    if not isinstance(told, str):
        return node
    family = told.split(".")[1].lower() if told.count(".") == 2 else told
    slug = modules.get(told) or modules.get(family)
    return node if slug is None else {**node, "ModuleId": families.module_id(slug)}


def _hear(said: _Said, node: At) -> None:
    said.parameters |= set(_names(node.get("ModuleParameters")))
    said.inputs |= set(_names(node.get("InputPortsInternal")))
    said.outputs |= set(_names(node.get("OutputPortsInternal")))


def _names(at: At) -> Iterable[str]:
    return [each.get("Name").text(most=MAX_NAME) for each in at.items()]


def _fits(spec: ModuleSpec, said: _Said) -> bool:
    """Whether a module has all that is said, and all ports; a module of no parameters says too little of itself."""
    inputs = {port.name for name in said.inputs if (port := spec.input(name))}
    outputs = {port.name for name in said.outputs if (port := spec.output(name))}
    return (
        bool(said.parameters)
        and all(spec.parameter(name) or names.extra_of(spec, name, "") for name in said.parameters)
        and len(said.inputs) == len(inputs) == len(spec.inputs)
        and len(said.outputs) == len(outputs) > 0
    )
