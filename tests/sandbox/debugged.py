"""Scripts under a debugger, for the tests of it and for attacks on it."""

from __future__ import annotations

import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bottega.sandbox.host.debug import SCRIPT_FOLDER, Debugger, DebugPool, Kind
from bottega.sandbox.host.debug_relay import configuration
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.task import Outcome, Task
from tests.conftest import PRELOAD
from tests.sandbox.dap import SECONDS
from tests.sandbox.helpers import LIMITS

# Where the client of a test says that it has the script.
LOCAL = "/home/somebody/project"
PATH = f"{LOCAL}/script.py"
CONFIGURATION = configuration("Test", "127.0.0.1", 1, LOCAL, SCRIPT_FOLDER)


def source(text: str) -> bytes:
    """A script, dedented."""
    return textwrap.dedent(text).lstrip("\n").encode()


@dataclass
class Debugged:
    """A script that runs in a thread; `outcome` waits for its end."""

    debugger: Debugger
    printed: list[str] = field(default_factory=list)
    _outcomes: list[Outcome | BaseException] = field(default_factory=list)
    _thread: threading.Thread | None = None

    def begin(self, run: Callable[[], Outcome]) -> None:
        def work() -> None:
            try:
                self._outcomes.append(run())
            except BaseException as error:  # told by `outcome`
                self._outcomes.append(error)

        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()

    @property
    def outcome(self) -> Outcome:
        assert self._thread is not None
        self._thread.join(SECONDS)
        (outcome,) = self._outcomes
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    @property
    def has_ended(self) -> bool:
        return bool(self._outcomes)


@contextmanager
def debugging(
    environment: Environment, text: str, kind: Kind, *, lines: tuple[int, ...] = (), layer: Layer = Layer.NAMESPACES,
    **options: Any,
) -> Iterator[Debugged]:  # fmt: skip
    """Runs a script under a debugger; ends it in any case."""
    task = Task(environment, "script.py", source(text), **{"preload": PRELOAD, "limits": LIMITS, **options})
    with Debugger(kind, lines=lines) as debugger, DebugPool(debugger, layer=layer) as pool:
        debugged = Debugged(debugger)
        debugged.begin(lambda: pool.run(task, printed=debugged.printed.append))
        try:
            yield debugged
        finally:
            debugger.end()
            debugged.outcome.close()


class Terminal:
    """A terminal at pdb: what is typed goes in, and what comes out is read up to its prompt."""

    def __init__(self, debugger: Debugger) -> None:
        debugger.line.settimeout(SECONDS)
        self._line = debugger.line

    def type(self, command: str) -> None:
        self._line.sendall(f"{command}\n".encode())

    def read(self, until: str = "(Pdb) ") -> str:
        text = ""
        while not text.endswith(until):
            data = self._line.recv(1)
            assert data, text
            text += data.decode()
        return text.removesuffix(until)

    def ask(self, command: str) -> str:
        self.type(command)
        return self.read().strip()
