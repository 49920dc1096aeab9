"""The columns of an answer: all cells text, as Studio answered (fact sheet 5.1), missing ones null.

Integers are plain, doubles in the shortest form that reads back the same and told from integers, infinities as
JSON's readers know them; booleans are True and False; a DateTime is ISO 8601; a TimeSpan is as pandas shows it;
bytes are base64.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.few import Few
from bottega.dataset.formats.rendering import rendered
from bottega.dataset.table import Table
from bottega.dataset.types import Kind, column_type

_Texts = list[str | None]
# What `ColumnTypes` says: clients take all but String for a literal of JSON (clients.md 1.5).
_WORDS = {Kind.INTEGER: "Int64", Kind.BYTES: "String"}
# Up to here Python is faster than a chain of Arrow's functions.
_FEW = 256
_A_CELL = 8  # characters, at least
# Within these JSON writes a double as Python does, and is several times as fast.
_WRITTEN_OUT = (1e-4, 1e15)


def columns(table: Table | Few) -> list[_Texts]:
    """The cells of each column."""
    if isinstance(table, Few) and all(column.kind in _TOLD_PLAINLY for column in table.columns):
        return [_told(column.values, _TOLD_PLAINLY[column.kind]) for column in table.columns]
    whole = table.table if isinstance(table, Few) else table
    return [_texts(column) for column in whole.arrow.columns]


def size(table: Table | Few) -> int:
    """About how many characters all cells have: a category counts as often as it stands there."""
    if isinstance(table, Few):
        return 0  # a message's worth
    return sum(_size(column) for column in table.arrow.columns)


def _size(column: Any) -> int:
    total: int = max(column.nbytes, _A_CELL * len(column))
    if not pa.types.is_dictionary(column.type):
        return total
    for chunk in column.chunks:
        told = rendered(chunk.dictionary)
        lengths = pc.call_function("binary_length", [told]).fill_null(0).to_numpy(zero_copy_only=False)
        codes = chunk.indices.drop_null().to_numpy(zero_copy_only=False)
        total += int(lengths[codes].sum())
    return total


def words(table: Table | Few, declared: Mapping[str, str]) -> list[str]:
    """The type of each column, in the words of answers.

    declared  by name; it holds for a column without any value, of which nothing else tells
    """
    if isinstance(table, Few):
        return [
            declared[column.name] if column.name in declared and set(column.values) <= {None} else word(column.kind)
            for column in table.columns
        ]
    return [
        declared[name] if values.null_count == len(values) and name in declared else word(column.type.kind)
        for name, column, values in zip(table.arrow.column_names, table.columns, table.arrow.columns, strict=True)
    ]


def word(kind: Kind) -> str:
    """A type in the words of answers."""
    return _WORDS.get(kind, str(kind))


def _texts(column: Any) -> _Texts:
    kind = column.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
        column = column.cast(kind)
    if pa.types.is_large_string(kind):
        return list(column.to_pylist())
    told = _TOLD.get(kind)
    if told is not None and len(column) <= _FEW:
        return _told(column.to_pylist(), told)
    if kind == pa.float64() and not column.null_count:
        return _doubles(column.to_numpy())
    texts = rendered(column)
    if column_type(kind).kind is Kind.DATETIME:
        texts = pc.replace_substring(texts, " ", "T", max_replacements=1)
    elif column_type(kind).kind is Kind.DOUBLE:
        texts = pc.replace_substring_regex(texts, r"\A(-?)inf\z", r"\1Infinity")
    return list(texts.to_pylist())


def _doubles(values: Any) -> _Texts:
    """Many numbers, none missing."""
    sizes = np.abs(values)
    if ((sizes >= _WRITTEN_OUT[0]) & (sizes < _WRITTEN_OUT[1]) | (sizes == 0)).all():
        return list(msgspec.json.encode(values.tolist())[1:-1].decode().split(","))
    return [_double(value) for value in values.tolist()]


def _told(values: Sequence[Any], tell: Callable[[Any], str]) -> _Texts:
    return [None if value is None else tell(value) for value in values]


def _double(value: float) -> str:
    return repr(value) if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")


_TOLD: dict[pa.DataType, Callable[[Any], str]] = {pa.float64(): _double, pa.int64(): str, pa.bool_(): str}
_TOLD_PLAINLY: dict[Kind, Callable[[Any], str]] = {
    Kind.DOUBLE: _double,
    Kind.INTEGER: str,
    Kind.BOOLEAN: str,
    Kind.STRING: str,
}
