"""Times, sizes and numbers of things as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_UNITS = ("B", "kB", "MB", "GB", "TB")


def moment(seconds: float) -> str:
    """A time, in seconds since 1970, on the clock of this machine."""
    return f"{datetime.fromtimestamp(seconds, tz=UTC).astimezone():%Y-%m-%d %H:%M:%S}"


def size(count: float) -> str:
    """A number of bytes, in units of 1000."""
    for unit in _UNITS:
        if count < 1000 or unit == _UNITS[-1]:
            break
        count /= 1000
    return f"{count:.0f} {unit}" if unit == _UNITS[0] else f"{count:.1f} {unit}"


def count(number: int, what: str, many: str = "") -> str:
    """A number and the word for so many."""
    return f"{number:,} {what if number == 1 else many or what + 's'}"


def error(told: Mapping[str, Any]) -> str:
    """A step's error on one line: number, line of the script, kind and message."""
    code, kind = str(told.get("code", "")), str(told.get("type", ""))
    number = f"Error {code}" if code.isdigit() else code
    line = f", line {told['line']}" if told.get("line") else ""
    own = "" if kind in {"", "BottegaError"} else f"{kind}: "
    return f"{number}{line}: {own}{told.get('message', '')}"
