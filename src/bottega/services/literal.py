"""Plain values as source text of the languages that samples are written in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_WIDTH = 96


@dataclass(frozen=True)
class Syntax:
    """How a language writes a value.

    mapping, sequence  what stands around one; empty  a mapping of nothing
    entry              between a key and its value
    words              for null, true and false
    indent             spaces a level
    """

    mapping: tuple[str, str]
    sequence: tuple[str, str]
    empty: str
    entry: str
    words: tuple[str, str, str]
    indent: int


JSON = Syntax(("{", "}"), ("[", "]"), "{}", ": ", ("null", "true", "false"), 2)
PYTHON = Syntax(("{", "}"), ("[", "]"), "{}", ": ", ("None", "True", "False"), 4)
R = Syntax(("list(", ")"), ("list(", ")"), "setNames(list(), character())", " = ", ("NULL", "TRUE", "FALSE"), 2)


def written(value: Any, syntax: Syntax, *, level: int = 0) -> str:
    """A value of JSON's kinds; what fits on one line stands on one. `level` is the depth of the line that it begins on."""
    flat = _flat(value, syntax)
    if len(flat) + level * syntax.indent <= _WIDTH or not isinstance(value, Mapping | list | tuple) or not value:
        return flat
    space = " " * (syntax.indent * (level + 1))
    if isinstance(value, Mapping):
        opening, closing = syntax.mapping
        parts = [f"{quoted(key)}{syntax.entry}{written(each, syntax, level=level + 1)}" for key, each in value.items()]
    else:
        opening, closing = syntax.sequence
        parts = [written(each, syntax, level=level + 1) for each in value]
        if not any(isinstance(each, Mapping | list | tuple) for each in value):
            parts = _filled(parts, _WIDTH - len(space))
    inner = ",\n".join(space + part for part in parts)
    return f"{opening}\n{inner}\n{space[syntax.indent :]}{closing}"


def _filled(parts: Sequence[str], width: int) -> list[str]:
    """Short parts, as many on a line as fit."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(part) + 2 <= width:
            lines[-1] += f", {part}"
        else:
            lines.append(part)
    return lines


def quoted(text: str) -> str:
    """A text in double quotes; JSON's escapes mean the same in Python and R."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def verbatim(text: str) -> str:
    """A text of several lines as C# writes it."""
    return '@"' + text.replace('"', '""') + '"'


def _flat(value: Any, syntax: Syntax) -> str:
    null, true, false = syntax.words
    if value is None:
        return null
    if isinstance(value, bool):
        return true if value else false
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        opening, closing = syntax.mapping
        inner = ", ".join(f"{quoted(key)}{syntax.entry}{_flat(each, syntax)}" for key, each in value.items())
        return f"{opening}{inner}{closing}" if value else syntax.empty
    if isinstance(value, Sequence):
        opening, closing = syntax.sequence
        return opening + ", ".join(_flat(each, syntax) for each in value) + closing
    return repr(value)
