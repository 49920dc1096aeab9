"""Rows of a table as plain values that any reader of JSON keeps: pages, terminals' `--json`, the native API."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from bottega.dataset.types import Kind

if TYPE_CHECKING:
    from bottega.dataset.table import Column, Table

# What a reader of JSON with nothing but doubles, such as a browser, keeps exactly.
_SAFE_INTEGER = 2**53 - 1
_PLAIN = (Kind.INTEGER, Kind.DOUBLE, Kind.BOOLEAN)


def plain_rows(table: Table, offset: int, limit: int) -> list[list[Any]]:
    """Rows from `offset`: numbers and Boolean values as they are, all else as text, None for what is missing.

    Integers beyond ±(2^53 - 1) are text; infinities are `Infinity` and `-Infinity`.
    """
    columns = [
        _plain(values.slice(offset, limit), column)
        for values, column in zip(table.arrow.columns, table.columns, strict=True)
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _plain(values: Any, column: Column) -> list[Any]:
    from bottega.dataset.formats.rendering import rendered

    is_plain = not column.type.categorical and column.type.kind in _PLAIN
    return [_safe(value) for value in (values if is_plain else rendered(values)).to_pylist()]


def _safe(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(value) if isinstance(value, int) and abs(value) > _SAFE_INTEGER else value
