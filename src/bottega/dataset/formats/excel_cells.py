"""The cells of a worksheet, as columns."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from bottega.dataset.formats.body import MISSING
from bottega.dataset.formats.cells import Cell, Cells
from bottega.dataset.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
_BLOCK = 1 << 13
_WORDS = frozenset(MISSING)


def sheet_table(rows: Iterable[Sequence[Any]]) -> pa.Table:
    """Return the rows of openpyxl's cells as a table, its header the first that is not empty.

    Raises ValueError where there are more rows than a sheet has.
    """
    header: list[Cell] = []
    columns = _Columns()
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            raise ValueError(f"the sheet has more than {MOST_ROWS} rows")
        cells = [_cell(cell) for cell in row]
        if header:
            columns.add(cells)
        elif any(cell is not None for cell in cells):
            header = cells
    arrays = columns.finished(len(header))
    texts = [cell[1] if cell else "" for cell in header] + [""] * (len(arrays) - len(header))
    names = [text or f"Col{number}" for number, text in enumerate(texts, start=1)]
    return pa.Table.from_arrays(arrays, names=names)


class _Columns:
    """Columns that become more where a row is longer than those before it."""

    def __init__(self) -> None:
        self._columns: list[Cells] = []
        self._rows = 0
        self._block: list[list[Cell]] = []
        self._empty = 0

    def add(self, cells: list[Cell]) -> None:
        """Add a row; empty ones count when one follows that is not."""
        if all(cell is None for cell in cells):
            self._empty += 1
            return
        # A sheet may name its last row only: empty rows come one block at a time.
        while self._empty:
            count = min(self._empty, _BLOCK)
            self._block += [[]] * count
            self._empty -= count
            self._flush(_BLOCK)
        self._block.append(cells)
        self._flush(_BLOCK)

    def finished(self, width: int) -> list[Any]:
        """Return the columns, at least so many."""
        self._flush(1)
        self._widen(width)
        return [column.column() for column in self._columns]

    def _flush(self, least: int) -> None:
        if len(self._block) < least:
            return
        self._widen(max(map(len, self._block)))
        for index, column in enumerate(self._columns):
            column.add(row[index] if index < len(row) else None for row in self._block)
        self._rows += len(self._block)
        self._block = []

    def _widen(self, width: int) -> None:
        self._columns += [Cells(self._rows) for _ in range(width - len(self._columns))]


def _cell(cell: Any) -> Cell:
    """Return what an openpyxl cell holds; empty cells, errors and words for missing are None."""
    value = cell.value
    if cell.data_type == "e":
        return None
    match value:
        case None:
            return None
        case bool():
            return Kind.BOOLEAN, str(value)
        case int():
            return Kind.INTEGER, str(value)
        case float():
            return (Kind.INTEGER, str(int(value))) if value.is_integer() else (Kind.DOUBLE, repr(value))
        case datetime():
            return Kind.DATETIME, value.replace(tzinfo=None).isoformat(sep=" ")
        case date():
            return Kind.DATETIME, f"{value.isoformat()} 00:00:00"
        case time():
            return Kind.TIMESPAN, f"0 days {value.replace(tzinfo=None).isoformat('auto')}"
        case timedelta():
            return Kind.TIMESPAN, _span(value)
    text = str(value)
    return None if text in _WORDS else (Kind.STRING, text)


def _span(value: timedelta) -> str:
    """Return pandas' text of a time span."""
    minutes, seconds = divmod(value.seconds, 60)
    clock = time(*divmod(minutes, 60), seconds, value.microseconds)
    return f"{value.days} days {'+' if value.days < 0 else ''}{clock.isoformat()}"
