"""What the modules of a job print, as far as it is kept: the beginning goes first."""

from __future__ import annotations

import threading

_MOST = 64 << 10  # characters


class Log:
    """The end of a text that grows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pieces: list[str] = []
        self._size = 0
        self._cut = False

    def add(self, text: str) -> None:
        """More of it."""
        with self._lock:
            self._pieces.append(text[-_MOST:])
            self._size += len(text)
            if self._size > 2 * _MOST:
                self._pieces = ["".join(self._pieces)[-_MOST:]]
                self._size, self._cut = len(self._pieces[0]), True

    def lines(self) -> list[str]:
        """The lines that are kept."""
        with self._lock:
            text = "".join(self._pieces)
        lines = text[-_MOST:].splitlines()
        return ["…", *lines[1:]] if self._cut or len(text) > _MOST else lines
