"""What is between the modules of a call: a table, or the bytes that a jail gave and that only a jail opens."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from bottega.dataset import exchange, formats, plain
from bottega.dataset.few import Few
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.engine.as_written import is_as_written
from bottega.sandbox.host.memory import Inline, Memory
from bottega.sdk.ports import TABLE_FILES, PortType

# Up to this size a table travels in the message that asks for a call, with no file of its own.
_SMALL = 48 << 10


class Value:
    """A value and its type; a table may be here as such, as plain values, as the bytes that jails read, or all of it."""

    def __init__(
        self, kind: PortType, *, table: Table | None = None, memory: Memory | None = None, described: Any = None,
        few: Few | None = None,
    ) -> None:  # fmt: skip
        """Of table, memory and few one at least; the memory belongs to this value now, and is trusted where it is a table.

        described  what a model tells of itself
        """
        self.type = kind
        self.described = described
        self.few = few
        self._table = table
        self._memory = memory

    @property
    def table(self) -> Table:
        """The table. Raises as `formats.read` does for a file that holds none."""
        if self._table is None:
            self._table = self._read() if self.few is None else self.few.table
        return self._table

    @property
    def roles(self) -> Mapping[str, Role]:
        """The roles of a table's columns that are not features."""
        if self.few is not None:
            return self.few.roles
        return {column.name: column.role for column in self.table.columns if column.role is not Role.FEATURE}

    @property
    def memory(self) -> Memory:
        """The bytes, sealed."""
        if self._memory is None:
            self._memory = packed(self.table)
        return self._memory

    def close(self) -> None:
        """Let go of the bytes."""
        if self._memory is not None:
            self._memory.close()

    def _read(self) -> Table:
        memory = self.memory
        if self.type in TABLE_FILES:
            return formats.read(Path(f"/proc/self/fd/{memory.descriptor}"), TABLE_FILES[self.type])
        return exchange.read_trusted(pa.py_buffer(memory.view()))


def as_value(given: Table | Few | Value) -> Value:
    """A table in whatever form as a value."""
    if isinstance(given, Value):
        return given
    return Value(PortType.TABLE, few=given) if isinstance(given, Few) else Value(PortType.TABLE, table=given)


def packed(table: Table, *, is_plain: bool = False) -> Memory:
    """A table as the bytes that jails read; `is_plain` for those without pyarrow."""
    write: Any = plain.write if is_plain else exchange.write
    if table.arrow.nbytes < _SMALL:
        buffer = io.BytesIO()
        write(table, buffer)
        return Inline(buffer.getvalue())
    return Memory.sealed("table", lambda file: write(table, file))


def received(memory: Memory, table: Table) -> Value:
    """A table that was read, as hostile, from what a jail wrote.

    Its bytes serve the next jail only where each is the one that this side would write itself.
    """
    keep = memory.size > _SMALL and is_as_written(table, pa.py_buffer(memory.view()))
    return Value(PortType.TABLE, table=table, memory=memory.share() if keep else None)
