"""Errors of web services as their callers read them: HTTP status, code and details of fact sheet 5.2."""

from __future__ import annotations

from dataclasses import dataclass

from bottega.errors import BottegaError, describe
from bottega.errors.catalogue import CATALOGUE

RRS = "RRS"
BES = "BES"
_NO_R = ("r-missing", "r-refused")
_TIMEOUTS = ("Timeout", "CpuTime")
_MESSAGES = {
    "BadArgument": "The request is not one that this service can take.",
    "BadUserArgument": "The request does not fit this service.",
    "InvalidOperation": "This cannot be done as things stand.",
    "LibraryExecutionError": "Module execution encountered an internal library error.",
    "ModuleExecutionError": "Module execution encountered an error.",
    "RequestTimeout": "The call took longer than this service allows.",
    "MemoryQuotaViolation": "The call needed more memory than this service allows.",
    "ServiceUnavailable": "The service cannot take this call now.",
    "InternalError": "The service failed; its administrator can tell more.",
    "ModelPackageFormatError": "What this service was published with cannot be read.",
    "WebServicePackageInternalError": "This service cannot be run as it was published.",
    "NotFound": "There is no such web service.",
}
_STATUS = {
    "RequestTimeout": 408, "Conflict": 409, "MemoryQuotaViolation": 413, "ServiceUnavailable": 503,
    "InternalError": 500, "ModelPackageFormatError": 500, "WebServicePackageInternalError": 500,
    "Unauthorized": 401, "NotFound": 404,
}  # fmt: skip
# Where an error of ours is none of the caller's doing: error.code, detail code and what is told of it, without a path.
_JAIL = "No jail can run it on this machine at the moment; its administrator can ask `bottega doctor`."
_FILE = "A stored file of this service is missing or damaged; publish it again."
_OURS = {
    "sandbox-unavailable": ("ServiceUnavailable", "NoMoreResources", _JAIL),
    "jail-broken": ("ServiceUnavailable", "NoMoreResources", _JAIL),
    "pool-lost": (
        "ServiceUnavailable",
        "NoMoreResources",
        "The process that ran it was ended from outside; send it again.",
    ),
    "store-failed": ("ServiceUnavailable", "NoMoreResources", "The workspace cannot be used at the moment."),
    "store-damaged": ("InternalError", "UnknownError", "The workspace is damaged."),
    "blob-missing": ("ModelPackageFormatError", "ModelPackageFormatError", _FILE),
    "blob-damaged": ("ModelPackageFormatError", "ModelPackageFormatError", _FILE),
    "environment-unknown": ("WebServicePackageInternalError", "RuntimesError", None),
    "environment-invalid": ("WebServicePackageInternalError", "RuntimesError", None),
    "environment-build-failed": ("WebServicePackageInternalError", "RuntimesError", None),
    "module-unknown": ("WebServicePackageInternalError", "ValidationError", None),
    "canceled": ("RequestTimeout", "RequestCanceled", "The call was canceled."),
}


@dataclass(frozen=True)
class Detail:
    """One cause: a code, what it is about, and a sentence."""

    code: str
    target: str
    message: str


class ServiceError(Exception):
    """An error with all that an answer needs.

    retry_after  seconds after which it is worth another try, if any
    """

    def __init__(
        self, status: int, code: str, message: str, details: tuple[Detail, ...] = (), *, retry_after: int | None = None
    ) -> None:
        super().__init__(status, code, message, details)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.retry_after = retry_after

    def __str__(self) -> str:
        return " ".join(dict.fromkeys((self.message, *(detail.message for detail in self.details))))

    def as_json(self) -> dict[str, object]:
        """The body of the answer. Old clients want a detail in each (clients.md 1.5, 2)."""
        details = self.details or (Detail(self.code, "", self.message),)
        told = [{"code": each.code, "target": each.target, "message": each.message} for each in details]
        return {"error": {"code": self.code, "message": self.message, "details": told}}


class ModuleFailure(BottegaError):  # noqa: N818 - it is told as a failure of the module
    """A module failed in a call.

    node, title  which one; the code, type, message, line and traceback are those of its `Failure`
    """

    def __init__(
        self, node: str, title: str, code: str, message: str, *,
        type: str = "", traceback: str = "", line: int | None = None,  # noqa: A002 - as Failure has it
    ) -> None:  # fmt: skip
        super().__init__(code, node=node, message=message, line=line)
        self.node = node
        self.title = title
        self.message = message
        self.type = type
        self.traceback = traceback
        self.line = line

    def __str__(self) -> str:
        text = self.traceback.strip() or (f"{self.type}: {self.message}" if self.code == "0085" else self.message)
        if self.code == "0085":
            text = CATALOGUE["0085"].message.format(message=text)
        return f"Error {self.code}: {text}" if self.code.isdigit() else text


def refused(
    code: str, detail: str, message: str, target: str = "", *, status: int | None = None, retry_after: int | None = None
) -> ServiceError:
    """An error of one detail; its first sentence follows from the code, and so does its status unless told."""
    head = _MESSAGES.get(code, message)
    return ServiceError(
        status or _STATUS.get(code, 400), code, head, (Detail(detail, target, message),), retry_after=retry_after
    )


def as_service_error(error: BottegaError, where: str = RRS) -> ServiceError:
    """An error as the caller of a service reads it; `where` says which kind of call (RRS or BES)."""
    if isinstance(error, ModuleFailure):
        return _failed(error, where)
    if error.code in _OURS:
        code, detail, message = _OURS[error.code]
        retry_after = 1 if code == "ServiceUnavailable" else None
        return refused(code, detail, message or describe(error), retry_after=retry_after)
    if error.code.isdigit():
        return ServiceError(
            400, "ModuleExecutionError", _MESSAGES["ModuleExecutionError"],
            (Detail(_number(error.code), where, describe(error)),),
        )  # fmt: skip
    return refused("BadArgument", "BadParameterValue", describe(error))


def _failed(error: ModuleFailure, where: str) -> ServiceError:
    target = f"{error.title} {where}"
    if error.code == "canceled":
        return refused("RequestTimeout", "RequestCanceled", error.message, target)
    if error.type in _TIMEOUTS and not error.traceback:
        return refused("RequestTimeout", "ScoreRequestTimeout", error.message, target)
    if error.type == "Killed" and not error.traceback:  # none of the caller's doing
        message = "Its process was ended from outside, as happens where the machine runs out of memory; send it again."
        return refused("InternalError", "UnknownError", message, target)
    if error.code in _NO_R:
        return refused("WebServicePackageInternalError", "RuntimesError", error.message, target)
    if error.code == "0138":
        return refused("MemoryQuotaViolation", "OutOfMemoryLimit", str(error), target)
    code = "LibraryExecutionError" if error.code == "1000" else "ModuleExecutionError"
    return ServiceError(400, code, _MESSAGES[code], (Detail(_number(error.code), target, str(error)),))


def _number(code: str) -> str:
    """A module error's number as details have it: without zeros."""
    return str(int(code)) if code.isdigit() else code
