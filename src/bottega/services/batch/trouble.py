"""Why a file in storage could not be read or written, as the owner of the job reads it."""

from __future__ import annotations

import re
from http import HTTPStatus

from bottega.errors import BottegaError
from bottega.services.batch.place import Place
from bottega.services.errors import ServiceError, refused

_CODE = re.compile(r"[A-Za-z0-9]{1,60}")
_RETRIED = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, 500, 502, 503, 504}
_DENIED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
# What the storage's own words mean, where more than its status can be told.
_REASONS = {
    "ContainerNotFound": "its container does not exist",
    "InvalidBlobType": "there is a blob of another kind under that name, which cannot be replaced",
    "LeaseIdMissing": "somebody has a lease on it",
    "BlobArchived": "it is archived",
    "InvalidBlockList": "somebody else wrote it at the same time",
    "ConditionNotMet": "it was changed while it was read",
}


def is_passing(status: int) -> bool:
    """Whether an answer of this status is worth another try."""
    return status in _RETRIED


def refusal(place: Place, status: int, code: str | None, *, writing: bool = False) -> ServiceError:
    """What the storage's answer means; `code` is its own word, of `x-ms-error-code`."""
    word = code if code and _CODE.fullmatch(code) else ""
    told = word or f"{status}"
    done = "written" if writing else "read"
    if status in _DENIED:
        message = f"The storage does not let {place.shown} be {done} with the key or token it was given ({told})."
        return refused("BadArgument", "InvalidBlobConnectionString", message, place.shown)
    if status == HTTPStatus.NOT_FOUND and not writing:
        reason = f": {_REASONS[word]}" if word in _REASONS else ""
        return refused("BadArgument", "BlobNotFound", f"There is no blob {place.shown}{reason}.", place.shown)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        reason = "its address sends on to another, which is not followed"
    else:
        reason = _REASONS.get(word, f"the storage answered {told}")
    return refused("BadArgument", "InvalidBlob", f"{place.shown} could not be {done}: {reason}.", place.shown)


def lost(place: Place, reason: str, *, writing: bool = False) -> ServiceError:
    """The connection broke again and again."""
    message = f"{place.shown} could not be {'written' if writing else 'read'}, for {reason}."
    return refused("BadArgument", "InvalidBlob", message, place.shown)


def too_large(place: Place, largest: int) -> BottegaError:
    """More bytes than a file may have."""
    return BottegaError("input-too-large", input=place.shown, size="too many bytes", limit=f"{largest} bytes")
