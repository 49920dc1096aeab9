"""Texts → moments and spans of time, in the forms that people write.

A text that is neither missing nor of a known form becomes missing; who calls tells it apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from itertools import product
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

# Slashes and dashes have the month first, as .NET's invariant culture does; dots the day.
_DATES = (
    "%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%m-%d-%y", "%d.%m.%Y", "%d.%m.%y", "%Y/%m/%d", "%Y.%m.%d",
    "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y",
)  # fmt: skip
_DAYS = ("", "%a, ", "%A, ", "%a ", "%A ")
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", " %I:%M%p", " %I %p")
# No %Z, which takes the names of the zone that this process happens to run in.
_ZONES = ("", " %z", "%z", " UTC", " GMT")
_ISO = re.compile(r"\d{4}(?:-\d\d){0,2}(?:[T ]\d\d|\Z)|\d{8}(?:[T ]\d\d|\Z)", re.ASCII)
_ZONED = r":[0-9]{2}.*(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?| UTC| GMT)\z"
# .NET's [-][d.]hh:mm[:ss[.fffffff]], pandas' `1 days 02:03:04` and ISO's P1DT2H3M4S.
_CLOCK_SPAN = re.compile(r"(-?)(?:(\d+)\.)?(\d+):(\d\d)(?::(\d\d(?:\.\d{1,9})?))?")
_OTHER_SPAN = re.compile(r"-?\d+ days?(?: \+?\d+:\d\d:\d\d(?:\.\d{1,9})?)?|-?P(?=[\dT])[\dDTHMS.]+")


def moments(texts: Any) -> Any:
    """The moments of an Arrow column of texts: ISO 8601 in any precision, else the forms above.

    A text with an offset makes all of the column UTC, in which those without one are then read.
    """
    first = texts.drop_null()[:1]
    for kind in (pa.timestamp("us"), pa.timestamp("us", "UTC"), pa.timestamp("ns"), pa.timestamp("ns", "UTC")):
        try:
            first.cast(kind)  # the whole takes long to fail
            return texts.cast(kind)
        except pa.ArrowInvalid:
            continue
    return by_value(texts, _parsed)


def spans(texts: Any) -> Any:
    """The spans of time of an Arrow column of texts, in microseconds."""
    return by_value(texts, _parsed_spans)


def localised(values: Any, wanted: Any) -> Any:
    """Moments as those of another DateTime type: without an offset they are of its zone, with one in UTC for none."""
    if wanted.tz is not None and values.type.tz is None:
        values = pc.assume_timezone(values, wanted.tz, ambiguous="earliest", nonexistent="earliest")
    return values.cast(pa.timestamp(values.type.unit, wanted.tz))


def fitting(values: Any, wanted: Any) -> Any:
    """Times in the unit and zone of a type; digits finer than its unit are cut.

    Raises ArrowInvalid for one that nanoseconds do not reach, outside of 1677 to 2262.
    """
    return values.cast(wanted, safe=wanted.unit == "ns")


def by_value(texts: Any, parse: Callable[[Any], Any]) -> Any:
    """What `parse` makes of an array of the distinct texts of a column, at the places of each."""
    encoded: Any = texts.combine_chunks().dictionary_encode()
    return pa.chunked_array([parse(encoded.dictionary).take(encoded.indices)])


def _parsed(texts: Any) -> Any:
    """Go from form to form: each is that of the first text not read yet, and reads all that have it."""
    import pandas as pd

    texts = pc.utf8_trim_whitespace(texts)
    zoned = pc.any(pc.match_substring_regex(texts, _ZONED)).as_py()
    left = pd.Series(texts.to_numpy(zero_copy_only=False), dtype=object)
    read: Any = pd.Series(pd.NaT, left.index, dtype="datetime64[us, UTC]")
    while len(left):
        form = _form(left.iloc[0])
        if form is None:
            break
        found: Any = pd.to_datetime(left, format=form, errors="coerce", utc=True).astype(read.dtype)
        known = found.notna()
        if not known.iloc[0]:
            break
        read = found if known.all() and len(left) == len(read) else read.fillna(found)
        left = left[~known]
    return pa.array(read if zoned else read.dt.tz_localize(None))


def _form(text: str) -> str | None:
    """The form of one text as pandas takes it, or None."""
    if _ISO.match(text):
        return "ISO8601"
    for form in _forms(":" in text, text[:1].isalpha()):
        try:
            datetime.strptime(text, form)  # noqa: DTZ007 - only whether it fits
        except ValueError:
            continue
        return form
    return None


@cache
def _forms(clock: bool, word: bool) -> tuple[str, ...]:
    clocks = tuple(form for form in _CLOCKS if (":" in form) is clock)
    parts = product(_DAYS if word else _DAYS[:1], _DATES, clocks, _ZONES if clock else _ZONES[:1])
    return tuple("".join(part) for part in parts)


def _parsed_spans(texts: Any) -> Any:
    import pandas as pd

    written = [_span(text.strip()) for text in texts.to_pylist()]
    read = pd.to_timedelta(pd.Series([text for text, _ in written], dtype=object), errors="coerce")
    signs = pd.Series([sign for _, sign in written], dtype="int64")
    return pa.array((read * signs).astype("timedelta64[us]"))


def _span(text: str) -> tuple[str | None, int]:
    """A span as pandas reads it, or None, and its sign: .NET's is of the whole, pandas' of the days."""
    match = _CLOCK_SPAN.fullmatch(text)
    if match:
        sign, days, hours, minutes, seconds = match.groups(default="0")
        return f"{days} days {hours}:{minutes}:{seconds}", -1 if sign == "-" else 1
    return (text if _OTHER_SPAN.fullmatch(text) else None), 1
