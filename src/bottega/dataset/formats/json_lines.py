"""JSON lines by Arrow's parser, as far as it sees them as we do."""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json

from bottega.dataset.formats.source import byte_lines
from bottega.dataset.formats.width import MOST_COLUMNS, MOST_LEFT_OUT

_BLOCK = 1 << 22
_BLANK = b" \t\r\n"
# Arrow's parser descends by recursion and would exhaust the stack at some ten thousands.
_DEPTH = 64
# A line end is in no text, so that a quote left open spoils no more than its line.
# Texts that are no keys are passed over as a whole: the end of one and the begin of the next would look like a text, too.
_TEXT = rb'(?:[^"\\\n]++|\\.)*+'
_KEY = re.compile(rb'"(' + _TEXT + rb')"(?=[ \t\r]*+:)|"' + _TEXT + rb'"')


def parsed(data: memoryview) -> pa.Table | None:
    """Return the lines as a table, or None for what only `json_objects` reads as it should be.

    That is: lines that are no objects, lists and objects as values, columns of several types,
    integers beyond 64 bits, too many keys, and keys whose order of appearance threads have lost.
    """
    rows = _rows(data)
    if not rows or is_wide(data, rows):
        return None
    try:
        order = _schema(data)
        arrow = _table(data, order)
        arrow.validate(full=True)  # the parser does not look whether texts are UTF-8
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    late = [name for name in arrow.column_names if name not in order]
    if arrow.num_rows != rows or len(late) > 1 or not all(map(_same, arrow.columns)):
        return None
    return _filled(arrow.select([*order, *late]))


def _rows(data: memoryview) -> int | None:
    """Return how many lines are not blank, or None where one is not an object of little depth."""
    rows = 0
    for line in byte_lines(data):
        stripped = line.strip(_BLANK)
        if stripped:
            if not (stripped.startswith(b"{") and stripped.endswith(b"}")):
                return None
            if stripped.count(b"{") + stripped.count(b"[") > _DEPTH:
                return None
            rows += 1
    return rows


def is_wide(data: memoryview, rows: int = 0) -> bool:
    """Whether there may be too many keys, or too many that rows leave out: Arrow makes a column of each, in all rows."""
    keys: set[bytes] = set()
    start = cells = 0
    while start < len(data) and len(keys) <= MOST_COLUMNS:
        block = bytes(data[start : start + _BLOCK])
        if start + len(block) < len(data):
            block = block[: block.rfind(b"\n") + 1] or bytes(data[start:])  # a line that is longer than a block
        found = _KEY.findall(block)
        keys.update(found)
        cells += len(found) - found.count(b"")
        start += len(block)
    return len(keys) > MOST_COLUMNS or rows * len(keys) - cells > MOST_LEFT_OUT


def _schema(data: memoryview) -> dict[str, pa.DataType]:
    """Return names, in order, and types of the first block, where threads do not change the order."""
    with json.open_json(_reader(data), json.ReadOptions(use_threads=False, block_size=_BLOCK)) as reader:
        return {field.name: field.type for field in reader.schema}


def _table(data: memoryview, known: dict[str, pa.DataType]) -> pa.Table:
    """Return all columns; what Arrow takes for a time is asked for again as text."""
    texts = {name for name, kind in known.items() if pa.types.is_string(kind) or pa.types.is_temporal(kind)}
    while True:
        schema = pa.schema([pa.field(name, pa.large_string()) for name in sorted(texts)])
        options = json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="infer")
        arrow = json.read_json(_reader(data), json.ReadOptions(block_size=_BLOCK), options)
        times = {field.name for field in arrow.schema if pa.types.is_temporal(field.type)}
        if not times:
            return arrow
        texts |= times


def _reader(data: memoryview) -> Any:
    return pa.BufferReader(pa.py_buffer(data))


def _same(column: Any) -> bool:
    """Tell whether a column is one that we read the same."""
    if pa.types.is_floating(column.type):
        bounds: Any = pc.min_max(column).as_py()
        low, high = bounds["min"], bounds["max"]
        return low is None or bool(low > -(2.0**63) and high < 2.0**63)
    return not pa.types.is_nested(column.type)


def _filled(arrow: pa.Table) -> pa.Table:
    """Return the table with its columns of nothing but nulls as Double."""
    columns = [column.cast(pa.float64()) if pa.types.is_null(column.type) else column for column in arrow.itercolumns()]
    # A table without columns keeps its rows only if it is left alone.
    return pa.Table.from_arrays(columns, names=arrow.column_names) if columns else arrow
