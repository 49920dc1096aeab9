"""Tables with other columns: all changed at once, for one by one a table of many columns takes for ever."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute

from bottega.dataset.table import role_metadata
from bottega.dataset.types import Kind
from bottega.sdk import BottegaError, Column, Columns, Role, Table

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments
_NUMBERS = (Kind.INTEGER, Kind.DOUBLE)


class Added(NamedTuple):
    """A further column."""

    name: str
    role: Role
    values: Any


def chosen(columns: Columns, schema: Sequence[Column], parameter: str) -> list[Column]:
    """The columns selected, each once. Raises `0001`, `0059`, `0060`, or `0011` where there is none."""
    found = [schema[place] for place in dict.fromkeys(columns.places(schema, parameter))]
    if not found:
        raise BottegaError("0011", parameter=parameter)
    return found


def numeric(columns: Columns, schema: Sequence[Column], parameter: str) -> list[Column]:
    """The columns selected, which have to be numeric. Raises as `chosen` does, and `0017` for one that is not."""
    found = chosen(columns, schema, parameter)
    for column in found:
        if not is_numeric(column):
            raise BottegaError("0017", column=column.name, type=str(column.type))
    return found


def is_numeric(column: Column) -> bool:
    """Whether a column has numbers that are no categories."""
    return column.type.kind in _NUMBERS and not column.type.categorical


def doubles(values: Any) -> Any:
    """A numeric column as Doubles."""
    return values if pa.types.is_floating(values.type) else values.cast(pa.float64(), safe=False)


def numbers_of(column: Column, values: Any) -> Any | None:
    """The values where they are numbers, None where they are not.

    A column without any value has missing numbers: files and queries tell it as String.
    """
    if is_numeric(column):
        return values
    return pa.chunked_array([pa.nulls(len(values), pa.float64())]) if values.null_count == len(values) else None


def one_zero(values: Any) -> Any:
    """The values, plain ones of a Categorical column of numbers, of which -0.0 is 0.0, for both are one key."""
    kind = values.type
    if pa.types.is_dictionary(kind) and pa.types.is_floating(kind.value_type):
        values = values.cast(kind.value_type)
    return pc.add(values, 0.0) if pa.types.is_floating(values.type) else values


def changed(
    table: Table, values: Mapping[str, Any], more: Iterable[Added] = (), *, dropped: Collection[str] = ()
) -> Table:
    """The table with other values for the columns named, in their places and roles, and with more columns after them.

    Rows keep their places, and so their folds.
    """
    gone = set(dropped)
    columns, fields = [], []
    for column, field in zip(table.arrow.columns, table.arrow.schema, strict=True):
        if field.name not in gone:
            columns.append(values.get(field.name, column))
            fields.append(field.with_type(columns[-1].type))
    for name, role, column in more:
        columns.append(column)
        fields.append(pa.field(name, column.type, metadata=role_metadata(role)))
    if not columns:
        return Table(table.arrow.select([]))
    return Table(pa.Table.from_arrays(columns, schema=pa.schema(fields))).with_folds(table.folds)


def told(columns: Mapping[str, Any], most: int = 500) -> dict[str, Any]:
    """What a transform tells of its columns: of so many in full, and how many more there are."""
    names = list(columns)[:most]
    more = {"more": len(columns) - len(names)} if len(columns) > len(names) else {}
    return {"columns": {name: columns[name] for name in names}, **more}


def role_beside(column: Column) -> Role:
    """The role of what is told of a column in another one: of a label or a score it must not become a feature."""
    return Role.FEATURE if column.role is Role.FEATURE else Role.NONE
