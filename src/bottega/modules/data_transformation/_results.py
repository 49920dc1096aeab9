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
where all values are 0 and 1, DateTime where all are moments, TimeSpan where all are fractions, Categorical
where all are of its categories; and the role. It fits where SQLite gave what it keeps of such a column: a count
is an integer, and so no Double and no TimeSpan of that name. A second label or weight is a feature.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute

from bottega.dataset.table import role_metadata, role_of
from bottega.modules.data_transformation._roles import once
from bottega.modules.data_transformation._sqlite import folded, sql_names
from bottega.sdk import Role

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


def origins(tables: Mapping[str, pa.Table]) -> dict[str, Origin]:
    """What is known of tables' columns by the names that SQLite has for them, without names that mean several."""
    found: dict[str, Origin] = {}
    several = set()
    for table, arrow in tables.items():
        for sql_name, field, column in zip(sql_names(table, arrow), arrow.schema, arrow.columns, strict=True):
            first: Any = column.chunk(0) if column.num_chunks and pa.types.is_dictionary(field.type) else None
            origin = Origin(field, None if first is None else first.dictionary)
            name = folded(sql_name)
            if not found.setdefault(name, origin).equals(origin):
                several.add(name)
    return {name: origin for name, origin in found.items() if name not in several}


class Results:
    """The columns of a query, row by row."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self._columns = [_Column() for _ in names]

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add the next rows."""
        for column, values in zip(self._columns, zip(*rows, strict=True), strict=True):
            column.add(values)

    def arrow(self, known: Mapping[str, Origin]) -> pa.Table:
        """The rows so far; `known` are `origins`."""
        arrays, roles = [], []
        for name, column in zip(self.names, self._columns, strict=True):
            array, role = column.array(known.get(folded(name)))
            arrays.append(array)
            roles.append(role)
        fields = [
            pa.field(name, array.type, metadata=role_metadata(role))
            for name, array, role in zip(self.names, arrays, once(roles), strict=True)
        ]
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

    def array(self, origin: Origin | None) -> tuple[Any, Role]:
        if not self._types:
            return _blank(sum(len(block) for block in self._blocks), origin), _role(origin)
        if len(self._types) == 1:
            kind = _TYPES[next(iter(self._types))]
        else:
            kind = pa.float64() if self._types == {int, float} else pa.large_string()
        array = pa.chunked_array([_block(block, kind) for block in self._blocks], kind)
        restored = None if origin is None else _restored(array, origin)
        return (array, Role.FEATURE) if restored is None else (restored, _role(origin))


def _role(origin: Origin | None) -> Role:
    return role_of(origin.field) if origin else Role.FEATURE


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
    """The column in its origin's type, or None where a value does not fit."""
    try:
        if origin.categories is None:
            restored = _as(array, origin.field.type)
        else:
            values = _as(array, origin.categories.type)
            if values is None:
                return None
            codes = pc.index_in(values, origin.categories)
            restored = pa.chunked_array([_categorical(chunk, origin) for chunk in codes.chunks])
    except pa.ArrowInvalid:
        return None
    return restored if restored is not None and restored.null_count == array.null_count else None


def _as(array: Any, kind: Any) -> Any:
    """The column as another type, of which SQLite keeps such values, or None; missing where a value does not fit.

    Raises ArrowInvalid where a text is no moment, or a span is too long.
    """
    if pa.types.is_boolean(kind) and pa.types.is_integer(array.type):
        return pc.if_else(pc.is_in(array, pa.array([0, 1])), pc.equal(array, 1), pa.scalar(None, pa.bool_()))
    if pa.types.is_timestamp(kind) and pa.types.is_large_string(array.type):
        moments = array.cast(pa.timestamp(kind.unit))
        return moments if kind.tz is None else pc.assume_timezone(moments, "UTC").cast(kind)
    if pa.types.is_duration(kind) and pa.types.is_floating(array.type):
        ticks = pc.multiply(array, 1e6 if kind.unit == "us" else 1e9)
        return pc.round(ticks).cast(pa.int64()).cast(kind)
    return array if array.type == kind else None
