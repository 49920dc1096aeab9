"""ARFF, the format of Weka.

| attribute | column |
|---|---|
| numeric, real | Double |
| integer | Integer; Double where a value has a fraction, String beyond 64 bits |
| {nominal} | Categorical String, the categories in their declared order |
| string | String |
| date | DateTime; in UTC where the date format has a zone |

`?` is missing. In a sparse row an attribute that is not named is 0, and the first category of a
nominal one. Relational attributes and instance weights are not known.

Written: Categorical as nominal; Boolean as {False, True}, which comes back as Categorical;
DateTime as date, in milliseconds, which is all that Weka's dates keep; TimeSpan as pandas' text
and Bytes in base64, both string. Roles are not kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.formats.arff_attributes import header
from bottega.dataset.formats.arff_rows import Rows
from bottega.dataset.formats.rendering import concatenated, iso, joined, rendered, utf8
from bottega.dataset.formats.source import Text, lines, text
from bottega.dataset.formats.target import target
from bottega.dataset.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ROWS = 1 << 16


def read(path: Path, *, encoding: str | None = None) -> Table:
    """Return the table in an ARFF file. Raises `0048`, `0049` with the line, and `0018` where it is too wide."""
    return parsed(text(path, encoding))


def parsed(source: Text) -> Table:
    """The same of text that is there already."""
    numbered = enumerate(lines(source), start=1)
    attributes = header(numbered, source.path)
    columns = Rows(attributes, source.path).columns(numbered)
    return Table(pa.Table.from_arrays(columns, names=[attribute.name for attribute in attributes]))


def write(table: Table, path: Path) -> None:
    """Write a table as ARFF in UTF-8. Raises `0048`."""
    with target(path) as file:
        for piece in pieces(table):
            file.write(piece)


def pieces(table: Table, *, rows: int = _ROWS) -> Iterator[bytes | memoryview]:
    """What `write` writes, so many rows at a time."""
    arrow = table.arrow
    columns = [_dates(column) if pa.types.is_timestamp(column.type) else column for column in arrow.columns]
    names = pa.array(arrow.column_names, pa.large_string())
    yield b"@RELATION bottega\n\n"
    for name, column in zip(_quoted(names).to_pylist(), columns, strict=True):
        yield f"@ATTRIBUTE {name} {_declared(column)}\n".encode()
    yield b"\n@DATA\n"
    if columns:
        for batch in pa.Table.from_arrays(columns, names=arrow.column_names).to_batches(max_chunksize=rows):
            yield utf8(joined([_cells(column) for column in batch.columns], ",", end="\n"))


def _declared(column: Any) -> str:
    """Return the type in the declaration of an attribute."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        values = column.chunk(0).dictionary if column.num_chunks else pa.array([], kind.value_type)
        return "{" + ", ".join(_quoted(rendered(values)).to_pylist()) + "}"
    if pa.types.is_boolean(kind):
        return "{False, True}"
    if pa.types.is_timestamp(kind):
        fraction = ".SSS" if kind.unit == "ms" else ""
        return f'DATE "yyyy-MM-dd HH:mm:ss{fraction}{"Z" if kind.tz else ""}"'
    if pa.types.is_integer(kind):
        return "INTEGER"
    return "REAL" if pa.types.is_floating(kind) else "STRING"


def _dates(column: Any) -> Any:
    """Return times in UTC and whole seconds or, where there are fractions, milliseconds."""
    zone = "UTC" if column.type.tz else None
    seconds = pc.floor_temporal(column, unit="second")
    if seconds.equals(column):
        return seconds.cast(pa.timestamp("s", zone))
    return pc.floor_temporal(column, unit="millisecond").cast(pa.timestamp("ms", zone))


def _cells(column: Any) -> Any:
    kind = column.type
    if pa.types.is_timestamp(kind):
        cells = _quoted(pc.replace_substring_regex(iso(column), r"Z\z", "+0000"))
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind):
        cells = rendered(column)
    else:
        cells = _quoted(rendered(column))
    return cells.fill_null("?")


def _quoted(texts: Any) -> Any:
    """Return the texts in quotes, but for plain words and numbers."""
    escaped = texts
    for sign, escape in (("\\", "\\\\"), ("'", "\\'"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        escaped = pc.replace_substring(escaped, sign, escape)
    return pc.if_else(pc.match_substring_regex(texts, r"\A[\w.+-]+\z"), texts, concatenated("'", escaped, "'"))
