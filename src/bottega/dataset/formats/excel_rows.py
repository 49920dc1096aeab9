"""The rows of a table, as a worksheet can hold them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.formats.excel_cells import MOST_COLUMNS, MOST_ROWS
from bottega.dataset.formats.rendering import rendered
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bottega.dataset.table import Table

_MOST_CHARACTERS = 32_767
# What XML 1.0 has no place for.
_UNWRITABLE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{FFFE}\x{FFFF}]"
# Excel's calendar has a 29 February 1900, which was none.
_FIRST = pa.scalar(datetime(1900, 3, 1), pa.timestamp("us"))  # noqa: DTZ001 - Excel's times have no zone
_LAST = pa.scalar(datetime(9999, 12, 31, 23, 59, 59), pa.timestamp("us"))  # noqa: DTZ001
_BATCH = 1 << 12


def check(table: Table, path: Path) -> None:
    """Raise `0018` where the table is beyond a worksheet."""
    reason = ""
    if table.num_rows >= MOST_ROWS or table.num_columns > MOST_COLUMNS:
        reason = f"a sheet has {MOST_ROWS} rows with the header and {MOST_COLUMNS} columns; the table is larger"
    names = pa.array(table.arrow.column_names, pa.large_string())
    for name, texts in [
        ("", pa.chunked_array([names])),
        *zip(table.arrow.column_names, table.arrow.columns, strict=True),
    ]:
        kind = texts.type.value_type if pa.types.is_dictionary(texts.type) else texts.type
        if not reason and (pa.types.is_large_string(kind) or pa.types.is_large_binary(kind)):
            where = f"column {name}" if name else "the header"
            reason = next((f"{where}: {fault}" for chunk in texts.chunks for fault in _faults(chunk)), "")
    if reason:
        raise BottegaError("0018", path=str(path), reason=reason)


def _faults(column: Any) -> Iterator[str]:
    texts = rendered(column)
    longest = pc.max(pc.utf8_length(texts)).as_py()
    if longest is not None and longest > _MOST_CHARACTERS:
        yield f"a text has {longest} characters, a cell holds {_MOST_CHARACTERS}"
    if pc.any(pc.match_substring_regex(texts, _UNWRITABLE)).as_py():
        yield "a text has a control character, which a cell cannot hold"


def rows(table: Table, sheet: Any) -> Iterator[list[Any]]:
    """Yield the header and the rows, each value as openpyxl writes it without loss."""
    if table.num_columns == 0:
        return
    yield [_text(name, sheet) for name in table.arrow.column_names]
    for batch in table.arrow.to_batches(max_chunksize=_BATCH):
        yield from map(list, zip(*(_values(column, sheet) for column in batch.columns), strict=True))


def _values(column: Any, sheet: Any) -> list[Any]:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_boolean(kind):
        values: list[Any] = column.to_pylist()
        return values
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return [_number(value, sheet) for value in column.to_pylist()]
    if pa.types.is_duration(kind):
        spans = column.cast(pa.duration("us"), safe=False).cast(pa.int64()).to_pylist()
        return [None if span is None else timedelta(microseconds=span) for span in spans]
    if pa.types.is_timestamp(kind):
        return _times(column)
    return [_text(value, sheet) for value in rendered(column).to_pylist()]


def _times(column: Any) -> list[Any]:
    """Return times as such where a sheet has them, otherwise as text."""
    texts: list[Any] = rendered(column).to_pylist()
    if column.type.tz:
        return texts
    times = column.cast(pa.timestamp("us"), safe=False)
    held = pc.and_(pc.call_function("greater_equal", [times, _FIRST]), pc.call_function("less_equal", [times, _LAST]))
    held_times = pc.if_else(held, times, pa.scalar(None, times.type)).to_pylist()
    return [text if time is None else time for time, text in zip(held_times, texts, strict=True)]


def _number(value: float | None, sheet: Any) -> Any:
    """Return a number in all its digits, of which openpyxl by itself writes 16."""
    if value is None or (float(f"{value:.16g}") == value and abs(value) < 2**53):
        return value
    text = repr(value)
    return _cell(text, "s" if "inf" in text else "n", sheet)


def _text(value: str | None, sheet: Any) -> Any:
    """Return a text, never as the formula or the error that it may look like."""
    return value if value is None or value[:1] not in ("=", "#") else _cell(value, "s", sheet)


def _cell(value: str, data_type: str, sheet: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = data_type
    return cell
