"""Ids of nodes: classic's may begin with a digit, ours may not."""

from __future__ import annotations

from bottega.graph.document import is_id

_PREFIX = "n-"


def outgoing(node: str) -> str:
    """The id of a node in classic's JSON: as it came in, where it came from there."""
    bare = node.removeprefix(_PREFIX)
    return bare if bare != node and bare and not is_id(bare) else node


def incoming(node: str) -> str | None:
    """The id of a node in a document, or None for a text that can be none."""
    return next((each for each in (node, _PREFIX + node) if node and is_id(each)), None)
