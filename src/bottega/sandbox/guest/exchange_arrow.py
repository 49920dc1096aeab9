"""Tables in and out as Arrow IPC streams, where the environment has pyarrow."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pyarrow as pa

from .descriptors import mapped
from .vector import Vector

_KINDS = {pa.large_string(): "String", pa.large_binary(): "Bytes", pa.bool_(): "Boolean"}
_ARROW = {
    "String": pa.large_string(),
    "Integer": pa.int64(),
    "Double": pa.float64(),
    "Boolean": pa.bool_(),
    "Bytes": pa.large_binary(),
}


def read(descriptor: int) -> tuple[int, list[str], list[Vector]]:
    """Rows, names and columns of a table in a file."""
    return read_memory(mapped(descriptor))


def read_memory(memory: Any) -> tuple[int, list[str], list[Vector]]:
    """Rows, names and columns of a table in memory, which is writable and of nobody else.

    A script may write into its numbers in place; of a file mapped privately only the pages
    that it touches are copied.
    """
    table = pa.ipc.open_stream(pa.py_buffer(memory)).read_all()
    return columns(table, np.frombuffer(memory, np.uint8))


def columns(table: Any, memory: Any = None) -> tuple[int, list[str], list[Vector]]:
    """Rows, names and columns of an Arrow table.

    memory  the writable bytes that the table lies in; else its numbers are copied
    """
    return table.num_rows, table.column_names, [_incoming(column, memory) for column in table.columns]


def _incoming(column: Any, memory: Any) -> Vector:
    kind = column.type
    if column.num_chunks == 0:
        array = pa.nulls(0, kind)
    else:
        array = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    missing = array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None
    if kind in (pa.large_string(), pa.large_binary()):
        return Vector(_KINDS[kind], None, missing, arrow=array)
    if pa.types.is_dictionary(kind):
        codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        categories = _incoming(pa.chunked_array([array.dictionary]), memory)
        return Vector("Categorical", codes, missing, categories=categories, ordered=kind.ordered)
    if pa.types.is_boolean(kind):
        values = array.fill_null(False).to_numpy(zero_copy_only=False)  # noqa: FBT003
        return Vector("Boolean", values, missing)
    values = _writable(array, memory)
    if pa.types.is_timestamp(kind):
        return Vector("DateTime", values, missing, unit=kind.unit, zone=kind.tz)
    if pa.types.is_duration(kind):
        return Vector("TimeSpan", values, missing, unit=kind.unit)
    return Vector("Double" if pa.types.is_floating(kind) else "Integer", values, missing)


def _writable(array: Any, memory: Any) -> Any:
    """The numbers of an array as NumPy sees them, in the mapped memory where they lie there."""
    dtype = np.dtype("float64" if pa.types.is_floating(array.type) else "int64")
    buffer = array.buffers()[1]
    if buffer is None or not len(array):
        return np.empty(len(array), dtype)
    if memory is not None:
        start = buffer.address - memory.ctypes.data + array.offset * 8
        if 0 <= start <= memory.size - len(array) * 8:
            return memory[start : start + len(array) * 8].view(dtype)
    return np.frombuffer(buffer, dtype, len(array), array.offset * 8).copy()


def write(descriptor: int, rows: int, names: list[str], vectors: list[Vector]) -> None:
    """Write columns of `rows` values each to an empty file."""
    with os.fdopen(descriptor, "wb", 1 << 16, closefd=False) as file:
        _write(file, arrow_table(rows, names, vectors))


def dump(rows: int, names: list[str], vectors: list[Vector], most: int) -> Any:
    """The same in memory; None where it would be more than `most` bytes."""
    table = arrow_table(rows, names, vectors)
    if table.nbytes > most:
        return None
    sink = pa.BufferOutputStream()
    _write(sink, table)
    data = sink.getvalue()
    return data if data.size <= most else None


def _write(sink: Any, table: Any) -> None:
    with pa.ipc.new_stream(sink, table.schema) as stream:
        if table.num_rows or not table.num_columns:
            stream.write_table(table)
        else:  # as a table, no rows would be no batch, and categories lost
            arrays = [_one(column) for column in table.columns]
            stream.write_batch(pa.RecordBatch.from_arrays(arrays, schema=table.schema))


def arrow_table(rows: int, names: list[str], vectors: list[Vector]) -> Any:
    """Columns of `rows` values each as an Arrow table; names may be equal."""
    if not vectors:  # a table without columns still has rows
        return pa.table({"": pa.nulls(rows)}).select([])
    arrays = [arrow_array(vector) for vector in vectors]
    return pa.table(arrays, schema=pa.schema([pa.field(name, array.type) for name, array in zip(names, arrays)]))


def _one(array: Any) -> Any:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def arrow_array(vector: Vector) -> Any:
    """The Arrow data of a column."""
    if vector.values is None:
        return vector.arrow
    if vector.kind == "Categorical":
        codes = pa.array(vector.values, pa.int32(), mask=vector.missing)
        assert vector.categories is not None
        categories = _one(arrow_array(vector.categories))
        return pa.DictionaryArray.from_arrays(codes, categories, ordered=vector.ordered)
    if vector.kind in ("DateTime", "TimeSpan"):
        unit: Any = vector.unit
        kind: Any = pa.timestamp(unit, vector.zone) if vector.kind == "DateTime" else pa.duration(unit)
        return pa.array(vector.values, pa.int64(), mask=vector.missing).cast(kind)
    return pa.array(vector.values, _ARROW[vector.kind], mask=vector.missing)
