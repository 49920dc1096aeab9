"""From an exception in a script to the error that its author reads."""

from __future__ import annotations

import os
import re
import sys
import traceback
from typing import Any

from .failure import Foreign, JobError

_COMPACT: dict[str, Any] = {"compact": True} if sys.version_info >= (3, 10) else {}  # of the chain only what is shown
_TRACE_LIMIT = 24_000
_MESSAGE_LIMIT = 4_000

# What Python 2 called them: scripts that come from Studio may still do.
_RENAMED = {
    "ConfigParser": "configparser",
    "HTMLParser": "html.parser",
    "Queue": "queue",
    "StringIO": "io",
    "cPickle": "pickle",
    "cStringIO": "io",
    "httplib": "http.client",
    "urllib2": "urllib.request",
    "urlparse": "urllib.parse",
}
_NO_NETWORK = "Temporary failure in name resolution"
_SHUT = (
    ". A script has no network, or only to the places that the workspace's owner gives to its experiment: let it read the data "
    "from a dataset or the script bundle"
)
# How Python 2 says it, whose exception has no attribute for the name.
_NO_MODULE = re.compile(r"No module named ['\"]?([\w.]+)")
# What a worker process reports begins so; its text is the message of an exception.
_REMOTE = '\n"""\nTraceback'
_FRAME = re.compile(r'  File "(.*)", line [0-9]+')


class Places:
    """Which files are the user's, and how to name them without the jail's folders."""

    def __init__(self, script_file: str, importable: str, work_folder: str) -> None:
        """`importable` is the script's other path, by which other processes import it."""
        self.script_file = script_file
        self._importable = importable
        self._work_folder = work_folder + os.sep

    def name(self, path: str) -> str | None:
        """The name that the user knows a file by, or None where it is no file of theirs."""
        if self.is_script(path):
            return os.path.basename(self.script_file)
        if path.startswith("."):
            path = self._work_folder + path
        if not path.startswith(self._work_folder):
            return None
        # Windows spellings are in it where the script put one on sys.path.
        return os.path.normpath(path[len(self._work_folder) :].replace("\\", "/"))

    def is_script(self, path: str) -> bool:
        """Whether it is the script itself."""
        return path in (self.script_file, self._importable)


def describe(error: BaseException, places: Places) -> dict[str, Any]:
    """The error as plain values: code, type, message, line and the user's own traceback."""
    if isinstance(error, JobError):
        return {"code": error.code, "type": error.kind, "message": error.message, "line": None, "traceback": ""}
    try:
        return _described(error, places)
    except BaseException as second:  # noqa: BLE001 - an exception's own code, or no memory left for all this
        code = "0138" if isinstance(error, MemoryError) else "0085"
        message = f"The script failed, and its error cannot be shown ({type.__repr__(type(second))})."
        return {"code": code, "type": "Exception", "message": message, "line": None, "traceback": ""}


def _described(error: BaseException, places: Places) -> dict[str, Any]:
    if isinstance(error, Foreign):
        summary = error.summary
    else:
        summary = traceback.TracebackException.from_exception(error, **_COMPACT)
    line = _line(error, summary, places)
    _keep_own_frames(summary, places)
    text = "".join(summary.format())
    if len(text) > _TRACE_LIMIT:
        text = text[: _TRACE_LIMIT // 2] + "\n  …\n" + text[-_TRACE_LIMIT // 2 :]
    return {
        "code": "0138" if isinstance(error, MemoryError) else "0085",
        "type": type(error).__qualname__,
        "message": message(error)[:_MESSAGE_LIMIT],
        "line": line,
        "traceback": text,
        "missing": _missing(error),
    }


def message(error: BaseException) -> str:
    """What the error says, in words that help its author."""
    if isinstance(error, SystemExit):
        code = "" if error.code is None else repr(error.code)
        return f"The script called sys.exit({code}). Return the result instead."
    if isinstance(error, KeyboardInterrupt):
        return "The script raised KeyboardInterrupt."
    try:
        text = str(error)
    except BaseException as second:  # noqa: BLE001 - a script may define an exception that cannot be printed
        text = f"(its message cannot be shown: {type(second).__name__})"
    if isinstance(error, SyntaxError):
        text = error.msg or text
    removed = _of_removed(error) if isinstance(error, (AttributeError, ImportError, TypeError)) else ""
    if removed:
        text = text.rstrip(".") + removed
    elif isinstance(error, ModuleNotFoundError) and error.name:
        text += _other_name(error.name)
    if isinstance(error, MemoryError):
        text = "The script ran out of memory" + (f": {text}" if text else ".")
    if isinstance(error, OSError) and error.errno == 27:
        text = "A file of the script is larger than the output size that this run allows."
    if isinstance(error, OSError) and error.errno == 28:
        text = "The script's folder is full: it holds no more than the disk size that this run allows."
    return text.rstrip(".") + _SHUT if _NO_NETWORK in text else text


def _of_removed(error: BaseException) -> str:
    """What to say where a library had the name once."""
    try:
        from .compatibility import hints

        return hints.of(error)
    except Exception:  # noqa: BLE001 - an exception's own code; the message stands without it
        return ""


def _other_name(module: str) -> str:
    """What to say of a module that is there by another name, or was there in another version of its package."""
    package = module.partition(".")[0]
    if package in _RENAMED:
        return f". That is its name in Python 2; here it is {_RENAMED[package]!r}"
    if package != module and package in sys.modules:
        return f". The package {package!r} is there, but has no such module: another version of it may have one"
    return ""


def _missing(error: BaseException) -> str | None:
    """The module whose package is not there, behind an error or what led to it; the host tells how to get it."""
    for each in (error, error.__cause__, error.__context__) if isinstance(error, ImportError) else ():
        if not isinstance(each, ImportError):
            continue
        found = _NO_MODULE.match(str(each))
        module = getattr(each, "name", None) or (found[1] if found else None)
        if isinstance(each, ModuleNotFoundError) or (found and not isinstance(each, Foreign)):
            package = str(module).partition(".")[0]
            return None if package in _RENAMED or package in sys.modules else str(module)
    return None


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
        text = getattr(part, "_str", "")
        if text.startswith(_REMOTE):
            part._str = _keep_own_lines(text, places)  # type: ignore[attr-defined]  # noqa: SLF001
        pending.extend(each for each in (part.__cause__, part.__context__) if each is not None)
        pending.extend(getattr(part, "exceptions", None) or [])


def _keep_own_lines(text: str, places: Places) -> str:
    """The same for a traceback that is text already."""
    kept = []
    own = True
    for line in text.splitlines(keepends=True):
        frame = _FRAME.match(line)
        if frame is not None:
            name = places.name(frame[1])
            own = name is not None
            kept.append(line.replace(frame[1], name or "", 1) if own else "")
        else:
            own = own or not line.startswith("    ")
            kept.append(line if own else "")
    return "".join(kept)
