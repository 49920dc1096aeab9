"""The live nodes of a program as stages: one jail, or one piece of work on this side, each.

Modules of the catalogue run together in one jail as far as their links allow. One that runs what a user wrote, be it
a module of the workspace's own, R or a model in Python, is alone in its jail, and so is one that opens a model or
transform that is not trusted (`engine.trust`): what that does there is nobody else's result. A script runs in a jail
of its own environment, and each module that must reach out runs on this side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bottega.engine.trust import keeps_trust, runs_others_code
from bottega.sdk import catalogue
from bottega.sdk.declaration import Isolation
from bottega.services.program import Node, Program, place


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
    """How each node runs: alone unless all that is opened for it is trusted, by what made it and not by what it tells."""
    carried: dict[str, _Carried] = {
        key: _Carried(constant.type, constant.trusted) for key, constant in program.constants.items()
    }
    ways: dict[str, Way] = {}
    fed = program.fed()
    for node in program.nodes:
        spec = catalogue.get(node.module)
        given = [carried[source] for source in node.links.values() if source in carried]
        # What callers send is theirs, whatever the port takes.
        given += [_Carried(port.type, trusted=False) for port in spec.inputs if f"{node.id}.{port.name}" in fed]
        trusted = keeps_trust(spec, given)
        carried |= {f"{node.id}.{port.name}": _Carried(port.type, trusted) for port in spec.outputs}
        found = way(node)
        ways[node.id] = Way.OWN if found is Way.MODULES and not trusted else found
    return ways


@dataclass(frozen=True)
class _Carried:
    """What a link carries."""

    type: str
    trusted: bool


def way(node: Node) -> Way:
    """How a node runs, whatever comes in. Raises `module-unknown`."""
    spec = catalogue.get(node.module)
    if spec.own is None and spec.isolation is Isolation.HOST:
        return Way.HOST
    if spec.own is None and spec.guest == "script":
        return Way.SCRIPT
    return Way.OWN if runs_others_code(spec) else Way.MODULES


def sources(program: Program) -> Mapping[str, Mapping[str, str]]:
    """By node and input port, the key of what comes in there: `in:NAME` of a web service input, or `node.port`."""
    found: dict[str, dict[str, str]] = {node.id: dict(node.links) for node in program.nodes}
    for port, name in program.fed().items():
        node, _, own = port.partition(".")
        if node in found:  # else nothing that an output needs
            found[node][own] = f"in:{name}"
    return found
