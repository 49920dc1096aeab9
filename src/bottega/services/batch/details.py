"""Why a job failed, in the one text that clients show (fact sheet 5.3): module, job, error as JSON, then what was printed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bottega.errors import BottegaError, describe
from bottega.services.errors import BES, ModuleFailure, ServiceError, as_service_error

_TYPES = {"ModuleExecutionError": "ModuleException", "LibraryExecutionError": "LibraryException"}
_BUG = "The job failed for a reason of the server's own; its administrator can find it in the log."


def details(job: str, error: Exception, lines: Sequence[str]) -> str:
    """The text. Nothing secret is in it: errors that reach here have none."""
    found = _told(error)
    detail = found.details[0] if found.details else None
    module = f"{error.title} ({error.node})" if isinstance(error, ModuleFailure) and error.node else _component(error)
    inner: dict[str, Any] = {
        "Exception": {
            "ErrorId": found.code,
            "ErrorCode": _number(error, detail.code if detail else found.code),
            "ExceptionType": _TYPES.get(found.code, "ServiceException"),
            "Message": detail.message if detail else found.message,
        }
    }
    head = f"{module}: job {job} failed. {found.message} taskStatusCode={found.status}. "
    told = [head + json.dumps(inner, ensure_ascii=False)]
    if lines:
        told += ["Log:", *(f"[ModuleOutput] {line}" for line in lines)]
    told.append("Module finished after a runtime error with exit code -2")
    return "\n".join(told).encode("utf-8", "backslashreplace").decode()


def _told(error: Exception) -> ServiceError:
    if isinstance(error, ServiceError):
        return error
    if isinstance(error, BottegaError):
        return as_service_error(error, BES)
    return ServiceError(500, "InternalError", _BUG)


def _component(error: Exception) -> str:
    if isinstance(error, ModuleFailure):
        return error.title
    return "Storage" if isinstance(error, ServiceError) else "Batch job"


def _number(error: Exception, otherwise: str) -> str:
    return error.code if isinstance(error, BottegaError) and error.code.isdigit() else otherwise


def cause(error: Exception) -> dict[str, str]:
    """What the server's log has of an error: no words of it, for those may be of the job's data."""
    if isinstance(error, ModuleFailure):
        return {"code": error.code, "node": error.node}
    if isinstance(error, BottegaError):
        return {"code": error.code}
    if isinstance(error, ServiceError):
        return {"code": error.details[0].code if error.details else error.code}
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
    return {"code": "InternalError", "bug": f"{type(error).__name__}{place}"}


def reason(error: Exception) -> str:
    """The error for who ran the job, or for the server's log."""
    if isinstance(error, ModuleFailure):
        return f"{error.title}: {error}"
    if isinstance(error, BottegaError):
        return describe(error)
    return str(error) if isinstance(error, ServiceError) else f"{type(error).__name__}: {error}"
