"""From an exception in a script to the error that its author reads."""

from __future__ import annotations

import os
import traceback
from typing import Any

from .failure import JobError

_TRACE_LIMIT = 24_000
_MESSAGE_LIMIT = 4_000

# Where the name to import is not the name to install.
_DISTRIBUTIONS = {
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "PIL": "pillow",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "azure": "azure-storage-blob",
    "Crypto": "pycryptodome",
    "umap": "umap-learn",
    "fitz": "pymupdf",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "imblearn": "imbalanced-learn",
    "attr": "attrs",
    "MySQLdb": "mysqlclient",
    "psycopg2": "psycopg2-binary",
    "serial": "pyserial",
    "win32com": "pywin32",
}


class Places:
    """Which files are the user's, and how to name them without the jail's folders."""

    def __init__(self, script_file: str, work_folder: str) -> None:
        self._script_file = script_file
        self._work_folder = work_folder + os.sep

    def name(self, path: str) -> str | None:
        """The name that the user knows a file by, or None where it is no file of theirs."""
        if path == self._script_file:
            return os.path.basename(path)
        real = os.path.abspath(path) if path.startswith(".") else path
        return real[len(self._work_folder) :] if real.startswith(self._work_folder) else None

    def is_script(self, path: str) -> bool:
        """Whether it is the script itself."""
        return path == self._script_file


def describe(error: BaseException, places: Places) -> dict[str, Any]:
    """The error as plain values: code, type, message, line and the user's own traceback."""
    if isinstance(error, JobError):
        return {"code": error.code, "type": error.kind, "message": error.message, "line": None, "traceback": ""}
    summary = traceback.TracebackException.from_exception(error, compact=True)
    line = _line(error, summary, places)
    _keep_own_frames(summary, places)
    text = "".join(summary.format())
    if len(text) > _TRACE_LIMIT:
        text = text[: _TRACE_LIMIT // 2] + "\n  …\n" + text[-_TRACE_LIMIT // 2 :]
    return {
        "code": "0138" if isinstance(error, MemoryError) else "0085",
        "type": type(error).__qualname__,
        "message": _message(error)[:_MESSAGE_LIMIT],
        "line": line,
        "traceback": text,
    }


def _message(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"The script called sys.exit({'' if error.code is None else repr(error.code)}). Return the result instead."
    if isinstance(error, KeyboardInterrupt):
        return "The script raised KeyboardInterrupt."
    try:
        text = str(error)
    except Exception as second:  # noqa: BLE001 - a script may define an exception that cannot be printed
        text = f"(its message cannot be shown: {type(second).__name__})"
    if isinstance(error, SyntaxError):
        text = error.msg or text
    if isinstance(error, ModuleNotFoundError) and error.name:
        text += f". {_how_to_get(error.name)}"
    if isinstance(error, MemoryError):
        text = "The script ran out of memory" + (f": {text}" if text else ".")
    if isinstance(error, OSError) and error.errno == 27:
        text = "A file of the script is larger than the output size that this run allows."
    if isinstance(error, OSError) and error.errno == 28:
        text = "The script's folder is full: it holds no more than the disk size that this run allows."
    return text


def _how_to_get(module: str) -> str:
    package = module.split(".")[0]
    distribution = _DISTRIBUTIONS.get(package, package)
    return (
        f"The environment of this run has no package {distribution!r}: make one that has it "
        f"(bottega environment create NAME --requirements FILE), or put the module into the script bundle"
    )


def _line(error: BaseException, summary: traceback.TracebackException, places: Places) -> int | None:
    """The script's line: of the syntax error, else of the innermost frame in the script."""
    if isinstance(error, SyntaxError) and error.filename and places.is_script(error.filename):
        return error.lineno
    for frame in reversed(summary.stack):
        if places.is_script(frame.filename):
            return frame.lineno
    return None


def _keep_own_frames(summary: traceback.TracebackException, places: Places) -> None:
    """Leave only the user's frames, here and in the exceptions that led here."""
    pending = [summary]
    while pending:
        part = pending.pop()
        kept = []
        for frame in part.stack:
            name = places.name(frame.filename)
            if name is not None:
                frame.line  # noqa: B018 - read the source now, before the name is changed
                frame.filename = name
                kept.append(frame)
        part.stack[:] = kept
        filename = getattr(part, "filename", None)
        if filename:
            part.filename = places.name(filename) or os.path.basename(filename)
        pending.extend(each for each in (part.__cause__, part.__context__) if each is not None)
        pending.extend(getattr(part, "exceptions", None) or [])
