"""Who uses an old name: files of the user's are told of it once, libraries never."""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from .gone import Gone

_HERE = os.path.dirname(__file__) + os.sep
# What an import goes through on its way to a lost module.
_IMPORTING = (
    _HERE,
    os.path.join(os.path.dirname(os.path.dirname(__file__)), "imports.py"),
    "<frozen importlib",
    importlib.__file__,
)
_MOST_LINES = 40

_notes: list[str] = []
_told: set[str] = set()
_users: dict[str, str | None] = {}
_name: Callable[[str], str | None] = str
_is_on = False


def follow(notes: list[str], name: Callable[[str], str | None]) -> None:
    """Tell uses in `notes`; `name` is what the user calls a file, None for a file that is no user's."""
    global _notes, _name, _is_on
    _notes, _name, _is_on = notes, name, True
    _told.clear()
    _users.clear()


def is_on() -> bool:
    """Whether this run has old names."""
    return _is_on


def quieten() -> None:
    """No warnings that names will go: who asked for those that went knows. And no other that points to a file of this package."""
    for category in (FutureWarning, DeprecationWarning, PendingDeprecationWarning):
        warnings.simplefilter("ignore", category)
    warnings.showwarning = _shown_at_user(warnings.showwarning)


def _shown_at_user(show: Callable[..., None]) -> Callable[..., None]:
    def showwarning(
        message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None
    ) -> None:
        frame = _caller() if filename.startswith(_HERE) else None
        while frame is not None and _user(frame) is None and frame.f_back is not None:
            frame = frame.f_back
        if frame is not None:
            filename, lineno = frame.f_code.co_filename, frame.f_lineno
        show(message, category, filename, lineno, file, line)

    return showwarning


def in_script() -> bool:
    """Whether what is being called was called by a file of the user's, not by a library."""
    frame = _caller()
    return frame is not None and _user(frame) is not None


def tell(gone: Gone) -> None:
    """Note the first use of a name, where it is the user's."""
    remark(gone.library + "." + gone.name, gone.sentence)


def remark(key: str, sentence: Callable[[], str]) -> None:
    """Note a sentence once, with the user's line; nothing where a library does it."""
    if key in _told or len(_told) >= _MOST_LINES:
        return
    frame = _caller()
    file = _user(frame) if frame is not None else None
    if frame is None or file is None:
        return
    _told.add(key)
    place = f"line {frame.f_lineno}" if _is_script(file) else f"{file}, line {frame.f_lineno}"
    _notes.append(f"{place}: {sentence()}")


def fault(sentence: str) -> None:
    """Note what the user can do nothing about."""
    _notes.append(sentence)


def _is_script(file: str) -> bool:
    return os.sep not in file


def _user(frame: FrameType) -> str | None:
    path = frame.f_code.co_filename
    if path not in _users:
        _users[path] = _name(path)
    return _users[path]


def _caller() -> FrameType | None:
    """The nearest frame that is not of this package."""
    frame = sys._getframe(2)  # noqa: SLF001 - the way that Python offers
    while frame is not None and frame.f_code.co_filename.startswith(_IMPORTING):
        frame = frame.f_back  # type: ignore[assignment]
    return frame
