"""A YAML text as a tree that knows where everything stands: what a careful edit needs.

The parser is ruamel's; anchors, aliases, tags and deep nesting, which no experiment needs,
are refused before they can cost anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeAlias

from bottega.errors import BottegaError
from bottega.graph.scalars import resolve

MAX_DEPTH = 64
MAX_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text between two offsets; `style` is YAML's: None for plain, or one of ' " | >. Lines count from 1."""

    text: str
    style: str | None
    start: int
    end: int
    line: int

    @property
    def value(self) -> Any:
        """The value that YAML 1.2 gives it."""
        return resolve(self.text) if self.style is None else self.text


@dataclass(slots=True)
class Collection:
    """A mapping (entries have keys) or a sequence (they have none).

    The end of one in block style is the end of its last entry.
    """

    keyed: bool
    flow: bool
    start: int
    line: int
    end: int = 0
    entries: list[Entry] = field(default_factory=list)

    def get(self, key: str) -> Entry | None:
        """The first entry of that key."""
        return next((entry for entry in self.entries if entry.key is not None and entry.key.text == key), None)

    @property
    def value(self) -> Any:
        """Plain values; keys are always text, and of equal ones the first counts."""
        if not self.keyed:
            return [entry.value.value for entry in self.entries]
        told: dict[str, Any] = {}
        for entry in self.entries:
            if entry.key and entry.key.text not in told:
                told[entry.key.text] = entry.value.value
        return told


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a collection; it begins at its value, its key, or the question mark before that."""

    key: Scalar | None
    value: Tree
    start: int


Tree: TypeAlias = Scalar | Collection


def compose(text: str, path: str) -> Tree | None:
    """The one document of a text; None where there is none.

    Raises `experiment-invalid`, with line and reason, for what is no YAML or goes beyond the bounds.
    """
    # Late: the parser takes longer to import than short commands take to run.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if len(text) > MAX_BYTES:
        refuse(path, 1, f"it is larger than {MAX_BYTES >> 20} MiB")
    try:
        return _Composer(text, path).document(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        refuse(path, mark.line + 1 if mark else 1, " ".join(str(error.problem or error.context).split()))
    except YAMLError as error:
        position = getattr(error, "position", 0)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
        refuse(path, line, str(getattr(error, "reason", error)))
    except (ValueError, OverflowError) as error:  # an escape beyond Unicode, a version that is no number
        refuse(path, 1, f"it is no YAML: {error}")


def refuse(path: str, line: int, reason: str) -> NoReturn:
    """Raise `experiment-invalid`."""
    raise BottegaError("experiment-invalid", path=path, line=line, reason=reason)


class _Composer:
    """From events to a tree, without recursion."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._open: list[Collection] = []
        self._keys: list[Scalar | None] = []
        self._root: Tree | None = None

    def document(self, events: Iterator[Any]) -> Tree | None:
        documents = 0
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    refuse(self._path, event.start_mark.line + 1, "it holds more than one document")
            elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
                self._begin(event, keyed=kind == "MappingStartEvent")
            elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
                self._finish(event)
            elif kind in {"ScalarEvent", "AliasEvent"}:
                self._scalar(event)
        return self._root

    def _begin(self, event: Any, *, keyed: bool) -> None:
        self._check(event)
        if self._open and self._open[-1].keyed and self._keys[-1] is None:
            refuse(self._path, event.start_mark.line + 1, "a key has to be a plain text")
        if len(self._open) >= MAX_DEPTH:
            refuse(self._path, event.start_mark.line + 1, f"it is nested more than {MAX_DEPTH} deep")
        mark = event.start_mark
        self._open.append(Collection(keyed, bool(event.flow_style), mark.index, mark.line + 1))
        self._keys.append(None)

    def _finish(self, event: Any) -> None:
        done = self._open.pop()
        self._keys.pop()
        done.end = event.end_mark.index if done.flow or not done.entries else done.entries[-1].value.end
        self._place(done)

    def _scalar(self, event: Any) -> None:
        self._check(event)
        start, end = event.start_mark.index, event.end_mark.index
        key = self._keys[-1] if self._keys else None
        if event.style is None and not event.value and key is not None:
            start = end = self._after_colon(key, start)
        elif event.style in {"|", ">"}:
            end = self._block_end(start, end)
        scalar = Scalar(event.value, event.style or None, start, end, self._line(event, key, start))
        if self._open and self._open[-1].keyed and key is None:
            self._keys[-1] = scalar
        else:
            self._place(scalar)

    def _place(self, value: Tree) -> None:
        if not self._open:
            self._root = value
            return
        key = self._keys[-1]
        self._open[-1].entries.append(Entry(key, value, value.start if key is None else self._key_start(key)))
        self._keys[-1] = None

    def _key_start(self, key: Scalar) -> int:
        line_start = self._text.rfind("\n", 0, key.start) + 1
        before = self._text[line_start : key.start].rstrip()
        return line_start + len(before) - 1 if before.endswith("?") else key.start

    def _check(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if event.anchor is not None:
            refuse(self._path, line, "anchors and aliases (& and *) have no place in an experiment")
        if getattr(event, "ctag", None) is not None:
            refuse(self._path, line, f"tags such as {event.ctag} have no place in an experiment")

    def _line(self, event: Any, key: Scalar | None, start: int) -> int:
        """The line of an empty value is its key's: the parser gives that of what comes next."""
        return key.line if key is not None and start < event.start_mark.index else int(event.start_mark.line) + 1

    def _after_colon(self, key: Scalar, start: int) -> int:
        colon = self._text.find(":", key.end, start + 1)
        return colon + 1 if colon >= 0 and not self._text[key.end : colon].strip() else start

    def _block_end(self, start: int, end: int) -> int:
        """Blank lines after a block text are its own only where its header keeps them (`|+`)."""
        if "+" in self._text[start : self._text.find("\n", start)].partition("#")[0]:
            return end
        body = self._text[start:end].rstrip(" \r\n")
        line_end = self._text.find("\n", start + len(body))
        return end if line_end < 0 else min(end, line_end + 1)
