"""A table's digest: the same for equal content, however it is stored."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from hashlib import _Hash

# Columns are read in windows of this many rows, so that chunk borders leave no trace.
_WINDOW = 1 << 17


def digest(table: pa.Table) -> str:
    """The BLAKE2b-256 of the schema and of each column's values, as hexadecimal text.

    A column counts by its name, type, role and values: which are missing, and what the
    others are. Hashing releases the interpreter lock, so columns are hashed at once.
    """
    head = hashlib.blake2b(digest_size=32)
    fields = [
        [field.name, str(field.type), sorted((key.hex(), value.hex()) for key, value in (field.metadata or {}).items())]
        for field in table.schema
    ]
    head.update(json.dumps([table.num_rows, fields]).encode())
    with ThreadPoolExecutor(max_workers=4) as threads:
        for part in threads.map(_column_digest, table.columns):
            head.update(part)
    return head.hexdigest()


def _column_digest(column: pa.ChunkedArray) -> bytes:
    state = hashlib.blake2b(digest_size=32)
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
        if column.num_chunks:
            state.update(_column_digest(pa.chunked_array([column.chunk(0).dictionary])))
        chunks = [chunk.indices for chunk in column.chunks]
        column = pa.chunked_array(chunks, type=pa.int32())
    for start in range(0, len(column), _WINDOW):
        _update(state, column.slice(start, _WINDOW).combine_chunks())
    return state.digest()


def _update(state: _Hash, array: pa.Array) -> None:
    """Add one window: the missing-value bits, then lengths and bytes, or plain values."""
    if isinstance(array, pa.ChunkedArray):  # combine_chunks of nothing
        return
    kind = array.type
    if array.null_count:
        state.update(b"\1")
        state.update(_bytes(pc.is_valid(array)))
    else:
        state.update(b"\0")
    if pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
        filled = array.fill_null("" if pa.types.is_large_string(kind) else b"") if array.null_count else array
        state.update(_values(pc.binary_length(filled)))
        start, stop = _span(filled)
        data = filled.buffers()[2]
        if data is not None and stop > start:
            state.update(memoryview(data)[start:stop])
    elif pa.types.is_boolean(kind):
        state.update(_bytes(array.fill_null(fill_value=False)))
    else:
        plain = array.view(pa.int64()) if pa.types.is_temporal(kind) else array
        state.update(_values(plain.fill_null(0) if plain.null_count else plain))


def _span(array: pa.Array) -> tuple[int, int]:
    """Where the bytes of a large string or binary array start and stop in its data."""
    offsets = memoryview(array.buffers()[1]).cast("B").cast("q")
    return offsets[array.offset], offsets[array.offset + len(array)]


def _values(array: pa.Array) -> memoryview:
    """The bytes of a fixed-width array without missing values."""
    width = array.type.bit_width // 8
    return memoryview(array.buffers()[1])[array.offset * width : (array.offset + len(array)) * width]


def _bytes(array: pa.Array) -> bytes:
    """A Boolean array without missing values as one byte a value."""
    return pc.cast(array, pa.uint8()).buffers()[1].to_pybytes()[: len(array)]
