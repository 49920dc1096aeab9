"""Tables as R reads and writes them: a column after the other, each as R has it in memory (docs/r.md).

All numbers are little-endian, all text is UTF-8 that ends in a zero byte. A text column is a factor: its different
texts, and which of them each row has, counting from 1.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.exchange import check_zone
from bottega.dataset.formats.rendering import concatenated, rendered
from bottega.dataset.table import Table
from bottega.dataset.types import column_type
from bottega.errors import BottegaError
from bottega.sdk.notes import note

KINDS = ("double", "integer", "logical", "string", "factor", "ordered", "datetime", "timespan", "integer64")
_NUMBERS = {kind: place for place, kind in enumerate(KINDS, 1)}
_MISSING = -(2**31)  # as an integer, which R keeps free for it
_MISSING_DOUBLE = np.uint64(0x7FF00000000007A2)  # R's NA: a NaN of its own
_MISSING_INTEGER64 = -(2**63)
_LARGEST_EXACT = 2**53
_MOST_ROWS = 2**31 - 1
_PER_SECOND = {"us": 1_000_000, "ns": 1_000_000_000}
_UTC = ("", "UTC", "GMT")
_Part = bytes | memoryview


def integer(value: int) -> bytes:
    """One number."""
    return struct.pack("<i", value)


def text(value: str) -> bytes:
    """One text. R has no text with a zero byte: it ends there."""
    return value.encode("utf-8", "replace").partition(b"\0")[0] + b"\0"


def written(table: Table) -> Iterator[_Part]:
    """A table, piece by piece. Raises `0017` and `0139`, with the column's name, for what R cannot hold."""
    if table.num_rows > _MOST_ROWS:
        raise BottegaError("0139", column="", type="table", reason=f"R takes at most {_MOST_ROWS:,} rows")
    names = table.arrow.column_names
    yield integer(table.num_rows) + integer(len(names)) + b"".join(map(text, names))
    for name, column in zip(names, table.arrow.columns, strict=True):
        yield from _written(name, column)


def _written(name: str, column: pa.ChunkedArray[Any]) -> Iterator[_Part]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _categorical(name, column)
    if pa.types.is_large_string(kind):
        return _texts(name, column, "string")
    if pa.types.is_boolean(kind):
        return _integers("logical", column.cast(pa.int32()))
    if pa.types.is_int64(kind):
        return _whole(name, column)
    if pa.types.is_float64(kind):
        return _doubles("double", _flat(column), column)
    if pa.types.is_timestamp(kind):
        zone = kind.tz if _is_zone(kind.tz) else "UTC"
        return _doubles("datetime", _seconds(name, column), column, text(zone))
    if pa.types.is_duration(kind):
        return _doubles("timespan", _seconds(name, column), column)
    raise BottegaError("0017", column=name, type=str(column_type(kind)))


def _one(column: pa.ChunkedArray[Any]) -> Any:
    """All chunks as one array."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _flat(column: pa.ChunkedArray[Any]) -> Any:
    """The values, whatever stands where one is missing."""
    array = _one(column)
    width = np.dtype(np.int32 if array.type == pa.int32() else np.float64 if array.type == pa.float64() else np.int64)
    buffer = array.buffers()[1]
    if buffer is None:
        return np.empty(0, width)
    return np.frombuffer(buffer, width, count=len(array), offset=array.offset * width.itemsize)


def _missing(column: pa.ChunkedArray[Any]) -> Any:
    return np.asarray(column.is_null())


def _doubles(kind: str, values: Any, column: pa.ChunkedArray[Any], before: bytes = b"") -> Iterator[_Part]:
    if column.null_count:
        values = values.copy()
        values.view(np.uint64)[_missing(column)] = _MISSING_DOUBLE
    yield integer(_NUMBERS[kind]) + before
    yield _bytes(values)


def _integers(kind: str, column: pa.ChunkedArray[Any]) -> Iterator[_Part]:
    values = _flat(column)
    if column.null_count:
        values = np.where(_missing(column), np.int32(_MISSING), values)
    yield integer(_NUMBERS[kind])
    yield _bytes(values.astype(np.int32, copy=False))


def _whole(name: str, column: pa.ChunkedArray[Any]) -> Iterator[_Part]:
    """Whole numbers as R's own where all fit those, else as doubles."""
    if _fits(column):
        return _integers("integer", column.cast(pa.int32()))
    if not _fits(column, _LARGEST_EXACT):
        note(f"Column {name} has whole numbers beyond 2^53; to R it is of doubles, which lose their last digits.")
    return _doubles("double", _flat(column).astype(np.float64), column)


def _fits(column: pa.ChunkedArray[Any], largest: int = -_MISSING - 1) -> bool:
    """Whether no whole number of a column lies further from zero."""
    bounds = pc.min_max(column)
    return -largest <= (bounds["min"].as_py() or 0) and (bounds["max"].as_py() or 0) <= largest


def _seconds(name: str, column: pa.ChunkedArray[Any]) -> Any:
    values = _flat(column)
    if column.type.unit == "ns" and np.any(values[~_missing(column)] % 1000):
        note(f"Column {name} has nanoseconds; R keeps its microseconds.")
    return values / _PER_SECOND[column.type.unit]


def _categorical(name: str, column: pa.ChunkedArray[Any]) -> Iterator[_Part]:
    array = _one(column.unify_dictionaries())
    kind = "ordered" if column.type.ordered else "factor"
    levels = rendered(pa.chunked_array([array.dictionary]))
    return _coded(name, levels, pa.chunked_array([array.indices]), kind)


def _texts(name: str, column: pa.ChunkedArray[Any], kind: str) -> Iterator[_Part]:
    array = _one(column).dictionary_encode()
    return _coded(name, pa.chunked_array([array.dictionary]), pa.chunked_array([array.indices]), kind)


def _coded(name: str, levels: pa.ChunkedArray[Any], codes: pa.ChunkedArray[Any], kind: str) -> Iterator[_Part]:
    levels = levels.cast(pa.large_string())
    if pc.any(pc.match_substring(levels, "\0")).as_py():
        raise BottegaError(
            "0139", column=name, type="String", reason="it has text with a zero byte, which R cannot hold"
        )
    yield integer(_NUMBERS[kind]) + integer(len(levels))
    for chunk in concatenated(levels, "\0").chunks:
        yield _text_data(chunk)
    places = pc.add(codes.cast(pa.int32()), pa.scalar(1, pa.int32()))
    yield _bytes(np.asarray(places.fill_null(pa.scalar(_MISSING, pa.int32()))).astype(np.int32, copy=False))


def _text_data(array: Any) -> _Part:
    _, offsets, data = array.buffers()
    if data is None:
        return b""
    places = np.frombuffer(offsets, np.int64, count=len(array) + 1, offset=array.offset * 8)
    return memoryview(data)[int(places[0]) : int(places[-1])]


def _bytes(values: Any) -> _Part:
    contiguous: Any = np.ascontiguousarray(values)
    return memoryview(contiguous).cast("B") if len(values) else b""


class Answer:
    """What R wrote, read from the start. What does not fit together raises ValueError."""

    def __init__(self, data: bytes | bytearray) -> None:
        self._data = memoryview(data)
        self._place = 0

    def bytes(self, count: int) -> memoryview:
        """The next so many."""
        if not 0 <= count <= len(self._data) - self._place:
            raise ValueError("it ends too soon")
        self._place += count
        return self._data[self._place - count : self._place]

    def rest(self) -> memoryview:
        """All that is left."""
        return self.bytes(len(self._data) - self._place)

    def integer(self) -> int:
        """One number."""
        return int(struct.unpack("<i", self.bytes(4))[0])

    def values(self, count: int, dtype: Any) -> Any:
        """Numbers."""
        return np.frombuffer(self.bytes(count * np.dtype(dtype).itemsize), dtype)

    def texts(self) -> list[str]:
        """Texts, with their count and size before them."""
        count = self.integer()
        data = bytes(self.bytes(int(struct.unpack("<d", self.bytes(8))[0])))
        found = data.decode().split("\0")
        if len(found) != count + 1 or found.pop():
            raise ValueError("its texts do not fit their count")
        return found


@dataclass(frozen=True)
class _Column:
    """How a column of a name came to R: what R cannot tell of it on the way back."""

    type: Any
    categories: Any = None


def read(answer: Answer, inputs: tuple[Table, ...]) -> Table:
    """The frame as a table; a column that has the name of one of the inputs keeps its role and what R cannot tell of it.

    That is its time zone, the type of its categories, and of whole numbers that R has as doubles that they are whole.

    Raises ValueError for what is no frame, and `0139` for a time that no table can hold.
    """
    rows, names = answer.integer(), answer.texts()
    known = {name: column for table in reversed(inputs) for name, column in _known(table)}
    columns = [_column(answer, rows, name, known.get(name)) for name in names]
    told = [name or f"Column {place}" for place, name in enumerate(names)]
    table = Table(pa.Table.from_arrays(columns, names=told)) if columns else Table(pa.table({}))
    return table.with_roles_of(*inputs)


def _known(table: Table) -> Iterator[tuple[str, _Column]]:
    for name, column in zip(table.arrow.column_names, table.arrow.columns, strict=True):
        if pa.types.is_dictionary(column.type):
            yield name, _Column(column.type, column)
        elif pa.types.is_timestamp(column.type) or (pa.types.is_int64(column.type) and not _fits(column)):
            yield name, _Column(column.type)


def _column(answer: Answer, rows: int, name: str, known: _Column | None) -> Any:
    number = answer.integer()
    if not 1 <= number <= len(KINDS):
        raise ValueError(f"it has a column of kind {number}, which is none")
    kind = KINDS[number - 1]
    if kind in ("string", "factor", "ordered"):
        return _coded_column(answer, rows, kind, known)
    if kind == "datetime":
        return _times(answer, rows, name, known)
    column = _READERS[kind](answer, rows, name)
    was_whole = kind == "double" and known is not None and pa.types.is_int64(known.type)
    return _whole_again(column) if was_whole else column


def _double(answer: Answer, rows: int, _name: str) -> Any:
    """R's NA is a NaN, and in tables every NaN is missing."""
    return pa.array(answer.values(rows, np.float64), from_pandas=True)


def _whole_again(column: Any) -> Any:
    """The numbers as they came, where all are whole and known to the last digit."""
    exact = pc.all(
        pc.and_(pc.equal(pc.trunc(column), column), pc.less_equal(pc.abs(column), pa.scalar(float(_LARGEST_EXACT))))
    )
    return column.cast(pa.int64()) if exact.as_py() is not False else column


def _integer(answer: Answer, rows: int, _name: str) -> Any:
    values = answer.values(rows, np.int32)
    return pa.array(values.astype(np.int64), mask=values == _MISSING)


def _logical(answer: Answer, rows: int, _name: str) -> Any:
    values = answer.values(rows, np.int32)
    return pa.array(values != 0, mask=values == _MISSING)


def _integer64(answer: Answer, rows: int, _name: str) -> Any:
    values = answer.values(rows, np.int64)
    return pa.array(values, mask=values == _MISSING_INTEGER64)


def _timespan(answer: Answer, rows: int, name: str) -> Any:
    return _microseconds(answer.values(rows, np.float64), name, "difftime", pa.duration("us"))


def _times(answer: Answer, rows: int, name: str, known: _Column | None) -> Any:
    """Instants; of UTC where R names no other zone that is known here."""
    (told,) = answer.texts()
    zone = told if told not in _UTC and _is_zone(told) else None
    if known is not None and pa.types.is_timestamp(known.type) and zone is None:
        zone = known.type.tz
    return _microseconds(answer.values(rows, np.float64), name, "POSIXct", pa.timestamp("us", zone))


def _is_zone(name: str | None) -> bool:
    """Whether it is a place's zone, which R knows too; not an offset."""
    try:
        check_zone(name)
    except ValueError:
        return False
    return name is not None and not name.startswith(("+", "-"))


def _microseconds(seconds: Any, name: str, kind: str, wanted: pa.DataType) -> Any:
    missing = ~np.isfinite(seconds)
    scaled = np.rint(np.where(missing, 0.0, seconds) * 1e6)
    if np.any(np.abs(scaled) >= 2.0**63):
        raise BottegaError("0139", column=name, type=kind, reason="it has a time that lies too far away")
    return pa.array(scaled.astype(np.int64), mask=missing).cast(wanted)


def _coded_column(answer: Answer, rows: int, kind: str, known: _Column | None) -> Any:
    levels = pa.array(answer.texts(), pa.large_string())
    codes = answer.values(rows, np.int32)
    missing = codes == _MISSING
    if np.any(~missing & ((codes < 1) | (codes > len(levels)))):
        raise ValueError("its codes do not fit their texts")
    places = pa.array(codes - 1, mask=missing)
    if kind == "string":
        return levels.take(places)
    values = _as_before(levels, known)
    return pa.DictionaryArray.from_arrays(places, values, ordered=kind == "ordered")


def _as_before(levels: Any, known: _Column | None) -> Any:
    """The levels in the type that the categories of this name had, where each is one of those: R's factors are of text."""
    if known is None or known.categories is None or pa.types.is_large_string(known.type.value_type):
        return levels
    before = _one(known.categories.unify_dictionaries()).dictionary
    places = pc.index_in(levels, value_set=_one(rendered(pa.chunked_array([before]))))
    return levels if places.null_count else before.take(places)


_READERS: Mapping[str, Callable[[Answer, int, str], Any]] = {
    "double": _double, "integer": _integer, "logical": _logical, "integer64": _integer64, "timespan": _timespan,
}  # fmt: skip
