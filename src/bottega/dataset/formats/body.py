"""The records of delimited text as typed columns, by Arrow's parser.

Arrow guesses types over the whole file, widening a column where a later value asks for it.
Where its guess is not ours - a date, a hexadecimal number, an integer beyond 64 bits - the
column is read once more, as text, and guessed by `guess`.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from bottega.dataset.formats.guess import guess, may_be_number

# The words that pandas.read_csv takes for missing.
MISSING = (
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
)  # fmt: skip

if TYPE_CHECKING:
    _Types = dict[str, pa.DataType]

_LARGEST_BLOCK = 1 << 30
_SNIFFED_FROM = 1 << 22


class Unfit(Exception):  # noqa: N818 - a turn of the way, not an error that leaves the package
    """Arrow cannot parse the text as it stands; `repair` may mend it."""


@dataclass(frozen=True)
class Body:
    """Records, all of the same width, without a header."""

    data: memoryview
    width: int
    separator: str


def columns(body: Body) -> list[pa.ChunkedArray]:
    """The body's columns: int64, float64, bool or large_string.

    Raises `Unfit` where records differ in width, a quote is never closed, or the bytes are
    not UTF-8.
    """
    guessed, marks = _parsed(body, _sniffed(body))
    doubtful = [name for name in guessed.column_names if _doubtful(guessed[name], marks)]
    texts = _parsed(body, dict.fromkeys(doubtful, pa.large_string()), doubtful)[0] if doubtful else None
    result = []
    for name in guessed.column_names:
        column = guessed[name] if texts is None or name not in doubtful else texts[name]
        result.append(_ours(column))
    return result


def _ours(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column in one of our types: missing only is Double, text may be a number to pandas."""
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


def _doubtful(column: pa.ChunkedArray, marks: _Stream) -> bool:
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
    bounds = pc.min_max(column).as_py()
    if bounds["min"] <= -(2.0**63) or bounds["max"] >= 2.0**63:  # perhaps of an integer of many digits
        return True
    return marks.plus and bool(pc.all(pc.equal(column, pc.trunc(column))).as_py())  # "+5", an integer


def _sniffed(body: Body) -> _Types:
    """Text columns by the first block of a larger file: dates are not then guessed and read again."""
    if len(body.data) < _SNIFFED_FROM:
        return {}
    try:
        with csv.open_csv(_Stream(body.data, _end(body)), *_options(body, _block(body))) as reader:
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


def _parsed(body: Body, types: _Types, include: list[str] | None = None) -> tuple[pa.Table, _Stream]:
    """The columns, or those to include, and what was seen in the text."""
    block = _block(body)
    newlines = False
    while True:
        stream = _Stream(body.data, _end(body))
        try:
            table = csv.read_csv(stream, *_options(body, block, newlines=newlines, types=types, include=include))
        except pa.ArrowInvalid as error:
            reason = str(error)
            # A block that ended inside quotes; looking for that in all files takes time.
            if "out of sync" in reason and not newlines:
                newlines = True
            elif "straddl" in reason and block < min(_LARGEST_BLOCK, len(body.data)):
                block = min(_LARGEST_BLOCK, block * 8)
                newlines = True
            else:
                raise Unfit(reason) from error
        else:
            return _ended(table), stream


def _end(body: Body) -> bytes:
    """A record of missing values after the last; it is swallowed where a quote is still open."""
    return b"\n" + (b'""' if body.width == 1 else body.separator.encode() * (body.width - 1)) + b"\n"


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
        csv.ReadOptions(block_size=block, column_names=[str(number) for number in range(body.width)]),
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
    """A word in every mixture of small and capital letters, as pandas takes it."""
    return ["".join(letters) for letters in product(*((letter, letter.upper()) for letter in word))]


class _Stream(io.RawIOBase):
    """Bytes and an end, handed out by the block; what is rare in numbers is noted in passing."""

    def __init__(self, data: memoryview, end: bytes) -> None:
        super().__init__()
        self._data = data
        self._end = end
        self._position = 0
        self.hexadecimal = False
        self.plus = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        block = bytes(self._data[self._position : self._position + size])
        self._position += len(block)
        if not block:
            block, self._end = self._end, b""
        self._note(block)
        return block

    def _note(self, block: bytes) -> None:
        # The search for one byte is much the faster. An "0x" across two blocks starts one with "x".
        self.plus = self.plus or b"+" in block
        if not self.hexadecimal and (b"x" in block or b"X" in block):
            self.hexadecimal = b"0x" in block or b"0X" in block or block[:1] in (b"x", b"X")
