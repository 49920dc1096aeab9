"""Moments and spans of time in the texts of a call, in the forms that old clients send (fact sheet 5.1)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

# How .NET writes a moment in JSON: milliseconds since 1970, and an offset that only tells whose clock it was.
_JSON_DATE = re.compile(r"\\?/Date\((-?\d{1,17})(?:[+-]\d{4})?\)\\?/", re.ASCII)
# .NET's invariant culture has the month first.
_FORMS = (
    "%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S.%f", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p",
    "%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%a, %d %b %Y %H:%M:%S",
)  # fmt: skip
_UTC_WORDS = re.compile(r"\s*(?:UTC|GMT)\Z")
# .NET's [-][d.]hh:mm[:ss[.fffffff]], pandas' `1 days 02:03:04` and `-1 days +02:03:04`, ISO's P1DT2H3M4.5S.
_CLOCK = re.compile(r"(-?)(?:(\d{1,8})\.)?(\d{1,8}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?", re.ASCII)
_DAYS = re.compile(r"(-?\d{1,9}) days?(?: \+?(\d{1,2}):(\d\d):(\d\d)(?:\.(\d{1,9}))?)?", re.ASCII)
_ISO = re.compile(
    r"(-?)P(?=[\dT])(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,9}))?S)?)?", re.ASCII
)
_LONGEST = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def moments(texts: Any, zone: str | None) -> Any:
    """An Arrow array of texts as moments of a zone, or of none: ISO 8601 alone, as most send it.

    An offset is obeyed; in a column of no zone the moment is then UTC's. Raises ArrowInvalid for anything else.
    """
    try:
        return localised(texts.cast(pa.timestamp("us")), zone)
    except pa.ArrowInvalid:
        return texts.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us", zone))


def localised(naive: Any, zone: str | None) -> Any:
    """Moments without an offset are of the column's own zone."""
    return naive if zone is None else pc.assume_timezone(naive, zone, ambiguous="earliest", nonexistent="earliest")


def moment(text: str) -> tuple[int, bool]:
    """Microseconds since 1970, and whether the text has an offset, so that they are UTC's. Raises ValueError."""
    text = _bounded(text)
    match = _JSON_DATE.fullmatch(text)
    if match:
        return _checked(int(match[1]) * 1000), True
    bare = _UTC_WORDS.sub("", text)
    found = _read(bare)
    zoned = found.tzinfo is not None or bare != text
    whole = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return (whole - _EPOCH) // _MICROSECOND, zoned


def _read(text: str) -> datetime:
    if not text[:1].isdigit() and not text[:1].isalpha():
        raise ValueError
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in _FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - it has none, and that is told
        except ValueError:
            continue
    raise ValueError


def span(text: str) -> int:
    """Microseconds. Raises ValueError."""
    text = _bounded(text)
    match = _DAYS.fullmatch(text)
    if match:  # the sign is that of the days alone, as pandas writes it
        days, *clock = match.groups()
        return _checked(int(days) * 86_400_000_000 + _clock(*clock))
    match = _CLOCK.fullmatch(text)
    if match:
        sign, days, *clock = match.groups()
    else:
        match = _ISO.fullmatch(text)
        if not match:
            raise ValueError
        sign, days, *clock = match.groups()
    whole = _checked(int(days or 0) * 86_400_000_000 + _clock(*clock))
    return -whole if sign else whole


def _checked(micros: int) -> int:
    """The same. Raises ValueError for what 64 bits do not hold."""
    if not -(2**63) < micros < 2**63:
        raise ValueError
    return micros


def _bounded(text: str) -> str:
    """Without blanks around it. Raises ValueError for what is too long for any form, and would be long to look at."""
    text = text.strip()
    if len(text) > _LONGEST:
        raise ValueError
    return text


def _clock(hours: str | None, minutes: str | None, seconds: str | None, fraction: str | None) -> int:
    whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    return whole * 1_000_000 + int((fraction or "0").ljust(6, "0")[:6])
