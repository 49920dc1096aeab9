"""Calling a web service over HTTP, as its own program would: a table goes in, a table comes out."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bottega import __version__
from bottega.errors import BottegaError
from bottega.services.errors import Detail, ServiceError

_SECONDS = 120.0
_LARGEST = 1 << 30


@dataclass(frozen=True)
class Answer:
    """A table as a service gives it: all cells are texts, a missing one None."""

    names: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


def execute(
    api_location: str, key: str, names: Sequence[str], rows: Iterable[Sequence[Any]], *,
    parameters: Mapping[str, Any] | None = None, seconds: float = _SECONDS,
) -> Answer:  # fmt: skip
    """Call with one table, or none where there are no columns. Raises ServiceError, and `usage` where nobody answers."""
    values = [[_cell(value) for value in row] for row in rows]
    inputs = {"input1": {"ColumnNames": list(names), "Values": values}} if names else {}
    body = {"Inputs": inputs, "GlobalParameters": dict(parameters or {})}
    url = f"{api_location}/execute?api-version=2.0&details=true"
    told = request("POST", url, key, body, seconds=seconds)
    try:
        (answer,) = told["Results"].values()
        table = answer["value"]
        return Answer(tuple(table["ColumnNames"]), tuple(map(tuple, table["Values"])))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise BottegaError("usage", reason=f"{_shown(url)} does not answer as a web service does") from error


def request(method: str, url: str, key: str, body: Any = None, *, seconds: float = _SECONDS) -> Any:
    """Send JSON and read JSON. Raises ServiceError for an answer that is an error, and `usage` where nobody answers."""
    data = json.dumps(body).encode() if body is not None else None
    headers = {"Authorization": f"Bearer {key}", "User-Agent": f"bottega/{__version__}"}
    if data is not None:
        headers["Content-Type"] = "application/json"
    asked = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - the scheme is checked below
    if asked.type not in ("http", "https"):
        raise BottegaError("usage", reason=f"{_shown(url)} is no web address")
    try:
        with _OPENER.open(asked, timeout=seconds) as response:
            return _decoded(response.read(_LARGEST), url)
    except urllib.error.HTTPError as error:
        with error:
            raise _told(error.code, error.read(1 << 20)) from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise BottegaError(
            "usage", reason=f"No server answers at {_shown(url)}: {reason}. Run: bottega serve"
        ) from error


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A key goes to the server that it was meant for, and to no other."""

    def redirect_request(self, *_: Any) -> None:
        """Follow none."""
        return


_OPENER = urllib.request.build_opener(_NoRedirects)


def as_values(answer: Answer, words: Mapping[str, Mapping[str, str]]) -> list[tuple[Any, ...]]:
    """The rows with the values that a schema's types stand for; a column that it does not tell stays text."""
    readers = [_reader(words.get(name, {})) for name in answer.names]
    return [
        tuple(None if cell is None else read(cell) for read, cell in zip(readers, row, strict=True))
        for row in answer.rows
    ]


def _reader(word: Mapping[str, str]) -> Callable[[str], Any]:
    kinds: dict[str, Callable[[str], Any]] = {
        "integer": int, "number": float, "boolean": lambda text: text.strip().casefold() == "true",
    }  # fmt: skip
    if word.get("format") == "date-time":
        return dt.datetime.fromisoformat
    return kinds.get(word.get("type", ""), str)


def _cell(value: Any) -> Any:
    """A value as a request has it."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return str(value)
    if hasattr(value, "item"):  # a scalar of NumPy's
        value = value.item()
    return None if value is None or value != value else value  # noqa: PLR0124 - not-a-number is missing


def _decoded(data: bytes, url: str) -> Any:
    try:
        return json.loads(data) if data else None
    except ValueError as error:
        raise BottegaError("usage", reason=f"{_shown(url)} does not answer as a web service does") from error


def _told(status: int, data: bytes) -> ServiceError:
    """The error that a server answered with."""
    try:
        told = json.loads(data)["error"]
        details = tuple(Detail(str(each.get("code", "")), str(each.get("target", "")), str(each.get("message", "")))
                        for each in told.get("details") or ())  # fmt: skip
        return ServiceError(status, str(told["code"]), str(told["message"]), details)
    except (ValueError, TypeError, KeyError, AttributeError):
        return ServiceError(status, "UnknownError", f"The server answered {status}")


def _shown(url: str) -> str:
    return url.partition("?")[0][:300]
