"""Where in a statement the mistake is that SQLite's message tells of: to Python it tells no place."""

from __future__ import annotations

import re
import sqlite3
from bisect import bisect_left
from collections.abc import Sequence
from contextlib import closing

from bottega.modules.data_transformation._sqlite import folded, guarded
from bottega.modules.data_transformation._statements import Statement, tokens

_SIGN = re.compile(r'(?:near|unrecognized token:) "(.*)"(?:: syntax error)?', re.DOTALL)
_NAMES = (
    re.compile(r"(?:no such [a-z ]+|(?:ambiguous|duplicate) column name|circular reference|misuse of [a-z ]+): (.+?)(?:\(\))?"),
    re.compile(r"wrong number of arguments to function (.+)\(\)"),
    re.compile(r"table .+ has no column named (.+)"),
    re.compile(r"(?:table|view|index|trigger) (.+) already exists"),
)  # fmt: skip
_QUOTES = {'"': '"', "`": "`", "[": "]", "'": "'"}
# Of the line around a mistake so much is told, and of that so much before it.
_SHOWN = 60
_BEFORE = 25


def described(statement: Statement, message: str) -> tuple[str, int]:
    """SQLite's message with the place, and the line of the script; that of the statement where it names nothing in it."""
    place = _place(statement.text, message)
    line = statement.line + statement.text.count("\n", 0, place or 0)
    excerpt = _excerpt(statement.text, place or 0)
    if place is None:
        return f"{message} (in the statement that begins on line {line}: {excerpt})", line
    return f"{message} (on line {line}: {excerpt})", line


def _place(text: str, message: str) -> int | None:
    """Where the text goes wrong, or None."""
    if message == "incomplete input":
        return max(0, len(text.rstrip("; \t\r\n")) - 1)
    sign = _SIGN.fullmatch(message)
    if sign:
        return _refused(text, sign[1], message)
    for pattern in _NAMES:
        named = pattern.fullmatch(message)
        if named:
            return _named(text, named[1])
    return None


def _refused(text: str, sign: str, message: str) -> int | None:
    """The first place of a sign at which SQLite, given the text up to there, already complains of it."""
    starts = [token.start() for token in tokens(text) if text.startswith(sign, token.start())]
    begin = "" if re.match(r"explain\b", text, re.IGNORECASE) else "explain "
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        guarded(connection)

        def complains(start: int) -> bool:
            try:
                connection.execute(begin + text[: start + len(sign)]).close()
            except (sqlite3.Error, sqlite3.Warning) as error:
                return str(error) == message
            return False

        found = bisect_left(starts, True, key=complains)  # noqa: FBT003 - what is looked for
    return starts[found] if found < len(starts) else None


def _named(text: str, name: str) -> int | None:
    """The first place of a name, which the message may have qualified where the text has not."""
    words = [(token.start(), folded(_bare(token[0]))) for token in tokens(text)]
    for wanted in ([name], name.split(".")):
        start = _first(words, [folded(part) for part in wanted])
        if start is not None:
            return start
    return _first(words, [folded(name.rpartition(".")[2])])


def _first(words: Sequence[tuple[int, str]], parts: Sequence[str]) -> int | None:
    """Where the parts, with dots between, stand first."""
    wanted = ".".join(parts)
    length = 2 * len(parts) - 1
    for place, (start, word) in enumerate(words):
        if word == parts[0] and "".join(each for _, each in words[place : place + length]) == wanted:
            return start
    return None


def _bare(token: str) -> str:
    """A name without its quotes."""
    end = _QUOTES.get(token[:1])
    return token[1:-1] if end and len(token) > 1 and token.endswith(end) else token


def _excerpt(text: str, place: int) -> str:
    """The line around a place, or what of it is near."""
    begin = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    line = text[begin : len(text) if end < 0 else end]
    first = max(0, place - begin - _BEFORE)
    part = "".join(sign if sign.isprintable() else " " for sign in line[first : first + _SHOWN])
    return f"{'…' if first else ''}{part.strip()}{'…' if first + _SHOWN < len(line) else ''}"
