"""The experiment: nodes, the edges at their inputs, parameters, places on the canvas. A value; edits give another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar

from bottega.dataset.selection import Columns
from bottega.errors import BottegaError
from bottega.graph import notes as marks
from bottega.graph import references
from bottega.graph.notes import FARTHEST, Note
from bottega.graph.references import FileRef
from bottega.graph.spelling import did_you_mean, same_key
from bottega.graph.web_service import MAX_NAME, UNSET, ServiceParameter, Source, WebService

DATASET_MODULE = "saved-dataset"
DATASET_PARAMETER = "dataset"
MAX_NODES = 10_000
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,199}")
_PINNED = re.compile(r"[^@]*@[0-9a-f]{64}")
_Value = TypeVar("_Value")
__all__ = [
    "DATASET_MODULE", "DATASET_PARAMETER", "UNSET", "Experiment", "FileRef", "Node", "Note", "ServiceParameter", "Source",
    "WebService", "check_not_pinned", "is_id", "plain",
]  # fmt: skip


def check_not_pinned(module: str) -> None:
    """Raise `module-unknown` for `name@digest`: programs of services alone have such, experiments none."""
    if _PINNED.fullmatch(module):
        raise BottegaError("module-unknown", name=module[:200], near=module.partition("@")[0][:100] or "its name")


@dataclass(frozen=True)
class Node:
    """One module with its settings.

    module      as written: a slug, a title or a former name
    inputs      input port, by any spelling, to where its value comes from
    parameters  plain values or FileRefs by parameter name, by any spelling; those not at their default
    pinned      RUN/NODE: what that node gave in that run stands for this one; empty where it runs like any other
    """

    id: str
    module: str
    inputs: Mapping[str, Source] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    comment: str = ""
    pinned: str = ""

    @property
    def dataset(self) -> str | FileRef | None:
        """The dataset or data file of a node that is nothing but one; else None."""
        value = self.parameters.get(DATASET_PARAMETER)
        alone = self.module == DATASET_MODULE and len(self.parameters) == 1 and not self.inputs
        return value if alone and isinstance(value, str | FileRef) else None


@dataclass(frozen=True)
class Experiment:
    """A graph of modules. The order of nodes is the file's, and means nothing but which of two free ones goes first.

    layout       the places of nodes on the canvas, in pixels; part of no meaning
    folder       where the files that parameters name are; None for an experiment of no file
    web_service  what callers of a web service made of it give and get; a run takes no notice of it
    notes        texts on the canvas by their names; as layout
    groups       nodes that stand together on the canvas, by title, each in one at most; as layout
    environment  the packages of scripts that name none themselves, a name of `bottega environment list`; empty for `default`
    """

    title: str = ""
    description: str = ""
    nodes: Mapping[str, Node] = field(default_factory=dict)
    layout: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    folder: Path | None = None
    web_service: WebService = field(default_factory=WebService)
    notes: Mapping[str, Note] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    environment: str = ""

    def add(
        self, id: str, module: str, /, *, inputs: Mapping[str, str | Source] | None = None,  # noqa: A002 # its name
        position: tuple[float, float] | None = None, comment: str = "", **parameters: Any,
    ) -> Experiment:  # fmt: skip
        """With one more node, last. Raises `usage` for an id that is taken or none, or an unknown source."""
        self._check_new(id)
        if not module.strip():
            _misused(f"Node {id} needs a module")
        edges = {_name(port): self._source(source) for port, source in (inputs or {}).items()}
        values = {_name(name): plain(value) for name, value in parameters.items()}
        grown = replace(self, nodes={**self.nodes, id: Node(id, module, edges, values, comment)})
        return grown if position is None else grown.move(id, *position)

    def add_dataset(
        self, id: str, dataset: str | FileRef, /, *, position: tuple[float, float] | None = None, comment: str = ""  # noqa: A002
    ) -> Experiment:  # fmt: skip
        """With one more dataset, by its name in the workspace or as a file of the experiment."""
        return self.add(id, DATASET_MODULE, position=position, comment=comment, dataset=dataset)

    def remove(self, id: str) -> Experiment:  # noqa: A002 # its name
        """Without a node, its place, the edges that begin at it and what a web service or a group has of it."""
        self.node(id)
        nodes = {}
        for name, node in self.nodes.items():
            if name != id:
                edges = {port: source for port, source in node.inputs.items() if source.node != id}
                nodes[name] = node if len(edges) == len(node.inputs) else replace(node, inputs=edges)
        service = self.web_service.without(id)
        layout, groups = _without(self.layout, id), marks.without(self.groups, id)
        return replace(self, nodes=nodes, layout=layout, web_service=service, groups=groups)

    def rename(self, id: str, new: str) -> Experiment:  # noqa: A002 # its name
        """With another id for a node; its edges, its place, its group and the web service follow."""
        self.node(id)
        if id == new:
            return self
        self._check_new(new)
        nodes = {}
        for name, node in self.nodes.items():
            edges = {p: Source(new, source.port) if source.node == id else source for p, source in node.inputs.items()}
            renamed = new if name == id else name
            nodes[renamed] = replace(node, id=renamed, inputs=edges)
        layout = {new if name == id else name: place for name, place in self.layout.items()}
        service, groups = self.web_service.renamed(id, new), marks.renamed(self.groups, id, new)
        return replace(self, nodes=nodes, layout=layout, web_service=service, groups=groups)

    def set(self, node: str, parameter: str, value: Any) -> Experiment:
        """With another value of a parameter; where the node has it by another spelling, that one stays."""
        changed = self.node(node)
        key = same_key(parameter, changed.parameters) or _name(parameter)
        return self._with(replace(changed, parameters={**changed.parameters, key: plain(value)}))

    def unset(self, node: str, parameter: str) -> Experiment:
        """With a parameter at its default."""
        changed = self.node(node)
        key = same_key(parameter, changed.parameters)
        return self._with(replace(changed, parameters=_without(changed.parameters, key))) if key else self

    def connect(self, node: str, port: str, source: str | Source) -> Experiment:
        """With an edge into a port; one that was there gives way."""
        changed = self.node(node)
        key = same_key(port, changed.inputs) or _name(port)
        return self._with(replace(changed, inputs={**changed.inputs, key: self._source(source)}))

    def disconnect(self, node: str, port: str) -> Experiment:
        """Without the edge into a port."""
        changed = self.node(node)
        key = same_key(port, changed.inputs)
        return self._with(replace(changed, inputs=_without(changed.inputs, key))) if key else self

    def move(self, node: str, x: float, y: float) -> Experiment:
        """With a node at another place."""
        self.node(node)
        if not (abs(x) <= FARTHEST and abs(y) <= FARTHEST):  # nor where it is no number
            _misused(f"{x}, {y} is no place for {node}")
        return replace(self, layout={**self.layout, node: (float(x), float(y))})

    def with_service_input(self, name: str, *ports: str | Source) -> Experiment:
        """With a web service input that feeds these `NODE.PORT`; one of that name gives way."""
        sources = tuple(self._source(port) for port in ports)
        if not sources or not all(source.port for source in sources):
            _misused(f"The web service input {name} takes NODE.PORT, one or several")
        inputs = {**self.web_service.inputs, _name(name): sources}
        return replace(self, web_service=replace(self.web_service, inputs=inputs))

    def with_service_output(self, name: str, source: str | Source) -> Experiment:
        """With a web service output that tells what leaves a node; one of that name gives way."""
        outputs = {**self.web_service.outputs, _name(name): self._source(source)}
        return replace(self, web_service=replace(self.web_service, outputs=outputs))

    def with_service_parameter(
        self, name: str, *places: str, required: bool = False, default: Any = UNSET, description: str = ""
    ) -> Experiment:
        """With a web service parameter that sets these `NODE.PARAMETER`; one of that name gives way."""
        sources = tuple(self._source(place) for place in places)
        if not sources or not all(source.port for source in sources):
            _misused(f"The web service parameter {name} sets NODE.PARAMETER, one or several")
        if required and default is not UNSET:
            _misused(f"The web service parameter {name} is required, so it has no default")
        value = default if default is UNSET else plain(default)
        parameter = ServiceParameter(tuple(map(str, sources)), required, value, description)
        parameters = {**self.web_service.parameters, _name(name): parameter}
        return replace(self, web_service=replace(self.web_service, parameters=parameters))

    def without_service(self, kind: Literal["input", "output", "parameter"], name: str) -> Experiment:
        """Without the web service input, output or parameter of that name."""
        had: Mapping[str, Any] = getattr(self.web_service, f"{kind}s")
        if name not in had:
            _misused(f"There is no web service {kind} {name}{did_you_mean(name, had)}")
        return replace(self, web_service=replace(self.web_service, **{f"{kind}s": _without(had, name)}))

    def node(self, id: str) -> Node:  # noqa: A002 # its name
        """The node of that id. Raises `usage` with the nearest ones."""
        found = self.nodes.get(id)
        return found if found is not None else _misused(f"There is no node {id}{did_you_mean(id, self.nodes)}")

    def resolve_value(self, value: Any) -> Any:
        """A parameter's value, or the text of the file that it names. Raises `0048`."""
        return references.text(value, self.folder) if isinstance(value, FileRef) else value

    def file_path(self, ref: FileRef) -> Path:
        """The file that a reference means. Raises `0048` where it is none, or outside of the experiment's folder."""
        return references.path(ref, self.folder)

    def _with(self, node: Node) -> Experiment:
        return replace(self, nodes={**self.nodes, node.id: node})

    def _source(self, source: str | Source) -> Source:
        try:
            parsed = Source.parse(str(source))
        except ValueError as error:
            _misused(str(error))
        self.node(parsed.node)
        return parsed

    def _check_new(self, id: str) -> None:  # noqa: A002 # its name
        if not is_id(id):
            _misused(f"{id!r} cannot be the id of a node: it takes a letter, then letters, digits, - and _")
        if id in self.nodes:
            _misused(f"There is a node {id} already")
        if len(self.nodes) >= MAX_NODES:
            _misused(f"An experiment has no more than {MAX_NODES:,} nodes")


def is_id(text: str) -> bool:
    """Whether a text can be the id of a node."""
    return bool(_ID.fullmatch(text))


def plain(value: Any, depth: int = 0) -> Any:
    """A value as files hold it: text, numbers, booleans, None, lists, mappings; or a FileRef.

    Raises `usage` for any other, and for what is nested too deep or has keys of more than 200 characters.
    """
    if isinstance(value, Columns):
        value = value.as_plain()
    if value is None or isinstance(value, bool | FileRef):
        return value
    for kind in (str, int, float):  # a StrEnum is a text, too
        if isinstance(value, kind):
            return kind.__str__(value) if kind is str else kind(value)
    if depth > 32:
        _misused("A parameter's value is nested too deep")
    if isinstance(value, Mapping):
        told = {_name(key): plain(each, depth + 1) for key, each in value.items()}
        return FileRef(told["file"]) if depth == 0 and is_reference(told) else told
    if isinstance(value, list | tuple):
        return [plain(each, depth + 1) for each in value]
    return _misused(f"{value!r:.200} cannot be a parameter's value")


def is_reference(value: Mapping[str, Any]) -> bool:
    """Whether a mapping is how files write a FileRef."""
    return set(value) == {"file"} and isinstance(value["file"], str)


def _name(text: object) -> str:
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_NAME or "\n" in text:
        _misused(f"{text!r:.200} is no name")
    return text


def _without(mapping: Mapping[str, _Value], key: str) -> dict[str, _Value]:
    return {each: value for each, value in mapping.items() if each != key}


def _misused(reason: str) -> NoReturn:
    raise BottegaError("usage", reason=reason)
