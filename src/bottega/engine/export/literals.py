"""Values as Python text that reads as the same values, and comments that cannot become anything else."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping

from bottega.dataset.selection import Columns
from bottega.engine.export.layout import WIDTH, Expression, Group, after, call

# Would begin a block of metadata wherever a line begins with it, in texts too (PEP 723).
_BLOCK = "# ///"


def literal(value: object) -> Expression:
    """A plain value: None, a boolean, a number, a text, a list or a mapping of such."""
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list | tuple):
        return Group("[", tuple(literal(each) for each in value), "]")
    if isinstance(value, Mapping):
        return Group("{", tuple(after(f"{quoted(str(key))}: ", literal(each)) for key, each in value.items()), "}")
    return repr(value)


def columns(value: Columns, name: str = "Columns") -> Expression:
    """A selection of columns, in the shortest way to say it; `name` is that of the class."""
    if value == Columns.every():
        return f"{name}.every()"
    told = value.as_plain()
    if isinstance(told, list):
        return call(f"{name}.named", (text(each) for each in told))
    if told == "None":
        return f"{name}()"
    if isinstance(told, str):
        return call(f"{name}.parse", (quoted(told),))
    return call(f"{name}.parse", (literal(told),))


def text(value: str) -> str:
    """A text: in triple quotes and in its own lines where it has several."""
    return block(value) if "\n" in value.rstrip("\n") else quoted(value)


def block(value: str) -> str:
    """A text of several lines; raw where it has backslashes and can be."""
    quotes = "'''" if '"""' in value and "'''" not in value else '"""'
    if "\\" in value and _can_be_raw(value, quotes):
        return f"r{quotes}{value}{quotes}"
    escaped = "".join(letter if letter == "\n" else _escaped(letter) for letter in value)
    if escaped.endswith(quotes[0]):
        escaped = f"{escaped[:-1]}\\{quotes[0]}"
    escaped = escaped.replace(quotes, f"\\{quotes[0]}" * 3).replace(f"\n{_BLOCK}", f"\n\\x23{_BLOCK[1:]}")
    if escaped.startswith(_BLOCK):
        escaped = f"\\x23{escaped[1:]}"
    return f"{quotes}\\\n{escaped}{quotes}"


def quoted(value: str) -> str:
    """A text on one line."""
    body = "".join(_escaped(letter) for letter in value)
    return f"'{body}'" if '"' in value and "'" not in value else '"' + body.replace('"', '\\"') + '"'


def comment(value: str) -> list[str]:
    """The lines of a comment, wrapped; letters that would end it or turn its direction are told by number."""
    lines: list[str] = []
    for line in value.strip().splitlines():
        lines += textwrap.wrap(visible(line).rstrip(), WIDTH - 3, break_on_hyphens=False) or [""]
    return [f"#  {line}" if line.startswith("///") else f"# {line}".rstrip() for line in lines]


def visible(value: str) -> str:
    """A text without letters that cannot be seen, each told by its number instead."""
    return "".join(letter if letter.isprintable() or letter == "\n" else _escaped(letter) for letter in value)


def _can_be_raw(value: str, quotes: str) -> bool:
    is_plain = all(letter.isprintable() or letter in "\n\t" for letter in value)
    begins_block = value.startswith(_BLOCK) or f"\n{_BLOCK}" in value
    return is_plain and not begins_block and quotes not in value and not value.endswith(("\\", quotes[0]))


def _escaped(letter: str) -> str:
    if letter == "\\":
        return "\\\\"
    if letter.isprintable() or letter == "\t":
        return letter if letter != "\t" else "\\t"
    return repr(letter)[1:-1]
