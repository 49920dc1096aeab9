"""Rows and nested facts as text: drawn where a person looks on, plain elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from bottega.cli.terminal import harmless

_WIDEST = 48
WIDE = 200  # for sentences
_NUMBER = 10  # the width below which a number is not cut
_MOST = 30
_DEEPEST = 8


def grid(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[bool] = (),
    *,
    indent: str = "",
    widest: int = _WIDEST,
) -> None:
    """Print rows below their heads, which may have several lines.

    right   whether each column holds numbers
    widest  characters of a cell; where they are a sentence, the last column may be wrapped
    """
    aligned = [*right, *[False] * (len(heads) - len(right))]
    told = [[_cell(cell, widest) for cell in row] for row in rows]
    if sys.stdout.isatty() and not indent:
        _draw(heads, told, aligned, wrap=widest > _WIDEST)
        return
    tops = [harmless(head).split("\n") for head in heads]
    depth = max((len(top) for top in tops), default=0)
    lines = [[top[line] if line < len(top) else "" for top in tops] for line in range(depth)] + told
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    for line in lines:
        cells = [
            cell.rjust(width) if is_right else cell.ljust(width)
            for cell, width, is_right in zip(line, widths, aligned, strict=True)
        ]
        print((indent + "  ".join(cells)).rstrip())


def _draw(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], *, wrap: bool) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(show_edge=False, pad_edge=False)
    for place, (head, is_number) in enumerate(zip(heads, right, strict=True)):
        justify: Literal["right", "left"] = "right" if is_number else "left"
        width = min(_NUMBER, max((len(row[place]) for row in rows), default=0)) if is_number else None
        no_wrap = not (wrap and place == len(heads) - 1)
        shown.add_column(Text(harmless(head)), justify=justify, overflow="ellipsis", no_wrap=no_wrap, min_width=width)
    for row in rows:
        shown.add_row(*[Text(cell) for cell in row])
    Console().print(shown)


def tree(value: Any, depth: int = 0) -> None:
    """Print nested plain values, one fact a line; lists of equal mappings as rows."""
    indent = "  " * depth
    if isinstance(value, Mapping):
        for key, entry in value.items():
            _entry(_cell(str(key)), entry, depth)
    elif _is_rows(value):
        heads = list(dict.fromkeys(key for row in value for key in row))
        right = [all(row.get(head) is None or _is_number(row[head]) for row in value) for head in heads]
        grid(heads, [[_blank(row.get(head)) for head in heads] for row in value[:_MOST]], right, indent=indent)
        _tell_rest(len(value) - _MOST, indent)
    elif isinstance(value, list):
        for entry in value[:_MOST]:
            _entry("-", entry, depth)
        _tell_rest(len(value) - _MOST, indent)
    else:
        print(f"{indent}{_text(value)}")


def _entry(key: str, value: Any, depth: int) -> None:
    indent = "  " * depth
    word = key if key == "-" else f"{key}:"
    if isinstance(value, list) and not any(isinstance(each, Mapping | list) for each in value):
        more = f", … {len(value) - _MOST:,} more" if len(value) > _MOST else ""
        print(f"{indent}{word} {', '.join(map(_text, value[:_MOST])) or 'none'}{more}")
    elif isinstance(value, Mapping | list) and value and depth < _DEEPEST:
        print(f"{indent}{word}")
        tree(value, depth + 1)
    else:
        print(f"{indent}{word} {_text(value)}")


def _is_rows(value: object) -> bool:
    """Whether it is a list of flat mappings."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(row, Mapping) and row for row in value)
        and not any(isinstance(cell, Mapping | list) for row in value for cell in row.values())
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: object) -> str:
    if value is None or (isinstance(value, Mapping | list) and not value):
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.6g}" if isinstance(value, float) else _cell(str(value))


def _blank(value: object) -> str:
    return "" if value is None else _text(value)


def _tell_rest(rest: int, indent: str) -> None:
    if rest > 0:
        print(f"{indent}… {rest:,} more")


def _cell(text: str, widest: int = _WIDEST) -> str:
    text = harmless(text.replace("\r\n", "⏎").replace("\n", "⏎").replace("\r", "⏎").replace("\t", " "))
    return text if len(text) <= widest else f"{text[: widest - 1]}…"
