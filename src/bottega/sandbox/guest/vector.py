"""One column on its way between a table and a frame."""

from __future__ import annotations

from typing import Any

from .failure import JobError

_LONGEST_SHOWN = 80


def _pyarrow() -> Any:
    try:
        import pyarrow as pa
    except ImportError:  # the plain exchange serves environments without it
        return None
    return pa


pa = _pyarrow()


class Vector:
    """A column's kind, values and missing places, free of pandas and of the exchange.

    kind        "String", "Integer", "Double", "Boolean", "DateTime", "TimeSpan", "Bytes"
                or "Categorical"
    values      a NumPy array: int64, float64, bool, int64 counts of `unit`, int32 codes;
                for String and Bytes an object array, missing ones None
    missing     a Boolean NumPy array, or None where nothing is missing
    unit, zone  of DateTime and TimeSpan: "us", "ns" …; a zone name or None
    categories  of Categorical: the Vector of its categories; `ordered` whether they rank
    arrow       of String and Bytes: the same column as Arrow data, large, in one chunk or
                several, where that is at hand and `values` is not
    """

    __slots__ = ("arrow", "categories", "kind", "missing", "ordered", "unit", "values", "zone")

    def __init__(
        self,
        kind: str,
        values: Any = None,
        missing: Any = None,
        *,
        unit: str = "us",
        zone: str | None = None,
        categories: Vector | None = None,
        ordered: bool = False,
        arrow: Any = None,
    ) -> None:
        self.kind = kind
        self.values = values
        self.missing = missing if missing is not None and missing.any() else None
        self.unit = unit
        self.zone = zone
        self.categories = categories
        self.ordered = ordered
        self.arrow = arrow


class Remarks:
    """What there is to say of one column, with its name and the row, counted from 0."""

    __slots__ = ("_name", "_notes", "_place")

    def __init__(self, name: str, notes: list[str], place: str = "row") -> None:
        self._name = name
        self._notes = notes
        self._place = place

    def of_categories(self) -> Remarks:
        """Remarks on the categories of the column, which stand in no row."""
        return Remarks(self._name, self._notes, "category")

    def note(self, text: str, row: int | None = None) -> None:
        """Something was changed, first in `row`, and the column is there all the same."""
        self._notes.append(f"{self._where(row)}: {text}.")

    def error(self, text: str, row: int | None = None) -> JobError:
        """The error of a column that no table can hold."""
        counting = "" if row is None else " (counting from 0)"
        return JobError("0139", "ResultError", f"{self._where(row)}{counting}: {text}.")

    def _where(self, row: int | None) -> str:
        name = shown(self._name)
        return f"Column {name!r}" if row is None else f"Column {name!r}, {self._place} {row}"


def shown(value: Any) -> str:
    """A name or value as it is shown in a message."""
    text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
