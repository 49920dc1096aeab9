"""Single values in YAML 1.2: reading plain ones (the core schema) and writing any so that they read as the same."""

from __future__ import annotations

import json
import math
import re
from typing import Any

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_INTEGER = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")
_NAN = {".nan", ".NaN", ".NAN"}
# What needs no quotes wherever it stands; readers of YAML 1.1 see booleans, dates and numbers in more words.
_PLAIN = re.compile(r"[^\W\d][\w .()/+'&%=<>$@;\"-]*|\.{0,2}/[\w./-]+")
_PLAIN_IN_LINE = re.compile(r"[^\W\d][\w .()/+'&%=<>$@;\",?!*-]*")  # commas and question marks end one in flow style
_OLD_WORDS = {"yes", "no", "on", "off"}
_MANY_DIGITS = 4000  # Python refuses to read longer numbers


def resolve(text: str) -> Any:
    """The value of a plain scalar: None, a boolean, a number or the text itself."""
    if text in _NULL:
        return None
    if text in _BOOLEAN:
        return _BOOLEAN[text]
    if len(text) < _MANY_DIGITS:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _OTHER_INTEGER.fullmatch(text):
            return int(text, 0)
        if _FLOAT.fullmatch(text):
            return float(text)
    if match := _INFINITE.fullmatch(text):
        return -math.inf if match[1] == "-" else math.inf
    return math.nan if text in _NAN else text


def render(value: Any, style: str | None = None, *, in_flow: bool = True) -> str:
    """One value on one line.

    `style` is the quotation mark that a text had before, kept where the text allows it.
    """
    if isinstance(value, str):
        return _text(value, style, in_flow=in_flow)
    if isinstance(value, float):
        return _float(value)
    return json.dumps(value)


def quoted(text: str) -> str:
    """A text in double quotes; valid as JSON too."""
    return "".join(char if char.isprintable() else _escaped(char) for char in json.dumps(text, ensure_ascii=False))


def can_be_plain(text: str, *, in_flow: bool = True) -> bool:
    """Whether a text may go without quotes."""
    return (
        bool(_PLAIN.fullmatch(text) or (not in_flow and _PLAIN_IN_LINE.fullmatch(text)))
        and not text.endswith(" ")
        and text.isprintable()
        and isinstance(resolve(text), str)
        and text.lower() not in _OLD_WORDS
    )


def can_be_literal(text: str) -> bool:
    """Whether a text reads the same as a block of lines (`|`)."""
    lines = text.rstrip("\n").split("\n")
    return (
        "\n" in text
        and bool(lines[0].strip())
        and lines[-1] == lines[-1].rstrip()
        and all(char.isprintable() or char in "\n\t" for char in text)
    )


def literal(text: str, step: int) -> tuple[str, list[str]]:
    """The header and the lines, not yet indented, of a text in literal style; the last line has its end.

    The indentation, in a header of a text that begins with a space, is that below the parent.
    """
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    header = "|" + (str(step) if body.startswith(" ") else "") + ("-" if not ends else "" if ends == 1 else "+")
    return header, body.split("\n") + [""] * max(ends - 1, 0)


def _text(value: str, style: str | None, *, in_flow: bool) -> str:
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return value if style != '"' and can_be_plain(value, in_flow=in_flow) else quoted(value)


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    digits, mark, exponent = repr(value).partition("e")
    return f"{digits if '.' in digits else digits + '.0'}{mark}{exponent}"


def _escaped(char: str) -> str:
    return f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"
