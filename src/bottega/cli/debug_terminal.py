"""A terminal for a debugger in a jail: lines go in as they are typed, text comes out made harmless."""

from __future__ import annotations

import codecs
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from bottega.cli.terminal import harmless
from bottega.sandbox.host.debug import Debugger

_BLOCK = 1 << 16
_T = TypeVar("_T")


class Plain:
    """A listener that shows what is printed and what takes long, with no line that is drawn again and again."""

    def printed(self, text: str) -> None:
        """What the script printed."""
        sys.stdout.write(harmless(text))
        sys.stdout.flush()

    def phase(self, text: str) -> None:
        """What is being done, where it is more than running the script."""
        if text not in {"running", "writing results"}:
            print(text, file=sys.stderr)


class Terminal(Generic[_T]):
    """Runs a script in a thread of its own while this one serves the terminal."""

    def __init__(self, debugger: Debugger, work: Callable[[], _T], *, talks: bool) -> None:
        """`talks` where the debugger's line is this terminal's; else an editor has it, and Ctrl-C ends the script."""
        self._debugger = debugger
        self._work = work
        self._talks = talks
        self._result: _T | None = None
        self._error: BaseException | None = None
        self._asked = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def run(self) -> _T:
        """What the work gives; raises what it raises."""
        over, told = os.pipe2(os.O_CLOEXEC)
        thread = threading.Thread(target=self._run, args=(told,), name="debugged", daemon=True)
        before = signal.signal(signal.SIGTERM, lambda *_: self._debugger.end())
        thread.start()
        try:
            self._serve(over)
        finally:
            self._debugger.end()
            thread.join()
            signal.signal(signal.SIGTERM, before)
            os.close(over)
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]  # there is one where there is no error

    def _run(self, told: int) -> None:
        try:
            self._result = self._work()
        except BaseException as error:  # noqa: BLE001 - raised again by `run`
            self._error = error
        finally:
            os.close(told)

    def _serve(self, over: int) -> None:
        line, typed = self._debugger.line.fileno(), -1 if sys.stdin is None else sys.stdin.fileno()
        poll = select.poll()
        poll.register(over, select.POLLIN)
        if self._talks:
            poll.register(line, select.POLLIN)
            if typed >= 0:
                poll.register(typed, select.POLLIN)
            else:  # closed by whoever started this
                self._debugger.line.shutdown(socket.SHUT_WR)
        while True:
            try:
                ready = {number for number, _ in poll.poll()}
                if line in ready and not self._show():
                    poll.unregister(line)
                if typed in ready and not self._pass_on(typed):
                    poll.unregister(typed)
                if over in ready and line not in ready:
                    return
            except KeyboardInterrupt:
                self._interrupted()

    def _show(self) -> bool:
        try:
            data = self._debugger.line.recv(_BLOCK)
        except OSError:
            data = b""
        sys.stdout.write(harmless(self._decoder.decode(data, final=not data)))
        sys.stdout.flush()
        return bool(data)

    def _pass_on(self, typed: int) -> bool:
        """Lines from the terminal; at their end the debugger hears that there are no more."""
        data = os.read(typed, _BLOCK)
        try:
            if data:
                self._debugger.line.sendall(data)
            else:
                self._debugger.line.shutdown(socket.SHUT_WR)
        except OSError:
            return False
        return bool(data)

    def _interrupted(self) -> None:
        """The first Ctrl-C stops the script where it is; one that does not help, or that comes to an editor's, ends it."""
        if self._debugger.stopped and self._talks:
            self._asked = False
            print("\n(q leaves the debugger)", file=sys.stderr)
        elif self._talks and self._debugger.begun and not self._asked:
            self._asked = True
            self._debugger.interrupt()
        else:
            self._debugger.end()
