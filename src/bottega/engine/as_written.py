"""Whether a table is in a file just as it would be written: then the file can be kept as it is.

What a jail wrote is kept only where each byte is the one that this side would write itself, so that
those who read it later may trust it as they trust their own.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from bottega.dataset import exchange
from bottega.dataset.table import Table


def is_as_written(table: Table, content: pa.Buffer) -> bool:
    """Whether `exchange.write` of the table gives this content.

    Nothing is copied, and columns that lie in the content itself are not even read.
    """
    sink: Any = _Comparing(content)
    exchange.write(table, sink)
    return bool(sink.is_same and sink.place == content.size)


class _Comparing:
    """A file to write to that keeps nothing."""

    closed = False

    def __init__(self, content: pa.Buffer) -> None:
        self._content = content
        self.place = 0
        self.is_same = True

    def write(self, data: Any) -> int:
        """Compare with what is there."""
        written = pa.py_buffer(data)
        if self.is_same and self.place + written.size <= self._content.size:
            self.is_same = self._content.slice(self.place, written.size).equals(written)
        else:
            self.is_same = False
        self.place += written.size
        return written.size

    def flush(self) -> None:
        """Nothing is held back."""
