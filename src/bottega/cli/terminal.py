"""What a person at a terminal sees: printed text as it comes, and a line that tells what goes on."""

from __future__ import annotations

import sys
import threading
import time

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
TICK = 0.1
# Shorter runs need no spinner; it would only flicker.
_PATIENCE = 0.3
CLEAR = "\r\x1b[2K"


class Progress:
    """A listener that shows text and, on a terminal, a spinner with the elapsed time below it."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._live = not quiet and sys.stderr.isatty()
        self._phase = ""
        self._started = time.monotonic()
        self._shown = False
        self._at_line_start = True
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._spin, daemon=True) if self._live else None
        if self._thread is not None:
            self._thread.start()

    def printed(self, text: str) -> None:
        """Show what the script printed, with control characters made visible."""
        if self._quiet:
            return
        with self._lock:
            self._hide()
            sys.stdout.write(harmless(text))
            sys.stdout.flush()
            self._at_line_start = text.endswith("\n")

    def phase(self, text: str) -> None:
        """Tell what is being done."""
        self._phase = text

    def close(self) -> None:
        """Take the spinner away."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        with self._lock:
            self._hide()
            if not self._at_line_start and not self._quiet:
                sys.stdout.write("\n")
                sys.stdout.flush()

    def _spin(self) -> None:
        turn = 0
        while not self._over.wait(TICK):
            elapsed = time.monotonic() - self._started
            with self._lock:
                if elapsed > _PATIENCE and self._at_line_start and not self._over.is_set():
                    sys.stderr.write(f"{CLEAR}{FRAMES[turn % len(FRAMES)]} {self._phase} {elapsed:.1f} s")
                    sys.stderr.flush()
                    self._shown = True
            turn += 1

    def _hide(self) -> None:
        if self._shown:
            sys.stderr.write(CLEAR)
            self._shown = False


def harmless(text: str) -> str:
    """Text without the control characters that could move the cursor or rename the window."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in "\n\t\r" else f"\\x{ord(letter):02x}" for letter in text)
