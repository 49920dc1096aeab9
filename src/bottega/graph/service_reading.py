"""The `web_service:` section of an experiment file: from its tree to what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from bottega.errors import BottegaError, sentence
from bottega.graph.document import plain
from bottega.graph.lines import LineIndex
from bottega.graph.syntax import Collection, Entry, Scalar, Tree
from bottega.graph.web_service import MAX_NAME, UNSET, ServiceParameter, Source, WebService

SECTION = ("inputs", "outputs", "parameters")
_PARAMETER = ("sets", "required", "default", "description")


class Reader(Protocol):
    """What reads the rest of the file."""

    lines: LineIndex

    def mapping(
        self, entry: Entry | None, what: str, known: tuple[str, ...] | None = None
    ) -> Iterator[tuple[str, Entry]]:
        """The entries of a mapping, each key once; what is unknown or none is told."""

    def tell(self, message: str, line: int) -> None:
        """Note a problem."""


def read(entry: Entry | None, reader: Reader) -> WebService:
    """The section; what cannot be understood is told and left out."""
    had = dict(reader.mapping(entry, "web_service", SECTION))
    inputs: dict[str, tuple[Source, ...]] = {}
    outputs: dict[str, Source] = {}
    parameters: dict[str, ServiceParameter] = {}
    for name, each in _named(had.get("inputs"), "input", reader):
        ports = _places(each.value, f"The web service input {name}", "NODE.PORT", reader)
        if ports:
            inputs[name] = ports
    for name, each in _named(had.get("outputs"), "output", reader):
        source = _source(each.value)
        if source is not None:
            outputs[name] = source
        else:
            reader.tell(f"The web service output {name} takes NODE or NODE.PORT.", each.value.line)
    for name, each in _named(had.get("parameters"), "parameter", reader):
        parameter = _parameter(name, each, reader)
        if parameter is not None:
            parameters[name] = parameter
    return WebService(inputs, outputs, parameters)


def _named(entry: Entry | None, kind: str, reader: Reader) -> Iterator[tuple[str, Entry]]:
    for name, each in reader.mapping(entry, f"{kind}s"):
        line = each.key.line if each.key else each.value.line
        reader.lines.service[kind, name] = line
        if not name.strip() or len(name) > MAX_NAME or "\n" in name:
            reader.tell(f"A web service {kind} has a name of 1 to {MAX_NAME} characters on one line.", line)
        else:
            yield name, each


def _parameter(name: str, entry: Entry, reader: Reader) -> ServiceParameter | None:
    value, what = entry.value, f"The web service parameter {name}"
    if not (isinstance(value, Collection) and value.keyed):
        places = _places(value, what, "NODE.PARAMETER", reader)
        return ServiceParameter(tuple(map(str, places))) if places else None
    had = dict(reader.mapping(entry, what, _PARAMETER))
    if "sets" not in had:
        reader.tell(f"{what} has no `sets:`.", value.line)
        return None
    places = _places(had["sets"].value, what, "NODE.PARAMETER", reader)
    required = had["required"].value.value if "required" in had else False
    if not isinstance(required, bool):
        reader.tell(f"{what}: `required:` takes true or false.", had["required"].value.line)
        required = False
    default = _default(had.get("default"), what, reader)
    if required and default is not UNSET:
        reader.tell(f"{what} is required, so it has no default.", had["default"].value.line)
        default = UNSET
    description = _words(had.get("description"), what, reader)
    return ServiceParameter(tuple(map(str, places)), required, default, description) if places else None


def _places(tree: Tree, what: str, form: str, reader: Reader) -> tuple[Source, ...]:
    """One `NODE.NAME`, or a list of them; those that are none are told."""
    trees = [each.value for each in tree.entries] if isinstance(tree, Collection) and not tree.keyed else [tree]
    found = []
    for each in trees:
        source = _source(each)
        if source is not None and source.port:
            found.append(source)
        else:
            reader.tell(f"{what} takes {form}, or a list of several.", each.line)
    if not trees:
        reader.tell(f"{what} takes {form}, or a list of several.", tree.line)
    return tuple(found)


def _source(tree: Tree) -> Source | None:
    try:
        return Source.parse(tree.text if isinstance(tree, Scalar) else "")
    except ValueError:
        return None


def _default(entry: Entry | None, what: str, reader: Reader) -> Any:
    if entry is None:
        return UNSET
    try:
        return plain(entry.value.value)
    except BottegaError as error:
        reader.tell(f"{what}: {sentence(error)}", entry.value.line)
        return UNSET


def _words(entry: Entry | None, what: str, reader: Reader) -> str:
    if entry is None or (isinstance(entry.value, Scalar) and entry.value.value is None):
        return ""
    if isinstance(entry.value, Scalar):
        return entry.value.text
    reader.tell(f"{what}: `description:` takes a text.", entry.value.line)
    return ""
