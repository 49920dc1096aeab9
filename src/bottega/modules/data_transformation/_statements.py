"""The statements of a SQL script."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bottega.modules.data_transformation._sqlite import Guard
from bottega.sdk import BottegaError

_BLANK = re.compile(r"(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?(?:\*/|\Z)|;)+", re.DOTALL)


@dataclass(frozen=True)
class Statement:
    """One statement of a script, and the line on which it begins."""

    text: str
    line: int


def statements(script: str) -> Iterator[Statement]:
    """The statements of a script; comments between them belong to none."""
    start = 0
    while start < len(script):
        blank = _BLANK.match(script, start)
        start = blank.end() if blank else start
        end = start
        while end < len(script):
            semicolon = script.find(";", end)
            end = len(script) if semicolon < 0 else semicolon + 1
            if sqlite3.complete_statement(script[start:end]):
                break
        if start < end:
            yield Statement(script[start:end], script.count("\n", 0, start) + 1)
        start = end


@contextmanager
def told(guard: Guard, statement: Statement) -> Iterator[None]:
    """Raises `0069` for what SQLite does not take."""
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning) as error:
        message = f"{guard.refusal or error} (in the statement that begins on line {statement.line})"
        raise BottegaError("0069", message=message) from error
