"""A bar that shows how far something long is."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from bottega.cli.stream import Stream
from bottega.cli.terminal import CLEAR, FRAMES, TICK, harmless

_WIDTH = 28
_PHASES = {"Waiting": "waiting", "Downloading": "reading the file", "Reading": "making it a table",
           "Running": "running", "Writing": "writing", "Uploading": "sending the file"}  # fmt: skip


class Bar:
    """On a terminal one line that changes, elsewhere a line for each phase; the progress is asked for."""

    def __init__(self, told: Callable[[], Mapping[str, Any]], *, quiet: bool = False) -> None:
        """`told` gives what a batch job's status has as Progress."""
        self._told = told
        self._stream = Stream(sys.stderr)
        self._quiet = quiet
        self._is_live = not quiet and self._stream.is_terminal
        self._started = time.monotonic()
        self._phase = ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._show, daemon=True)

    def __enter__(self) -> Self:
        if not self._quiet:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._is_live:
            self._stream.write(CLEAR)

    def _show(self) -> None:
        turn = 0
        while not self._over.wait(TICK):
            told = self._told()
            if self._is_live:
                self._stream.write(
                    f"{CLEAR}{FRAMES[turn % len(FRAMES)]} {line(told, self._stream.width - 3, self._seconds)}"
                )
            elif (phase := _phase(told)) != self._phase:
                self._phase = phase
                self._stream.line(phase)
            turn += 1

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._started


def line(told: Mapping[str, Any], width: int, seconds: float) -> str:
    """The line for a progress, in so many cells at most."""
    from bottega.cli.running import cut

    fraction = told.get("Fraction")
    done = round(_WIDTH * fraction) if fraction is not None else 0
    bar = f"[{'#' * done}{'·' * (_WIDTH - done)}]"
    percent = "    " if fraction is None else f"{fraction:4.0%}"
    rows = told.get("RowsWritten") or told.get("RowsRead") or 0
    extent = f", {rows:,} rows" if rows else ""
    return cut(f"{bar} {percent} {_phase(told)}{extent} {seconds:.1f} s", width)


def _phase(told: Mapping[str, Any]) -> str:
    phase = _PHASES.get(str(told.get("Phase")), "waiting")
    node = told.get("Node")
    return harmless(f"{phase} {node}") if node else phase
