"""From an exception in a module to the error that its user reads."""

from __future__ import annotations

from typing import Any

from bottega.errors import BottegaError, sentence
from bottega.sandbox.runner import own


def told(error: BaseException, node: str | None = None) -> dict[str, Any]:
    """An error of the module's own with its number, one of a library's with the library's name; and its node in a chain."""
    if isinstance(error, BottegaError):
        line, trace = error.facts.get("line", own.line(error)), str(error.facts.get("traceback", ""))
        return _error(error.code, "ModuleError", sentence(error), node, line if isinstance(line, int) else None, trace)
    if isinstance(error, MemoryError):
        return _error("0138", "MemoryError", sentence(BottegaError("0138", limit="what this run may use")), node)
    described = own.described(error)
    if described is not None:
        return {**described, "node": node}
    library = _library(error)
    message = f"{type(error).__name__}: {error}"[:2000]
    return _error("1000", "LibraryError", sentence(BottegaError("1000", library=library, message=message)), node)


def _error(
    code: str, kind: str, message: str, node: str | None, line: int | None = None, trace: str = ""
) -> dict[str, Any]:
    return {"code": code, "type": kind, "message": message, "line": line, "traceback": trace, "node": node}


def _library(error: BaseException) -> str:
    """The package whose code raised an error: the innermost frame's."""
    trace = error.__traceback__
    name = "Python"
    while trace is not None:
        name = str(trace.tb_frame.f_globals.get("__name__") or name)
        trace = trace.tb_next
    return name.split(".")[0]
