"""Comma- and tab-separated text, with and without header: read like pandas.read_csv, and written like it.

Types are guessed from all of a column: Integer, Double, Boolean, String. Where the outcome is
not that of pandas.read_csv with its defaults, it is so on purpose:

- a column in which a later value widens the type to String keeps the text of all its cells
  ("007" stays "007"), where pandas mixes types in larger files;
- integers beyond 64 bits, and between 2**63 and 2**64, make the column String, lossless, where
  pandas has Python integers or uint64;
- Integer and Boolean columns with missing values stay what they are, where pandas has float64
  and object (the frame that a script sees is pandas');
- a column of a file with a header and no rows is String, where pandas has object;
- a file without text, or of blank lines only, is a table without columns, where pandas raises;
- an empty header cell names its column "Col" and its position, where pandas has "Unnamed: 1";
  equal headers become "a (1)", where pandas has "a.1"; headers are text as they stand;
- a row that is longer than the header is error 0061, also where pandas would take its first
  cell for an index or leave an empty last cell out;
- an empty first cell stays the first after a blank line that ends in CR, where pandas loses it;
- header cells that are all empty, or of which the first is and no row follows, are columns,
  where pandas finds none or an index.

Missing and the empty string are one in such files, and any of pandas' words for missing is
missing also in quotes: the String "NA" does not come back. An empty string is written `""`, so
that other readers can tell it from a missing value. Times, bytes and categories come back as
String: what is written is ISO time, pandas' text of a time span, and base64.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.formats.body import Body, Unfit, columns
from bottega.dataset.formats.rendering import concatenated, joined, rendered, utf8
from bottega.dataset.formats.repair import Record, records, repaired
from bottega.dataset.formats.source import Text, byte_lines, text
from bottega.dataset.formats.target import target
from bottega.dataset.table import Table
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_ROWS = 1 << 16


def read(path: Path, *, separator: str, header: bool, encoding: str | None = None) -> Table:
    """Return the table in a delimited file. Raises `0018`, `0048`, `0049`, `0061`, and `usage` for the encoding."""
    return parsed(text(path, encoding), separator=separator, header=header)


def parsed(source: Text, *, separator: str, header: bool, texts: Collection[str] = ()) -> Table:
    """The same of text that is there already; columns of the names in `texts` are String whatever they hold."""
    first = next(records(source, separator), None)
    if first is None:
        return Table(pa.table({}))
    width = len(first.fields)
    names = [name or f"Col{number}" for number, name in enumerate(first.fields if header else [""] * width, start=1)]
    as_text = [number for number, name in enumerate(names) if name in texts]
    data = source.data[_offset(source, first, header=header) :]
    try:
        if _has_blank_lines(data, separator, width):
            raise Unfit("a line is blank")
        body = columns(Body(data, width, separator), as_text)
    except Unfit:
        body = _repaired_columns(source, separator, width, as_text, header=header)
    return Table(pa.Table.from_arrays(body, names=names))


def write(table: Table, path: Path, *, separator: str, header: bool) -> None:
    """Write a table as delimited text in UTF-8 with LF line ends. Raises `0048`."""
    with target(path) as file:
        for piece in pieces(table, separator=separator, header=header):
            file.write(piece)


def _offset(source: Text, first: Record, *, header: bool) -> int:
    """Where the records begin: after the header, or at the first record."""
    before = first.last if header else first.first - 1
    return sum(len(line) for _, line in zip(range(before), byte_lines(source.data), strict=False))


def _has_blank_lines(data: memoryview, separator: str, width: int) -> bool:
    """Whether a line is of blanks only, which Arrow takes for a value where there is one column.

    With more columns the line is short, and Arrow refuses it itself.
    """
    if width > 1:
        return False
    blank = b" \t".replace(separator.encode(), b"")
    return any(line.strip(b"\r\n") and not line.strip(blank + b"\r\n") for line in byte_lines(data))


def _repaired_columns(source: Text, separator: str, width: int, texts: Collection[int], *, header: bool) -> list[Any]:
    data = repaired(source, separator, width, header=header)
    try:
        return columns(Body(data, width, separator), texts)
    except Unfit as error:
        raise BottegaError("0018", path=str(source.path), reason=str(error)) from error


def pieces(table: Table, *, separator: str, header: bool, rows: int = _ROWS) -> Iterator[memoryview]:
    """What `write` writes, so many rows at a time."""
    arrow = table.arrow
    if arrow.num_columns == 0:
        return
    if header:
        names = [pa.array([name], pa.large_string()) for name in arrow.column_names]
        yield utf8(joined([_quoted(name, separator) for name in names], separator, end="\n"))
    for batch in arrow.to_batches(max_chunksize=rows):
        cells = [_cells(column, separator, alone=batch.num_columns == 1) for column in batch.columns]
        yield utf8(joined(cells, separator, end="\n"))


def _cells(column: Any, separator: str, *, alone: bool) -> Any:
    """Return the cells of one column; a missing value that stands alone is quoted, lest its line is blank."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    cells = rendered(column)
    if pa.types.is_large_string(kind):
        cells = _quoted(cells, separator)
    return cells.fill_null('""' if alone else "")


def _quoted(cells: Any, separator: str) -> Any:
    """In quotes where the text would otherwise be read as something else.

    That is also a blank line or a byte order mark.
    """
    special = pc.match_substring_regex(cells, rf'[{separator}"\r\n]|\A[ \t]*\z|\A\x{{FEFF}}')
    doubled = pc.replace_substring(cells, '"', '""')
    return pc.if_else(special, concatenated('"', doubled, '"'), cells)
