"""The process's two outputs, which never break the work that they tell of.

A reader may leave, a disk be full, an encoding know no ✓: what cannot be told is dropped or spelled in ASCII.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TextIO

_SPELLED = {"✓": "+", "✗": "x", "·": "-", "–": "-", "│": "|", "×": "x", "→": "->", "…": "..."}
_SPELLED |= dict(zip("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "|/-\\" * 3, strict=False))
_HANDLER = "bottega-spelled"
_DUMB = ("dumb", "unknown")


class Stream:
    """One output, written at once; after the first failure it takes everything and tells nothing."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        spell(stream)

    @property
    def is_terminal(self) -> bool:
        """Whether a person looks on, at a terminal that can move its cursor."""
        if self._stream is None or os.environ.get("TERM") in _DUMB:
            return False
        with suppress(OSError, ValueError):
            return self._stream.isatty()
        return False

    @property
    def has_colors(self) -> bool:
        """Whether colours are wanted: not where NO_COLOR says anything."""
        return self.is_terminal and not os.environ.get("NO_COLOR")

    @property
    def width(self) -> int:
        """The terminal's, in cells; 80 where it does not tell."""
        with suppress(OSError, ValueError):
            wanted = os.environ.get("COLUMNS", "")
            told = int(wanted) if wanted.isdecimal() else 0
            if self._stream is not None:
                return told or os.get_terminal_size(self._stream.fileno()).columns or 80
        return 80

    def write(self, text: str) -> None:
        """Write a text, or nothing."""
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # ValueError: it is closed
            _abandon(self._stream)
            self._stream = None

    def line(self, text: str) -> None:
        """Write a line."""
        self.write(f"{text}\n")


def spell(stream: TextIO | None) -> None:
    """Let a stream spell what its encoding cannot say, instead of raising."""
    if isinstance(stream, io.TextIOWrapper):
        with suppress(OSError, ValueError):
            stream.reconfigure(errors=_HANDLER)


def answer(verb: str, told: Mapping[str, Any]) -> bool:
    """Print the one object of `--json`; False where it could not be written. Raises BrokenPipeError as print does."""
    spell(sys.stdout)
    is_unicode = "utf" in (getattr(sys.stdout, "encoding", None) or "").lower()
    try:
        print(json.dumps(told, ensure_ascii=not is_unicode), flush=True)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        _abandon(sys.stdout)
        reason = getattr(error, "strerror", None) or str(error)
        Stream(sys.stderr).line(f"bottega {verb}: the answer could not be written: {reason}")
        return False
    return True


def _abandon(stream: TextIO) -> None:
    """What is still held back goes nowhere, instead of failing once more when the process ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)


def _spelled(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_SPELLED.get(letter, "?") for letter in error.object[error.start : error.end]), error.end


codecs.register_error(_HANDLER, _spelled)
