"""JSON lines one by one, by the standard library: slower than Arrow's parser, and never at a loss."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from bottega.dataset.formats import width
from bottega.dataset.formats.cells import Cell, Cells
from bottega.dataset.formats.source import Text, lines
from bottega.dataset.types import Kind
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROWS = 1 << 13
_BLANK = " \t\r\n"


class _Integer(str):
    """The digits of an integer."""

    __slots__ = ()


class _Double(str):
    """The digits of another number."""

    __slots__ = ()


def _constant(name: str) -> _Double | None:
    return None if name == "NaN" else _Double(name)


_DECODER = json.JSONDecoder(parse_int=_Integer, parse_float=_Double, parse_constant=_constant)


class Objects:
    """The objects of a text, and their columns."""

    def __init__(self, source: Text) -> None:
        self._source = source
        self._columns: dict[str, Cells] = {}
        self._keys: set[str] = set()
        self._rows = 0

    def table(self) -> pa.Table:
        """Return all objects as a table. Raises `0049` with the first line that is no object, `0018` where it is too wide."""
        block = []
        for value in self._objects():
            block.append(value)
            if len(block) == _ROWS:
                self._add(block)
                block = []
        self._add(block)
        if not self._columns:
            return pa.table({"": pa.nulls(self._rows)}).select([])
        columns = [cells.column() for cells in self._columns.values()]
        return pa.Table.from_arrays(columns, names=list(self._columns))

    def _add(self, block: list[dict[str, Any]]) -> None:
        for key in dict.fromkeys(key for value in block for key in value):
            if key not in self._columns:
                self._columns[key] = Cells(self._rows)
        found: dict[str, list[tuple[int, Any]]] = {key: [] for key in self._columns}
        for row, value in enumerate(block):
            for key, item in value.items():
                found[key].append((row, item))
        for key, cells in self._columns.items():
            texts: list[Cell] = [None] * len(block)
            for row, item in found[key]:
                texts[row] = _cell(item)
            cells.add(texts)
        self._rows += len(block)

    def check(self) -> None:
        """Raise `0018` where the text is too wide, before a column is made of each of its keys."""
        for _ in self._objects():
            pass

    def _objects(self) -> Iterator[dict[str, Any]]:
        rows = cells = 0
        for number, line in enumerate(lines(self._source), start=1):
            stripped = line.strip(_BLANK)
            if stripped:
                value = self._object(stripped, number)
                self._keys.update(value)
                width.check(self._source.path, number, len(self._keys))
                rows, cells = rows + 1, cells + len(value)
                width.check_left_out(self._source.path, number, rows * len(self._keys) - cells)
                yield value

    def _object(self, line: str, number: int) -> dict[str, Any]:
        try:
            value = _DECODER.decode(line)
            if "\\u" in line:
                _dumped(value).encode()  # half of a surrogate pair is no text
        except (ValueError, RecursionError) as error:
            reason = (
                f"{error.msg}, character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else str(error)
            )
            raise BottegaError("0049", path=str(self._source.path), line=number, reason=reason) from error
        if not isinstance(value, dict):
            raise BottegaError("0049", path=str(self._source.path), line=number, reason="the line is no JSON object")
        return value


def _cell(value: object) -> Cell:
    match value:
        case None:
            return None
        case _Integer():
            return Kind.INTEGER, value
        case _Double():
            return Kind.DOUBLE, value
        case bool():
            return Kind.BOOLEAN, _dumped(value)
        case str():
            return Kind.STRING, value
    return Kind.STRING, _dumped(value)


def _dumped(value: object) -> str:
    """Return a value as JSON, its numbers as they were written."""
    match value:
        case _Integer() | _Double():
            return str(value)
        case dict():
            return "{" + ", ".join(f"{_dumped(key)}: {_dumped(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_dumped, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
