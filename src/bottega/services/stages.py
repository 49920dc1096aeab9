"""The live nodes of a program as stages: one jail, or one piece of work on this side, each.

Modules of the catalogue run together in one jail as far as their links allow. One that a workspace has of its own is
alone in its jail, and so is one that opens a model of its author's own Python: what that does there is nobody else's
result. A script runs in a jail of its own environment, and each module that must reach out runs on this side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bottega.sdk import catalogue
from bottega.sdk.declaration import Isolation
from bottega.sdk.plain import OWN_CODE
from bottega.sdk.ports import PortType
from bottega.services.program import Node, Program, place

# The module that makes models of its author's Python, and the task that they tell of.
_AUTHORS, _TASK = "create-python-model", "Python model"
_MODELS = (PortType.UNTRAINED_MODEL, PortType.TRAINED_MODEL)


class Way(StrEnum):
    """How a stage runs."""

    MODULES = "modules"
    OWN = "own"
    SCRIPT = "script"
    HOST = "host"


@dataclass(frozen=True)
class Stage:
    """Nodes that run at once, upstream first; more than one only of modules."""

    way: Way
    nodes: tuple[Node, ...]


def split(program: Program) -> list[Stage]:
    """The stages, in an order in which each has its inputs."""
    ways = _ways(program)
    depths: dict[str, int] = {}
    for node in program.nodes:
        feeders = {place(source)[0] for source in node.links.values()} & depths.keys()
        depths[node.id] = max((_depth(depths[each], ways[each], ways[node.id]) for each in feeders), default=0)
    stages = []
    for depth in sorted(set(depths.values())):
        here = [node for node in program.nodes if depths[node.id] == depth]
        modules = tuple(node for node in here if ways[node.id] is Way.MODULES)
        if modules:
            stages.append(Stage(Way.MODULES, modules))
        stages += [Stage(ways[node.id], (node,)) for node in here if ways[node.id] is not Way.MODULES]
    return stages


def _depth(feeder: int, its_way: Way, own: Way) -> int:
    """How deep a node is at least that another feeds: modules of one depth run before all else of it."""
    return feeder + (own is Way.MODULES and its_way is not Way.MODULES)


def _ways(program: Program) -> dict[str, Way]:
    """How each node runs."""
    own = {key for key, constant in program.constants.items() if _is_own_code(constant.described)}
    ways: dict[str, Way] = {}
    for node in program.nodes:
        ways[node.id] = way(node)
        spec = catalogue.get(node.module)
        if node.module == _AUTHORS or spec.own is not None or own & set(node.links.values()):
            # What it made of such a model is such a model; its tables are plain data.
            own |= {f"{node.id}.{port.name}" for port in spec.outputs if port.type in _MODELS}
            ways[node.id] = Way.OWN if ways[node.id] is Way.MODULES else ways[node.id]
    return ways


def _is_own_code(described: object) -> bool:
    return isinstance(described, Mapping) and (described.get("task") == _TASK or OWN_CODE in described)


def way(node: Node) -> Way:
    """How a node runs. Raises `module-unknown`."""
    spec = catalogue.get(node.module)
    if spec.own is not None:
        return Way.OWN
    if spec.isolation is Isolation.HOST:
        return Way.HOST
    return Way.SCRIPT if spec.guest == "script" else Way.MODULES


def sources(program: Program) -> Mapping[str, Mapping[str, str]]:
    """By node and input port, the key of what comes in there: `in:NAME` of a web service input, or `node.port`."""
    found: dict[str, dict[str, str]] = {node.id: dict(node.links) for node in program.nodes}
    for port, name in program.fed().items():
        node, _, own = port.partition(".")
        if node in found:  # else nothing that an output needs
            found[node][own] = f"in:{name}"
    return found
