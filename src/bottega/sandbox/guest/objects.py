"""Columns of Python objects → a table's columns, by what the objects are."""

from __future__ import annotations

import datetime
import decimal
import enum
import json
import pathlib
import uuid
from typing import Any

import numpy as np
import pandas as pd

from .failure import JobError
from .vector import Vector

_EPOCH = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 - naive on purpose: it is subtracted from naive times
_MICROSECOND = datetime.timedelta(microseconds=1)
# What has a text form that says all of it.
_TEXTUAL = (
    str,
    bool,
    int,
    float,
    complex,
    decimal.Decimal,
    uuid.UUID,
    datetime.datetime,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    np.generic,
    pathlib.PurePath,
    enum.Enum,
    pd.Interval,
    pd.Period,
)
_NESTED = (list, tuple, dict, set, frozenset, np.ndarray, pd.Series)


def vector(series: pd.Series, name: str, notes: list[str]) -> Vector:
    """A column of objects; `notes` takes what could not be kept as it was."""
    values = series.to_numpy(dtype=object)
    missing = series.isna().to_numpy(dtype=bool)
    kind = pd.api.types.infer_dtype(series, skipna=True)
    rule = _RULES.get(kind, _mixed)
    return rule(values, missing, name, notes)


def clean_text(text: str) -> str:
    """The text with lone surrogates, which UTF-8 cannot hold, replaced."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def zone_name(zone: Any) -> str | None:
    """The name of a time zone as tables keep it, or None where it has none."""
    if zone is None:
        return None
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if name:
        return str(name)
    offset = zone.utcoffset(None)
    if offset is None:
        return None
    minutes = int(offset.total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}" if minutes else "UTC"


def _filled(values: Any, missing: Any, convert: Any, dtype: Any) -> Any:
    """`convert` of each value that is there, 0 elsewhere, as an array."""
    result = np.zeros(len(values), dtype)
    there = np.flatnonzero(~missing)
    if len(there):
        result[there] = np.array([convert(value) for value in values[there]], dtype)
    return result


def _strings(values: Any, missing: Any, name: str, notes: list[str]) -> Vector:
    return Vector("String", _texts(values, missing, str, name, notes), missing)


def _texts(values: Any, missing: Any, text_of: Any, name: str, notes: list[str]) -> Any:
    """Each value's text, None for a missing one; what UTF-8 cannot hold is replaced and noted."""
    cells = np.empty(len(values), object)
    replaced = None
    for row in np.flatnonzero(~missing).tolist():
        text = str(text_of(values[row]))
        cells[row] = clean_text(text)
        if replaced is None and cells[row] != text:
            replaced = row
    if replaced is not None:
        notes.append(f"Column {name!r}: characters that are no valid text were replaced (first in row {replaced}).")
    return cells


def _empty(values: Any, missing: Any, _name: str, _notes: list[str]) -> Vector:
    return Vector("String", np.empty(len(values), object), missing)


def _bytes(values: Any, missing: Any, _name: str, _notes: list[str]) -> Vector:
    cells = np.empty(len(values), object)
    for row in np.flatnonzero(~missing).tolist():
        cells[row] = bytes(values[row])
    return Vector("Bytes", cells, missing)


def _booleans(values: Any, missing: Any, _name: str, _notes: list[str]) -> Vector:
    return Vector("Boolean", _filled(values, missing, bool, bool), missing)


def _integers(values: Any, missing: Any, name: str, notes: list[str]) -> Vector:
    try:
        return Vector("Integer", _filled(values, missing, int, np.int64), missing)
    except OverflowError:
        return _floats(values, missing, name, notes)


def _floats(values: Any, missing: Any, name: str, notes: list[str]) -> Vector:
    try:
        numbers = _filled(values, missing, float, np.float64)
    except OverflowError:
        row = _first(values, missing, lambda value: isinstance(value, int) and abs(value) > 10**308)
        notes.append(f"Column {name!r}: the number in row {row} is beyond Double; the column became text.")
        return _strings(values, missing, name, notes)
    row = _first(values, missing, lambda value: isinstance(value, int) and int(float(value)) != value)
    if row is not None:
        notes.append(f"Column {name!r}: {values[row]} (row {row}) is beyond 64-bit integers; the column became Double.")
    return Vector("Double", numbers, missing | np.isnan(numbers))


def _decimals(values: Any, missing: Any, name: str, notes: list[str]) -> Vector:
    def loses(value: Any) -> bool:
        return value.is_finite() and decimal.Decimal(repr(float(value))) != value

    row = _first(values, missing, loses)
    if row is not None:
        notes.append(f"Column {name!r}: the decimal {values[row]} (row {row}) lost digits as a Double.")
    return _floats(values, missing, name, notes)


def _datetimes(values: Any, missing: Any, name: str, notes: list[str]) -> Vector:
    from .outgoing import vector as typed_vector  # the two rules call each other

    there = list(values[~missing])
    zones = {zone_name(value.tzinfo) if value.tzinfo is not None else "" for value in there if hasattr(value, "tzinfo")}
    if len(zones) > 1:
        row = int(np.flatnonzero(~missing)[0])
        notes.append(f"Column {name!r}: its times are in several zones (first in row {row}); they are given in UTC.")
    try:
        moments = pd.Series(pd.to_datetime(there, utc=len(zones) > 1))
        typed = typed_vector(moments, name, notes)
        counts, unit, zone = typed.values, typed.unit, typed.zone
        if typed.kind != "DateTime":
            raise ValueError(typed.kind)
    except (ValueError, TypeError, OverflowError):
        # Out of the range of older pandas' nanoseconds.
        counts = np.array([_microseconds(value) for value in there], np.int64)
        unit, zone = "us", "UTC" if zones - {""} else None
    numbers = np.zeros(len(values), np.int64)
    numbers[~missing] = counts
    return Vector("DateTime", numbers, missing, unit=unit, zone=zone)


def _microseconds(value: datetime.datetime) -> int:
    if value.tzinfo is not None:
        value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return (value - _EPOCH) // _MICROSECOND


def _dates(values: Any, missing: Any, _name: str, _notes: list[str]) -> Vector:
    def micros(value: datetime.date) -> int:
        return (value.toordinal() - _EPOCH.toordinal()) * 86_400_000_000

    return Vector("DateTime", _filled(values, missing, micros, np.int64), missing)


def _times(values: Any, missing: Any, _name: str, _notes: list[str]) -> Vector:
    def micros(value: datetime.time) -> int:
        return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond

    return Vector("TimeSpan", _filled(values, missing, micros, np.int64), missing)


def _timedeltas(values: Any, missing: Any, _name: str, _notes: list[str]) -> Vector:
    spans = pd.Series(pd.to_timedelta(list(values[~missing]))).to_numpy()
    numbers = np.zeros(len(values), np.int64)
    numbers[~missing] = spans.view(np.int64)
    return Vector("TimeSpan", numbers, missing, unit=np.datetime_data(spans.dtype)[0])


def _periods(values: Any, missing: Any, name: str, notes: list[str]) -> Vector:
    starts = np.empty(len(values), object)
    for row in np.flatnonzero(~missing).tolist():
        starts[row] = values[row].start_time
    return _datetimes(starts, missing, name, notes)


def _complexes(values: Any, missing: Any, name: str, notes: list[str]) -> Vector:
    notes.append(f"Column {name!r}: complex numbers became text.")
    return _strings(values, missing, name, notes)


def _mixed(values: Any, missing: Any, name: str, notes: list[str]) -> Vector:
    """Objects of several types, or of a type that pandas has no name for."""
    there = np.flatnonzero(~missing).tolist()
    if all(isinstance(values[row], (bytes, bytearray, memoryview)) for row in there):
        return _bytes(values, missing, name, notes)
    if all(isinstance(values[row], (bool, np.bool_, int, float, decimal.Decimal)) for row in there):
        return _numbers(values, missing, name, notes)
    texts = np.empty(len(values), object)
    for row in there:
        texts[row] = _text(values[row], row, name)
    first = type(values[there[0]])
    odd = next((row for row in there if type(values[row]) is not first), None)
    if odd is not None:
        other = type(values[odd]).__name__
        notes.append(f"Column {name!r} mixes {first.__name__} and {other} (first in row {odd}); it became text.")
    elif isinstance(values[there[0]], _NESTED):
        notes.append(f"Column {name!r}: {first.__name__} values (first in row {there[0]}) became JSON text.")
    return _strings(texts, missing, name, notes)


def _numbers(values: Any, missing: Any, name: str, notes: list[str]) -> Vector:
    """Booleans among numbers count as 1 and 0, as in NumPy."""
    row = _first(values, missing, lambda value: isinstance(value, (bool, np.bool_)))
    notes.append(f"Column {name!r} mixes Booleans and numbers (row {row}); True became 1 and False 0.")
    if _first(values, missing, lambda value: isinstance(value, (float, decimal.Decimal))) is None:
        return _integers(values, missing, name, notes)
    return _floats(values, missing, name, notes)


def _text(value: Any, row: int, name: str) -> str:
    if isinstance(value, _TEXTUAL):
        return str(value)
    if isinstance(value, _NESTED):
        try:
            return json.dumps(_plain(value), ensure_ascii=False)
        except (TypeError, ValueError, RecursionError):
            pass
    raise JobError(
        "0139",
        "ResultError",
        f"Column {name!r}, row {row} (counting from 0) holds a value of type {_type_name(value)}, which a table cannot "
        "hold. Turn it into text or numbers, pickle it to bytes, or save it as a file in ./outputs.",
    )


def _plain(value: Any) -> Any:
    """Nested values as JSON has them."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(item) for item in value), key=repr)
    if isinstance(value, _NESTED):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, _TEXTUAL):
        return str(value)
    raise TypeError(_type_name(value))


def _type_name(value: Any) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _first(values: Any, missing: Any, matches: Any) -> int | None:
    """The first row whose value matches."""
    return next((row for row in np.flatnonzero(~missing).tolist() if matches(values[row])), None)


_RULES = {
    "string": _strings,
    "empty": _empty,
    "bytes": _bytes,
    "boolean": _booleans,
    "integer": _integers,
    "integer-na": _integers,
    "floating": _floats,
    "mixed-integer-float": _floats,
    "decimal": _decimals,
    "datetime": _datetimes,
    "datetime64": _datetimes,
    "date": _dates,
    "time": _times,
    "timedelta": _timedeltas,
    "timedelta64": _timedeltas,
    "period": _periods,
    "complex": _complexes,
}
