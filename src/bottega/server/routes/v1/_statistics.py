"""Statistics of columns as the native API tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from bottega.dataset.profile import profile
from bottega.dataset.table import Table

if TYPE_CHECKING:
    from bottega.dataset.table import Column

Value = float | int | bool | str


class Histogram(Struct):
    """How many values lie between neighbouring edges; there is one edge more than counts."""

    edges: list[Value]
    counts: list[int]


class Top(Struct):
    """A frequent value."""

    value: Value
    count: int


class Box(Struct):
    """Quartiles, the ends of the whiskers (last values within 1.5 of their distance), how many values lie beyond."""

    q1: Value
    q3: Value
    low: Value
    high: Value
    outliers: int


class ColumnStatistics(Struct):
    """Of one column. Times are ISO text, spans seconds, Bytes their lengths; what does not apply is null or empty."""

    name: str
    type: str
    role: str
    count: int
    missing: int
    distinct: int
    infinite: int
    min: Value | None
    max: Value | None
    mean: Value | None
    median: Value | None
    std: float | None
    histogram: Histogram | None
    top: list[Top]
    box: Box | None


class Profile(Struct):
    """Statistics of each column, or of those asked for."""

    rows: int
    total_columns: int
    columns: list[ColumnStatistics]


def statistics(table: Table, *, bins: int, top: int) -> list[ColumnStatistics]:
    """Of all columns of a table."""
    return [
        _told(column, each.as_json())
        for column, each in zip(table.columns, profile(table, bins=bins, top=top), strict=True)
    ]


def _told(column: Column, told: dict[str, Any]) -> ColumnStatistics:
    return msgspec.convert({**told, "role": column.role.value}, ColumnStatistics)
