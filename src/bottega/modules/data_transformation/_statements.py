"""The statements of a SQL script."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bottega.modules.data_transformation._sqlite import Guard
from bottega.sdk import BottegaError

_TOKEN = re.compile(
    r"""
      (?P<blank> \s+ | --[^\n]* | /\*.*?(?:\*/|\Z) )
    | '[^']*(?:'|\Z) | "[^"]*(?:"|\Z) | `[^`]*(?:`|\Z) | \[[^\]]*(?:\]|\Z)
    | [\w$\x80-\U0010ffff]+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
# What a statement turns into with a word; a trigger's has semicolons, and ends with `; end ;`.
_TURNS: dict[str, dict[str, str]] = {
    "start": {"explain": "explain", "create": "create"},
    "explain": {"query": "explain", "plan": "explain", "create": "create"},
    "create": {"temp": "create", "temporary": "create", "trigger": "trigger"},
    "plain": {},
    "trigger": {";": "pause"},
    "pause": {";": "pause", "end": "end"},
    "end": {},
}
_OTHERWISE = {"pause": "trigger", "end": "trigger", "trigger": "trigger"}
_INSIDE = ("trigger", "pause")


@dataclass(frozen=True)
class Statement:
    """One statement of a script.

    line   the one on which it begins, the first being 1
    words  the text without comments and line ends
    """

    text: str
    line: int
    words: str


def tokens(text: str) -> Iterator[re.Match[str]]:
    """The words, names, texts and signs of a script, without blanks and comments."""
    return (token for token in _TOKEN.finditer(text) if not token["blank"])


def statements(script: str) -> Iterator[Statement]:
    """The statements of a script; comments between them belong to none. The last may lack its semicolon."""
    start, line, counted = -1, 1, 0
    state = "start"
    words: list[str] = []
    for token in _TOKEN.finditer(script):
        if token["blank"] or (start < 0 and token[0] == ";"):
            continue
        if start < 0:
            start = token.start()
            line += script.count("\n", counted, start)
            counted = start
        words.append(token[0])
        if token[0] == ";" and state not in _INSIDE:
            yield Statement(script[start : token.end()], line, " ".join(words))
            start, state, words = -1, "start", []
        else:
            state = _TURNS[state].get(token[0].lower()) or _OTHERWISE.get(state, "plain")
    if start >= 0:
        yield Statement(script[start:], line, " ".join(words))


@contextmanager
def told(guard: Guard, statement: Statement) -> Iterator[None]:
    """Raises `0069` for what SQLite does not take, with the line."""
    from bottega.modules.data_transformation import _mistakes

    try:
        yield
    except (sqlite3.Error, sqlite3.Warning, UnicodeEncodeError) as error:  # the last of half a character
        message, line = _mistakes.described(statement, guard.refusal or str(error))
        raise BottegaError("0069", message=message, line=line) from error
