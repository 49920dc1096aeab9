"""From the tree of an experiment file to the experiment; what cannot be understood is told and left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bottega.errors import BottegaError, sentence
from bottega.graph import notes, service_reading
from bottega.graph.document import (
    DATASET_MODULE,
    DATASET_PARAMETER,
    MAX_NODES,
    Experiment,
    FileRef,
    Node,
    Source,
    check_not_pinned,
    is_id,
    plain,
)
from bottega.graph.lines import LineIndex
from bottega.graph.problem import INVALID, Problem
from bottega.graph.spelling import Hints
from bottega.graph.syntax import Collection, Entry, Scalar, Tree, compose, refuse

FORMAT = 1
_TOP = ("bottega", "title", "description", "environment", "nodes", "web_service", "notes", "groups", "layout")
_NODE = ("module", "dataset", "inputs", "parameters", "comment", "pinned")


@dataclass(frozen=True)
class Loaded:
    """An experiment as read, where it stands in its text, and what was wrong with the text."""

    experiment: Experiment
    lines: LineIndex
    problems: tuple[Problem, ...]
    text: str


def loads(text: str, folder: Path | None = None, *, path: str = "the experiment") -> Loaded:
    """Read a text.

    Raises `experiment-invalid` for one that is no YAML, no mapping, too large or of a newer Bottega.
    """
    tree = compose(text, path)
    if tree is None or (isinstance(tree, Scalar) and tree.value is None):
        refuse(path, 1, "it is empty")
    if not isinstance(tree, Collection) or not tree.keyed:
        refuse(path, tree.line, "an experiment begins with `bottega: 1` and has `nodes:`")
    reader = _Reader(path, folder)
    return Loaded(reader.experiment(tree), reader.lines, tuple(reader.problems), text)


class _Reader:
    def __init__(self, path: str, folder: Path | None) -> None:
        self._path = path
        self._folder = folder
        self._hints = Hints()
        self.lines = LineIndex()
        self.problems: list[Problem] = []

    def experiment(self, tree: Collection) -> Experiment:
        entries = dict(self._entries(tree, "An experiment", _TOP))
        self.lines.top.update({key: _line(entry) for key, entry in entries.items()})
        self._format(entries.get("bottega"), tree)
        nodes: dict[str, Node] = {}
        for key, entry in self.mapping(entries.get("nodes"), "nodes"):
            nodes[key] = self._node(key, entry)
        if len(nodes) > MAX_NODES:
            refuse(self._path, self.lines.nodes[list(nodes)[MAX_NODES]], f"it has more than {MAX_NODES:,} nodes")
        layout = {}
        for key, entry in self.mapping(entries.get("layout"), "layout"):
            place = self._place(key, entry, nodes)
            if place is not None:
                layout[key] = place
        title, description, environment = (
            self._words(entries.get(key), key) for key in ("title", "description", "environment")
        )
        service = service_reading.read(entries.get("web_service"), self)
        written, groups = (
            notes.read_notes(entries.get("notes"), self),
            notes.read_groups(entries.get("groups"), nodes, self),
        )
        return Experiment(
            title, description, nodes, layout, self._folder, service, written, groups, environment.strip()
        )

    def _format(self, entry: Entry | None, tree: Collection) -> None:
        value = entry.value.value if entry else None
        line = _line(entry) if entry else tree.line
        if isinstance(value, int) and not isinstance(value, bool) and value > FORMAT:
            reason = f"it is written in format {value}, and this Bottega reads up to {FORMAT}: a newer one is needed"
            refuse(self._path, line, reason)
        if type(value) is not int or value != FORMAT:
            self.tell(f"An experiment file begins with `bottega: {FORMAT}`.", line)

    def _node(self, key: str, entry: Entry) -> Node:
        self.lines.nodes[key] = _line(entry)
        if not is_id(key):
            self.tell(f"{key!r:.80} cannot be the id of a node: it takes a letter, then letters, digits, - and _.",
                       _line(entry), key)  # fmt: skip
        had = dict(self.mapping(entry, f"Node {key}", _NODE, key))
        module, parameters = self._module(had.get("module"), key), self._parameters(had.get("parameters"), key)
        inputs = self._inputs(had.get("inputs"), key)
        comment = self._words(had.get("comment"), "comment", key)
        pinned = self._words(had.get("pinned"), "pinned", key)
        if "dataset" in had:
            self._check_alone(had, key)
            module, inputs = DATASET_MODULE, {}
            parameters = self._dataset(had["dataset"], key)
        elif not module:
            self.tell(f"Node {key} has neither `module:` nor `dataset:`.", _line(entry), key)
        return Node(key, module, inputs, parameters, comment, pinned)

    def _module(self, entry: Entry | None, node: str) -> str:
        """The name as written; of a pinned one, which only programs have, what its author may have meant."""
        module = self._words(entry, "module", node)
        try:
            check_not_pinned(module)
        except BottegaError as error:
            self.tell(sentence(error), self.lines.nodes[node] if entry is None else _line(entry), node)
            return module.partition("@")[0]
        return module

    def _check_alone(self, had: dict[str, Entry], node: str) -> None:
        for other in ("module", "inputs", "parameters"):
            if other in had:
                self.tell(f"Node {node} is a dataset and takes no `{other}:`.", _line(had[other]), node)

    def _dataset(self, entry: Entry, node: str) -> dict[str, Any]:
        self.lines.parameters[node, DATASET_PARAMETER] = _line(entry)
        value = entry.value
        if isinstance(value, Scalar) and value.value is not None and value.text.strip():
            return {DATASET_PARAMETER: value.text}
        ref = plain(value.value) if isinstance(value, Collection) and value.keyed else None
        if isinstance(ref, FileRef):
            return {DATASET_PARAMETER: ref}
        self.tell("A dataset is a name, or `{file: PATH}`.", _line(entry), node, parameter=DATASET_PARAMETER)
        return {}

    def _inputs(self, entry: Entry | None, node: str) -> dict[str, Source]:
        inputs = {}
        for port, edge in self.mapping(entry, "inputs", node=node):
            self.lines.inputs[node, port] = _line(edge)
            try:
                inputs[port] = Source.parse(edge.value.text if isinstance(edge.value, Scalar) else "")
            except ValueError:
                self.tell(f"Input {port} takes NODE or NODE.PORT.", _line(edge), node, port=port)
        return inputs

    def _parameters(self, entry: Entry | None, node: str) -> dict[str, Any]:
        parameters = {}
        for name, given in self.mapping(entry, "parameters", node=node):
            self.lines.parameters[node, name] = _line(given)
            if isinstance(given.value, Scalar) and given.value.style == "|":
                self.lines.texts[node, name] = given.value.line
            self._check_repeated(given.value, node, name)
            try:
                parameters[name] = plain(given.value.value)
            except BottegaError as error:
                self.tell(sentence(error), _line(given), node, parameter=name)
        return parameters

    def _place(self, key: str, entry: Entry, nodes: dict[str, Node]) -> tuple[float, float] | None:
        place = notes.pair(entry.value.value)
        if key not in nodes:
            self.tell(f"The layout has a place for {key}, but there is no such node.", _line(entry), warning=True)
        elif place is None:
            self.tell("A place is two numbers, such as [240, 120].", _line(entry), key, warning=True)
        else:
            return place
        return None

    def _words(self, entry: Entry | None, what: str, node: str | None = None) -> str:
        """A text as it is written: a title may look like a number."""
        if entry is None:
            return ""
        if isinstance(entry.value, Scalar):
            return "" if entry.value.value is None else entry.value.text
        self.tell(f"{what} takes a text.", _line(entry), node)
        return ""

    def mapping(
        self, entry: Entry | None, what: str, known: Iterable[str] | None = None, node: str | None = None
    ) -> Iterator[tuple[str, Entry]]:
        """The entries of a mapping, each key once; what is unknown or none is told, nothing stands for an empty one."""
        if entry is None or (isinstance(entry.value, Scalar) and entry.value.value is None):
            return
        if isinstance(entry.value, Collection) and entry.value.keyed:
            yield from self._entries(entry.value, what, known, node)
        else:
            self.tell(f"{what} takes `name: value`, one in a line.", _line(entry), node)

    def _entries(
        self, tree: Collection, what: str, known: Iterable[str] | None, node: str | None = None
    ) -> Iterator[tuple[str, Entry]]:
        seen: set[str] = set()
        for entry in tree.entries:
            key = entry.key.text if entry.key else ""
            if key in seen:
                self.tell(f"{key} is there twice; the first counts.", _line(entry), node)
            elif known is not None and key not in known:
                near = self._hints.near(key, known, otherwise=f"; there are {', '.join(known)}.")
                self.tell(f"{what} has no `{key:.80}:`{near}", _line(entry), node)
            else:
                yield key, entry
            seen.add(key)

    def _check_repeated(self, value: Tree, node: str, parameter: str) -> None:
        """Keys that are there twice within a parameter's value."""
        if isinstance(value, Collection):
            keys = [entry.key.text for entry in value.entries if entry.key]
            if len(set(keys)) < len(keys):
                self.tell("A key is there twice; the first counts.", value.line, node, parameter=parameter)
            for entry in value.entries:
                self._check_repeated(entry.value, node, parameter)

    def tell(
        self, message: str, line: int, node: str | None = None, *, port: str | None = None,
        parameter: str | None = None, warning: bool = False,
    ) -> None:  # fmt: skip
        """Note a problem."""
        self.problems.append(
            Problem(INVALID, message, node, port, parameter, line, severity="warning" if warning else "error")
        )


def _line(entry: Entry) -> int:
    return entry.key.line if entry.key else entry.value.line
