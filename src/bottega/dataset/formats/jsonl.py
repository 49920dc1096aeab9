"""JSON lines: one object a line, its keys the columns.

Columns stand in the order in which their keys first appear; a missing key is a missing value,
like null. Types come from JSON's: Integer, Double, Boolean, String; dates are String. A column
of several types, or with an integer beyond 64 bits, is String, each cell as JSON text (a string
without its quotes), and so are lists and objects. Of equal keys in one object the last counts.
NaN counts as missing, and numbers beyond the doubles are infinite: infinity is written 1e999,
for which JSON has no other word. Times, bytes and categories come back as String.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.formats.json_lines import is_wide, parsed
from bottega.dataset.formats.json_objects import Objects
from bottega.dataset.formats.rendering import concatenated, rendered, utf8
from bottega.dataset.formats.source import text
from bottega.dataset.formats.target import target
from bottega.dataset.table import Table

if TYPE_CHECKING:
    from pathlib import Path

_ROWS = 1 << 16


def read(path: Path, *, encoding: str | None = None) -> Table:
    """Return the table in a file of JSON lines. Raises `0048`, `0049` with the line, and `0018` where it is too wide."""
    source = text(path, encoding)
    arrow = parsed(source.data)
    if arrow is not None:
        return Table(arrow)
    objects = Objects(source)
    if is_wide(source.data):
        objects.check()
    return Table(objects.table())


def write(table: Table, path: Path) -> None:
    """Write a table as JSON lines in UTF-8; a missing value is null. Raises `0048`."""
    with target(path) as file:
        if table.num_columns == 0:
            file.write(b"{}\n" * table.num_rows)
            return
        for batch in table.arrow.to_batches(max_chunksize=_ROWS):
            parts: list[Any] = []
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                parts += [f"{', ' if parts else '{'}{json.dumps(name, ensure_ascii=False)}: ", _values(column)]
            file.write(utf8(concatenated(*parts, "}\n")))


def _values(column: Any) -> Any:
    """Return a column's values as JSON."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    texts = rendered(column)
    if pa.types.is_boolean(kind):
        texts = pc.utf8_lower(texts)
    elif pa.types.is_floating(kind):
        texts = pc.replace_substring(texts, "inf", "1e999")
    elif not pa.types.is_integer(kind):
        texts = concatenated('"', _escaped(texts), '"')
    return texts.fill_null("null")


def _escaped(texts: Any) -> Any:
    texts = pc.replace_substring(pc.replace_substring(texts, "\\", "\\\\"), '"', '\\"')
    if pc.any(pc.match_substring_regex(texts, r"[\x00-\x1f]")).as_py():
        for code in range(32):
            texts = pc.replace_substring(texts, chr(code), json.dumps(chr(code))[1:-1])
    return texts
