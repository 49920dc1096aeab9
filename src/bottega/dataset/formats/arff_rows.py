"""The rows of an ARFF file, as columns."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

import arff
import pyarrow as pa

from bottega.dataset.formats import width
from bottega.dataset.formats.cells import Cells
from bottega.dataset.types import Kind
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from bottega.dataset.formats.arff_attributes import Attribute

# The texts of a row's values, None where one is missing; of a sparse row those that it names, by place.
Row = list[str | None] | dict[int, str | None]

_ROWS = 1 << 13
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Rows:
    """Rows that become columns of the attributes' types."""

    def __init__(self, attributes: list[Attribute], path: Path) -> None:
        self._path = path
        self._parser = _Parser(attributes)
        self._columns = [_Column(attribute) for attribute in attributes]

    def columns(self, numbered: Iterable[tuple[int, str]]) -> list[Any]:
        """Return the columns of all rows in the numbered lines. Raises `0049` with the line."""
        csv.field_size_limit(sys.maxsize)  # liac-arff reads simple rows by `csv`
        rows, places = [], []
        left_out = 0
        for number, line in numbered:
            text = line.strip()
            if text and not text.startswith("%"):
                row = self._parsed(text, number)
                left_out += len(self._columns) - len(row)
                width.check_left_out(self._path, number, left_out)
                rows.append(row)
                places.append(number)
            if len(rows) == _ROWS:
                self._add(rows, places)
                rows, places = [], []
        self._add(rows, places)
        return [column.finished() for column in self._columns]

    def _parsed(self, text: str, line: int) -> Row:
        try:
            return self._parser.row(text)
        except arff.BadDataFormat as error:
            reason = f"the row does not have {len(self._columns)} values, one of each attribute"
            raise BottegaError("0049", path=str(self._path), line=line, reason=reason) from error
        except (arff.ArffException, ValueError, csv.Error) as error:
            reason = "a value has blanks, quotes or braces and is not well quoted"
            raise BottegaError("0049", path=str(self._path), line=line, reason=reason) from error

    def _add(self, rows: list[Row], places: list[int]) -> None:
        if any(isinstance(row, dict) for row in rows):
            self._add_sparse(rows, places)
            return
        for column, texts in zip(self._columns, zip(*rows, strict=True), strict=bool(rows)):
            column.add([self._value(column, text, line) for text, line in zip(texts, places, strict=True)])

    def _add_sparse(self, rows: list[Row], places: list[int]) -> None:
        """The same, column by column from what the rows name: most of their cells are left out."""
        named: list[list[tuple[int, str | None]]] = [[] for _ in self._columns]
        for row, texts in enumerate(rows):
            for number, text in texts.items() if isinstance(texts, dict) else enumerate(texts):
                named[number].append((row, text))
        for column, entries in zip(self._columns, named, strict=True):
            values = [column.implied] * len(rows)
            for row, text in entries:
                values[row] = self._value(column, text, places[row])
            column.add(values)

    def _value(self, column: _Column, text: str | None, line: int) -> Any:
        try:
            return None if text is None else column.value(text)
        except (ValueError, KeyError, OverflowError) as error:
            reason = f"{text!s:.40} is not of the type of attribute {column.name}"
            raise BottegaError("0049", path=str(self._path), line=line, reason=reason) from error


class _Parser:
    """liac-arff's two ways to read a row, full and sparse, under a head of strings only."""

    def __init__(self, attributes: list[Attribute]) -> None:
        head = ["@RELATION rows", *(f"@ATTRIBUTE a{number} STRING" for number in range(len(attributes) or 1)), "@DATA"]
        self._pending = ""
        self._count = len(attributes)
        self._full = self._rows(head, arff.DENSE_GEN)
        self._sparse = self._rows(head, arff.LOD_GEN)

    def _rows(self, head: list[str], return_type: int) -> Iterator[Any]:
        rows: Iterator[Any] = arff.load(chain(head, self._lines()), return_type=return_type)["data"]
        return rows

    def _lines(self) -> Iterator[str]:
        while True:
            yield self._pending

    def row(self, text: str) -> Row:
        """Return the texts of a row's values, None where one is missing; of a sparse one those that it names, by place."""
        self._pending = text
        if not self._count:
            raise arff.BadDataFormat(text)
        if not text.startswith("{"):
            full: list[str | None] = next(self._full)
            return full
        sparse: dict[int, str | None] = next(self._sparse)
        return sparse


def _implied(attribute: Attribute) -> str | None:
    """Return what an attribute is in a sparse row that does not name it."""
    if attribute.kind == "date":
        return None
    if attribute.kind == "nominal":
        return attribute.categories[0] if attribute.categories else None
    return "0"


class _Column:
    """The values of one attribute, by blocks."""

    def __init__(self, attribute: Attribute) -> None:
        self.name = attribute.name
        self._attribute = attribute
        self._codes = {category: code for code, category in enumerate(attribute.categories)}
        self._cells = Cells()
        self._blocks: list[Any] = []
        self.value: Callable[[str], Any] = {
            "numeric": _double,
            "integer": _integer,
            "nominal": self._codes.__getitem__,
            "string": _text,
            "date": self._time,
        }[attribute.kind]
        implied = _implied(attribute)
        self.implied: Any = None if implied is None else self.value(implied)  # in a sparse row that does not name it

    def add(self, values: list[Any]) -> None:
        if self._attribute.kind == "integer":
            self._cells.add(values)
        else:
            self._blocks.append(pa.array(values, self._stored()))

    def finished(self) -> Any:
        if self._attribute.kind == "integer":
            return self._cells.column(pa.int64())
        stored: Any = self._stored()
        column: Any = pa.chunked_array(self._blocks, stored)
        if self._attribute.kind != "nominal":
            return column
        values = pa.array(self._attribute.categories, pa.large_string())
        chunks: list[Any] = [pa.DictionaryArray.from_arrays(chunk, values) for chunk in column.chunks]
        kind: Any = pa.dictionary(pa.int32(), pa.large_string())
        return pa.chunked_array(chunks, kind)

    def _stored(self) -> pa.DataType:
        zone = "UTC" if "%z" in self._attribute.date_format else None
        types: dict[str, pa.DataType] = {
            "numeric": pa.float64(),
            "nominal": pa.int32(),
            "string": pa.large_string(),
            "date": pa.timestamp("us", zone),
        }
        return types[self._attribute.kind]

    def _time(self, text: str) -> int:
        time = datetime.strptime(text, self._attribute.date_format)  # noqa: DTZ007 - by the format
        return ((time if time.tzinfo else time.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND


def _double(text: str) -> float:
    if "_" in text:  # Python's own way to write digits
        raise ValueError(text)
    return float(text)


def _integer(text: str) -> tuple[Kind, str]:
    number = _double(text)
    sign, digits = text[:1], text.lstrip("+-")
    if digits.isascii() and digits.isdigit():
        return Kind.INTEGER, sign.replace("+", "") + digits if sign in "+-" else digits
    return (Kind.INTEGER, str(int(number))) if number.is_integer() else (Kind.DOUBLE, repr(number))


def _text(text: str) -> str:
    text.encode()  # half of a surrogate pair is no text
    return text
