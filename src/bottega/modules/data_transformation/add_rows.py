"""Add Rows (fact sheet 2.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

import pyarrow as pa

from bottega.modules.data_transformation._columns import is_numeric
from bottega.sdk import BottegaError, Column, ColumnType, Kind, Label, Table, module


def _foretell(inputs: Mapping[str, tuple[Column, ...]], _parameters: Mapping[str, Any]) -> dict[str, Any]:
    first, second = inputs["dataset1"], inputs["dataset2"]
    named_alike = [one.name for one in first] == [other.name for other in second]
    unlike = [pair for pair in zip(first, second, strict=False) if not _fit(*pair)]
    if named_alike and unlike and all(Kind.STRING in (one.type.kind, other.type.kind) for one, other in unlike):
        return {"results_dataset": None}  # columns without any value, it may be, as the data tells
    return {"results_dataset": _stacked(first, second)}


@module(title="Add Rows", category="Data Transformation/Manipulation", foretell=_foretell)
def add_rows(
    dataset1: Annotated[Table, Label("Dataset1")], dataset2: Annotated[Table, Label("Dataset2")]
) -> Annotated[Table, Label("Results dataset")]:
    """Put the rows of the second table below those of the first.

    Both have the same columns in the same order, of the same types. Integers below Doubles, or above them, become
    Doubles. A column without any value takes the type of the other.

    A Categorical column has the categories of both, those of the first table before the others. Moments are told in
    the time zone of the first table. Roles are those of the first table.

    Error 0003: a table has no columns. 0067: the second has more or fewer columns than the first. 0010: a
    column has another name. 0016: a column has another type, or has a time zone in one table only. 0139: a
    moment is too far away for a column in nanoseconds.
    """
    for number, dataset in enumerate((dataset1, dataset2), start=1):
        if not dataset.num_columns:
            raise BottegaError("0003", input=f"Dataset{number}")
    dataset1, dataset2 = _as_beside(dataset1, dataset2), _as_beside(dataset2, dataset1)
    columns = []
    stacked = _stacked(dataset1.columns, dataset2.columns)
    for column, upper, lower in zip(stacked, dataset1.arrow.columns, dataset2.arrow.columns, strict=True):
        columns.append(_put_below(column, upper, lower))
    fields = [field.with_type(values.type) for field, values in zip(dataset1.arrow.schema, columns, strict=True)]
    return Table(pa.Table.from_arrays(columns, schema=pa.schema(fields)))


def _stacked(first: Sequence[Column], second: Sequence[Column]) -> tuple[Column, ...]:
    """The columns of the result. Raises `0010`, `0016`, `0067` where they do not go together."""
    if len(first) != len(second):
        raise BottegaError("0067", dataset="Dataset2", found=len(second), expected=len(first))
    for one, other in zip(first, second, strict=True):
        if one.name != other.name:
            raise BottegaError("0010", found=other.name, expected=one.name)
    return tuple(_together(one, other) for one, other in zip(first, second, strict=True))


def _as_beside(table: Table, other: Table) -> Table:
    """The table, of which a column without any value has the type that it has in the other: files tell it as String."""
    columns = list(table.arrow.columns)
    for place, (one, beside) in enumerate(zip(table.columns, other.columns, strict=False)):
        if columns[place].null_count == len(columns[place]) and not _fit(one, beside):
            columns[place] = pa.chunked_array([pa.nulls(table.num_rows, other.arrow.schema.field(place).type)])
    fields = [field.with_type(values.type) for field, values in zip(table.arrow.schema, columns, strict=True)]
    return Table(pa.Table.from_arrays(columns, schema=pa.schema(fields)))


def _fit(one: Column, other: Column) -> bool:
    return one.type == other.type or (is_numeric(one) and is_numeric(other))


def _together(one: Column, other: Column) -> Column:
    if one.type == other.type:
        return one
    if _fit(one, other):
        return replace(one, type=ColumnType(Kind.DOUBLE))
    raise BottegaError("0016", column=one.name, found=str(one.type), expected=str(other.type))


def _put_below(column: Column, upper: Any, lower: Any) -> Any:
    kind = upper.type
    if kind != lower.type:
        if column.type.categorical:
            return _categories_together(column, upper, lower)
        kind = _common(column, kind, lower.type)
        upper, lower = _as(column, upper, kind), _as(column, lower, kind)
    return pa.chunked_array([*upper.chunks, *lower.chunks], kind)


def _categories_together(column: Column, upper: Any, lower: Any) -> Any:
    """Categories of two Arrow types: both in the common one, and without an order."""
    values = _common(column, upper.type.value_type, lower.type.value_type)
    chunks = [
        pa.DictionaryArray.from_arrays(chunk.indices, _as(column, chunk.dictionary, values))
        for chunk in (*upper.chunks, *lower.chunks)
    ]
    kind: Any = pa.dictionary(pa.int32(), values)
    return pa.chunked_array(chunks, kind)


def _common(column: Column, upper: Any, lower: Any) -> Any:
    """The Arrow type for both. Raises `0016` where just one of them has a time zone."""
    if upper == lower:
        return upper
    if column.type.kind is Kind.DOUBLE:
        return pa.float64()
    if column.type.kind is Kind.TIMESPAN:
        return pa.duration("ns")
    if (upper.tz is None) is not (lower.tz is None):
        words = {True: f"{column.type} without a zone", False: f"{column.type} with a zone"}
        raise BottegaError("0016", column=column.name, found=words[upper.tz is None], expected=words[lower.tz is None])
    return pa.timestamp("ns" if "ns" in (upper.unit, lower.unit) else "us", upper.tz)


def _as(column: Column, values: Any, kind: Any) -> Any:
    try:
        return values.cast(kind, safe=not pa.types.is_floating(kind))
    except pa.ArrowInvalid as error:
        reason = "a time lies outside of what nanoseconds reach, 1677 to 2262, which the other table has"
        raise BottegaError("0139", column=column.name, type=str(column.type), reason=reason) from error
