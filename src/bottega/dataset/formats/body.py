"""The records of delimited text as typed columns, by Arrow's parser.

Arrow guesses types over the whole file, widening a column where a later value asks for it.
Where its guess is not ours - a date, a hexadecimal number, an integer beyond 64 bits - the
column is read once more, as text, and guessed by `guess`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from bottega.dataset.formats.guess import guess, may_be_number
from bottega.dataset.formats.stream import Stream

# The words that pandas.read_csv takes for missing.
MISSING = (
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Collection

    _Types = dict[str, pa.DataType]

_LARGEST_BLOCK = 1 << 30
# Smaller texts are read as fast by one thread, and Arrow's own are at times still at work when the process ends.
_WORTH_THREADS = 8 << 20
# Below and beyond, guessing first costs more than it saves.
_SNIFFED_FROM = 1 << 22
_SNIFFED_WIDTH = 1000


class Unfit(Exception):  # noqa: N818 - a turn of the way, not an error that leaves the package
    """Arrow cannot parse the text as it stands; `repair` may mend it."""

    def __init__(self, reason: str, *, quotes: bool = False) -> None:
        """Keep the reason, and whether there were quotes before."""
        super().__init__(reason)
        self.quotes = quotes


@dataclass(frozen=True)
class Body:
    """Records, all of the same width, without a header."""

    data: memoryview
    width: int
    separator: str


def columns(body: Body, texts: Collection[int] = ()) -> list[Any]:
    """Return the body's columns: int64, float64, bool or large_string; those at `texts` are text whatever they hold.

    Raises `Unfit` where records differ in width, a quote is never closed, or the bytes are
    not UTF-8.
    """
    known: _Types = {str(number): pa.large_string() for number in texts}
    guessed, marks, newlines = _guessed(body, known)
    doubtful = [name for name in guessed.column_names if _doubtful(guessed.column(name), marks)]
    again: dict[str, Any] = {}
    if doubtful:
        table, _ = _parsed(body, dict.fromkeys(doubtful, pa.large_string()), doubtful, newlines=newlines)
        again = dict(zip(table.column_names, table.columns, strict=True))
    return [
        guessed.column(name) if name in known else _ours(again.get(name, guessed.column(name)))
        for name in guessed.column_names
    ]


def _ours(column: Any) -> Any:
    """Return the column in one of our types: missing only is Double, text may be a number to pandas."""
    if pa.types.is_null(column.type):
        return column.cast(pa.large_string() if len(column) == 0 else pa.float64())
    if pa.types.is_string(column.type):
        column = column.cast(pa.large_string())
    if pa.types.is_large_string(column.type):
        if column.null_count == len(column):
            return column if len(column) == 0 else column.cast(pa.float64())
        first = next(value for chunk in column.chunks for value in chunk.drop_null()[:1])
        return guess(column) if may_be_number(first.as_py()) else column
    return column


def _doubtful(column: Any, marks: Stream) -> bool:
    """Whether Arrow may have guessed a type, or read a number, where pandas does not."""
    kind = column.type
    if pa.types.is_temporal(kind):
        return True
    if pa.types.is_integer(kind):
        return marks.hexadecimal
    if not pa.types.is_floating(kind):
        return False
    total = pc.sum(column).as_py()
    if total is None:
        return False
    if math.isnan(total):  # perhaps of "NAN", which is text to pandas
        return True
    bounds: Any = pc.min_max(column).as_py()
    if bounds["min"] <= -(2.0**63) or bounds["max"] >= 2.0**63:  # perhaps of an integer of many digits
        return True
    return marks.plus and bool(pc.all(pc.equal(column, pc.trunc(column))).as_py())  # "+5", an integer


def _sniffed(body: Body) -> _Types:
    """Text columns by the first block of a larger file: dates are not then guessed and read again."""
    if len(body.data) < _SNIFFED_FROM or body.width > _SNIFFED_WIDTH:
        return {}
    stream: Any = Stream(body.data, _end(body))
    try:
        with csv.open_csv(stream, *_options(body, _block(body), newlines=True)) as reader:
            schema = reader.schema
    except pa.ArrowInvalid:  # the whole file will tell
        return {}
    return {
        field.name: pa.large_string()
        for field in schema
        if pa.types.is_temporal(field.type) or pa.types.is_string(field.type)
    }


def _block(body: Body) -> int:
    """Bytes for the parser at a time; a table of many columns needs more for as many rows."""
    return max(1 << 20, body.width << 10)


def _guessed(body: Body, known: _Types) -> tuple[pa.Table, Stream, bool]:
    """Return all columns, what was seen in the text, and whether line ends in quotes were looked for.

    To look for them takes time. Not looking, Arrow may take a line end in quotes for the end of
    a record, and may pass over what it then finds incomplete; it is right where every line became
    a record, because each record takes one line at least.
    """
    types = {**_sniffed(body), **known}
    try:
        # A line of which a quote goes on to the next has an odd number of them.
        if not any(line.count(b'"') % 2 for line in bytes(body.data[: 1 << 20]).splitlines()):
            table, stream = _parsed(body, types)
            if table.num_rows + 1 == stream.lines or not stream.quotes:
                return table, stream, False
    except Unfit as unfit:
        if not unfit.quotes:
            raise
    return *_parsed(body, types, newlines=True), True


def _parsed(
    body: Body, types: _Types, include: list[str] | None = None, *, newlines: bool = False
) -> tuple[pa.Table, Stream]:
    """Return the columns, or those to include, and what was seen in the text."""
    block = _block(body)
    while True:
        stream = Stream(body.data, _end(body))
        source: Any = stream  # the stubs know no raw streams
        try:
            table = csv.read_csv(source, *_options(body, block, newlines=newlines, types=types, include=include))
            return _ended(table), stream
        except pa.ArrowInvalid as error:
            if "straddl" not in str(error) or block >= min(_LARGEST_BLOCK, len(body.data)):
                raise Unfit(str(error), quotes=stream.quotes) from error
            block = min(_LARGEST_BLOCK, block * 8)
        except Unfit as unfit:
            unfit.quotes = stream.quotes
            raise


def _end(body: Body) -> bytes:
    """Return a record of missing values after the last; it is swallowed where a quote is still open."""
    return (b'""' if body.width == 1 else body.separator.encode() * (body.width - 1)) + b"\n"


def _ended(table: pa.Table) -> pa.Table:
    """Without the end record."""
    rows = table.num_rows - 1
    if any(pa.types.is_binary(kind) for kind in table.schema.types):
        raise Unfit("the text is not UTF-8")
    if rows < 0 or any(column.null_count == 0 for column in table.slice(rows).columns):
        raise Unfit("a quote is not closed")
    return table.slice(0, rows)


def _options(
    body: Body,
    block: int,
    *,
    newlines: bool = False,
    types: _Types | None = None,
    include: list[str] | None = None,
) -> tuple[csv.ReadOptions, csv.ParseOptions, csv.ConvertOptions]:
    return (
        csv.ReadOptions(
            block_size=block,
            use_threads=len(body.data) > _WORTH_THREADS,
            column_names=[str(number) for number in range(body.width)],
        ),
        csv.ParseOptions(delimiter=body.separator, newlines_in_values=newlines),
        csv.ConvertOptions(
            null_values=list(MISSING),
            true_values=_spellings("true"),
            false_values=_spellings("false"),
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            column_types=types or {},
            include_columns=include or [],
        ),
    )


def _spellings(word: str) -> list[str]:
    """Return a word in every mixture of small and capital letters, as pandas takes it."""
    return ["".join(letters) for letters in product(*((letter, letter.upper()) for letter in word))]
