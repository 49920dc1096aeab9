"""Single values that came as JSON from the runner (`bottega_runner/cells.py`), made again by today's libraries."""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import functools
import pathlib
import re
from typing import Any

import numpy as np
import pandas as pd

from ..incoming import zone as zone_of

_DTYPE = re.compile(r"[<>|=][biufmM]\d{1,2}(\[[0-9a-zA-Z]{1,6}\])?")
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - naive on purpose: spans are added to it
_LONGEST_NAME = 200


class _Nameless(dt.tzinfo):
    """A zone that has no standard name: its times came in UTC."""

    def __init__(self, shown: str) -> None:
        self._shown = shown

    def utcoffset(self, moment: dt.datetime | None) -> dt.timedelta | None:
        return None if moment is None else dt.timedelta(0)

    def dst(self, _moment: dt.datetime | None) -> dt.timedelta:
        return dt.timedelta(0)

    def tzname(self, _moment: dt.datetime | None) -> str:
        return self._shown

    def __str__(self) -> str:
        return self._shown


class _Told(pathlib.PurePosixPath):
    """A value of which its text says all; as paths it has the rule of such values."""

    text = ""

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Told) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


def decoded(cell: Any) -> Any:
    """The value. Raises ValueError, TypeError or KeyError for what the runner does not write."""
    if not isinstance(cell, dict):
        return cell
    return _RULES[cell["t"]](cell)


def dtype(name: Any) -> np.dtype[Any]:
    """A dtype of numbers or times by its name, and no other. Raises ValueError."""
    if not isinstance(name, str) or not _DTYPE.fullmatch(name):
        raise ValueError("no dtype of numbers or times")
    return np.dtype(name)


def zone(told: dict[str, Any] | None) -> dt.tzinfo | None:
    """The time zone that the runner tells of."""
    if told is None:
        return None
    if "name" in told:
        found: dt.tzinfo = zone_of(str(told["name"]))
        return found
    if "seconds" in told:
        ahead = dt.timedelta(seconds=told["seconds"])
        return dt.timezone(ahead) if ahead else dt.timezone.utc
    return _Nameless(str(told["shown"]))


@functools.lru_cache(maxsize=1000)
def _named(name: str, base: type) -> Any:
    """A type of that name, which messages show; the same one each time, for types are compared."""
    module, _, last = name[:_LONGEST_NAME].rpartition(".")
    return type(last, (base,), {"__module__": module or "builtins", "__qualname__": last})


def _other(cell: dict[str, Any]) -> Any:
    module, name = cell["k"]
    return _named(f"{module}.{name}", object)()


def _told(cell: dict[str, Any]) -> Any:
    value = _named(str(cell["k"]), _Told)()
    value.text = str(cell["v"])
    return value


def _numpy(cell: dict[str, Any]) -> Any:
    kind = dtype(cell["d"])
    if kind.kind in "mM":
        return np.array([int(cell["v"])], np.int64).view(kind)[0]
    if kind.kind == "b":
        return np.bool_(int(cell["v"]))
    return kind.type(int(cell["v"]) if kind.kind in "iu" else cell["v"])


def _timestamp(cell: dict[str, Any]) -> Any:
    moment = pd.Timestamp(int(cell["v"]))
    own = zone(cell["z"])
    return moment if own is None else moment.tz_localize("UTC").tz_convert(own)


def _datetime(cell: dict[str, Any]) -> Any:
    days, seconds, microseconds = cell["v"]
    moment = _EPOCH + dt.timedelta(days, seconds, microseconds)
    own = zone(cell["z"])
    return moment if own is None else moment.replace(tzinfo=dt.timezone.utc).astimezone(own)


def _time(cell: dict[str, Any]) -> Any:
    return dt.time(*cell["v"]).replace(tzinfo=zone(cell["z"]))


def _period(cell: dict[str, Any]) -> Any:
    if "ns" in cell:
        return pd.Period(pd.Timestamp(int(cell["ns"])), freq="ns")
    return pd.Period(dt.datetime(*cell["fields"]), freq="s")  # noqa: DTZ001 - periods are in no zone


def _sequence(cell: dict[str, Any]) -> Any:
    name, values = cell["k"], [decoded(each) for each in cell["v"]]
    if name in ("tuple", "set", "frozenset"):
        kind: Any = {"tuple": tuple, "set": set, "frozenset": frozenset}[name]
        return kind(values)
    if name == "list":
        return values
    array = np.empty(len(values), object)
    array[:] = values
    return pd.Series(array) if name == "Series" else array


def _dictionary(cell: dict[str, Any]) -> Any:
    pairs = iter([decoded(each) for each in cell["v"]])
    return {_key(key): next(pairs) for key in pairs}


def _key(key: Any) -> Any:
    return key if key.__hash__ is not None else str(key)


_RULES = {
    "NA": lambda _cell: pd.NA,
    "NaT": lambda _cell: pd.NaT,
    "other": _other,
    "told": _told,
    "numpy": _numpy,
    "bytes": lambda cell: base64.b64decode(cell["v"]),
    "decimal": lambda cell: decimal.Decimal(cell["v"]),
    "timestamp": _timestamp,
    "datetime": _datetime,
    "date": lambda cell: dt.date.fromordinal(cell["v"]),
    "time": _time,
    "timedelta": lambda cell: dt.timedelta(*cell["v"]),
    "pandas timedelta": lambda cell: pd.Timedelta(int(cell["v"])),
    "period": _period,
    "complex": lambda cell: complex(*cell["v"]),
    "sequence": _sequence,
    "dict": _dictionary,
}
