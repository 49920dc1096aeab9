"""Single values as JSON that says what they are, for `old/cells.py` to make them again.

None, Booleans, whole numbers, floats and text are JSON's own; all else is {"t": what, "v": value, ...}.
"""

import base64
import datetime as dt
import decimal

import numpy as np
import pandas as pd

from .words import BINARY, INTEGER, PYTHON_2, TEXT, decoded, shown, type_name

_DEEPEST = 40
_NA = getattr(pd, "NA", None)
_EPOCH = dt.datetime(1970, 1, 1)


def _classes():
    """Those whose text says all of them; which there are depends on Python and pandas."""
    found = [getattr(pd, "Interval", None)]
    for module, name in (("uuid", "UUID"), ("pathlib", "PurePath"), ("enum", "Enum")):
        try:
            found.append(getattr(__import__(module), name))
        except ImportError:
            pass
    return tuple(each for each in found if each is not None)


_TOLD = _classes()


def encoded(value, depth=0):
    """A value as JSON can say it."""
    if value is None or value is True or value is False:
        return value
    for kinds, rule in _RULES:
        if isinstance(value, kinds):
            return rule(value, depth)
    if value is _NA:
        return {"t": "NA"}
    if PYTHON_2 and isinstance(value, bytes):
        return decoded(value)[0]
    return _other(value)


def label(value):
    """A column's label: of a type that has no place in a table, its text."""
    cell = encoded(value)
    if isinstance(cell, dict) and cell["t"] == "other":
        return {"t": "told", "k": cell["k"], "v": shown(value)}
    return cell


def _other(value):
    return {"t": "other", "k": type_name(type(value))}


def _told(value, _depth):
    return {"t": "told", "k": type(value).__name__, "v": shown(value)}


def _generic(value, _depth):
    """NumPy's numbers and times, by dtype and exact text."""
    kind = value.dtype.kind
    if kind in "mM":
        text = str(int(value.view("i8")))
    elif kind in "biu":
        text = str(int(value))
    elif kind == "f":
        text = repr(value)
    elif kind in "SU":
        return encoded(value.item())
    else:
        return _told(value, 0) if kind == "c" else _other(value)
    return {"t": "numpy", "d": value.dtype.str, "v": text}


def _bytes(value, _depth):
    return {"t": "bytes", "v": base64.b64encode(bytes(value)).decode("ascii")}


def _text(value, _depth):
    # A class derived from it may show itself as something else.
    return TEXT.__str__(value) if not PYTHON_2 else value[:]


def _integer(value, _depth):
    return int(value)


def _float(value, _depth):
    return float(value)


def _decimal(value, _depth):
    return {"t": "decimal", "v": str(value)}


def zone(value):
    """How a time zone is called: a name, a distance from UTC in seconds, or only what it shows."""
    name = getattr(value, "zone", None) or getattr(value, "key", None)
    if name:
        return {"name": shown(name)}
    try:
        return {"seconds": int(value.utcoffset(None).total_seconds())}
    except Exception:
        return {"shown": shown(value)}


def _missing_time(value, _depth):
    return {"t": "NaT"}


def _timestamp(value, _depth):
    if value is pd.NaT:
        return {"t": "NaT"}
    return {"t": "timestamp", "v": value.value, "z": None if value.tzinfo is None else zone(value.tzinfo)}


def _datetime(value, _depth):
    if value is pd.NaT:
        return {"t": "NaT"}
    own = None
    if value.tzinfo is not None:
        own = zone(value.tzinfo)
        value = value.replace(tzinfo=None) - (value.utcoffset() or dt.timedelta(0))
    span = value - _EPOCH
    return {"t": "datetime", "v": [span.days, span.seconds, span.microseconds], "z": own}


def _date(value, _depth):
    return {"t": "date", "v": value.toordinal()}


def _time(value, _depth):
    fields = [value.hour, value.minute, value.second, value.microsecond]
    return {"t": "time", "v": fields, "z": None if value.tzinfo is None else zone(value.tzinfo)}


def _timedelta(value, _depth):
    if isinstance(value, pd.Timedelta):
        return {"t": "pandas timedelta", "v": value.value}
    return {"t": "timedelta", "v": [value.days, value.seconds, value.microseconds]}


def _period(value, _depth):
    try:
        return {"t": "period", "ns": value.start_time.value}
    except (ValueError, OverflowError):  # out of the range of nanoseconds
        first = value.asfreq("S", how="start")
        return {
            "t": "period",
            "fields": [first.year, first.month, first.day, first.hour, first.minute, first.second],
        }


def _complex(value, _depth):
    return {"t": "complex", "v": [value.real, value.imag]}


def _sequence(value, depth):
    kind = next((kind for kind in (list, tuple, set, frozenset) if isinstance(value, kind)), None)
    name = kind.__name__ if kind is not None else type(value).__name__
    return _nested(value, {"t": "sequence", "k": name}, value, depth)


def _dictionary(value, depth):
    pairs = [item for pair in value.items() for item in pair]
    return _nested(value, {"t": "dict"}, pairs, depth)


def _nested(value, told, items, depth):
    if depth > _DEEPEST:
        return _other(value)
    told["v"] = [encoded(item, depth + 1) for item in items]
    return told


# The first that fits is taken: a Timestamp is a datetime is a date, a Boolean is a number.
_RULES = (
    (type(pd.NaT), _missing_time),
    (np.generic, _generic),
    (_TOLD, _told),
    (TEXT, _text),
    (BINARY, _bytes),
    (INTEGER, _integer),
    (float, _float),
    (decimal.Decimal, _decimal),
    (pd.Timestamp, _timestamp),
    (dt.datetime, _datetime),
    (dt.date, _date),
    (dt.time, _time),
    (dt.timedelta, _timedelta),
    (pd.Period, _period),
    (complex, _complex),
    ((list, tuple, set, frozenset, np.ndarray, pd.Series), _sequence),
    (dict, _dictionary),
)
