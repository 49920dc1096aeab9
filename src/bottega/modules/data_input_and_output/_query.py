"""What a query of a database gives, as a table.

| the database gave | the column is |
|---|---|
| whole numbers | Integer; String where one is beyond 64 bits |
| floating numbers, decimals | Double; a decimal that is declared without a fraction, of 18 digits at most, is Integer |
| true and false | Boolean |
| dates and times | DateTime, with a time zone in UTC |
| a time of day, an interval | TimeSpan |
| binary values | Bytes |
| texts, and all else | String: JSON as JSON, lists and the like as JSON too, identifiers as their text |
| nothing but missing values | what the database declared, else String |

Values of several types in one column, as SQLite allows, are Double where all are numbers, else String.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from typing import Any

import pyarrow as pa

from bottega.dataset.formats.rendering import rendered
from bottega.sdk import BottegaError, Kind, Table

# Arrow's memory grows by the column; PostgreSQL itself has 1,600.
_MOST_COLUMNS = 10_000
LARGEST = 2 << 30
# A block has so many rows at most, and is over after so many bytes; a server is asked for few rows at first.
_ROWS, _BYTES = 1 << 13, 1 << 24
_FIRST, _GROWTH = 8, 4
_INTEGER_DIGITS = 18
_ARROW: dict[Kind, Any] = {
    Kind.INTEGER: pa.int64(), Kind.DOUBLE: pa.float64(), Kind.BOOLEAN: pa.bool_(), Kind.BYTES: pa.large_binary(),
    Kind.STRING: pa.large_string(), Kind.TIMESPAN: pa.duration("us"), Kind.DATETIME: pa.timestamp("us"),
}  # fmt: skip
_ZONED = pa.timestamp("us", "UTC")
# PostgreSQL's numbers of its types; those that are not here tell themselves by their values, or are String.
_DECLARED: dict[int, Any] = {
    16: pa.bool_(), 17: pa.large_binary(), 20: pa.int64(), 21: pa.int64(), 23: pa.int64(), 26: pa.int64(),
    700: pa.float64(), 701: pa.float64(), 1700: pa.float64(), 1082: pa.timestamp("us"), 1114: pa.timestamp("us"),
    1184: _ZONED, 1083: pa.duration("us"), 1266: pa.duration("us"), 1186: pa.duration("us"),
}  # fmt: skip


def fetched(connection: Any, query: str, shown: str) -> Table:
    """The rows of a query, as it stands, on a connection of SQLAlchemy's.

    Raises `input-too-large`, and `0018` where there is no result, or one of too many columns.
    """
    options = {"stream_results": True, "max_row_buffer": _FIRST, "no_parameters": True}
    with closing(connection.execution_options(**options).exec_driver_sql(query)) as result:
        if not result.returns_rows:
            raise BottegaError("0018", path="What the query gives", reason="it is no table; a SELECT gives one")
        described = list(result.cursor.description)
        if len(described) > _MOST_COLUMNS:
            reason = f"it has {len(described):,} columns, and a table has at most {_MOST_COLUMNS:,}"
            raise BottegaError("0018", path="What the query gives", reason=reason)
        columns = [_Column(each) for each in described]
        taken = 0
        for rows in _blocks(result, by_row=connection.dialect.name == "sqlite"):
            for column, values in zip(columns, zip(*rows, strict=True), strict=True):
                taken += column.add(values)
            if taken > LARGEST:
                limit = f"{LARGEST:,} bytes"
                raise BottegaError("input-too-large", input=shown, size=f"more than {limit}", limit=limit)
    return Table(
        pa.Table.from_arrays([column.array() for column in columns], names=[str(each[0]) for each in described])
    )


def _blocks(result: Any, *, by_row: bool) -> Iterator[list[Any]]:
    """Rows in blocks that memory holds, however long their values are.

    by_row  fetch them one by one; otherwise as many at once as fit by the longest that there was
    """
    block: list[Any] = []
    size, longest, count = 0, 1, 1 if by_row else _FIRST
    while rows := result.fetchmany(count):
        sizes = [sum(map(sys.getsizeof, row)) for row in rows]
        block += rows
        size += sum(sizes)
        if size >= _BYTES or len(block) >= _ROWS:
            yield block
            block, size = [], 0
        if not by_row:
            longest = max(longest, *sizes)
            count = max(1, min(_ROWS, count * _GROWTH, _BYTES // longest))
    if block:
        yield block


class _Column:
    """One column, in blocks of what type each block has."""

    def __init__(self, described: Sequence[Any]) -> None:
        self._declared = _DECLARED.get(described[1]) if isinstance(described[1], int) else None
        digits, scale = (*described[4:6], None, None)[:2]
        self._is_whole = scale == 0 and digits is not None and digits <= _INTEGER_DIGITS
        self._blocks: list[Any] = []

    def add(self, values: Sequence[Any]) -> int:
        """Take the values of the next rows; how many bytes they have become."""
        block = self._block(list(values))
        self._blocks.append(block)
        return int(block.nbytes)

    def array(self) -> Any:
        """All of it."""
        kinds = {block.type for block in self._blocks if block.type != pa.null()}
        kind = kinds.pop() if len(kinds) == 1 else None
        if not kinds and kind is None:
            kind = pa.int64() if self._is_whole else self._declared or pa.large_string()
        if kind is None and kinds <= {pa.int64(), pa.float64()}:
            kind = pa.float64()
        blocks = self._blocks
        if kind is None:
            kind = pa.large_string()
            blocks = [block if block.type == pa.null() else rendered(block) for block in blocks]
        return pa.chunked_array([block.cast(kind) for block in blocks], kind)

    def _block(self, values: list[Any]) -> Any:
        types = set(map(type, values)) - {type(None)}
        if not types:
            return pa.nulls(len(values))
        kinds = {_kind(each) for each in types}
        if types <= {Decimal} and self._is_whole:
            kinds = {Kind.INTEGER}
        if kinds <= {Kind.INTEGER, Kind.DOUBLE} and len(kinds) > 1:
            kinds = {Kind.DOUBLE}
        kind = kinds.pop() if len(kinds) == 1 else Kind.STRING
        try:
            return _array(values, kind)
        except (OverflowError, ValueError, TypeError, pa.ArrowException):  # beyond 64 bits, with and without a zone
            return _array(values, Kind.STRING)


def _kind(type_: type) -> Kind:
    """What values of a type of Python's are; a truth value is a whole number, and a moment a date, to Python."""
    for kinds, kind in (
        ((bool,), Kind.BOOLEAN), ((int,), Kind.INTEGER), ((float, Decimal), Kind.DOUBLE),
        ((bytes, bytearray, memoryview), Kind.BYTES), ((dt.date,), Kind.DATETIME), ((dt.time, dt.timedelta), Kind.TIMESPAN),
    ):  # fmt: skip
        if issubclass(type_, kinds):
            return kind
    return Kind.STRING


def _array(values: list[Any], kind: Kind) -> Any:
    if kind is Kind.DATETIME:
        moments = [_moment(value) for value in values]
        zoned = any(value is not None and value.tzinfo is not None for value in moments)
        if zoned and any(value is not None and value.tzinfo is None for value in moments):
            raise ValueError("with and without a zone")
        return pa.array(moments, _ZONED if zoned else _ARROW[kind])
    read = _READ.get(kind)
    plain = values if read is None else [None if value is None else read(value) for value in values]
    return pa.array(plain, _ARROW[kind], from_pandas=kind is Kind.DOUBLE)


def _moment(value: Any) -> dt.datetime | None:
    if value is None or isinstance(value, dt.datetime):
        return value
    return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a day has no zone


def _span(value: dt.time | dt.timedelta) -> dt.timedelta:
    """A time of day since midnight; one with a zone is that of its clock."""
    if isinstance(value, dt.timedelta):
        return value
    return dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)


def _text(value: Any) -> str:
    """A value as text: as `rendered` would have it where columns have such values."""
    match value:
        case str():
            return value
        case bool() | int() | Decimal() | dt.timedelta():
            return str(value)
        case float():
            return str(value) if math.isfinite(value) else str(value).replace("Infinity", "inf")
        case bytes() | bytearray() | memoryview():
            return str(rendered(pa.array([bytes(value)], pa.large_binary()))[0])
        case dt.datetime() | dt.date() | dt.time():
            return str(value)
        case dict() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


_READ: dict[Kind, Any] = {
    Kind.DOUBLE: float, Kind.INTEGER: int, Kind.BYTES: bytes, Kind.TIMESPAN: _span, Kind.STRING: _text,
}  # fmt: skip
