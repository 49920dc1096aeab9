"""`--set NODE.PARAMETER=VALUE` and `NODE.PORT` as people type them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from bottega.dataset.selection import Columns
from bottega.errors import BottegaError
from bottega.graph.document import Experiment, FileRef, Node, plain
from bottega.graph.spelling import did_you_mean, same_key, there_are
from bottega.graph.syntax import Collection, Scalar, Tree, compose
from bottega.graph.topology import FindModule
from bottega.graph.writing import same
from bottega.sdk.declaration import ModuleSpec
from bottega.sdk.parameters import Parameter
from bottega.sdk.ports import folded


def apply(experiment: Experiment, settings: Sequence[str], find_module: FindModule) -> Experiment:
    """The experiment with other values of parameters; nodes and parameters go by any spelling.

    A value is YAML on one line (`5`, `[age, bmi]`, `{file: other.py}`); what the parameter takes as text
    stays the text that it is. Raises `usage` for what is unknown or unreadable, and as `Parameter.convert` does.
    """
    for setting in settings:
        place, equals, text = setting.partition("=")
        name, dot, spelling = place.strip().partition(".")
        if not (equals and dot and name and spelling):
            raise BottegaError("usage", reason=f"{setting!r:.200} is not of the form NODE.PARAMETER=VALUE")
        node = _node(experiment, name)
        parameter = _parameter(node, _module(node, find_module), spelling)
        experiment = with_value(experiment, node, parameter, _value(text, parameter))
    return experiment


def split_port(reference: str, experiment: Experiment, find_module: FindModule) -> tuple[str, str]:
    """The node and the output port that `NODE.PORT` means, or `NODE` for its first port. Raises `usage`."""
    name, dot, spelling = reference.strip().partition(".")
    node = _node(experiment, name)
    spec = _module(node, find_module)
    known = [port.name for port in spec.outputs]
    if not known:
        raise BottegaError("usage", reason=f"{node.id} ({spec.title}) has no outputs")
    if not dot:
        return node.id, known[0]
    port = spec.output(spelling)
    if port is None:
        reason = f"{node.id} ({spec.title}) has no output {spelling}{there_are('outputs', known)}"
        raise BottegaError("usage", reason=reason)
    return node.id, port.name


def _node(experiment: Experiment, spelling: str) -> Node:
    found = same_key(spelling, experiment.nodes)
    if found is None:
        near = did_you_mean(spelling, experiment.nodes)
        known = ", ".join(list(experiment.nodes)[:20]) or "none"
        raise BottegaError("usage", reason=f"There is no node {spelling}{near or f'; the nodes are {known}'}")
    return experiment.nodes[found]


def _module(node: Node, find_module: FindModule) -> ModuleSpec:
    spec = find_module(node.module)
    if spec is None:
        raise BottegaError("usage", reason=f"The module {node.module} of node {node.id} is unknown")
    return spec


def _parameter(node: Node, spec: ModuleSpec, spelling: str) -> Parameter:
    parameter = spec.parameter(spelling)
    if parameter is None:
        known = [each.name for each in spec.parameters]
        reason = f"{node.id} ({spec.title}) has no parameter {spelling}{there_are('parameters', known)}"
        raise BottegaError("usage", reason=reason)
    return parameter


def with_value(experiment: Experiment, node: Node, parameter: Parameter, value: Any) -> Experiment:
    """The experiment with another value of a node's parameter. Raises as `Parameter.convert` does.

    One spelling is left of those that the node had; a value at its default is not written.
    """
    spellings = parameter.spellings()
    had = [key for key in node.parameters if folded(key) in spellings]
    for key in had[1:]:
        experiment = experiment.unset(node.id, key)
    name = had[0] if had else parameter.name
    if not isinstance(value, FileRef):
        converted = parameter.as_plain(parameter.convert(value))
        if not parameter.required and same(converted, parameter.as_plain(parameter.default)):
            return experiment.unset(node.id, name)
    return experiment.set(node.id, name, value)


def _value(text: str, parameter: Parameter) -> Any:
    is_text = issubclass(parameter.type, str | StrEnum)
    try:
        tree = compose(text, "the value")
    except BottegaError as error:
        if is_text:
            return text
        reason = f"The value {text[:200]!r} of {parameter.title} cannot be read: {error.facts['reason']}"
        raise BottegaError("usage", reason=reason) from error
    return _of_tree(tree, text, parameter, is_text=is_text)


def _of_tree(tree: Tree | None, text: str, parameter: Parameter, *, is_text: bool) -> Any:
    if isinstance(tree, Collection):
        value = plain(tree.value)
        return value if isinstance(value, FileRef) or not is_text else text
    if isinstance(tree, Scalar) and tree.style in {"'", '"'}:
        return tree.text
    if parameter.optional and text.strip() in {"null", "~"}:
        return None
    if is_text or tree is None or (parameter.type is Columns and tree.value is not None):
        return text
    return tree.value
