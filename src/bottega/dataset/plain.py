"""Tables to and from the plain exchange, for environments without pyarrow.

The form is told in `sandbox/guest/exchange_plain.py`; this is the host's side of it. What
comes from a jail is read as hostile: every number is checked against the memory.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.exchange import check_rows, check_zone
from bottega.dataset.table import Table
from bottega.dataset.types import Kind, column_type
from bottega.errors import BottegaError

_MAGIC = b"BTGPLAIN"
_ALIGNMENT = 64
_LONGEST_HEAD = 64 << 20
_MOST_COLUMNS = 100_000
_UNITS = ("s", "ms", "us", "ns")
_CATEGORICAL = "Categorical"
_DTYPES = {
    Kind.INTEGER: "<i8",
    Kind.DOUBLE: "<f8",
    Kind.BOOLEAN: "|u1",
    Kind.DATETIME: "<i8",
    Kind.TIMESPAN: "<i8",
}
# What reading ends in where the bytes are not what they should be.
_NO_TABLE = (
    pa.ArrowException,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    struct.error,
)
_Add = Callable[[Any], list[int]]


def write(table: Table, file: IO[bytes]) -> None:
    """Write a table."""
    parts: list[memoryview | bytes] = []
    place = 0

    def add(data: Any) -> list[int]:
        nonlocal place
        view = np.ascontiguousarray(data).data.cast("B") if len(data) else memoryview(b"")
        start, length = place, view.nbytes
        padding = -length % _ALIGNMENT
        parts.extend((view, bytes(padding)))
        place += length + padding
        return [start, length]

    arrow = table.arrow.combine_chunks()
    columns = [
        _written(_one(column), add) | {"name": name}
        for name, column in zip(arrow.column_names, arrow.columns, strict=True)
    ]
    head = json.dumps({"rows": table.num_rows, "columns": columns}).encode()
    file.write(struct.pack("<8sQ", _MAGIC, len(head)))
    file.write(head)
    file.write(bytes(-(16 + len(head)) % _ALIGNMENT))
    for part in parts:
        file.write(part)


def _one(column: pa.ChunkedArray[Any]) -> Any:
    """The column, of at most one chunk, as an array."""
    return column.chunk(0) if column.num_chunks else pa.nulls(0, column.type)


def _written(array: Any, add: _Add) -> dict[str, Any]:
    kind: Any = array.type
    entry: dict[str, Any] = {"rows": len(array), "unit": "us", "zone": None, "ordered": False, "categories": None}
    buffers: dict[str, list[int]] = {}
    if array.null_count:
        buffers["missing"] = add(array.is_null().cast(pa.uint8()).to_numpy())
    if pa.types.is_dictionary(kind):
        entry |= {"kind": _CATEGORICAL, "ordered": kind.ordered, "categories": _written(array.dictionary, add)}
        buffers["values"] = add(array.indices.fill_null(-1).to_numpy())
    elif pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
        entry["kind"] = column_type(kind).kind.value
        filled = array.fill_null("" if pa.types.is_large_string(kind) else b"")
        offsets = np.zeros(len(array) + 1, np.int64)
        np.cumsum(pc.call_function("binary_length", [filled]).to_numpy(), out=offsets[1:])
        start = np.frombuffer(filled.buffers()[1], np.int64)[filled.offset] if len(filled) else 0
        data = filled.buffers()[2]
        buffers["offsets"] = add(offsets)
        buffers["values"] = add(np.frombuffer(data, np.uint8)[start : start + offsets[-1]] if data else b"")
    else:
        entry["kind"] = column_type(kind).kind.value
        if pa.types.is_temporal(array.type):
            entry |= {"unit": kind.unit, "zone": getattr(kind, "tz", None)}
            array = array.view(pa.int64())
        elif pa.types.is_boolean(kind):
            array = array.cast(pa.uint8())
        buffers["values"] = add(array.fill_null(0).to_numpy())
    return entry | {"buffers": buffers}


def read_untrusted(buffer: pa.Buffer, port: str, *, first_duplicate: int = 1) -> Table:
    """A table that a jail wrote. Raises `result-invalid` for anything that is not one."""
    try:
        return _read(buffer, first_duplicate)
    except _NO_TABLE as error:
        raise BottegaError("result-invalid", port=port, reason=str(error)[:300]) from error


def _read(buffer: pa.Buffer, first_duplicate: int) -> Table:
    memory = memoryview(buffer)
    magic, length = struct.unpack_from("<8sQ", memory)
    if magic != _MAGIC or length > min(_LONGEST_HEAD, len(memory) - 16):
        raise ValueError("the result is no table")
    head = json.loads(bytes(memory[16 : 16 + length]))
    body = memory[16 + length + -(16 + length) % _ALIGNMENT :]
    rows, columns = head["rows"], head["columns"]
    if not isinstance(columns, list) or len(columns) > _MOST_COLUMNS:
        raise ValueError("the result's head is no table's")
    check_rows(rows)
    if not columns:
        return Table(pa.table({"": pa.nulls(rows)}).select([]))
    arrays = [_column(column, rows, body) for column in columns]
    names = [str(column["name"]) for column in columns]
    return Table(pa.table(arrays, names=names), first_duplicate=first_duplicate)


def _column(entry: dict[str, Any], rows: int, body: memoryview, *, may_nest: bool = True) -> Any:
    kind = entry["kind"]
    missing = None
    array: Any
    if entry["buffers"].get("missing"):
        missing = _numbers(entry, "missing", "|u1", rows, body) != 0
    if kind == _CATEGORICAL:
        if not may_nest:
            raise ValueError("categories cannot be categorical")
        inner = entry["categories"]
        check_rows(inner["rows"])
        categories = _column(inner, inner["rows"], body, may_nest=False)
        codes = pa.array(_numbers(entry, "values", "<i4", rows, body), pa.int32(), mask=missing)
        array = pa.DictionaryArray.from_arrays(codes, categories, ordered=bool(entry["ordered"]), safe=True)
    elif kind in (Kind.STRING, Kind.BYTES):
        array = _cells(entry, kind, rows, body, missing)
    else:
        dtype = _DTYPES[Kind(kind)]
        array = pa.array(_numbers(entry, "values", dtype, rows, body), mask=missing)
        array = array.cast(_target(Kind(kind), entry))
    array.validate(full=True)
    return array


def _target(kind: Kind, entry: dict[str, Any]) -> pa.DataType:
    if kind is Kind.INTEGER:
        return pa.int64()
    if kind is Kind.DOUBLE:
        return pa.float64()
    if kind is Kind.BOOLEAN:
        return pa.bool_()
    unit, zone = entry["unit"], entry["zone"]
    if unit not in _UNITS or not (zone is None or isinstance(zone, str)):
        raise ValueError("the result's times have no unit")
    check_zone(zone)
    return pa.timestamp(unit, zone) if kind is Kind.DATETIME else pa.duration(unit)


def _part(entry: dict[str, Any], name: str, body: memoryview) -> memoryview:
    start, length = entry["buffers"][name]
    if not (isinstance(start, int) and isinstance(length, int) and 0 <= start <= start + length <= len(body)):
        raise ValueError("a column reaches outside the result")
    return body[start : start + length]


def _numbers(entry: dict[str, Any], name: str, dtype: str, rows: int, body: memoryview) -> Any:
    values = np.frombuffer(_part(entry, name, body), dtype)
    if rows < 0 or len(values) != rows:
        raise ValueError(f"a column has {len(values)} values for {rows} rows")
    return values


def _cells(entry: dict[str, Any], kind: str, rows: int, body: memoryview, missing: Any) -> pa.Array[Any]:
    offsets = _numbers(entry, "offsets", "<i8", rows + 1, body)
    data = _part(entry, "values", body)
    bits = None if missing is None else pa.py_buffer(np.packbits(~missing, bitorder="little").tobytes())
    arrow = pa.large_string() if kind == Kind.STRING else pa.large_binary()
    buffers = [bits, pa.py_buffer(np.ascontiguousarray(offsets).data), pa.py_buffer(data)]
    return pa.Array.from_buffers(arrow, rows, buffers)
