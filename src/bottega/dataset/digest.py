"""A table's digest: the same for equal content, however it is stored.

The bytes hashed are fixed here and not by pyarrow's own texts or layouts, since digests
name stored data: they must not change with a version of a library. Numbers are hashed as
little-endian, which every platform with pyarrow wheels is.
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.types import column_type

# Columns are read in windows of this many rows, so that chunk borders leave no trace.
_WINDOW = 1 << 17
# Starting threads takes longer than hashing as many bytes.
_WORTH_THREADS = 1 << 20


def digest(table: pa.Table) -> str:
    """Return the BLAKE2b-256 of the schema and of each column's values, as hexadecimal text.

    The table has to be in canonical layout (`canonical.py`). A column counts by its name,
    type, role and values: which are missing, and what the others are (0.0 and -0.0 are two
    values; a Categorical column counts its categories, their order and the used ones).
    Hashing releases the interpreter lock, so columns are hashed at once.
    """
    head = hashlib.blake2b(digest_size=32)
    fields = [[field.name, _type_text(field.type), _metadata(field)] for field in table.schema]
    head.update(json.dumps([table.num_rows, fields]).encode())
    if table.nbytes < _WORTH_THREADS:
        for column in table.columns:
            head.update(_column_digest(column))
        return head.hexdigest()
    with ThreadPoolExecutor(max_workers=4) as threads:
        for part in threads.map(_column_digest, table.columns):
            head.update(part)
    return head.hexdigest()


def _metadata(field: Any) -> list[tuple[str, str]]:
    """Return the field's metadata, in which a `Table` keeps the role and nothing else."""
    return sorted((key.hex(), value.hex()) for key, value in (field.metadata or {}).items())


def _type_text(kind: Any) -> str:
    """Return the Studio type with what distinguishes the Arrow types under it."""
    if pa.types.is_dictionary(kind):
        return f"{'Ordered' if kind.ordered else 'Categorical'} {_type_text(kind.value_type)}"
    details = (str(column_type(kind)), getattr(kind, "unit", None), getattr(kind, "tz", None))
    return " ".join(detail for detail in details if detail)


def _column_digest(column: pa.ChunkedArray[Any]) -> bytes:
    state = hashlib.blake2b(digest_size=32)
    kind: Any = column.type
    if pa.types.is_dictionary(kind):
        chunks: list[Any] = column.unify_dictionaries().chunks or [pa.nulls(0, kind)]
        state.update(_column_digest(pa.chunked_array([chunks[0].dictionary])))
        column = pa.chunked_array([chunk.indices for chunk in chunks])
    for start in range(0, len(column), _WINDOW):
        window = column.slice(start, _WINDOW)
        _update(state, window.chunk(0) if window.num_chunks == 1 else window.combine_chunks())
    return state.digest()


def _update(state: hashlib.blake2b, array: Any) -> None:
    """Add one window: the missing-value flags, then lengths and bytes, or plain values."""
    kind = array.type
    state.update(b"\1" if array.null_count else b"\0")
    if array.null_count:
        state.update(_flags(array.is_valid()))
        array = array.fill_null(_filling(kind))  # what lies under a missing value is arbitrary
    if pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
        # The lengths keep ["a", "bc"] apart from ["ab", "c"].
        state.update(_values(pc.call_function("binary_length", [array])))
        state.update(_text_bytes(array))
    else:
        state.update(_flags(array) if pa.types.is_boolean(kind) else _values(array))


def _filling(kind: pa.DataType) -> pa.Scalar[Any]:
    """Return the scalar that stands for missing values of a canonical type."""
    if pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
        return pa.scalar("").cast(kind)
    return pa.scalar(0).cast(kind)


def _text_bytes(array: Any) -> memoryview:
    """Return the bytes of all values of a large string or binary array, end to end."""
    _, offsets, data = array.buffers()
    if data is None:
        return memoryview(b"")
    ends = memoryview(offsets).cast("B").cast("q")
    return memoryview(data)[ends[array.offset] : ends[array.offset + len(array)]]


def _values(array: Any) -> memoryview:
    """Return the bytes of a fixed-width array without missing values."""
    width = array.type.bit_width // 8
    return memoryview(array.buffers()[1])[array.offset * width : (array.offset + len(array)) * width]


def _flags(array: Any) -> memoryview:
    """Return a Boolean array without missing values as one byte a value."""
    return _values(array.cast(pa.uint8()))
