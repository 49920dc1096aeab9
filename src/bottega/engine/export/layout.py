"""Expressions of Python, on one line where they fit and else with one item in a line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

WIDTH = 100
_STEP = 4


@dataclass(frozen=True)
class Group:
    """Items between brackets, such as a call's arguments; `opening` ends with the bracket."""

    opening: str
    items: tuple[Expression, ...]
    closing: str


Expression = str | Group


def call(function: str, items: Iterable[Expression]) -> Group:
    """A call."""
    return Group(f"{function}(", tuple(items), ")")


def after(prefix: str, expression: Expression) -> Expression:
    """The expression after a name and `=`, or a key and `: `."""
    if isinstance(expression, Group):
        return replace(expression, opening=prefix + expression.opening)
    return prefix + expression


def laid_out(expression: Expression, column: int = 0) -> str:
    """The text, its first line at a column; without the blanks before that."""
    flat = _flat(expression)
    if isinstance(expression, str) or not expression.items or ("\n" not in flat and column + len(flat) < WIDTH):
        return flat
    inner = column + _STEP
    lines = [f"{' ' * inner}{laid_out(item, inner)}," for item in expression.items]
    return "\n".join([expression.opening, *lines, " " * column + expression.closing])


def _flat(expression: Expression) -> str:
    if isinstance(expression, str):
        return expression
    return expression.opening + ", ".join(map(_flat, expression.items)) + expression.closing
