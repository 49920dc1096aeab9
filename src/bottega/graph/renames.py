"""Which nodes are the same under another id."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import replace
from itertools import pairwise

from bottega.graph.document import Experiment, Node, Source
from bottega.graph.topology import partial_order
from bottega.graph.writing import node_tree


def renames(old: Experiment, new: Experiment) -> dict[str, str]:
    """Old ids that are gone to the new ids of nodes with equal module, parameters and wiring.

    Nodes upstream are matched first, since a node's wiring names them; of several that are alike the first counts.
    """
    added: dict[str, deque[str]] = defaultdict(deque)
    for name, node in new.nodes.items():
        if name not in old.nodes:
            added[_signature(node)].append(name)
    found: dict[str, str] = {}
    if added:
        ordered, rest = partial_order(old)
        for name in (*ordered, *rest):
            alike = None if name in new.nodes else added.get(_signature(followed(old.nodes[name], found)))
            if alike:
                found[name] = alike.popleft()
    return found


def likely_renames(old: Experiment, new: Experiment) -> dict[str, str]:
    """As `renames`, and nodes of the same module that changed beside, where they stand in the same place."""
    found = renames(old, new)
    taken = set(found.values())
    after = dict(pairwise([None, *new.nodes]))
    for before, name in pairwise([None, *old.nodes]):
        fresh = after.get(found.get(before, before) if before else None)
        if name is None or name in new.nodes or name in found or fresh is None or fresh in old.nodes or fresh in taken:
            continue
        if old.nodes[name].module == new.nodes[fresh].module:
            found[name] = fresh
            taken.add(fresh)
    return found


def followed(node: Node, found: dict[str, str]) -> Node:
    """The node with its edges beginning at the new ids."""
    edges = {port: Source(found.get(source.node, source.node), source.port) for port, source in node.inputs.items()}
    return replace(node, inputs=edges)


def _signature(node: Node) -> str:
    told = node_tree(node, long=True)
    return repr((node.module, sorted(told.get("inputs", {}).items()), sorted(told.get("parameters", {}).items())))
