"""The frame that a script returns → a table's columns.

What pandas can hold and a table cannot is turned by the rules of `docs/tables.md` into
what a table holds, with a note that names column and row; a value that nothing stands
for is an error that names them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import objects
from .vector import Vector

try:
    import pyarrow as pa
except ImportError:  # the plain exchange serves environments without it
    pa = None

_INT64_MAX = np.iinfo(np.int64).max


def columns(frame: pd.DataFrame, notes: list[str]) -> tuple[list[str], list[Vector]]:
    """Names, as text and not yet made unique, and columns; `notes` takes what was changed."""
    names, vectors = [], []
    for label, series in frame.items():
        name = objects.clean_text(str(label))
        names.append(name)
        vectors.append(vector(series, name, notes))
    return names, vectors


def vector(series: pd.Series, name: str, notes: list[str]) -> Vector:
    """One column of any dtype."""
    dtype = series.dtype
    if not isinstance(dtype, np.dtype):
        return _extension(series, name, notes)
    rule = _NUMPY_RULES.get(dtype.kind)
    if rule is None:
        return objects.vector(series.astype(object), name, notes)
    return rule(series.to_numpy(), name, notes)


def _boolean(values: Any, _name: str, _notes: list[str]) -> Vector:
    return Vector("Boolean", values)


def _integer(values: Any, name: str, notes: list[str]) -> Vector:
    if values.dtype.kind == "u" and values.size and values.max() > _INT64_MAX:
        row = int(np.argmax(values > _INT64_MAX))
        notes.append(f"Column {name!r}: {values[row]} (row {row}) is beyond 64-bit integers; the column became Double.")
        return Vector("Double", values.astype(np.float64))
    return Vector("Integer", values.astype(np.int64, copy=False))


def _float(values: Any, _name: str, _notes: list[str]) -> Vector:
    values = values.astype(np.float64, copy=False)
    return Vector("Double", values, np.isnan(values))


def _datetime(values: Any, _name: str, _notes: list[str], zone: str | None = None) -> Vector:
    unit = np.datetime_data(values.dtype)[0]
    return Vector("DateTime", values.view(np.int64), np.isnat(values), unit=unit, zone=zone)


def _timedelta(values: Any, _name: str, _notes: list[str]) -> Vector:
    unit = np.datetime_data(values.dtype)[0]
    return Vector("TimeSpan", values.view(np.int64), np.isnat(values), unit=unit)


_NUMPY_RULES = {"b": _boolean, "i": _integer, "u": _integer, "f": _float, "M": _datetime, "m": _timedelta}


def _extension(series: pd.Series, name: str, notes: list[str]) -> Vector:
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _categorical(series, name, notes)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return _zoned(series, name, notes)
    if isinstance(dtype, pd.PeriodDtype):
        starts = pd.PeriodIndex(series).to_timestamp(how="start")
        return vector(pd.Series(starts), name, notes)
    if isinstance(dtype, pd.SparseDtype):
        return vector(pd.Series(np.asarray(series.array)), name, notes)
    kind = getattr(dtype, "kind", "O")
    if kind in "biuf" and hasattr(series.array, "_mask"):
        return _nullable(series, name, notes)
    if pa is not None and (isinstance(dtype, pd.StringDtype) or type(dtype).__name__ == "ArrowDtype"):
        return _arrow(series, name, notes)
    return objects.vector(series.astype(object), name, notes)


def _categorical(series: pd.Series, name: str, notes: list[str]) -> Vector:
    categorical = series.array
    codes = np.asarray(categorical.codes, dtype=np.int32)
    categories = vector(pd.Series(categorical.categories), name, notes)
    return Vector("Categorical", codes, codes < 0, categories=categories, ordered=bool(categorical.ordered))


def _zoned(series: pd.Series, name: str, notes: list[str]) -> Vector:
    index = pd.DatetimeIndex(series)
    values = index.tz_convert("UTC").tz_localize(None).to_numpy()
    zone = objects.zone_name(index.tz)
    if zone is None:
        notes.append(f"Column {name!r}: the zone {index.tz} has no standard name; its times are given in UTC.")
    return _datetime(values, name, notes, zone or "UTC")


def _nullable(series: pd.Series, name: str, notes: list[str]) -> Vector:
    missing = series.isna().to_numpy(dtype=bool)
    dtype = np.dtype(getattr(series.dtype, "numpy_dtype", bool))
    filled = series.array.to_numpy(dtype=dtype, na_value=dtype.type(0))
    result = _NUMPY_RULES[dtype.kind](filled, name, notes)
    missing = missing if result.missing is None else missing | result.missing
    return Vector(result.kind, result.values, missing)


def _arrow(series: pd.Series, name: str, notes: list[str]) -> Vector:
    """Arrow-backed columns: as they are where a table has their type, else as objects."""
    try:
        data = pa.chunked_array(series.array.__arrow_array__())
    except (TypeError, UnicodeEncodeError, pa.ArrowException):
        return objects.vector(series.astype(object), name, notes)
    kind = data.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return Vector("String", arrow=data.cast(pa.large_string()))
    for same, target in _ARROW_CASTS:
        if same(kind):
            return _from_arrow(data, target, name, notes)
    if pa.types.is_timestamp(kind):
        return Vector("DateTime", arrow=data)
    if pa.types.is_duration(kind):
        return Vector("TimeSpan", arrow=data)
    return objects.vector(pd.Series(data.to_pylist(), dtype=object), name, notes)


def _from_arrow(data: Any, target: tuple[str, Any], name: str, notes: list[str]) -> Vector:
    kind, arrow = target
    try:
        return Vector(kind, arrow=data.cast(arrow))
    except pa.ArrowInvalid:  # uint64 beyond int64, decimals that no integer holds
        return objects.vector(pd.Series(data.to_pylist(), dtype=object), name, notes)


_ARROW_CASTS: list[Any] = (
    [
        (pa.types.is_boolean, ("Boolean", pa.bool_())),
        (pa.types.is_integer, ("Integer", pa.int64())),
        (pa.types.is_floating, ("Double", pa.float64())),
        (pa.types.is_large_binary, ("Bytes", pa.large_binary())),
        (pa.types.is_binary, ("Bytes", pa.large_binary())),
    ]
    if pa is not None
    else []
)
