"""Arrow IPC files (Feather's second version is one) and streams.

Read by what stands at the beginning, file or stream, compressed or not; the table then uses the
mapped file itself where that is not compressed. Written uncompressed: as a stream where the
extension is .arrows, else as a file. Types, categories and roles come back as they were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import ipc

from bottega.dataset.formats.source import mapped
from bottega.dataset.formats.target import target
from bottega.dataset.formats.untrusted import REFUSALS, checked, unreadable

if TYPE_CHECKING:
    from pathlib import Path

    from bottega.dataset.table import Table

_FILE_MAGIC = b"ARROW1"


def read(path: Path) -> Table:
    """Return the table in an IPC file or stream. Raises `0048`, and `0018` where it is neither."""
    data = mapped(path)
    buffer = pa.py_buffer(data)
    try:
        if bytes(data[: len(_FILE_MAGIC)]) == _FILE_MAGIC:
            with ipc.open_file(buffer) as file:
                arrow = file.read_all()
        else:
            with ipc.open_stream(buffer) as stream:
                arrow = stream.read_all()
    except REFUSALS as error:
        raise unreadable(path, error) from error
    return checked(arrow, path)


def write(table: Table, path: Path) -> None:
    """Write a table as an IPC stream (.arrows) or an IPC file. Raises `0048`."""
    new: Any = ipc.new_stream if path.suffix.lower() == ".arrows" else ipc.new_file
    with target(path) as file, new(file, table.arrow.schema) as writer:
        if table.num_rows:
            writer.write_table(table.arrow)
        else:
            writer.write_batch(_empty(table.arrow))


def _empty(arrow: pa.Table) -> pa.RecordBatch:
    """Return a batch without rows, which has the categories that a table without rows may have."""
    columns: list[Any] = [
        column.chunk(0) if column.num_chunks else pa.array([], column.type) for column in arrow.columns
    ]
    return pa.RecordBatch.from_arrays(columns, schema=arrow.schema)
