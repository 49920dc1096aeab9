"""An experiment from a client that knows JSON alone, put into the text that is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bottega.graph.document import Experiment, Node
from bottega.graph.editing import update
from bottega.graph.reading import loads


def merged(text: str, experiment: Experiment) -> str:
    """The text, edited to mean the experiment.

    JSON of browsers has one kind of number, so 1 where the text has 1.0 is no change. Raises
    `experiment-invalid` where the text is no experiment file.
    """
    old = loads(text, experiment.folder).experiment
    nodes = {name: _spelled(node, old.nodes.get(name)) for name, node in experiment.nodes.items()}
    return update(text, replace(experiment, nodes=nodes))


def _spelled(node: Node, old: Node | None) -> Node:
    """The node with numbers as they were written where they are the same."""
    if old is None:
        return node
    values = {name: _number(value, old.parameters.get(name)) for name, value in node.parameters.items()}
    return replace(node, parameters=values)


def _number(value: Any, old: Any) -> Any:
    if isinstance(value, dict) and isinstance(old, dict):
        return {key: _number(each, old.get(key)) for key, each in value.items()}
    if isinstance(value, list) and isinstance(old, list) and len(value) == len(old):
        return [_number(each, before) for each, before in zip(value, old, strict=True)]
    numbers = isinstance(value, int | float) and isinstance(old, int | float)
    return old if numbers and not isinstance(value, bool) and not isinstance(old, bool) and value == old else value
