"""What a person sees while an experiment runs: a line a node as it ends, and what runs now below them."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

from bottega.cli.stream import Stream
from bottega.cli.terminal import CLEAR, FRAMES, TICK, harmless

if TYPE_CHECKING:
    from bottega.engine.events import Event
    from bottega.store.records import Run, Step

_MARKS = {"Finished": "✓", "Failed": "✗", "Skipped": "·", "Canceled": "–"}
_COLORS = {"Finished": "32", "Failed": "31", "Skipped": "2", "Canceled": "33"}


class Display:
    """Follows a run's events; on a terminal with a live line, elsewhere with plain ones.

    out, err  where it tells; what they cannot take is dropped, and the run goes on
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.out, self.err = Stream(sys.stdout), Stream(sys.stderr)
        self._quiet = quiet
        self._colors = not quiet and self.out.has_colors
        self._lock = threading.Lock()
        self._running: dict[str, float] = {}
        self._phase = ""
        self._total = self._ended = self._reused = 0
        self._shown = False
        self._open_line = ""  # the node whose printed text has not ended its line
        self._over = threading.Event()
        is_live = not quiet and self.err.is_terminal
        self._thread = threading.Thread(target=self._spin, daemon=True) if is_live else None
        if self._thread is not None:
            self._thread.start()

    def event(self, event: Event) -> None:
        """Take in one event."""
        if self._quiet:
            return
        from bottega.engine import events

        with self._lock:
            match event:
                case events.RunStarted():
                    self._total = len(event.nodes)
                case events.Phase():
                    self._phase = _on_one_line(event.text)
                case events.NodeStarted():
                    self._running[event.node] = time.monotonic()
                case events.NodePrinted():
                    self._print(event.node, event.text)
                case events.NodeEnded():
                    self._end(event.step)
                case _:
                    pass

    def close(self) -> None:
        """Take the live line away."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        with self._lock:
            self._hide()
            self._end_line()

    def summary(self, run: Run) -> None:
        """The run as a whole, with what went wrong in full."""
        for step in run.steps:
            if step.error is not None:
                self.err.write(_error(step))
        seconds = (run.ended or run.started) - run.started
        count = len(run.steps)
        text = f"{run.status_text} in {seconds:.2f} s: {count} node{'s' if count != 1 else ''}, {self._reused} reused"
        self.out.line(self._colored(text, run.status))

    def _print(self, node: str, text: str) -> None:
        self._hide()
        told = []
        for line in text.splitlines(keepends=True):
            if self._open_line != node:
                told += ["\n" if self._open_line else "", f"{node} │ "]
            told.append(harmless(line))
            self._open_line = "" if line.endswith("\n") else node
        self.out.write("".join(told))

    def _end_line(self) -> None:
        if self._open_line:
            self.out.write("\n")
            self._open_line = ""

    def _end(self, step: Step) -> None:
        self._hide()
        self._end_line()
        self._running.pop(step.node, None)
        self._ended += 1
        self._reused += step.cached
        self.out.line(self._colored(f"{_MARKS.get(step.status, '?')} {step.node:<24} {_about(step)}", step.status))
        for note in step.notes:
            if not step.cached:
                self.err.line(f"  note: {harmless(note)}")

    def _colored(self, text: str, status: str) -> str:
        return f"\x1b[{_COLORS[status]}m{text}\x1b[0m" if self._colors and status in _COLORS else text

    def _spin(self) -> None:
        turn = 0
        while not self._over.wait(TICK):
            with self._lock:
                if not self._open_line:
                    # A line that reached the terminal's edge would leave rows behind.
                    text = cut(self._status(), self.err.width - 3)
                    self.err.write(f"{CLEAR}{FRAMES[turn % len(FRAMES)]} {text}")
                    self._shown = True
            turn += 1

    def _status(self) -> str:
        now = time.monotonic()
        running = ", ".join(f"{node} {now - since:.1f} s" for node, since in list(self._running.items())[:4])
        done = f"{self._ended} of {self._total}" if self._total else "starting"
        return f"{done}  {running or self._phase}"

    def _hide(self) -> None:
        if self._shown:
            self.err.write(CLEAR)
            self._shown = False


def cut(text: str, width: int) -> str:
    """As much of a line as has room in so many cells of a terminal."""
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= width else set_cell_size(text, width)


def _on_one_line(text: str) -> str:
    return " ".join(harmless(text).split())


def _about(step: Step) -> str:
    if step.because:
        return f"skipped: {step.because}"
    if step.status == "Failed" and step.error is not None:
        return _on_one_line(str(step.error["message"]))[:100]
    if step.status != "Finished":
        return step.status.lower()
    tables = [f"{output.rows:,} × {len(output.columns)}" for output in step.outputs
              if output.rows is not None and output.columns is not None]  # fmt: skip
    shape = ", ".join(tables)
    return f"{'reused' if step.cached else f'{step.seconds:.2f} s':<10} {shape}".rstrip()


def _error(step: Step) -> str:
    """What went wrong in a step: the script's own traceback, then the message."""
    told = step.error or {}
    code = str(told.get("code", ""))
    number = f"Error {code}" if code.isdigit() else code
    line = f", line {told['line']}" if told.get("line") else ""
    text = f"{told.get('traceback', '')}{step.node} ({step.module}{line}): {number}: {told.get('message', '')}\n"
    return harmless(text)
