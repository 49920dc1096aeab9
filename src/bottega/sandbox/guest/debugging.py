"""A script under a debugger, which is spoken with over a descriptor that only the host holds.

terminal  pdb, by lines of text
dap       debugpy's pydevd, by the Debug Adapter Protocol; it lies in a read-only folder of its own

By a second descriptor, the control, the host hears when the script stops (`s`) and goes
on (`g`), and asks to stop it (`i`).
"""

from __future__ import annotations

import bdb
import contextlib
import importlib
import os
import pdb  # noqa: T100 - it is what this is about
import signal
import socket
import sys
import threading
import traceback
import types
from typing import Any

from .descriptors import read_all
from .failure import JobError
from .traces import Places

_OURS = os.path.dirname(__file__) + os.sep
_LEFT = "The debugger was left before the script ended."


def watching(request: dict[str, Any], descriptors: dict[str, int], places: Places) -> Any:
    """A context in which a script is loaded and called: under the debugger that was asked for."""
    asked = request["debugger"]
    control = _Control(descriptors["in:control"])
    line = descriptors["in:debugger"]
    _put_source(places.script_file, descriptors["script"])
    if asked["kind"] == "dap":
        return _Attached(line, control, asked["folder"])
    return _Terminal(line, control, places, asked["lines"])


def _put_source(path: str, descriptor: int) -> None:
    """Let the script's file be there before it is loaded from it, so that breakpoints can be set in it."""
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(read_all(os.dup(descriptor)))


class _Control:
    """Tells the host when the script stops and goes on, and hears when it shall stop."""

    def __init__(self, descriptor: int) -> None:
        self._link = socket.socket(fileno=descriptor)
        self.stopped = False

    def tell(self, *, stopped: bool) -> None:
        self.stopped = stopped
        with contextlib.suppress(OSError):  # the host is gone, and this process soon
            self._link.send(b"s" if stopped else b"g")

    def listen(self) -> None:
        """Interrupt the main thread whenever the host asks for it."""
        threading.Thread(target=self._hear, name="control", daemon=True).start()

    def _hear(self) -> None:
        main = threading.main_thread().ident
        with contextlib.suppress(OSError):
            while self._link.recv(1) and main is not None:
                signal.pthread_kill(main, signal.SIGINT)


class _Pdb(pdb.Pdb):
    """Pdb over a descriptor; its time at the prompt is told."""

    def __init__(self, line: int, control: _Control, places: Places) -> None:
        reader = os.fdopen(line, "r", encoding="utf-8", errors="replace", closefd=False)
        writer = os.fdopen(line, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
        super().__init__(stdin=reader, stdout=writer, nosigint=True, readrc=False)
        self._control = control
        self._places = places

    def interaction(self, *arguments: Any, **named: Any) -> None:
        """The prompt."""
        self._control.tell(stopped=True)
        try:
            super().interaction(*arguments, **named)
        finally:
            self._control.tell(stopped=False)

    def get_stack(self, frame: Any, trace: Any) -> Any:
        """The frames that are looked at, and which is the present one; none of ours is among them."""
        stack, place = super().get_stack(frame, trace)
        first = next((number for number, each in enumerate(stack) if self._is_users(each[0])), 0)
        kept = [each for each in stack[first:] if not each[0].f_code.co_filename.startswith(_OURS)]
        if not kept:
            return stack, place
        own = [number for number, each in enumerate(kept) if self._is_users(each[0])]
        # After an exception that is where the script failed, and not the library that it called.
        return kept, own[-1] if own and trace is not None else max(0, place - len(stack) + len(kept))

    def stop_here(self, frame: types.FrameType) -> bool:
        """Not in what we do around the script, nor in what that calls: who steps past the script's end goes on."""
        if not super().stop_here(frame):
            return False
        each: types.FrameType | None = frame
        while each is not None and not each.f_code.co_filename.startswith(_OURS):
            if self._is_users(each):
                return True
            each = each.f_back
        return False

    def _is_users(self, frame: types.FrameType) -> bool:
        return self._places.name(frame.f_code.co_filename) is not None

    def say(self, text: str) -> None:
        """A line of our own."""
        with contextlib.suppress(OSError, ValueError):
            self.stdout.write(text + "\n")
            self.stdout.flush()


class _Terminal:
    """Pdb: it stops at the lines asked for, at `breakpoint()`, when it is interrupted, and where an exception leaves."""

    def __init__(self, line: int, control: _Control, places: Places, lines: list[int]) -> None:
        self._places = places
        self._control = control
        self._pdb = _Pdb(line, control, places)
        for number in lines:
            self._break(number)

    def _break(self, number: int) -> None:
        debugger, path = self._pdb, self._places.script_file
        if not debugger.checkline(path, number):
            debugger.say(f"Line {number} holds no code, so nothing stops there.")
        elif error := debugger.set_break(path, number):
            debugger.say(str(error))

    def __enter__(self) -> None:
        sys.breakpointhook = self._here
        signal.signal(signal.SIGINT, self._interrupted)
        self._control.listen()
        debugger = self._pdb
        debugger.reset()
        debugger.botframe = sys._getframe(1)  # noqa: SLF001
        debugger.set_continue()
        if debugger.breaks:
            sys.settrace(debugger.trace_dispatch)

    def _here(self, *_: Any, **__: Any) -> None:
        sys.settrace(None)  # else it is pdb itself that is stopped in
        self._pdb.set_trace(sys._getframe(1))  # noqa: SLF001

    def _interrupted(self, _number: int, frame: types.FrameType | None) -> None:
        if not self._control.stopped:
            sys.settrace(None)
            self._pdb.say("\nInterrupted.")
            self._pdb.set_trace(frame)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        sys.settrace(None)
        if error is None or isinstance(error, JobError):
            return
        if not isinstance(error, bdb.BdbQuit):
            self._post_mortem(error, trace)
            return
        raise JobError("0085", "DebuggerLeft", _LEFT) from None

    def _post_mortem(self, error: BaseException, trace: types.TracebackType | None) -> None:
        """The prompt where an exception left the script, with the user's own frames alone."""
        while trace is not None and self._places.name(trace.tb_frame.f_code.co_filename) is None:
            trace = trace.tb_next
        if trace is None:  # a mistake in syntax
            return
        self._pdb.say("".join(traceback.format_exception_only(type(error), error)).rstrip())
        self._pdb.reset()
        with contextlib.suppress(bdb.BdbQuit):
            self._pdb.interaction(None, trace)


class _Attached:
    """Pydevd, which waits for its client, then does what that asks for."""

    def __init__(self, line: int, control: _Control, folder: str) -> None:
        self._line = line
        self._control = control
        self._folder = folder
        self._pydevd: Any = None

    def __enter__(self) -> None:
        pydevd = self._imported()
        suspended, control = pydevd.PyDB.do_wait_suspend, self._control

        def wait(*arguments: Any, **named: Any) -> Any:
            control.tell(stopped=True)
            try:
                return suspended(*arguments, **named)
            finally:
                control.tell(stopped=False)

        pydevd.PyDB.do_wait_suspend = wait
        pydevd.start_client = lambda _host, _port: socket.socket(fileno=self._line)
        control.tell(stopped=True)
        pydevd.settrace(
            "host", suspend=False, notify_stdin=False, stdout_to_server=True, stderr_to_server=True, protocol="dap",
            dont_trace_start_patterns=(_OURS, self._folder),
        )  # fmt: skip
        control.tell(stopped=False)

    def _imported(self) -> Any:
        sys.path.insert(0, self._folder)
        os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # else it warns of modules that are frozen
        os.environ["PYDEVD_USE_SYS_MONITORING"] = (
            "0"  # from 3.12 on: with it an exception is told with the frames around the script
        )
        try:
            importlib.import_module("debugpy._vendored.force_pydevd")
            self._pydevd = importlib.import_module("pydevd")
        finally:
            sys.path.remove(self._folder)
        return self._pydevd

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        pydevd = self._pydevd
        debugger = pydevd.get_global_debugger()
        if error is not None and trace is not None and not isinstance(error, JobError):
            thread = threading.current_thread()
            breakpoints = sys.modules["_pydevd_bundle.pydevd_breakpoints"]
            information = pydevd.set_additional_thread_info(thread)
            breakpoints.stop_on_unhandled_exception(debugger, thread, information, (kind, error, trace))
        debugger.writer.add_command(debugger.cmd_factory.make_exit_command(debugger))
        pydevd.stoptrace()
