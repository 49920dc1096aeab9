"""Running a script under a debugger: the jail is as shut as ever, and one descriptor leads to the debugger in it.

The second profile of the jail: it sees debugpy in a folder that it may read, it is given
one end of a stream whose other end the host alone holds, and time in which the script is
stopped does not count. It has no network, and what it sends is only handed on.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Self

from bottega.errors import BottegaError
from bottega.sandbox.host import guest
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import Failure, Job, Outcome, Task
from bottega.sandbox.host.verdict import BY_NOUN

# Where a jail with namespaces has its script.
SCRIPT_FOLDER = "/job/script"
# From start to end, stopped or not.
MOST_SECONDS = 3600.0


class Kind(StrEnum):
    """How a debugger is spoken with: pdb by lines, or debugpy by the Debug Adapter Protocol."""

    TERMINAL = "terminal"
    DAP = "dap"


@dataclass(frozen=True)
class _DebugTask(Task):
    """A script with the debugger's side of the two descriptors among its inputs."""

    debugger: Mapping[str, Any] = field(default_factory=dict)

    def request(self) -> Mapping[str, Any]:
        """As of any script, and what debugger it runs under."""
        return {**super().request(), "debugger": self.debugger}


class _Channel(Memory):
    """One end of a stream with the face of a memory file, for whoever hands descriptors over."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @property
    def size(self) -> int:
        """Nothing that counts."""
        return 0


class Debugger:
    """One debugging of one script: the host's end of its line, its clock and its end.

    line   bytes to and from the debugger in the jail
    begun  whether the jail has been asked to run the script
    ended  set as soon as the script shall end, or need not begin
    """

    def __init__(self, kind: Kind, *, lines: tuple[int, ...] = (), most_seconds: float = MOST_SECONDS) -> None:
        """`lines` are where pdb stops; a client of the other kind tells by itself."""
        self.kind = kind
        self.line, self._inner_line = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._control, self._inner_control = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._cancel = os.eventfd(0, os.EFD_CLOEXEC)
        self._lines = lines
        self._most = most_seconds
        self._why: Failure | None = None
        self._lock = threading.Lock()
        self.stopped = False
        self.begun = False
        self.ended = threading.Event()

    def interrupt(self) -> None:
        """Ask the script to stop where it is."""
        with contextlib.suppress(OSError):
            self._control.send(b"i", socket.MSG_DONTWAIT)

    def end(self, failure: Failure | None = None) -> None:
        """End the script, whatever it does; `failure` is what its outcome then tells."""
        self.ended.set()
        with self._lock:
            self._why = self._why or failure
            if self._cancel >= 0:
                os.eventfd_write(self._cancel, 1)

    def run(self, pool: Pool, task: Job, printed: Callable[[str], None] | None, cancel: int | None) -> Outcome:
        """Run the script to its end. For one script only. Raises `sandbox-unavailable`, `usage` and `pool-lost`."""
        if not isinstance(task, Task):
            raise BottegaError("usage", reason=f"A {task.noun} cannot be debugged; scripts can")
        debugged = self._task(task, pool.layer)
        over, told = os.pipe2(os.O_CLOEXEC)
        self.begun = True
        clock = threading.Thread(
            target=self._watch, args=(task.limits.wall_seconds, cancel, over), name="debug-clock", daemon=True
        )
        clock.start()
        try:
            outcome = Pool.run(pool, debugged, printed=printed, cancel=self._cancel)
        finally:
            os.close(told)
            clock.join()
            os.close(over)
            self._inner_line.close()
            self._inner_control.close()
        if self._why is not None and outcome.failure is not None and outcome.failure.code == "canceled":
            outcome = replace(outcome, failure=self._why)
        return outcome

    def _task(self, task: Task, layer: Layer) -> _DebugTask:
        environment = task.environment
        if environment.is_old:
            version = environment.interpreter.version
            raise BottegaError(
                "usage", reason=f"Scripts of Python {version} cannot be debugged here; from 3.9 on they can"
            )
        asked: dict[str, Any] = {"kind": self.kind.value, "lines": list(self._lines)}
        if self.kind is Kind.DAP:
            if layer is not Layer.NAMESPACES:
                reason = "an editor's debugger needs a jail with namespaces, which this machine does not give"
                raise BottegaError("sandbox-unavailable", reason=reason, advice="Run: bottega doctor")
            folder = str(guest.debugger_folder(environment.interpreter))
            environment, asked["folder"] = _with_folder(environment, folder), folder
        channels = {"debugger": _Channel(self._inner_line.fileno()), "control": _Channel(self._inner_control.fileno())}
        changed = {
            "environment": environment,
            "inputs": {**task.inputs, **channels},
            "limits": replace(task.limits, wall_seconds=self._most),
            "variables": False,
            "debugger": asked,
        }
        return _DebugTask(**{each.name: getattr(task, each.name) for each in fields(task)} | changed)

    def _watch(self, seconds: float, cancel: int | None, over: int) -> None:
        """Count the time in which the script goes on; end it when it has had all that it may have."""
        poll = select.poll()
        for number in (self._control.fileno(), over, *([cancel] if cancel is not None else [])):
            poll.register(number, select.POLLIN)
        left, since = seconds, time.monotonic()
        while True:
            ready = {number for number, _ in poll.poll(None if self.stopped else max(0.0, left) * 1000 + 1)}
            now = time.monotonic()
            left -= 0.0 if self.stopped else now - since
            since = now
            if over in ready:
                return
            if cancel is not None and cancel in ready:
                self.end()
                return
            if self._control.fileno() in ready and not self._heard():
                poll.unregister(self._control)
            if left <= 0:
                message = f"The script did not end within {seconds:g} seconds, stops in the debugger not counted."
                self.end(Failure(BY_NOUN["script"], "Timeout", message))
                return

    def _heard(self) -> bool:
        """Take in what the jail says of its stops; False when it says nothing any more."""
        try:
            told = self._control.recv(4096, socket.MSG_DONTWAIT)
        except OSError:
            told = b""
        if told:
            self.stopped = told.endswith(b"s")
        return bool(told)

    def close(self) -> None:
        """Let go of the host's ends."""
        with self._lock:
            os.close(self._cancel)
            self._cancel = -1
        for link in (self.line, self._control, self._inner_line, self._inner_control):
            link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class DebugPool(Pool):
    """A pool for one script, which runs under a debugger."""

    def __init__(self, debugger: Debugger, *, layer: Layer = Layer.NAMESPACES) -> None:
        super().__init__(layer=layer, spares=0)
        self._debugger = debugger

    def run(self, task: Job, *, printed: Callable[[str], None] | None = None, cancel: int | None = None) -> Outcome:
        """Run the script. Raises as any pool does, and `usage` for what is no script."""
        return self._debugger.run(self, task, printed, cancel)


def _with_folder(environment: Environment, folder: str) -> Environment:
    """The environment with one folder more to be read; not the same, for whoever keeps jails by digests."""
    return replace(environment, shown=(*environment.shown, folder), digest=f"{environment.digest}-debugged")
