"""The canonical text of an experiment, made to differ little where the experiment does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bottega.graph.document import UNSET, Experiment, FileRef, Node, ServiceParameter, WebService, is_reference
from bottega.graph.notes import note_tree, short
from bottega.graph.reading import FORMAT
from bottega.graph.scalars import can_be_literal, literal, quoted, render

WIDTH = 100
STEP = 2
Path = tuple[str, ...]


def dumps(experiment: Experiment) -> str:
    """The whole text; equal experiments with their nodes in equal order have equal texts."""
    lines: list[str] = []
    for key, value in tree(experiment).items():
        lines += entry_lines(key, value, 0, (key,))
    return "\n".join(lines) + "\n"


def tree(experiment: Experiment, long: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The experiment as plain mappings, the way that a file nests them.

    `long` are datasets to be told as module and parameters all the same.
    """
    told: dict[str, Any] = {"bottega": FORMAT}
    if experiment.title:
        told["title"] = experiment.title
    if experiment.description:
        told["description"] = experiment.description
    if experiment.environment:
        told["environment"] = experiment.environment
    told["nodes"] = {name: node_tree(node, long=name in long) for name, node in experiment.nodes.items()}
    if experiment.web_service:
        told["web_service"] = service_tree(experiment.web_service)
    if experiment.notes:
        told["notes"] = {name: note_tree(note) for name, note in experiment.notes.items()}
    if experiment.groups:
        told["groups"] = {title: list(members) for title, members in experiment.groups.items()}
    if experiment.layout:
        told["layout"] = {name: short(place) for name, place in experiment.layout.items()}
    return told


def node_tree(node: Node, *, long: bool = False) -> dict[str, Any]:
    """One node as plain values."""
    told: dict[str, Any] = {}
    if node.dataset is not None and not long:
        told["dataset"] = plain_value(node.dataset)
    else:
        told["module"] = node.module
        if node.inputs:
            told["inputs"] = {port: str(source) for port, source in node.inputs.items()}
        if node.parameters:
            told["parameters"] = {name: plain_value(value) for name, value in node.parameters.items()}
    if node.comment:
        told["comment"] = node.comment
    if node.pinned:
        told["pinned"] = node.pinned
    return told


def service_tree(service: WebService) -> dict[str, Any]:
    """The web service as plain values: what reaches in or out at one place is a text, else a list."""
    told = {
        "inputs": {name: _one_or_all([str(port) for port in ports]) for name, ports in service.inputs.items()},
        "outputs": {name: str(source) for name, source in service.outputs.items()},
        "parameters": {name: parameter_tree(each) for name, each in service.parameters.items()},
    }
    return {kind: entries for kind, entries in told.items() if entries}


def parameter_tree(parameter: ServiceParameter) -> Any:
    """A web service parameter as plain values; the short form where it has nothing but places."""
    sets = _one_or_all(list(parameter.sets))
    told: dict[str, Any] = {"sets": sets}
    if parameter.required:
        told["required"] = True
    if parameter.default is not UNSET:
        told["default"] = plain_value(parameter.default)
    if parameter.description:
        told["description"] = parameter.description
    return told if len(told) > 1 else sets


def _one_or_all(places: list[str]) -> Any:
    return places[0] if len(places) == 1 else places


def plain_value(value: Any) -> Any:
    """A parameter's value without FileRef."""
    return {"file": value.path} if isinstance(value, FileRef) else value


def same(one: Any, other: Any) -> bool:
    """Whether plain values are equal and of equal types: 1 is not true, nor 1.0. The order of keys does not count."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) or (one != one and other != other)  # noqa: PLR0124 # not-a-number equals itself here


def entry_lines(key: str, value: Any, column: int, path: Path, step: int = STEP) -> list[str]:
    """The lines of `key: value` with the key at a column; `path` are the keys down to it."""
    head = " " * column + render(key, in_flow=False) + ":"
    inline, body = block(value, column, path, step, room=WIDTH - len(head) - 1)
    return [f"{head} {inline}" if inline else head, *body]


def item_lines(value: Any, column: int, path: Path, step: int = STEP) -> list[str]:
    """The lines of `- value` with the dash at a column."""
    head = " " * column + "-"
    if isinstance(value, dict | list) and value and not _fits(value, WIDTH - len(head) - 1):
        lines = _collection_lines(value, column + 2, path, step)
        return [f"{head} {lines[0].lstrip(' ')}", *lines[1:]]
    inline, body = block(value, column, path, step)
    return [f"{head} {inline}", *body]


def block(value: Any, column: int, path: Path, step: int, room: int = WIDTH) -> tuple[str, list[str]]:
    """What stands beside the key, and the lines below."""
    if isinstance(value, str) and can_be_literal(value):
        header, lines = literal(value, step)
        return header, [" " * (column + step) + line if line else "" for line in lines]
    if not isinstance(value, dict | list):
        return render(value, in_flow=False), []
    if not value:
        return flow(value), []
    if not _always_in_lines(path) and (_is_reference(value) or _fits(value, room)):
        return flow(value), []
    return "", _collection_lines(value, column + step, path, step)


def flow(value: Any, *, as_json: bool = False, style: str | None = None) -> str:
    """Any value on one line; `as_json` quotes every text."""
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{flow(k, as_json=as_json)}: {flow(v, as_json=as_json)}" for k, v in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(flow(each, as_json=as_json) for each in value) + "]"
    return quoted(value) if as_json and isinstance(value, str) else render(value, style)


def _collection_lines(value: Mapping[str, Any] | list[Any], column: int, path: Path, step: int) -> list[str]:
    lines: list[str] = []
    if isinstance(value, list):
        for each in value:
            lines += item_lines(each, column, (*path, "-"), step)
    else:
        for key, each in value.items():
            lines += entry_lines(key, each, column, (*path, key), step)
    return lines


def _always_in_lines(path: Path) -> bool:
    """Whether what stands at these keys has one line for each of its entries, however short."""
    if path[0] in {"layout", "notes", "groups"}:
        return len(path) == 1
    if path[0] == "web_service":
        return len(path) < 3
    return path[0] == "nodes" and (len(path) < 3 or (len(path) == 3 and path[2] == "parameters"))


def _is_reference(value: dict[str, Any] | list[Any]) -> bool:
    return isinstance(value, dict) and is_reference(value)


def _fits(value: Any, room: int) -> bool:
    return not _has_lines(value) and len(flow(value)) <= room


def _has_lines(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_has_lines, value.values() if isinstance(value, dict) else value))
    return isinstance(value, str) and can_be_literal(value)
