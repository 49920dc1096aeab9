"""The body of a request: JSON as clients write it, and finding one's way in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bottega.dataset.cells import shown
from bottega.services.errors import refused

_MOST_NAMED = 10


def parsed(body: bytes) -> Any:
    """The body's JSON: as most of it is written by msgspec, as the rest by the standard library. Raises ServiceError."""
    if not body.strip():
        raise refused("BadArgument", "RequestIsEmpty", "The body of the request is empty.")
    try:
        return msgspec.json.decode(body)
    except (ValueError, RecursionError):  # NaN, Infinity, 1e400, UTF-16, a byte order mark; or no JSON
        pass
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else str(error)[:200]
        message = f"The body of the request is no JSON: {reason}."
        raise refused("BadArgument", "RequestBodyInvalid", message) from error


def as_object(value: Any, what: str) -> dict[str, Any]:
    """A value that has to be an object. Raises ServiceError."""
    if not isinstance(value, dict):
        message = f"{what} must be an object of names and values."
        raise refused("BadArgument", "RequestBodyInvalid", message)
    return value


def found(given: Mapping[str, Any], key: str) -> Any:
    """The value of a key, in whatever letters: .NET's reader did not care."""
    if key in given:
        return given[key]
    return next((value for name, value in given.items() if name.casefold() == key.casefold()), None)


def listed(names: Sequence[str] | Mapping[str, Any]) -> str:
    """Names in a sentence, not more than a reader wants."""
    told = ", ".join(shown(name) for name in list(names)[:_MOST_NAMED])
    return told if len(names) <= _MOST_NAMED else f"{told} and {len(names) - _MOST_NAMED} more"
