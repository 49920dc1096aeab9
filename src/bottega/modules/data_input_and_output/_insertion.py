"""A table into one of a database, in the transaction of a connection: all rows or none."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute

from bottega.dataset.formats.rendering import rendered
from bottega.sdk import BottegaError, Column, Kind, Table

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments

_YEAR_1, _YEAR_10000 = -62_135_596_800_000_000, 253_402_300_800_000_000
_SAVED, _NAMED = "Comma separated list of columns to be saved", "Comma separated list of datatable columns"


def chosen(dataset: Table, saved: str, named: str) -> tuple[Table, list[str]]:
    """The columns to be saved, all where none is named, and what each is called in the database.

    A name that has a comma itself stands in double quotes. Raises `0001`, `0002`, `0027` and `0028`.
    """
    names = listed(saved, _SAVED) or dataset.arrow.column_names
    for name in names:
        dataset.column(name)
    targets = listed(named, _NAMED) or names
    if len(targets) != len(names):
        raise BottegaError("0027", found=len(targets), expected=len(names))
    twice = (
        next((name for name in targets if targets.count(name) > 1), None) if len(set(targets)) < len(targets) else None
    )
    if twice is not None:
        raise BottegaError("0028", column=twice, parameter=_NAMED if named else _SAVED)
    if not names:
        raise BottegaError("0020", dataset="Dataset", found=0, lower=1)
    return Table(dataset.arrow.select(names)), targets


def listed(text: str, parameter: str) -> list[str]:
    """The names in a list with commas. Raises `0002` for one that is none."""
    if not text.strip():
        return []
    try:
        (names,) = csv.reader([" ".join(text.splitlines())], skipinitialspace=True, strict=True)
    except (csv.Error, ValueError) as error:
        raise BottegaError("0002", value=repr(text[:200]), parameter=parameter, type="a list with commas") from error
    return [name.strip() for name in names]


def insert(connection: Any, dataset: Table, columns: Sequence[str], name: str, rows: int) -> None:
    """Add the table's rows to a table of the database, which is made where it is not there; so many rows at once.

    Raises `0003` and `0121` for a name that cannot be, or a table without one of the columns, and `0139` for moments
    that no database has.
    """
    import sqlalchemy as sa

    schema, table = _split(name, sa.inspect(connection))
    if sa.inspect(connection).has_table(table, schema=schema):
        _check_columns(connection, columns, table, schema, name)
    else:
        _make(connection, dataset, columns, table, schema)
    # Without types: what the driver makes of a value fits more columns than what a type would.
    statement = sa.insert(sa.table(table, *[sa.column(column) for column in columns], schema=schema))
    arrays = [
        _plain(column, declared.name, is_text=_is_text(connection, declared))
        for declared, column in zip(dataset.columns, dataset.arrow.columns, strict=True)
    ]
    plain = pa.Table.from_arrays(arrays, names=[f"c{number}" for number in range(len(arrays))])
    for batch in plain.to_batches(max_chunksize=rows):
        values = [column.to_pylist() for column in batch.columns]
        connection.execute(statement, [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)])


def _split(name: str, inspector: Any) -> tuple[str | None, str]:
    """Schema and name of a table; a point may be part of a name that is there."""
    schema, point, table = name.partition(".")
    if not point or not schema or not table or inspector.has_table(name):
        return None, name
    return schema, table


def _check_columns(connection: Any, columns: Sequence[str], table: str, schema: str | None, name: str) -> None:
    import sqlalchemy as sa

    known = [str(each["name"]) for each in sa.inspect(connection).get_columns(table, schema=schema)]
    missing = sorted(set(columns) - set(known), key=list(columns).index)
    if missing:
        reason = f"it has no column {', '.join(missing[:5])}; its columns are {', '.join(known[:20])}"
        raise BottegaError("0121", name=name, reason=reason)


def _make(connection: Any, dataset: Table, columns: Sequence[str], table: str, schema: str | None) -> None:
    import sqlalchemy as sa

    types: dict[Kind, Any] = {
        Kind.STRING: sa.Text(), Kind.INTEGER: sa.BigInteger(), Kind.DOUBLE: sa.Double(), Kind.BOOLEAN: sa.Boolean(),
        Kind.DATETIME: sa.DateTime(), Kind.TIMESPAN: sa.Interval(), Kind.BYTES: sa.LargeBinary(),
    }  # fmt: skip
    declared = []
    for name, column, field in zip(columns, dataset.columns, dataset.arrow.schema, strict=True):
        kind = sa.Text() if _is_text(connection, column) else types[column.type.kind]
        if column.type.kind is Kind.DATETIME and _zone(field.type) and not _is_text(connection, column):
            kind = sa.DateTime(timezone=True)
        declared.append(sa.Column(name, kind))
    sa.Table(table, sa.MetaData(), *declared, schema=schema).create(connection)


def _is_text(connection: Any, column: Column) -> bool:
    """Whether times are text there: SQLite has no type for them, and others few that keep a time span."""
    own = {"sqlite": (), "postgresql": (Kind.DATETIME, Kind.TIMESPAN)}.get(connection.dialect.name, (Kind.DATETIME,))
    return column.type.kind in (Kind.DATETIME, Kind.TIMESPAN) and column.type.kind not in own


def _zone(kind: Any) -> str | None:
    return getattr(kind.value_type if pa.types.is_dictionary(kind) else kind, "tz", None)


def _plain(column: Any, name: str, *, is_text: bool) -> Any:
    """A column whose values Python has: categories as they are, times in microseconds. Raises `0139` for other years."""
    if is_text:
        return rendered(column)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_duration(column.type):
        return column.cast(pa.duration("us"), safe=False)
    if not pa.types.is_timestamp(column.type):
        return column
    moments = column.cast(pa.timestamp("us", "UTC" if column.type.tz else None), safe=False)
    bounds = pc.min_max(moments.cast(pa.int64())).as_py()
    if bounds["min"] is not None and not _YEAR_1 <= bounds["min"] <= bounds["max"] < _YEAR_10000:
        raise BottegaError("0139", column=name, type="DateTime", reason="databases have the years 1 to 9999")
    return moments
