"""The calls that a batch job takes, of a server that has nothing but the endpoint's address and a key."""

from __future__ import annotations

import contextlib
import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bottega.dataset.formats.target import target
from bottega.errors import BottegaError

_LARGEST_ANSWER = 16 << 20
_PIECE = 1 << 20
_SECONDS = 60.0
_QUERY = "api-version=2.0"
_SCHEMES = ("http", "https")
# A server that ends or begins, or what stands before it, says so for a moment.
_PASSING = (502, 503, 504)
# What the path of a call may have behind the endpoint's own, as people copy it from a help page.
_TAILS = ("/execute", "/jobs", "/score", "/swagger.json")


class RefusedError(BottegaError):
    """`usage`: what a server answered; `code` of its detail is `detail`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__("usage", reason=reason)
        self.detail = detail


class UnreachableError(RefusedError):
    """`usage`: the server said nothing that counts, and may later."""


class _Stays(urllib.request.HTTPRedirectHandler):
    """A key goes nowhere but where it was meant for."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing."""
        return


class Client:
    """One endpoint. All that a server refuses, and all that keeps from reaching it, is `usage`."""

    def __init__(self, url: str, key: str) -> None:
        """Raises `usage` for what is no address of an endpoint."""
        try:
            parts = urllib.parse.urlsplit(url)
        except ValueError:
            parts = urllib.parse.urlsplit("")
        is_plain = url.isascii() and url.isprintable() and " " not in url
        if not is_plain or parts.scheme not in _SCHEMES or not parts.netloc or "/services/" not in parts.path:
            raise BottegaError(
                "usage", reason="--url is the address of an endpoint: http://HOST/workspaces/ID/services/ID"
            )
        if not key.isascii() or not key.isprintable():
            raise BottegaError("usage", reason="The key holds characters that no key has; copy it again")
        path = parts.path.rstrip("/")
        tail = next((each for each in _TAILS if path.endswith(each)), "")
        self._base = f"{parts.scheme}://{parts.netloc}{path.removesuffix(tail)}"
        self._key = key
        self._opener = urllib.request.build_opener(_Stays)

    def check(self) -> None:
        """Raise where the server does not know the endpoint or the key."""
        try:
            self._ask("GET", f"/jobs/{'0' * 32}")
        except RefusedError as error:
            if error.detail != "JobNotFound":
                raise

    def upload(self, path: Path, told: Callable[[int, int], None]) -> dict[str, Any]:
        """Send a file; the reference that stands for it. Raises `0048`."""
        try:
            size = path.stat().st_size
            with path.open("rb") as file:

                def pieces() -> Iterator[bytes]:
                    while piece := file.read(_PIECE):
                        yield piece
                        told(file.tell(), size)

                query = urllib.parse.urlencode({"name": path.name})
                headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
                found: dict[str, Any] = self._ask("POST", f"/jobs/inputs?{query}", pieces(), headers)
                return found
        except OSError as error:
            raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error

    def create(self, request: Mapping[str, Any]) -> str:
        """A job that is not started."""
        return str(self._ask("POST", "/jobs", json.dumps(request).encode(), {"Content-Type": "application/json"}))

    def start(self, job: str) -> None:
        """Let it run."""
        self._ask("POST", f"/jobs/{job}/start", b"")

    def status(self, job: str) -> dict[str, Any]:
        """How it stands."""
        found = self._ask("GET", f"/jobs/{job}")
        if not _is_status(found):
            raise self._strange()
        return dict(found)

    def delete(self, job: str) -> None:
        """Cancel it, or let it be forgotten."""
        self._ask("DELETE", f"/jobs/{job}")

    def download(self, result: Mapping[str, Any], path: Path) -> None:
        """Write a result, whole or not at all. Raises `0048`."""
        url = "".join(str(result.get(part) or "") for part in ("BaseLocation", "RelativeLocation", "SasBlobToken"))
        if not url.startswith(("http://", "https://")) or not url.isascii() or not url.isprintable():
            raise RefusedError("The server told no address for a result")
        asked = urllib.request.Request(url)  # noqa: S310 - looked at above
        with self._opened(asked) as answer, target(path) as file:
            for piece in _pieces(answer, asked.host):
                file.write(piece)

    def _ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        url = f"{self._base}{path}{'&' if '?' in path else '?'}{_QUERY}"
        given = {"Authorization": f"Bearer {self._key}", **(headers or {})}
        asked = urllib.request.Request(url, body, given, method=method)  # noqa: S310 - looked at in the beginning
        with self._opened(asked) as answer:
            data = bytearray()
            for piece in _pieces(answer, asked.host):
                data += piece
                if len(data) > _LARGEST_ANSWER:
                    raise self._strange()
        try:
            return json.loads(data) if data else None
        except (ValueError, RecursionError) as error:
            raise self._strange() from error

    def _strange(self) -> RefusedError:
        return RefusedError(f"What is at {self._base} did not answer as a web service does")

    def _opened(self, request: urllib.request.Request) -> Any:
        try:
            return self._opener.open(request, timeout=_SECONDS)
        except urllib.error.HTTPError as error:
            with error, contextlib.suppress(OSError, http.client.HTTPException):
                raise _refused(error.code, error.read(_LARGEST_ANSWER)) from error
            raise UnreachableError(f"the connection to {request.host} broke off") from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise UnreachableError(f"{request.host} cannot be reached: {reason}") from error


def _is_status(told: Any) -> bool:
    """Whether an answer has the shape of a job's status, as far as it is looked at."""
    if not isinstance(told, dict) or not isinstance(told.get("StatusCode"), str):
        return False
    results, progress = told.get("Results") or {}, told.get("Progress") or {}
    if not isinstance(results, dict) or not isinstance(progress, dict):
        return False
    rows = (progress.get(name) or 0 for name in ("RowsRead", "RowsWritten"))
    return all(isinstance(each, dict) for each in results.values()) and all(isinstance(each, int) for each in rows)


def _pieces(answer: Any, host: str) -> Iterator[bytes]:
    """All that an answer holds. Raises UnreachableError where it breaks off: what was read until then is not all."""
    size, taken = answer.headers.get("Content-Length") or "", 0
    try:
        while piece := answer.read(_PIECE):
            taken += len(piece)
            yield piece
    except (OSError, http.client.HTTPException) as error:
        raise UnreachableError(f"the connection to {host} broke off: {error}") from error
    if size.isdecimal() and taken != int(size):
        raise UnreachableError(f"the connection to {host} broke off after {taken} of {size} bytes")


def _refused(status: int, data: bytes) -> RefusedError:
    """What a server says against a call."""
    kind = UnreachableError if status in _PASSING else RefusedError
    try:
        told = json.loads(data)["error"]
        details = told.get("details") or [{}]
        texts = [str(told["message"]), str(details[0].get("message") or "")]
        return kind(" ".join(dict.fromkeys(filter(None, texts))), str(details[0].get("code") or ""))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return kind(f"The server answered {status}")
