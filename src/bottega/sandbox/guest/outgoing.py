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
from .failure import JobError
from .vector import Remarks, Vector, pa, shown

_DOUBLE = np.dtype("float64")
_SMALL = 1 << 17  # cells; more are not worth a copy
_FEW = 2  # columns; up to here asking for their types costs more than taking them out
_INT64_MAX = np.iinfo(np.int64).max


def columns(frame: pd.DataFrame, notes: list[str]) -> tuple[list[str], list[Vector]]:
    """Names, as text and not yet made unique, and columns; `notes` takes what was changed."""
    if (
        type(frame) is pd.DataFrame
        and frame.shape[1] > _FEW
        and 0 < frame.size <= _SMALL
        and set(frame.dtypes) == {_DOUBLE}
    ):
        return _doubles(frame, notes)
    names, vectors = [], []
    for label, series in frame.items():
        name = _name(label, notes)
        names.append(name)
        vectors.append(_column(series, Remarks(name, notes)))
    return names, vectors


def _doubles(frame: pd.DataFrame, notes: list[str]) -> tuple[list[str], list[Vector]]:
    """The same of a small frame of nothing but float64, whose columns need not be taken out one by one."""
    values = frame.to_numpy()
    missing = np.isnan(values)
    some = bool(missing.any())
    columns = range(values.shape[1])
    vectors = [Vector("Double", values[:, place], missing[:, place] if some else None) for place in columns]
    return [_name(label, notes) for label in frame.columns], vectors


def _name(label: Any, notes: list[str]) -> str:
    text = str(label)
    name = objects.clean_text(text)
    if name != text:
        Remarks(name, notes).note("characters of the name that are no valid text were replaced")
    return name


def _column(series: pd.Series, remarks: Remarks) -> Vector:
    try:
        return vector(series, remarks)
    except (JobError, MemoryError):
        raise
    except Exception as error:
        # Dtypes may come from any library, and values may have methods of their own.
        reason = f"{type(error).__name__}: {error}"
        raise remarks.error(f"its type {series.dtype} cannot be turned into a table's ({reason})") from error


def vector(series: pd.Series, remarks: Remarks) -> Vector:
    """One column of any dtype."""
    dtype = series.dtype
    if not isinstance(dtype, np.dtype):
        return _extension(series, remarks)
    rule = _NUMPY_RULES.get(dtype.kind)
    if rule is None:
        return objects.vector(series, remarks)
    return rule(series.to_numpy(), remarks)


def _boolean(values: Any, _remarks: Remarks) -> Vector:
    return Vector("Boolean", values)


def _integer(values: Any, remarks: Remarks) -> Vector:
    if values.dtype.kind == "u" and values.size and values.max() > _INT64_MAX:
        row = int(np.argmax(values > _INT64_MAX))
        remarks.note(f"{values[row]} is beyond 64-bit integers; the column became Double", row)
        return Vector("Double", values.astype(np.float64))
    return Vector("Integer", values.astype(np.int64, copy=False))


def _float(values: Any, remarks: Remarks) -> Vector:
    numbers = values
    if values.dtype != np.float64:
        with np.errstate(over="ignore"):
            numbers = values.astype(np.float64)
        if values.dtype.itemsize > numbers.dtype.itemsize:
            lost = np.flatnonzero((numbers != values) & ~np.isnan(values))
            if lost.size:
                remarks.note("numbers lost digits as Doubles", int(lost[0]))
    return Vector("Double", numbers, np.isnan(numbers))


def _datetime(values: Any, _remarks: Remarks) -> Vector:
    unit = np.datetime_data(values.dtype)[0]
    return Vector("DateTime", values.view(np.int64), np.isnat(values), unit=unit)


def _timedelta(values: Any, _remarks: Remarks) -> Vector:
    unit = np.datetime_data(values.dtype)[0]
    return Vector("TimeSpan", values.view(np.int64), np.isnat(values), unit=unit)


_NUMPY_RULES = {"b": _boolean, "i": _integer, "u": _integer, "f": _float, "M": _datetime, "m": _timedelta}


def _extension(series: pd.Series, remarks: Remarks) -> Vector:
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _categorical(series, remarks)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return _zoned(series, remarks)
    if isinstance(dtype, pd.PeriodDtype):
        return _period(series, remarks)
    if isinstance(dtype, pd.SparseDtype):
        return vector(pd.Series(np.asarray(series.array)), remarks)
    if getattr(dtype, "kind", "O") in "biuf" and hasattr(series.array, "_mask"):
        return _nullable(series, remarks)
    if pa is not None and (isinstance(dtype, pd.StringDtype) or type(dtype).__name__ == "ArrowDtype"):
        return _arrow(series, remarks)
    return objects.vector(series, remarks)


def _categorical(series: pd.Series, remarks: Remarks) -> Vector:
    categorical = series.array
    codes = np.asarray(categorical.codes, dtype=np.int32)
    categories = vector(pd.Series(categorical.categories), remarks.of_categories())
    return Vector("Categorical", codes, codes < 0, categories=categories, ordered=bool(categorical.ordered))


def _zoned(series: pd.Series, remarks: Remarks) -> Vector:
    index = pd.DatetimeIndex(series)
    moments = index.asi8.view(f"M8[{getattr(series.dtype, 'unit', 'ns')}]")
    result = _datetime(moments, remarks)
    result.zone = objects.zone_name(index.tz)
    if result.zone is None:
        remarks.note(f"the zone {shown(index.tz)} has no standard name; its times are given in UTC")
        result.zone = "UTC"
    return result


def _period(series: pd.Series, remarks: Remarks) -> Vector:
    try:
        starts = pd.PeriodIndex(series).to_timestamp(how="start")
    except (ValueError, OverflowError):  # out of the range of older pandas' nanoseconds
        return objects.vector(series, remarks)
    there = np.flatnonzero(series.notna())
    if there.size:
        remarks.note("periods became the moments at which they start", int(there[0]))
    return vector(pd.Series(starts), remarks)


def _nullable(series: pd.Series, remarks: Remarks) -> Vector:
    dtype = np.dtype(getattr(series.dtype, "numpy_dtype", bool))
    filled = series.array.to_numpy(dtype=dtype, na_value=dtype.type(0))
    return _masked(filled, series.isna().to_numpy(dtype=bool), remarks)


def _masked(filled: Any, missing: Any, remarks: Remarks) -> Vector:
    """Values with anything of their type in the missing places."""
    result = _NUMPY_RULES[filled.dtype.kind](filled, remarks)
    missing = missing if result.missing is None else missing | result.missing
    return Vector(result.kind, result.values, missing, unit=result.unit)


def _arrow(series: pd.Series, remarks: Remarks) -> Vector:
    try:
        data = series.array.__arrow_array__()
    except (TypeError, UnicodeEncodeError, pa.ArrowException):
        return objects.vector(series, remarks)
    return _arrow_data(data if isinstance(data, pa.ChunkedArray) else pa.chunked_array([data]), remarks)


def _arrow_data(data: Any, remarks: Remarks) -> Vector:
    """Chunked Arrow data: as it is where a table has its type, else as objects."""
    for matches, rule in _ARROW_RULES:
        if matches(data.type):
            result: Vector = rule(data, remarks)
            return result
    return objects.vector(pd.Series(data.to_pylist(), dtype=object), remarks)


def _is(*names: str) -> Any:
    """Whether an Arrow type is one of several; which there are depends on pyarrow's version."""
    tests = [getattr(pa.types, f"is_{name}") for name in names if hasattr(pa.types, f"is_{name}")]
    return lambda kind: any(test(kind) for test in tests)


def _arrow_text(data: Any, _remarks: Remarks) -> Vector:
    return Vector("String", arrow=data.cast(pa.large_string()))


def _arrow_bytes(data: Any, _remarks: Remarks) -> Vector:
    return Vector("Bytes", arrow=data.cast(pa.large_binary()))


def _arrow_number(data: Any, remarks: Remarks) -> Vector:
    if pa.types.is_floating(data.type):
        data = data.cast(pa.float64())
    return _masked(*_filled(data, pa.scalar(0).cast(data.type)), remarks)


def _arrow_time(data: Any, remarks: Remarks) -> Vector:
    kind = data.type
    counts, missing = _filled(data.cast(pa.int64()), 0)
    if pa.types.is_duration(kind):
        return Vector("TimeSpan", counts, missing, unit=kind.unit)
    zone = kind.tz
    if zone is not None and not objects.is_zone_name(zone):
        remarks.note(f"{shown(zone)!r} is no name of a zone; its times are given in UTC")
        zone = "UTC"
    return Vector("DateTime", counts, missing, unit=kind.unit, zone=zone)


def _arrow_categorical(data: Any, remarks: Remarks) -> Vector:
    array = data.unify_dictionaries().combine_chunks()
    codes, missing = _filled(array.indices.cast(pa.int32()), -1)
    categories = _arrow_data(pa.chunked_array([array.dictionary]), remarks.of_categories())
    return Vector("Categorical", codes, missing, categories=categories, ordered=array.type.ordered)


def _filled(data: Any, filler: Any) -> tuple[Any, Any]:
    """The values as NumPy has them, and which of them are missing."""
    missing = np.asarray(data.is_null())
    return np.asarray(data.fill_null(filler)), missing


_ARROW_RULES: list[Any] = (
    [
        (_is("string", "large_string", "string_view"), _arrow_text),
        (_is("binary", "large_binary", "fixed_size_binary", "binary_view"), _arrow_bytes),
        (_is("boolean", "integer", "floating"), _arrow_number),
        (_is("timestamp", "duration"), _arrow_time),
        (_is("dictionary"), _arrow_categorical),
    ]
    if pa is not None
    else []
)
