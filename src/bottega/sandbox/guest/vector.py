"""One column on its way between a table and a frame."""

from __future__ import annotations

from typing import Any


class Vector:
    """A column's kind, values and missing places, free of pandas and of the exchange.

    kind        "String", "Integer", "Double", "Boolean", "DateTime", "TimeSpan", "Bytes"
                or "Categorical"
    values      a NumPy array: int64, float64, bool, int64 counts of `unit`, int32 codes;
                for String and Bytes an object array, missing ones None
    missing     a Boolean NumPy array, or None where nothing is missing
    unit, zone  of DateTime and TimeSpan: "us", "ns" …; a zone name or None
    categories  of Categorical: the Vector of its categories; `ordered` whether they rank
    arrow       the same column as Arrow data, where that is at hand and `values` is not
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
