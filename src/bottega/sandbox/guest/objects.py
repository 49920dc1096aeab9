"""Columns of Python objects → a table's columns, by what the objects are."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import json
import math
import pathlib
import re
import uuid
from typing import Any

import numpy as np
import pandas as pd

from .incoming import zone as zone_of
from .vector import Remarks, Vector, pa, shown

_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - naive on purpose: it is subtracted from naive times
_MICROSECOND = dt.timedelta(microseconds=1)
_INT64 = np.iinfo(np.int64)
_OFFSET = re.compile(r"[+-](?:[01]\d|2[0-3]):[0-5]\d")
_BOOLEANS = (bool, np.bool_)
_INTEGERS = (int, np.integer)
_FRACTIONS = (float, np.floating, decimal.Decimal)
_NUMBERS = (*_BOOLEANS, *_INTEGERS, *_FRACTIONS)
_WITHIN_DOUBLE = (float, *_BOOLEANS)
# What has a text form that says all of it.
_TEXTUAL = (
    str,
    bool,
    int,
    float,
    complex,
    decimal.Decimal,
    uuid.UUID,
    dt.date,
    dt.time,
    dt.timedelta,
    np.generic,
    pathlib.PurePath,
    enum.Enum,
    pd.Interval,
    pd.Period,
)
_NESTED = (list, tuple, dict, set, frozenset, np.ndarray, pd.Series)


def vector(series: pd.Series, remarks: Remarks) -> Vector:
    """A column of any dtype by the objects in it; `remarks` takes what could not be kept as it was."""
    values = series.to_numpy(dtype=object)
    missing = pd.isna(values)
    kind = pd.api.types.infer_dtype(values, skipna=True)
    rule = _RULES.get(kind, _mixed)
    return rule(values, missing, remarks)


def clean_text(text: str) -> str:
    """The text with lone surrogates, which UTF-8 cannot hold, replaced."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def zone_name(zone: Any) -> str | None:
    """The name of a time zone as tables keep it, or None where it has none."""
    name = _own_name(zone)
    return name if name is not None and is_zone_name(name) else None


def is_zone_name(name: str) -> bool:
    """Whether a table may name its zone so: as `+05:30`, or as the world knows it, no script's invention."""
    return _OFFSET.fullmatch(name) is not None or _own_name(zone_of(name)) == name


def _own_name(zone: Any) -> str | None:
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if name:
        return str(name)
    try:
        seconds = zone.utcoffset(None).total_seconds()
    except Exception:  # noqa: BLE001 - a zone whose offset depends on the moment; its class may be the script's own
        return None
    hours, minutes = divmod(abs(int(seconds)) // 60, 60)
    if seconds % 60:
        return None
    return f"{'-' if seconds < 0 else '+'}{hours:02}:{minutes:02}" if seconds else "UTC"


def _there(missing: Any) -> list[int]:
    """The rows that hold a value."""
    rows: list[int] = np.flatnonzero(~missing).tolist()
    return rows


def _first(values: Any, missing: Any, matches: Any) -> int | None:
    """The first row whose value matches."""
    return next((row for row in _there(missing) if matches(values[row])), None)


def _filled(values: Any, missing: Any, convert: Any, dtype: Any) -> Any:
    """`convert` of each value that is there, 0 elsewhere, as an array."""
    result = np.zeros(len(values), dtype)
    there = np.flatnonzero(~missing)
    if len(there):
        result[there] = np.array([convert(value) for value in values[there]], dtype)
    return result


def _microseconds(values: Any, missing: Any, count: Any, remarks: Remarks) -> Any:
    """`count` of each value that is there; an error names the first row that has none in 64 bits."""
    result = np.zeros(len(values), np.int64)
    for row in _there(missing):
        try:
            result[row] = count(values[row])
        except (ValueError, OverflowError, TypeError) as error:
            raise remarks.error(f"{shown(values[row])} is out of a table's range of times", row) from error
    cut = _first(values, missing, _is_finer)
    if cut is not None:
        remarks.note("digits beyond microseconds were cut off", cut)
    return result


def _is_finer(value: Any) -> bool:
    """Whether a time has digits beyond microseconds."""
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return bool(value.astype(f"{value.dtype.kind}8[us]") != value)
    return bool(getattr(value, "nanosecond", 0) or getattr(value, "nanoseconds", 0))


# Text and bytes.


def _strings(values: Any, missing: Any, remarks: Remarks) -> Vector:
    if pa is not None:
        try:
            return Vector("String", arrow=pa.array(values, pa.large_string(), mask=missing))
        except (pa.ArrowException, UnicodeEncodeError):
            pass  # not all valid text
    return _texts(values, missing, remarks)


def _texts(values: Any, missing: Any, remarks: Remarks) -> Vector:
    """Each value's text, None for a missing one; what UTF-8 cannot hold is replaced and noted."""
    cells = np.empty(len(values), object)
    replaced = None
    for row in _there(missing):
        value = values[row]
        # A class derived from str may show itself as something else.
        text = str.__str__(value) if isinstance(value, str) else str(value)
        cells[row] = clean_text(text)
        if replaced is None and cells[row] != text:
            replaced = row
    if replaced is not None:
        remarks.note("characters that are no valid text were replaced", replaced)
    return Vector("String", cells, missing)


def _empty(values: Any, missing: Any, _remarks: Remarks) -> Vector:
    return Vector("String", np.empty(len(values), object), missing)


def _bytes(values: Any, missing: Any, _remarks: Remarks) -> Vector:
    cells = np.empty(len(values), object)
    for row in _there(missing):
        cells[row] = bytes(values[row])
    return Vector("Bytes", cells, missing)


# Numbers.


def _booleans(values: Any, missing: Any, _remarks: Remarks) -> Vector:
    return Vector("Boolean", _filled(values, missing, bool, bool), missing)


def _integers(values: Any, missing: Any, remarks: Remarks) -> Vector:
    try:
        return Vector("Integer", _filled(values, missing, int, np.int64), missing)
    except OverflowError:
        row = _first(values, missing, lambda value: not _INT64.min <= value <= _INT64.max)
        reason = f"{shown(values[row])} is beyond 64-bit integers; the column became Double"
        return _floats(values, missing, remarks, (reason, row))


def _floats(values: Any, missing: Any, remarks: Remarks, reason: tuple[str, int | None] | None = None) -> Vector:
    """Doubles, with a note of the `reason` and its row; text where a value is beyond those too."""
    row = _first(values, missing, _is_beyond_double)
    if row is not None:
        remarks.note("the number is beyond Double; the column became text", row)
        return _texts(values, missing, remarks)
    numbers = _filled(values, missing, float, np.float64)
    row = _first(values, missing, _loses_digits)
    if reason is not None:
        remarks.note(*reason)
    elif row is not None:
        remarks.note(f"{shown(values[row])} lost digits as a Double", row)
    return Vector("Double", numbers, missing | np.isnan(numbers))


def _is_beyond_double(value: Any) -> bool:
    if isinstance(value, _WITHIN_DOUBLE):
        return False
    try:
        return math.isinf(float(value)) and bool(abs(value) != math.inf)
    except OverflowError:
        return True


def _loses_digits(value: Any) -> bool:
    if isinstance(value, decimal.Decimal):
        return value.is_finite() and bool(decimal.Decimal(repr(float(value))) != value)
    return isinstance(value, _INTEGERS) and int(float(value)) != int(value)


def _numbers(values: Any, missing: Any, remarks: Remarks) -> Vector:
    """Numbers of several types; Booleans among them count as 1 and 0, as in NumPy."""
    row = _first(values, missing, lambda value: isinstance(value, _BOOLEANS))
    if row is not None:
        remarks.note("a Boolean stands among numbers; True became 1 and False 0", row)
    if _first(values, missing, lambda value: isinstance(value, _FRACTIONS)) is None:
        return _integers(values, missing, remarks)
    return _floats(values, missing, remarks)


# Times.


def _datetimes(values: Any, missing: Any, remarks: Remarks) -> Vector:
    zone = _common_zone(values, missing, remarks)
    moments = [values[row] for row in _there(missing)]
    try:
        index = pd.DatetimeIndex(pd.to_datetime(moments, utc=zone is not None))
    except (ValueError, TypeError, OverflowError):  # out of the range of pandas' nanoseconds
        return Vector("DateTime", _microseconds(values, missing, _since_epoch, remarks), missing, zone=zone)
    counts = np.zeros(len(values), np.int64)
    counts[~missing] = index.asi8
    return Vector("DateTime", counts, missing, unit=getattr(index, "unit", "ns"), zone=zone)


def _common_zone(values: Any, missing: Any, remarks: Remarks) -> str | None:
    """The zone's name of times that are all in it, None for all naive ones; else UTC, and a note."""
    there = _there(missing)
    zones = [getattr(values[row], "tzinfo", None) for row in there]
    if not any(zones):
        return None
    names = ["" if zone is None else zone_name(zone) for zone in zones]
    odd = next((row for row, name in zip(there, names) if name != names[0]), None)
    if odd is not None:
        remarks.note("the times are not all in one zone; all are given in UTC", odd)
        return "UTC"
    if names[0] is None:
        remarks.note(f"the zone {shown(zones[0])} has no standard name; its times are given in UTC", there[0])
    return names[0] or "UTC"


def _since_epoch(value: Any) -> int:
    if isinstance(value, np.datetime64):
        value = value.astype("M8[us]").item()
        if isinstance(value, int):  # beyond Python's years
            return int(value)
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime(warn=False)
    if value.tzinfo is not None:
        value = value.astimezone(dt.timezone.utc).replace(tzinfo=None)
    return int((value - _EPOCH) // _MICROSECOND)


def _dates(values: Any, missing: Any, remarks: Remarks) -> Vector:
    """Dates alone are their midnights; among them may be moments."""
    row = _first(values, missing, lambda value: isinstance(value, (dt.datetime, np.datetime64)))
    if row is None:
        return Vector("DateTime", _filled(values, missing, _midnight, np.int64), missing)
    moments = np.empty(len(values), object)
    for place in _there(missing):
        value = values[place]
        is_day = type(value) is dt.date
        moments[place] = dt.datetime(value.year, value.month, value.day) if is_day else value  # noqa: DTZ001
    return _datetimes(moments, missing, remarks)


def _midnight(day: dt.date) -> int:
    return (day.toordinal() - _EPOCH.toordinal()) * 86_400_000_000


def _times(values: Any, missing: Any, remarks: Remarks) -> Vector:
    def micros(value: dt.time) -> int:
        return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond

    row = _first(values, missing, lambda value: value.tzinfo is not None)
    if row is not None:
        remarks.note("a time of day lost its zone", row)
    return Vector("TimeSpan", _filled(values, missing, micros, np.int64), missing)


def _timedeltas(values: Any, missing: Any, remarks: Remarks) -> Vector:
    spans = [values[row] for row in _there(missing)]
    try:
        index = pd.TimedeltaIndex(pd.to_timedelta(spans))
    except (ValueError, TypeError, OverflowError):  # out of the range of pandas' nanoseconds
        return Vector("TimeSpan", _microseconds(values, missing, _long_span, remarks), missing)
    counts = np.zeros(len(values), np.int64)
    counts[~missing] = index.asi8
    return Vector("TimeSpan", counts, missing, unit=getattr(index, "unit", "ns"))


def _long_span(value: Any) -> int:
    if isinstance(value, np.timedelta64):
        value = value.astype("m8[us]").item()
    return int(value if isinstance(value, int) else value // _MICROSECOND)


def _periods(values: Any, missing: Any, remarks: Remarks) -> Vector:
    starts = np.empty(len(values), object)
    for row in _there(missing):
        starts[row] = _start(values[row])
    remarks.note("periods became the moments at which they start", _there(missing)[0])
    return _datetimes(starts, missing, remarks)


def _start(period: pd.Period) -> dt.datetime:
    try:
        return period.start_time
    except (ValueError, OverflowError):  # out of the range of older pandas' nanoseconds
        first = period.asfreq("s", how="start")
        return dt.datetime(first.year, first.month, first.day, first.hour, first.minute, first.second)  # noqa: DTZ001


# All else.


def _mixed(values: Any, missing: Any, remarks: Remarks) -> Vector:
    """Objects of several types, or of a type that pandas has no name for."""
    there = _there(missing)
    if not there:
        return _empty(values, missing, remarks)
    family = next((rule for belongs, rule in _FAMILIES if all(belongs(values[row]) for row in there)), None)
    return _to_text(values, missing, remarks) if family is None else family(values, missing, remarks)


def _to_text(values: Any, missing: Any, remarks: Remarks) -> Vector:
    there = _there(missing)
    texts = np.empty(len(values), object)
    for row in there:
        texts[row] = _text(values[row], row, remarks)
    first = type(values[there[0]])
    odd = next((row for row in there if type(values[row]) is not first), None)
    if odd is not None:
        other = type(values[odd]).__name__
        remarks.note(f"{other} stands among {first.__name__} values; the column became text", odd)
    else:
        form = "JSON text" if issubclass(first, _NESTED) else "text"
        remarks.note(f"{first.__name__} values became {form}", there[0])
    return _texts(texts, missing, remarks)


def _text(value: Any, row: int, remarks: Remarks) -> str:
    if isinstance(value, _TEXTUAL):
        return str.__str__(value) if isinstance(value, str) else str(value)
    if isinstance(value, _NESTED):
        try:
            return json.dumps(_plain(value), ensure_ascii=False)
        except (TypeError, ValueError, RecursionError):
            pass
    raise remarks.error(
        f"it holds a value of type {_type_name(value)}, which a table cannot hold. "
        "Turn it into text or numbers, pickle it to bytes, or save it as a file in ./outputs",
        row,
    )


def _plain(value: Any) -> Any:
    """Nested values as JSON has them."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(item) for item in value), key=repr)
    if isinstance(value, _NESTED):
        return [_plain(item) for item in value]
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, (np.datetime64, np.timedelta64)):  # NumPy derives spans from integers
        return None if np.isnat(value) else str(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return _json_number(float(value))
    return _json_scalar(value)


def _json_number(value: float) -> Any:
    """JSON has no number for NaN and the infinities."""
    if math.isfinite(value):
        return value
    return None if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def _json_scalar(value: Any) -> Any:
    if isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, _TEXTUAL):
        return str(value)
    raise TypeError(_type_name(value))


def _type_name(value: Any) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _is_number(value: Any) -> bool:
    return isinstance(value, _NUMBERS) and not isinstance(value, np.timedelta64)  # which NumPy derives from integers


def _is(*types: Any) -> Any:
    return lambda value: isinstance(value, types)


# What pandas calls mixed, for the sake of a NaT alone maybe, and is of one sort; the first
# that all values belong to is taken.
_FAMILIES: tuple[Any, ...] = (
    (_is(str), _strings),
    (_is(bytes, bytearray, memoryview), _bytes),
    (_is(*_BOOLEANS), _booleans),
    (_is_number, _numbers),
    (_is(dt.date, np.datetime64), _dates),
    (_is(dt.time), _times),
    (_is(dt.timedelta, np.timedelta64), _timedeltas),
    (_is(pd.Period), _periods),
)
_RULES = {
    "string": _strings,
    "empty": _empty,
    "bytes": _bytes,
    "boolean": _booleans,
    "integer": _integers,
    "integer-na": _integers,
    "floating": _floats,
    "mixed-integer-float": _floats,
    "decimal": _floats,
    "datetime": _datetimes,
    "datetime64": _datetimes,
    "date": _dates,
    "time": _times,
    "timedelta": _timedeltas,
    "timedelta64": _timedeltas,
    "period": _periods,
}
