"""Columns that pandas could only hold in another type return to their own if nobody touched them.

Integers and Booleans with missing values reach pandas as float64 and object, so what
comes back looks like Double or text. A column is untouched when it has its name and, row
label by row label, what came in: sorting, filtering and sampling keep the labels, so they
keep the type.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import objects
from .incoming import PANDAS_MAJOR, column, zone
from .vector import Vector


class Untouched:
    """The columns of one input table that may have to return to their type."""

    def __init__(self, rows: int, names: list[str], vectors: list[Vector]) -> None:
        self._rows = rows
        self._columns = {name: vector for name, vector in zip(names, vectors) if _changes(vector)}

    def restore(self, frame: pd.DataFrame, names: list[str], vectors: list[Vector]) -> None:
        """Put the original of each untouched column in its place in `vectors`."""
        rows = _input_rows(frame.index, self._rows) if self._columns else None
        if rows is None:
            return
        for place, name in enumerate(names):
            original = self._columns.get(name)
            if (
                original is not None
                and _type(original) != _type(vectors[place])
                and _is_same(frame.iloc[:, place], original, rows)
            ):
                vectors[place] = _taken(original, rows)


def _changes(vector: Vector) -> bool:
    """Whether the column may come back as another type than it went in."""
    kind = vector.kind
    if kind in ("Integer", "Boolean"):
        return vector.missing is not None
    if kind == "Categorical":
        assert vector.categories is not None
        categories = vector.categories
        return _changes(categories) or (categories.arrow is None and not len(categories.values))
    if kind in ("DateTime", "TimeSpan"):
        # Older pandas may hold times as objects, and all pandas call the zone +00:00 UTC.
        if vector.zone is None:
            return PANDAS_MAJOR < 2
        known = objects.zone_name(zone(vector.zone))
        return objects.is_zone_name(vector.zone) and (PANDAS_MAJOR < 2 or known != vector.zone)
    # A column of bytes is one of objects: without a value in it nothing tells what it was.
    return kind == "Bytes"


def _type(vector: Vector) -> Any:
    return vector.kind, vector.zone, None if vector.categories is None else _type(vector.categories)


def _input_rows(index: Any, rows: int) -> Any:
    """The input's rows that an output's index stands for, as NumPy selects them; None where it stands for none."""
    if isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1 and len(index) <= rows:
        return slice(0, len(index))
    if isinstance(index, pd.MultiIndex) or not isinstance(index.dtype, np.dtype) or index.dtype.kind not in "iu":
        return None
    labels = index.to_numpy()
    if len(labels) and (labels.min() < 0 or labels.max() >= rows):
        return None
    return labels


def _is_same(series: pd.Series, original: Vector, rows: Any) -> bool:
    given = column(original)[rows]
    if series.dtype != given.dtype:
        return False
    if not isinstance(given, np.ndarray):
        return bool(given.equals(series.array))
    if given.dtype == object:
        # An object that is there says itself what it is, and did not say this.
        return not series.notna().any() and not pd.notna(given).any()
    return np.array_equal(series.to_numpy(), given, equal_nan=True)


def _taken(vector: Vector, rows: Any) -> Vector:
    values = vector.values if vector.values is not None else column(vector)
    return Vector(
        vector.kind,
        values[rows],
        None if vector.missing is None else vector.missing[rows],
        unit=vector.unit,
        zone=vector.zone,
        categories=vector.categories,
        ordered=vector.ordered,
    )
