"""HTML from values, escaped unless it is HTML already."""

from __future__ import annotations

import html
from collections.abc import Iterable

Child = object  # Html, text, a number, None for nothing, or a series of these
_VOID = frozenset({"br", "hr", "input", "link", "meta"})
# A line of its own for each: R's client reads pages line by line.
_BLOCKS = frozenset({"dd", "div", "fieldset", "form", "head", "header", "h1", "h2", "h3", "link", "main", "meta", "nav", "p", "pre",
                     "script", "section", "table", "title", "tr", "ul"})  # fmt: skip


class Html(str):
    """Text that is markup: it is not escaped again."""

    __slots__ = ()


def tag(name: str, /, *children: Child, **attributes: object) -> Html:
    """An element. `class_` is `class`, `data_x` is `data-x`; True stands alone, None and False are left out."""
    told = "".join(
        _attribute(key, value) for key, value in attributes.items() if value is not None and value is not False
    )
    end = "\n" if name in _BLOCKS else ""
    if name in _VOID:
        return Html(f"<{name}{told}>{end}")
    return Html(f"<{name}{told}>{join(children)}</{name}>{end}")


def join(children: Iterable[Child]) -> Html:
    """One after the other."""
    return Html("".join(map(_child, children)))


def text(value: object) -> Html:
    """Escaped. Quotes stay, so that code in a page reads as code to clients that take the tags away (clients.md 3)."""
    return Html(html.escape(str(value), quote=False))


def _child(child: Child) -> str:
    if isinstance(child, Html):
        return child
    if child is None:
        return ""
    if isinstance(child, str | int | float):
        return text(child)
    if isinstance(child, Iterable):
        return join(child)
    raise TypeError(type(child))


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html.escape(str(value))}"'
