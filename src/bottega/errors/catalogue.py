"""The numbered errors of classic, in our words, and Bottega's own beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """The sentence of an error and what to do; `{…}` are facts of the error."""

    message: str
    advice: str = ""


CATALOGUE: Mapping[str, Entry] = {
    "0001": Entry("There is no column {column}", "The columns are {columns}"),
    "0017": Entry("Column {column} has the type {type}, which a table cannot hold"),
    "0139": Entry("Column {column} of type {type} cannot be converted: {reason}"),
}
