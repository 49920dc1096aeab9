"""Records of delimited text, and text that is not even made even: short records filled, blank lines left out."""

from __future__ import annotations

import csv
import io
import re
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from bottega.dataset.formats import width
from bottega.dataset.formats.source import Text, lines, temporary_map
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from collections.abc import Iterator

# A line after the last: a record of its own, unless a quote is still open.
_END = "end"


class Record(NamedTuple):
    """A record with the numbers of its first and last lines."""

    first: int
    last: int
    fields: list[str]


def repaired(source: Text, separator: str, width: int, *, header: bool) -> memoryview:
    """Return the records after the header, each of `width` fields, in a temporary file.

    Raises `0061` for a record that is longer, `0049` for a quote that is never closed and
    for bytes that are not UTF-8, both with the line.
    """
    with tempfile.TemporaryFile() as file:
        out = io.TextIOWrapper(file, encoding="utf-8", newline="")
        # Before Python 3.13 the writer quotes only the line ends that it writes itself.
        writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
        for number, (line, _, fields) in enumerate(records(source, separator)):
            if len(fields) > width:
                raise BottegaError("0061", path=str(source.path), line=line, expected=width, found=len(fields))
            if number or not header:
                writer.writerow(fields + [""] * (width - len(fields)))
        out.flush()
        data = temporary_map(file)
        out.detach()
        return data


def records(source: Text, separator: str) -> Iterator[Record]:
    """Each record of delimited text; blank lines are none. Raises `0018` for one that is too wide."""
    csv.field_size_limit(sys.maxsize)  # of the whole process; its default refuses fields beyond 128 KiB
    blank = " \t".replace(separator, "")
    feed = _Feed(source, separator)
    reader = csv.reader(feed, delimiter=separator)
    last = 0
    for fields in reader:
        feed.begin()
        first, last = last + 1, reader.line_num
        if feed.ended:
            if first < last:
                raise BottegaError("0049", path=str(source.path), line=first, reason="a quote is not closed")
        elif fields and feed.last.strip(blank + "\r\n"):
            yield Record(first, last, fields)


class _Feed:
    """The lines for the reader and, after them, the end; the last one handed out stays known.

    A record that is too wide is found before the reader makes a list of its fields.
    """

    def __init__(self, source: Text, separator: str) -> None:
        self._source = source
        self._separator = separator
        self._quoted = re.compile(rf'(?:\A|{re.escape(separator)})"(?:[^"]++|"")*+"?')
        self._count = 0
        self._fields = 0
        self.last = ""
        self.ended = False

    def begin(self) -> None:
        """The next line is the first of a record."""
        self._fields = 0

    def __iter__(self) -> Iterator[str]:
        for line in lines(self._source):
            self._count += 1
            self._check(line)
            self.last = line
            yield line
        self.ended = True
        yield _END

    def _check(self, line: str) -> None:
        """Raise `0018` where the record has too many fields by the end of this line."""
        # All lines of a record but its first begin in quotes.
        self._fields += self._ends(f'"{line}') if self._fields else self._ends(line) + 1
        width.check(self._source.path, self._count, self._fields)

    def _ends(self, line: str) -> int:
        """How many separators are not within quotes."""
        count = line.count(self._separator)
        if not count or '"' not in line:
            return count
        return count - sum(match[0].count(self._separator, 1) for match in self._quoted.finditer(line))
