"""Aliases of spans of time: "M", "H", "T" and others that today's pandas refuses."""

from __future__ import annotations

import re
from typing import Any

from .pandas_library import MAJOR, old

OFFSETS = {
    "M": "ME", "Q": "QE", "A": "YE", "Y": "YE", "BM": "BME", "BQ": "BQE", "BA": "BYE", "BY": "BYE", "CBM": "CBME", "SM": "SME",
    "H": "h", "BH": "bh", "CBH": "cbh", "T": "min", "S": "s", "L": "ms", "U": "us", "N": "ns", "AS": "YS", "BAS": "BYS",
}  # fmt: skip
PERIODS = {"A": "Y", "H": "h", "T": "min", "S": "s", "L": "ms", "U": "us", "N": "ns"}
_PART = re.compile(r"(\s*[-+]?\d*\.?\d*\s*)([A-Za-z]+)((?:-[A-Za-z]+)?)")
_CALLS = ("date_range", "bdate_range", "timedelta_range", "interval_range", "Series.shift", "DataFrame.shift", "DataFrame.asfreq",
          "Series.asfreq", "DataFrame.rolling", "Series.rolling", "Series.dt.floor", "Series.dt.ceil", "Series.dt.round",
          "DatetimeIndex.floor", "DatetimeIndex.ceil", "DatetimeIndex.round", "DatetimeIndex.shift", "Timestamp.floor",
          "Timestamp.ceil", "Timestamp.round", "to_timedelta",
          "core.resample.TimeGrouper.__init__", "DatetimeIndex.snap",
          "DataFrame.resample", "Series.resample", "DataFrame.groupby.resample", "tseries.frequencies.to_offset")  # fmt: skip
_OF_PERIODS = ("period_range", "Period.__new__",
               "Series.dt.to_period", "DatetimeIndex.to_period", "DataFrame.to_period", "Series.to_period",
               "Timestamp.to_period", "PeriodIndex.asfreq")  # fmt: skip


def today(text: Any, aliases: dict[str, str]) -> Any:
    """The text with today's aliases, where it is nothing but spans of time."""
    if not isinstance(text, str) or len(text) > 40:
        return text
    parts = list(_PART.finditer(text))
    if not parts or "".join(part[0] for part in parts) != text:
        return text
    return "".join(part[1] + aliases.get(part[2], part[2]) + part[3] for part in parts)


def _call(aliases: dict[str, str], function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    try:
        return function(*arguments, **options)
    except ValueError as error:
        again = (
            [today(each, aliases) for each in arguments],
            {name: today(each, aliases) for name, each in options.items()},
        )
        same = all(a is b or a == b for a, b in zip(again[0], arguments) if isinstance(b, str))
        if same and all(again[1][name] == each for name, each in options.items() if isinstance(each, str)):
            raise
        reason = str(error)
    if "requency" not in reason and "unit" not in reason and "alias" not in reason and "freq" not in reason:
        return function(*arguments, **options)
    made = function(*again[0], **again[1])
    old.tell("resample.frequency")
    return made


if MAJOR >= 3:
    for _name in _CALLS:
        old.change(_name)(lambda function, arguments, options: _call(OFFSETS, function, arguments, options))
    for _name in _OF_PERIODS:
        old.change(_name)(lambda function, arguments, options: _call(PERIODS, function, arguments, options))
