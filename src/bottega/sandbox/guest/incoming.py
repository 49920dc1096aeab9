"""A table's columns → the frame that a script gets.

The index is 0 … n-1; strings and numbers are as they are. A missing value is pandas' NA
of its type, as `read_csv` would give: integers with missing values are float64 with NaN,
Booleans with missing values are objects. Every column can be changed in place.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import Any

import numpy as np
import pandas as pd

from .vector import Vector

PANDAS_MAJOR = int(pd.__version__.split(".")[0])
# Below this size one consolidated copy is cheap, and above this many columns pandas
# would warn of fragmentation; else the columns stay where they are mapped.
_LARGE = 32 << 20
_FEW_COLUMNS = 64
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)?")


_text_is_str = PANDAS_MAJOR >= 3


def text_as_objects() -> None:
    """Text in columns of objects from now on, as it was before pandas 3."""
    global _text_is_str  # noqa: PLW0603 - one run, or one service, has this process
    _text_is_str = False
    _labels.cache_clear()


def frame(rows: int, names: list[str], vectors: list[Vector]) -> pd.DataFrame:
    """A frame of `rows` rows; the names are distinct."""
    large = rows * len(vectors) * 8 > _LARGE and len(vectors) <= _FEW_COLUMNS
    columns = [column(vector) for vector in vectors]
    if not large and columns and all(type(each) is np.ndarray and each.dtype == np.float64 for each in columns):
        # What pandas comes to by itself, several times as fast: one block, row after row a column.
        return pd.DataFrame(np.array(columns).T, index=pd.RangeIndex(rows), columns=_labels(tuple(names)).view())
    return pd.DataFrame(dict(zip(names, columns)), index=pd.RangeIndex(rows), copy=not large)


@functools.lru_cache(maxsize=8)
def _labels(names: tuple[str, ...]) -> Any:
    """The index of columns of these names, kept for the next table like this; frames get views, which they may rename."""
    return pd.Index(names) if _text_is_str else pd.Index(names, dtype=object)


def column(vector: Vector) -> Any:
    """A column as pandas takes it: a NumPy array or an extension array."""
    return _RULES[vector.kind](vector)


def _number(vector: Vector) -> Any:
    """Numbers with NaN for missing."""
    if vector.missing is None:
        return vector.values
    values = vector.values.astype(np.float64)
    values[vector.missing] = np.nan
    return values


def _boolean(vector: Vector) -> Any:
    if vector.missing is None:
        return vector.values
    values = vector.values.astype(object)
    values[vector.missing] = np.nan
    return values


def _string(vector: Vector) -> Any:
    if vector.arrow is not None and _text_is_str:
        return pd.array(vector.arrow, dtype="str")
    values = _cells(vector)
    if vector.missing is not None:
        values[vector.missing] = np.nan
    return pd.array(values, dtype="str") if _text_is_str else values


def _cells(vector: Vector) -> Any:
    """The objects of String and Bytes in an array of their own, None for missing."""
    values = vector.values if vector.values is not None else vector.arrow.to_numpy(zero_copy_only=False)
    return np.array(values, dtype=object)


def _time(vector: Vector) -> Any:
    letter = "M" if vector.kind == "DateTime" else "m"
    values = vector.values
    if vector.missing is not None:
        values = values.copy()
        values[vector.missing] = np.iinfo(np.int64).min
    values = values.view(f"{letter}8[{vector.unit}]")
    tz = None if vector.zone is None else zone(vector.zone)
    if PANDAS_MAJOR < 2:
        finer = values.astype(f"{letter}8[ns]")
        if not np.array_equal(finer.astype(values.dtype), values, equal_nan=True):
            return _time_objects(values, tz)
        values = finer
    return values if tz is None else pd.DatetimeIndex(values).tz_localize("UTC").tz_convert(tz).array


def _time_objects(values: Any, tz: Any) -> Any:
    """Older pandas has only nanoseconds: times outside of the years 1677 to 2262 are Python's own."""
    objects = values.astype(object)
    if tz is not None:
        for row in np.flatnonzero(~np.isnat(values)).tolist():
            objects[row] = objects[row].replace(tzinfo=dt.timezone.utc).astimezone(tz)
    return objects


@functools.lru_cache(maxsize=256)
def zone(name: str) -> Any:
    """The time zone of that name; UTC where pandas knows none, so that the moments are right at least."""
    offset = _OFFSET.fullmatch(name)
    if offset:  # pandas knows these with a colon, and misreads them without
        sign, hours, minutes = offset.groups()
        ahead = dt.timedelta(hours=int(hours), minutes=int(minutes or 0))
        name = "UTC" if ahead >= dt.timedelta(days=1) else f"{sign}{hours}:{minutes or '00'}"
    try:
        found = pd.Timestamp(0, tz=name).tz
    except Exception:  # noqa: BLE001 - of many kinds, by the libraries that look for zones
        found = None
    return dt.timezone.utc if found is None else found


def _categorical(vector: Vector) -> Any:
    assert vector.categories is not None
    found = column(vector.categories)
    categories = pd.Index(found, dtype=found.dtype)
    codes = np.array(vector.values)
    if not categories.is_unique:  # 0.0 and -0.0 are two categories to a table, and one to pandas
        places, categories = pd.factorize(categories)
        codes = np.where(codes < 0, -1, np.append(places, -1)[codes])
    return pd.Categorical.from_codes(codes, categories, ordered=vector.ordered)


_RULES = {
    "Integer": _number,
    "Double": _number,
    "Boolean": _boolean,
    "String": _string,
    "Bytes": _cells,
    "DateTime": _time,
    "TimeSpan": _time,
    "Categorical": _categorical,
}
