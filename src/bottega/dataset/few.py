"""Tables of few rows as plain values: for those, turning them into Arrow and back costs more than all else of a call.

Their form between processes is told in `sandbox/guest/exchange_few.py`; this is the host's side of it. What comes from
a jail is read as hostile.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import pyarrow as pa

from bottega.dataset.exchange import check_zone
from bottega.dataset.names import unique_names
from bottega.dataset.table import Table
from bottega.dataset.types import Kind, Role
from bottega.errors import BottegaError

START = b"{"  # which no other exchange begins with
MOST_ROWS = 64
_MOST_COLUMNS = 10_000
_INT64 = 2**63
_NONE = type(None)
_TIMES = (Kind.DATETIME, Kind.TIMESPAN)
_UNITS = {"s": 10**6, "ms": 10**3, "us": 1, "ns": 1}  # how many microseconds one is at least, for tables keep those
_TYPES: Mapping[Kind, frozenset[type]] = {
    Kind.DOUBLE: frozenset({float, _NONE}),
    Kind.INTEGER: frozenset({int, _NONE}),
    Kind.BOOLEAN: frozenset({bool, _NONE}),
    Kind.STRING: frozenset({str, _NONE}),
    Kind.DATETIME: frozenset({int, _NONE}),
    Kind.TIMESPAN: frozenset({int, _NONE}),
}
_ARROW: Mapping[Kind, pa.DataType] = {
    Kind.DOUBLE: pa.float64(),
    Kind.INTEGER: pa.int64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.STRING: pa.large_string(),
}
_NO_TABLE = (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError)


class FewColumn(NamedTuple):
    """One column.

    values  floats, integers, Boolean values or texts; counts of `unit` for times; None is missing, and NaN is not there
    """

    name: str
    kind: Kind
    values: Sequence[Any]
    unit: str = "us"
    zone: str | None = None


@dataclass(frozen=True)
class Few:
    """A table of few rows: columns of unique names and equal length; roles by name where they are not features."""

    rows: int
    columns: Sequence[FewColumn]
    roles: Mapping[str, Role] = field(default_factory=dict)

    @cached_property
    def table(self) -> Table:
        """The same as any other table."""
        if not self.columns:
            return Table(pa.table({"": pa.nulls(self.rows)}).select([]))
        arrays = [_array(column) for column in self.columns]
        return Table(pa.table(arrays, names=[column.name for column in self.columns]), roles=self.roles)

    def with_roles_of(self, *sources: Mapping[str, Role]) -> Few:
        """The same, each column with the role that the first of `sources` has for its name."""
        names = {column.name for column in self.columns}
        roles = {name: role for source in reversed(sources) for name, role in source.items() if name in names}
        return Few(self.rows, self.columns, roles) if roles else self

    def written(self) -> bytes:
        """As jails read it."""
        columns = [[each.name, each.kind.value, each.values, each.unit, each.zone] for each in self.columns]
        return json.dumps({"rows": self.rows, "columns": columns}).encode()

    @classmethod
    def read_untrusted(cls, data: bytes, port: str, *, first_duplicate: int = 1) -> Few:
        """What a jail wrote. Raises `result-invalid` for anything that is not such a table."""
        try:
            told = json.loads(data)
            rows, columns = told["rows"], told["columns"]
            if type(rows) is not int or not 0 <= rows <= MOST_ROWS:
                raise ValueError(f"this form holds no {str(rows)[:20]} rows")
            if type(columns) is not list or len(columns) > _MOST_COLUMNS:
                raise ValueError("its columns are no list")
            names = unique_names((_text(column[0]) for column in columns), first=first_duplicate)
            return cls(rows, [_column(name, rows, *column[1:]) for name, column in zip(names, columns, strict=True)])
        except _NO_TABLE as error:
            raise BottegaError("result-invalid", port=port, reason=str(error)[:300]) from error


def _column(name: str, rows: int, kind: object, values: object, unit: object, zone: object) -> FewColumn:
    """A column that was told. Raises ValueError for what none can be."""
    known = Kind(_text(kind))
    if type(values) is not list or len(values) != rows:
        raise ValueError(f"a column has not {rows} values")
    if not _TYPES[known].issuperset(map(type, values)):
        raise ValueError(f"a column of type {known} has other values")
    if known is Kind.DOUBLE:
        return FewColumn(name, known, [None if value is None or math.isnan(value) else value for value in values])
    if known is Kind.STRING:
        return FewColumn(name, known, [value if value is None else _text(value) for value in values])
    if known is Kind.BOOLEAN:
        return FewColumn(name, known, values)
    if any(value is not None and not -_INT64 <= value < _INT64 for value in values):
        raise ValueError("a number has more than 64 bits")
    if known is Kind.INTEGER:
        return FewColumn(name, known, values)
    if unit not in _UNITS or not (zone is None or type(zone) is str):
        raise ValueError("a column of times has no unit")
    check_zone(zone)
    if any(value is not None and abs(value) > _INT64 // _UNITS[unit] for value in values):
        raise ValueError("a time is beyond 64 bits of microseconds")
    return FewColumn(name, known, values, unit, zone)


def _text(value: object) -> str:
    if type(value) is not str:
        raise ValueError("what should be text is not")
    value.encode()  # a lone surrogate is no text
    return value


def _array(column: FewColumn) -> Any:
    if column.kind not in _TIMES:
        return pa.array(column.values, _ARROW[column.kind])
    unit: Any = column.unit
    kind: Any = pa.timestamp(unit, column.zone) if column.kind is Kind.DATETIME else pa.duration(unit)
    return pa.array(column.values, pa.int64()).cast(kind)
