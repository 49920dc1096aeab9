"""What stands in `Annotated[…]` beside the type of a port or parameter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Label:
    """The title that people read; `others` are further spellings that old graphs and clients use."""

    text: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Help:
    """One sentence for the property pane and the reference page."""

    text: str


@dataclass(frozen=True)
class Range:
    """The bounds of a number. Above and below leave the bound itself out."""

    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None


@dataclass(frozen=True)
class When:
    """The parameter counts only while another has one of these values."""

    parameter: str
    values: tuple[Any, ...] = field(default=())

    def __init__(self, parameter: str, *values: Any) -> None:
        object.__setattr__(self, "parameter", parameter)
        object.__setattr__(self, "values", values)


@dataclass(frozen=True)
class Code:
    """A text in this language (`python`, `sql`, `text`), edited in a box and often kept in a file of its own."""

    language: str


@dataclass(frozen=True)
class Secret:
    """The value may hold what is nobody else's business: explanations show that it changed, not what it is."""


@dataclass(frozen=True)
class Of:
    """The input port whose columns a selection is about."""

    port: str


@dataclass(frozen=True)
class Single:
    """A selection of exactly one column."""
