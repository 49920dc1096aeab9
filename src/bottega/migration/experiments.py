"""The scripts of an experiment, and the experiment with others in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bottega.graph.document import Experiment, FileRef, Node
from bottega.sdk import catalogue

_PYTHON = "python"


@dataclass(frozen=True)
class NodeScript:
    """A parameter that is Python: its text, or the file that has it."""

    node: str
    parameter: str
    value: str | FileRef


def scripts(experiment: Experiment) -> Iterator[NodeScript]:
    """All of them, in the order of the nodes."""
    for node in experiment.nodes.values():
        for parameter in _python_parameters(node):
            value = node.parameters[parameter]
            if isinstance(value, str | FileRef):
                yield NodeScript(node.id, parameter, value)


def with_texts(experiment: Experiment, texts: Mapping[tuple[str, str], str]) -> Experiment:
    """The experiment with other texts at some parameters, by node and parameter."""
    nodes = dict(experiment.nodes)
    for (node, parameter), text in texts.items():
        nodes[node] = replace(nodes[node], parameters={**nodes[node].parameters, parameter: text})
    return replace(experiment, nodes=nodes)


def _python_parameters(node: Node) -> Iterator[str]:
    """Names as the node spells them."""
    spec = catalogue.find(node.module)
    if spec is None:
        return
    for spelling in node.parameters:
        parameter = spec.parameter(spelling)
        if parameter is not None and parameter.code == _PYTHON:
            yield spelling
