"""A column of single cells that comes in by blocks; what type it has shows at the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a cell is and its text; None is a missing value.
Cell = tuple[Kind, str] | None

_SPAN = re.compile(r"(-?\d+) days \+?(\d+):(\d\d):(\d\d)(?:\.(\d{6}))?")


class Cells:
    """The texts of the cells so far, and the kinds among them."""

    def __init__(self, missing: int = 0) -> None:
        """Start with so many missing values: the rows before the column first appeared."""
        self._texts: list[Any] = [pa.nulls(missing, pa.large_string())]
        self._kinds: set[Kind] = set()

    def add(self, block: Iterable[Cell]) -> None:
        """Add the cells of the next rows."""
        texts: list[str | None] = []
        for cell in block:
            if cell is None:
                texts.append(None)
            else:
                self._kinds.add(cell[0])
                texts.append(cell[1])
        self._texts.append(pa.array(texts, pa.large_string()))

    def column(self, empty: pa.DataType | None = None) -> Any:
        """Return the column as an Arrow array of the one kind that holds all its cells.

        Integers among doubles are Double; other mixtures, and integers beyond 64 bits, are
        String. Missing values only are `empty` or else Double, no rows String.
        """
        texts = pa.chunked_array(self._texts, pa.large_string())
        if not self._kinds:
            return texts.cast(empty or (pa.float64() if len(texts) else pa.large_string()))
        if self._kinds == {Kind.INTEGER}:
            try:
                return texts.cast(pa.int64())
            except pa.ArrowInvalid:
                return texts
        if self._kinds <= {Kind.INTEGER, Kind.DOUBLE}:
            return texts.cast(pa.float64())
        if len(self._kinds) > 1:
            return texts
        return self._typed(texts)

    def _typed(self, texts: Any) -> Any:
        (kind,) = self._kinds
        if kind is Kind.BOOLEAN:
            return pc.call_function("equal", [pc.utf8_lower(texts), "true"])
        if kind is Kind.DATETIME:
            return texts.cast(pa.timestamp("us"))
        if kind is Kind.TIMESPAN:
            return pa.chunked_array([pa.array(map(_span, texts.to_pylist()), pa.duration("us"))])
        return texts


def _span(text: str | None) -> int | None:
    """Return the microseconds of pandas' text of a time span."""
    match = text and _SPAN.fullmatch(text)
    if not match:
        return None
    days, hours, minutes, seconds, fraction = match.groups(default="0")
    return ((int(days) * 24 + int(hours)) * 60 + int(minutes)) * 60_000_000 + int(seconds) * 1_000_000 + int(fraction)
