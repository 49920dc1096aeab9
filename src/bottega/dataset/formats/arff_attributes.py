"""The head of an ARFF file: what its attributes are.

liac-arff's own reader of declarations knows no dates, and takes exponential time over a
declaration that is made for it; the rows are its work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from bottega.dataset.formats import width
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_ATTRIBUTE = re.compile(rf"""({_QUOTED}|[^\s{{}},%'"][^\s{{}},%]*)\s*(.*)""", re.DOTALL)
_VALUE = re.compile(rf"""\s*({_QUOTED}|[^\s{{}},'"][^\s{{}},]*)\s*(,|\Z)""", re.DOTALL)
_ESCAPE = re.compile(r"\\([0-9]{1,3}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}

_ISO = "yyyy-MM-dd'T'HH:mm:ss"
_DATE_PART = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|.", re.DOTALL)
# Java's SimpleDateFormat, whose patterns ARFF uses, to strptime.
_DATE_CODES = {
    "yyyy": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%m", "dd": "%d", "d": "%d",
    "DDD": "%j", "EEEE": "%A", "EEE": "%a", "HH": "%H", "H": "%H", "hh": "%I", "h": "%I", "a": "%p",
    "mm": "%M", "m": "%M", "ss": "%S", "s": "%S", "SSS": "%f", "Z": "%z", "X": "%z", "XX": "%z", "XXX": "%z",
}  # fmt: skip


@dataclass(frozen=True)
class Attribute:
    """A declaration: `kind` is numeric, integer, nominal, string or date."""

    name: str
    kind: str
    categories: tuple[str, ...] = ()
    date_format: str = ""


def header(numbered: Iterator[tuple[int, str]], path: Path) -> list[Attribute]:
    """Read declarations from numbered lines up to `@data`. Raises `0049` with the line, and `0018` for too many."""
    attributes = []
    number = 0
    for number, line in numbered:
        text = line.strip()
        if not text or text.startswith("%"):
            continue
        word, rest = _split(text)
        match word.lower():
            case "@relation":
                continue
            case "@attribute":
                attributes.append(_attribute(rest, path, number))
                width.check(path, number, len(attributes))
            case "@data":
                return attributes
            case _:
                _refuse(path, number, "only @relation, @attribute, @data and % comments stand before the data")
    return _refuse(path, max(number, 1), "there is no @data")


def _attribute(text: str, path: Path, line: int) -> Attribute:
    match = _ATTRIBUTE.fullmatch(text)
    if not match:
        _refuse(path, line, "an attribute has a name, in quotes where it has blanks, and a type")
    try:
        name, declared = _unquoted(match[1]), match[2].strip()
        if declared.startswith("{"):
            return Attribute(name, "nominal", _categories(declared))
        word, rest = _split(declared)
        kind = {"real": "numeric"}.get(word.lower(), word.lower())
        if kind == "date":
            return Attribute(name, kind, date_format=_date_format(_unquoted(rest) or _ISO))
    except ValueError as error:
        raise BottegaError("0049", path=str(path), line=line, reason=str(error)) from error
    # Old files give the range of a number, in brackets.
    if kind not in ("numeric", "integer", "string") or (rest and rest[0] not in "[%"):
        _refuse(path, line, f"the type {declared[:40]} of attribute {name} is unknown")
    return Attribute(name, kind)


def _split(text: str) -> tuple[str, str]:
    """Return the first word and the rest."""
    word, *rest = text.split(maxsplit=1) or [""]
    return word, "".join(rest)


def _categories(declared: str) -> tuple[str, ...]:
    """Return the values of `{a, 'b c'}`. Raises ValueError where they are not so written."""
    if not declared.endswith("}"):
        raise ValueError("the list of nominal values has no end")
    inner = declared[1:-1].strip()
    values, position = [], 0
    while position < len(inner):
        match = _VALUE.match(inner, position)
        if not match:
            raise ValueError(f"nominal values are separated by commas: {inner[position : position + 40]}")
        values.append(_unquoted(match[1]))
        position = match.end()
    if len(set(values)) < len(values):
        raise ValueError("a nominal value is declared twice")
    return tuple(values)


def _unquoted(text: str) -> str:
    if text[:1] not in ("'", '"'):
        return text
    plain = _ESCAPE.sub(_unescaped, text[1:-1])
    plain.encode()  # half of a surrogate pair is no text
    return plain


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if code[0].isdigit():
        return chr(int(code, 8 if len(code) > 1 else 10))
    return chr(int(code[1:], 16)) if len(code) > 1 else _CONTROLS.get(code, code)


def _date_format(pattern: str) -> str:
    """Return the strptime format of a Java one. Raises ValueError for what has no counterpart."""
    codes = [_DATE_CODES.get(part[0]) for part in _DATE_PART.finditer(pattern) if part[2]]
    if len(set(codes)) < len(codes):
        raise ValueError(f"the date format {pattern[:40]} has a part twice")
    result = ""
    for part in _DATE_PART.finditer(pattern):
        literal, letter = part[1], part[2]
        if letter and part[0] not in _DATE_CODES:
            raise ValueError(f"the date format {pattern[:40]} has {part[0][:10]}, which is unknown")
        if letter:
            result += _DATE_CODES[part[0]]
        else:
            result += (part[0] if literal is None else literal.replace("''", "'") or "'").replace("%", "%%")
    return result


def _refuse(path: Path, line: int, reason: str) -> NoReturn:
    raise BottegaError("0049", path=str(path), line=line, reason=reason)
