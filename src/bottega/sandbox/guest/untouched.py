"""Columns that pandas could only hold in another type return to their own if nobody touched them.

Integers and Booleans with missing values reach pandas as float64 and object, so what
comes back looks like Double or text. A column is untouched when, row label by row label,
it holds what came in: sorting, filtering and sampling keep the labels, so they keep the type.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .incoming import column
from .vector import Vector


class Untouched:
    """The columns of one input table that may have to return to their type."""

    def __init__(self, rows: int, names: list[str], vectors: list[Vector]) -> None:
        self._rows = rows
        self._columns = {name: vector for name, vector in zip(names, vectors) if _changes(vector)}

    def restore(self, frame: pd.DataFrame, names: list[str], vectors: list[Vector]) -> None:
        """Put the original of each untouched column in its place in `vectors`."""
        if not self._columns:
            return
        labels = _labels(frame.index, self._rows)
        if labels is None:
            return
        for place, name in enumerate(names):
            original = self._columns.get(name)
            if original is not None and original.kind != vectors[place].kind:
                values = np.asarray(column(original), dtype=object if original.kind != "Integer" else None)[labels]
                if _same(frame.iloc[:, place], values):
                    missing = original.missing[labels] if original.missing is not None else None
                    stored = original.values if original.values is not None else column(original)
                    vectors[place] = Vector(original.kind, stored[labels], missing)


def _changes(vector: Vector) -> bool:
    # A column of bytes is one of objects: without a value in it nothing tells what it was.
    return vector.kind == "Bytes" or (vector.missing is not None and vector.kind in ("Integer", "Boolean"))


def _labels(index: Any, rows: int) -> Any:
    """The input's row numbers that an output's index stands for, or None where it stands for none."""
    if not pd.api.types.is_integer_dtype(index.dtype) or isinstance(index, pd.MultiIndex):
        return None
    labels = index.to_numpy()
    if len(labels) and (labels.min() < 0 or labels.max() >= rows):
        return None
    return labels


def _same(series: pd.Series, values: Any) -> bool:
    if series.dtype != values.dtype:
        return False
    there = series.notna().to_numpy()
    return bool(np.array_equal(there, ~pd.isna(values)) and (series.to_numpy()[there] == values[there]).all())
