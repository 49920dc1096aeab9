"""A script as the language server is shown it: with the types that its tables have on the canvas.

`def azureml_main(dataframe1=None, dataframe2=None)` tells nothing of its frames, but the canvas knows which ports are
connected. So the parameters without a type get one, and places are told as they are in the script itself.
Nothing here parses Python: a header that is not understood stays as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

FRAME = "_bottega_pandas"
_LONGEST_HEADER = 4000
_ENTRY = re.compile(r"^(?:async[ \t]+)?def[ \t]+azureml_main[ \t]*\(", re.MULTILINE)
_PARAMETER = re.compile(r"(?:\s|#[^\n]*\n)*([^\W\d]\w*)\s*(?:=\s*None\s*)?(?:#[^\n]*\n\s*)*")
_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True, order=True)
class Place:
    """A place in a text as the protocol counts: lines from 0, columns in UTF-16 units."""

    line: int
    column: int


@dataclass(frozen=True)
class _Insertion:
    place: Place  # in the script
    size: int


@dataclass(frozen=True)
class Shown:
    """The text, and where it differs.

    first, last  where the parameters of the entry function begin and end, in the script
    """

    text: str
    lines: int
    insertions: tuple[_Insertion, ...] = ()
    first: Place | None = None
    last: Place | None = None

    def inward(self, place: Place) -> Place:
        """A place of the script as it is in the text that is shown."""
        before = (
            each for each in self.insertions if each.place.line == place.line and each.place.column < place.column
        )
        return Place(place.line, place.column + sum(each.size for each in before))

    def outward(self, place: Place) -> Place | None:
        """The other way round; None for what is not in the script."""
        if place.line >= self.lines:
            return None
        column = place.column
        for each in self.insertions:
            if each.place.line == place.line and each.place.column < column:
                column = max(each.place.column, column - each.size)
        return Place(place.line, column)

    def in_header(self, place: Place) -> bool:
        """Whether a place of the script is among the parameters of its entry function."""
        return self.first is not None and self.last is not None and self.first <= place <= self.last


def shown(script: str, tables: Sequence[bool], *, slots: bool) -> Shown:
    """What to show for a script whose data ports are connected or not; with `slots` each has its own parameter."""
    given = list(tables) if slots else [True for each in tables if each]
    found = _parameters(script)
    lines = script.count("\n") + 1
    if found is None:
        return Shown(f"{script}\nimport pandas as {FRAME}\n", lines)
    start, end, ends = found
    starts = _line_starts(script)
    pieces, insertions, done = [], [], 0
    for number, at in enumerate(ends):
        has_table = number < len(given) and given[number]
        annotation = f': "{FRAME}.DataFrame"' if has_table else ": None"
        pieces += [script[done:at], annotation]
        insertions.append(_Insertion(_place(script, starts, at), len(annotation)))
        done = at
    text = "".join((*pieces, script[done:], f"\nimport pandas as {FRAME}\n"))
    return Shown(text, lines, tuple(insertions), _place(script, starts, start), _place(script, starts, end))


def _parameters(script: str) -> tuple[int, int, list[int]] | None:
    """Where the parameters of the entry function begin and end, and where the names of those end that need a type."""
    entry = _ENTRY.search(script)
    if entry is None:
        return None
    commas = _commas(script, entry.end())
    if commas is None:
        return None
    ends, begin = [], entry.end()
    for comma in commas:
        match = _PARAMETER.fullmatch(script, begin, comma)
        if match is None:
            break
        ends.append(match.end(1))
        begin = comma + 1
    return entry.end(), commas[-1], ends


def _commas(script: str, begin: int) -> list[int] | None:
    """The commas between parameters, and last the bracket that closes them; None where none does."""
    found: list[int] = []
    depth, at = 0, begin
    end = min(len(script), begin + _LONGEST_HEADER)
    while at < end:
        sign = script[at]
        if sign in "\"'":
            return None  # a default that is text: rare, and long to read right
        if sign == "#":
            at = script.find("\n", at)
            if at < 0:
                return None
        elif sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            if depth == 0:
                return [*found, at]
            depth -= 1
        elif sign == "," and depth == 0:
            found.append(at)
        at += 1
    return None


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def _place(text: str, starts: Sequence[int], at: int) -> Place:
    line = bisect_right(starts, at) - 1
    return Place(line, len(text[starts[line] : at].encode("utf-16-le", "surrogatepass")) // 2)
