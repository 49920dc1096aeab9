"""Parquet files, with Arrow's schema inside.

Types, categories and roles come back as they were. Parquet keeps categories of text only;
all columns' categories are therefore kept in the fields' metadata also, which other readers
pass over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc
from pyarrow import parquet as pq

from bottega.dataset.formats.source import mapped
from bottega.dataset.formats.target import target
from bottega.dataset.formats.untrusted import REFUSALS, checked, unreadable

if TYPE_CHECKING:
    from pathlib import Path

    from bottega.dataset.table import Table

_CATEGORIES = b"bottega.categories"
_ORDERED = b"bottega.ordered"


def read(path: Path) -> Table:
    """Return the table in a Parquet file. Raises `0048`, and `0018` where it is none."""
    buffer = pa.py_buffer(mapped(path))
    try:
        with pq.ParquetFile(pa.BufferReader(buffer)) as file:
            arrow = file.read()
        arrow.validate(full=True)
        arrow = _with_categories(arrow)
    except REFUSALS as error:
        raise unreadable(path, error) from error
    return checked(arrow, path)


def write(table: Table, path: Path) -> None:
    """Write a table as one Parquet file. Raises `0048`."""
    arrow = table.arrow
    for index, field in enumerate(arrow.schema):
        if pa.types.is_dictionary(field.type):
            column = arrow.column(index)
            if not pa.types.is_large_string(field.type.value_type):
                column = column.cast(field.type.value_type)
            arrow = arrow.set_column(index, _noted(field, arrow.column(index), column.type), column)
    with target(path) as file:
        pq.write_table(arrow, file)


def _noted(field: pa.Field[Any], column: Any, kind: pa.DataType) -> pa.Field[Any]:
    """Return the field of a categorical column, stored as `kind`, with its categories in the metadata."""
    values = column.chunk(0).dictionary if column.num_chunks else pa.array([], field.type.value_type)
    sink = pa.BufferOutputStream()
    batch = pa.record_batch([values], names=["categories"])
    with ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    notes = {_CATEGORIES: sink.getvalue().to_pybytes(), _ORDERED: b"1" if field.type.ordered else b""}
    return pa.field(field.name, kind, metadata={**(field.metadata or {}), **notes})


def _with_categories(arrow: pa.Table) -> pa.Table:
    """Return the columns whose categories were noted, as categories again."""
    for index, field in enumerate(arrow.schema):
        notes = field.metadata or {}
        if _CATEGORIES in notes:
            with ipc.open_stream(notes[_CATEGORIES]) as stream:
                table = stream.read_all()
            table.validate(full=True)
            column = _encoded(arrow.column(index), table.column(0).combine_chunks(), ordered=bool(notes.get(_ORDERED)))
            kept = {key: value for key, value in notes.items() if key not in (_CATEGORIES, _ORDERED)}
            arrow = arrow.set_column(index, pa.field(field.name, column.type, metadata=kept), column)
    return arrow


def _encoded(column: Any, values: Any, *, ordered: bool) -> Any:
    """Return the column as indices into the categories. Raises ValueError where a value is not among them."""
    plain = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
    codes = pc.index_in(plain, value_set=values)
    if codes.null_count != column.null_count:
        raise ValueError("a value is not among the categories of its column")
    dictionary: Any = pa.dictionary
    chunks: list[Any] = [
        pa.DictionaryArray.from_arrays(chunk, values, ordered=ordered)
        for chunk in codes.chunks or [pa.array([], pa.int32())]
    ]
    return pa.chunked_array(chunks, dictionary(pa.int32(), values.type, ordered))
