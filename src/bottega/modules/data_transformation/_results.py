"""The rows of a query as columns; their types show at the end, over all rows.

| SQLite gave | the column is |
|---|---|
| integers | Integer |
| floats, also among integers | Double |
| texts, also among others | String; numbers among them as their digits, binary values in base64 |
| binary values | Bytes |
| no value | what its origin is, else String |

The origin of a column is the input column of its name; where two inputs have one of that name, of
the same type. A result that still fits it gets back the type that SQLite does not know: Boolean
where all values are 0 and 1, DateTime where all are moments, TimeSpan where all are numbers, Categorical
where all are of its categories; and the role.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments

_TYPES: dict[type, Any] = {int: pa.int64(), float: pa.float64(), str: pa.large_string(), bytes: pa.large_binary()}


@dataclass(frozen=True)
class Origin:
    """What is known of an input column: its Arrow field, and its categories where it has them."""

    field: pa.Field[Any]
    categories: Any = None

    def equals(self, other: Origin) -> bool:
        """Whether type, role and categories are the same."""
        if not self.field.with_name("").equals(other.field.with_name(""), check_metadata=True):
            return False
        return self.categories is None or bool(self.categories.equals(other.categories))


def origins(tables: Sequence[pa.Table]) -> dict[str, Origin]:
    """The `known` are `origins`, without names that mean several."""
    found: dict[str, Origin] = {}
    several = set()
    for arrow in tables:
        for field, column in zip(arrow.schema, arrow.columns, strict=True):
            first: Any = column.chunk(0) if column.num_chunks and pa.types.is_dictionary(field.type) else None
            origin = Origin(field, None if first is None else first.dictionary)
            name = field.name.lower()
            if not found.setdefault(name, origin).equals(origin):
                several.add(name)
    return {name: origin for name, origin in found.items() if name not in several}


class Results:
    """The columns of a query, row by row."""

    def __init__(self, names: Sequence[str]) -> None:
        self._columns = [_Column() for _ in names]
        self._names = list(names)

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add the next rows."""
        for column, values in zip(self._columns, zip(*rows, strict=True), strict=True):
            column.add(values)

    def arrow(self, known: Mapping[str, Origin]) -> pa.Table:
        """The rows so far; `known` are `origins`."""
        arrays, fields = [], []
        for name, column in zip(self._names, self._columns, strict=True):
            origin = known.get(name.lower())
            array = column.array(origin)
            arrays.append(array)
            fields.append(pa.field(name, array.type, metadata=origin.field.metadata if origin else None))
        return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


class _Column:
    """One column's blocks: Arrow arrays where all values of a block are of one type."""

    def __init__(self) -> None:
        self._blocks: list[Any] = []
        self._types: set[type] = set()

    def add(self, values: tuple[Any, ...]) -> None:
        found = set(map(type, values)) - {type(None)}
        self._types |= found
        if len(found) > 1:
            # Whether integers among floats are their digits or Doubles, later blocks tell.
            self._blocks.append(list(values))
        else:
            self._blocks.append(pa.array(values, _TYPES[found.pop()] if found else pa.null()))

    def array(self, origin: Origin | None) -> Any:
        if not self._types:
            return _blank(sum(len(block) for block in self._blocks), origin)
        if len(self._types) == 1:
            kind = _TYPES[next(iter(self._types))]
        else:
            kind = pa.float64() if self._types == {int, float} else pa.large_string()
        array = pa.chunked_array([_block(block, kind) for block in self._blocks], kind)
        return array if origin is None else _restored(array, origin)


def _block(block: Any, kind: Any) -> Any:
    if not isinstance(block, list):
        if block.type == kind:
            return block
        if pa.types.is_null(block.type):
            return block.cast(kind)
        block = block.to_pylist()
    convert: Any = float if pa.types.is_floating(kind) else _text
    return pa.array([None if value is None else convert(value) for value in block], kind)


def _text(value: Any) -> str:
    return b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _blank(count: int, origin: Origin | None) -> Any:
    if origin is not None and origin.categories is not None:
        codes = pa.nulls(count, pa.int32())
        return pa.chunked_array([_categorical(codes, origin)])
    return pa.chunked_array([pa.nulls(count, origin.field.type if origin else pa.large_string())])


def _categorical(codes: Any, origin: Origin) -> Any:
    kind: Any = origin.field.type
    return pa.DictionaryArray.from_arrays(codes, origin.categories, ordered=kind.ordered)


def _restored(array: Any, origin: Origin) -> Any:
    """The column in its origin's type where all values fit, else as it is."""
    try:
        if origin.categories is None:
            restored = _as(array, origin.field.type)
        else:
            codes = pc.index_in(_as(array, origin.categories.type), origin.categories)
            restored = pa.chunked_array([_categorical(chunk, origin) for chunk in codes.chunks])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return array
    return restored if restored.null_count == array.null_count else array


def _as(array: Any, kind: Any) -> Any:
    """The column as another type where SQLite has no such type; missing where a value does not fit.

    Raises ArrowInvalid where a text is no moment.
    """
    number = pa.types.is_integer(array.type) or pa.types.is_floating(array.type)
    if pa.types.is_boolean(kind) and pa.types.is_integer(array.type):
        return pc.if_else(pc.is_in(array, pa.array([0, 1])), pc.equal(array, 1), pa.scalar(None, pa.bool_()))
    if pa.types.is_timestamp(kind) and pa.types.is_large_string(array.type):
        moments = array.cast(pa.timestamp(kind.unit))
        return moments if kind.tz is None else pc.assume_timezone(moments, "UTC").cast(kind)
    if pa.types.is_duration(kind) and number:
        ticks = pc.multiply(array.cast(pa.float64(), safe=False), 1e6 if kind.unit == "us" else 1e9)
        return pc.round(ticks).cast(pa.int64()).cast(kind)
    if pa.types.is_floating(kind) and number:
        return array.cast(kind, safe=False)
    return array
