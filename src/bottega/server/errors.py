"""What goes wrong with a request, and how each root of the server tells it.

`/v1` answers with problem details (RFC 9457), all else with classic's error JSON (fact sheet 5.2).
No answer holds a traceback of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bottega.errors import BottegaError, describe, sentence
from bottega.services.errors import Detail, ServiceError
from bottega.store.experiments import Changed
from bottega.store.naming import Taken

__all__ = ["Detail", "HttpError", "answer", "http_error", "missing"]

# Classic's word for a status (fact sheet 5.2), and ours where it had none.
_CODES: Mapping[int, str] = {
    400: "BadArgument", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed", 408: "RequestTimeout",
    409: "Conflict", 412: "PreconditionFailed", 413: "RequestTooLarge", 415: "UnsupportedMediaType", 416: "RangeNotSatisfiable",
    429: "TooManyRequests", 431: "RequestHeadersTooLarge", 500: "InternalError", 503: "ServiceUnavailable",
}  # fmt: skip
# What a BottegaError means to a client; every other code is a request that cannot be done as it is.
_STATUSES: Mapping[str, int] = {
    "dataset-unknown": 404, "module-unknown": 404, "blob-missing": 404, "access-refused": 403, "canceled": 408,
    "input-too-large": 413, "sandbox-unavailable": 503, "jail-broken": 503, "pool-lost": 503, "environment-build-failed": 503,
    "store-failed": 503, "store-damaged": 500, "blob-damaged": 500,
}  # fmt: skip


@dataclass(eq=False)
class HttpError(Exception):
    """An answer that is an error. `code` is classic's word; empty for the usual one of the status."""

    status: int
    code: str = ""
    message: str = ""
    details: tuple[Detail, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.code = self.code or _CODES.get(self.status, HTTPStatus(self.status).phrase.replace(" ", ""))
        self.message = self.message or f"{HTTPStatus(self.status).phrase}."

    def __str__(self) -> str:
        return f"{self.status}: {self.message}"


def missing(what: str, name: str) -> HttpError:
    """The error for something that is not there."""
    return HttpError(404, message=f"There is no {what} {name[:200]}.")


def http_error(error: Exception) -> HttpError:
    """Any error as an answer; one that is no client's doing says nothing of its cause."""
    match error:
        case HttpError():
            return error
        case ServiceError():
            after = getattr(error, "retry_after", None)
            headers = {} if after is None else {"retry-after": f"{after:.0f}"}
            return HttpError(error.status, error.code, error.message, tuple(error.details), headers)
        case Changed():
            return HttpError(412, message=describe(error), headers={"etag": f'"{error.etag}"'})
        case Taken():
            return HttpError(409, message=describe(error))
        case BottegaError(code="store-failed" | "store-damaged" | "blob-damaged"):
            # What is broken here is told without the paths of this machine; the log has them.
            return HttpError(
                _STATUSES[error.code], message="The workspace cannot be read or written; the server's log tells why."
            )
        case BottegaError():
            detail = Detail(error.code.lstrip("0") if error.code.isdigit() else error.code, "", sentence(error))
            return HttpError(_STATUSES.get(error.code, 400), message=describe(error), details=(detail,))
        case HTTPException():
            return HttpError(error.status_code, headers=dict(error.headers or {}))
        case _:
            return HttpError(
                500, message="Something went wrong in the server; its log tells what, by the request's id."
            )


def answer(request: Request, error: Exception) -> Response:
    """The answer for an error, in the form of the root that was asked."""
    told = http_error(error)
    is_native = request.scope["path"].startswith("/v1")
    body = _problem(told) if is_native else _classic(told)
    media = "application/problem+json" if is_native else "application/json; charset=utf-8"
    headers = {"cache-control": "no-store", **told.headers}
    if told.status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    return Response(msgspec.json.encode(body), told.status, headers, media)


def _classic(error: HttpError) -> dict[str, Any]:
    # Never without details: clients read the first one's message (clients.md 1.5).
    details = error.details or (Detail(error.code, "", error.message),)
    told = [{"code": each.code, "target": each.target, "message": each.message} for each in details]
    return {"error": {"code": error.code, "message": error.message, "details": told}}


def _problem(error: HttpError) -> dict[str, Any]:
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.message,
        "code": error.details[0].code if error.details else error.code,
    }
    places = [{"path": each.target, "message": each.message} for each in error.details if each.target]
    return problem | ({"errors": places} if places else {})
