"""A table's columns → the frame that a script gets.

The index is 0 … n-1; strings and numbers are as they are. A missing value is pandas' NA
of its type, as `read_csv` would give: integers with missing values are float64 with NaN,
Booleans with missing values are objects. Every column can be changed in place.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .vector import Vector

_PANDAS_MAJOR = int(pd.__version__.split(".")[0])
# Below this size one consolidated copy is cheap, and above this many columns pandas
# would warn of fragmentation; else the columns stay where they are mapped.
_LARGE = 32 << 20
_FEW_COLUMNS = 64


def frame(rows: int, names: list[str], vectors: list[Vector]) -> pd.DataFrame:
    """A frame of `rows` rows; the names are distinct."""
    large = rows * len(vectors) * 8 > _LARGE and len(vectors) <= _FEW_COLUMNS
    columns = {name: column(vector) for name, vector in zip(names, vectors)}
    return pd.DataFrame(columns, index=pd.RangeIndex(rows), copy=not large)


def column(vector: Vector) -> Any:
    """A column as pandas takes it: a NumPy array or an extension array."""
    return _RULES[vector.kind](vector)


def double(vector: Vector) -> Any:
    """Numbers with NaN for missing."""
    if vector.missing is None:
        return vector.values
    values = vector.values.astype(np.float64)
    values[vector.missing] = np.nan
    return values


def _boolean(vector: Vector) -> Any:
    if vector.missing is None:
        return np.array(vector.values)
    values = vector.values.astype(object)
    values[vector.missing] = np.nan
    return values


def _string(vector: Vector) -> Any:
    if vector.arrow is not None and _PANDAS_MAJOR >= 3:
        return pd.array(vector.arrow, dtype="str")
    values = vector.values if vector.values is not None else vector.arrow.to_numpy(zero_copy_only=False)
    values = np.array(values, dtype=object)
    if vector.missing is not None:
        values[vector.missing] = np.nan
    return pd.array(values, dtype="str") if _PANDAS_MAJOR >= 3 else values


def _bytes(vector: Vector) -> Any:
    values = vector.values if vector.values is not None else vector.arrow.to_numpy(zero_copy_only=False)
    return np.array(values, dtype=object)


def _time(vector: Vector) -> Any:
    letter = "M" if vector.kind == "DateTime" else "m"
    values = vector.values
    if vector.missing is not None:
        values = values.copy()
        values[vector.missing] = np.iinfo(np.int64).min
    values = values.view(f"{letter}8[{vector.unit}]")
    if _PANDAS_MAJOR < 2:
        values = values.astype(f"{letter}8[ns]")
    if vector.zone is None:
        return values
    return pd.DatetimeIndex(values).tz_localize("UTC").tz_convert(vector.zone).array


def _categorical(vector: Vector) -> Any:
    assert vector.categories is not None
    categories = pd.Index(column(vector.categories))
    return pd.Categorical.from_codes(np.array(vector.values), categories, ordered=vector.ordered)


_RULES = {
    "Integer": double,
    "Double": double,
    "Boolean": _boolean,
    "String": _string,
    "Bytes": _bytes,
    "DateTime": _time,
    "TimeSpan": _time,
    "Categorical": _categorical,
}
