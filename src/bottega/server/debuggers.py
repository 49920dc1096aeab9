"""Debuggers of scripts of runs: a few at once, each waiting on this machine for one editor, gone after a while."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from starlette.requests import Request

from bottega.engine import debugging
from bottega.errors import BottegaError, sentence
from bottega.sandbox.host.debug import MOST_SECONDS, SCRIPT_FOLDER, Debugger, Kind
from bottega.sandbox.host.debug_relay import Relay, configuration
from bottega.server.context import context_of
from bottega.server.errors import HttpError
from bottega.server.logs import LOG

if TYPE_CHECKING:
    from bottega.engine.prepared import Ready
    from bottega.store.records import Output
    from bottega.store.workspace import Workspace

State = Literal["starting", "waiting", "attached", "ended"]
HOST = "127.0.0.1"
# Where an editor that is opened on the folder of "Reproduce" has the script.
LOCAL = "${workspaceFolder}/script"
_AT_ONCE = 4
_IDLE_SECONDS = 900.0
_MOST_KEPT = 32
_CLOSE_SECONDS = 30.0


@dataclass(frozen=True)
class DebuggerSession:
    """A debugger: where an editor finds it and by which entry of its launch.json, how it stands, and when it ends at last.

    expires  in seconds since 1970
    error    what the script ended with, or why it never began
    """

    id: str
    host: str
    port: int
    configuration: dict[str, Any]
    state: State
    expires: float
    error: str | None = None


class Debuggers:
    """Those of one server, one a node of a run. Safe for use from several threads."""

    def __init__(self, workspace: Workspace, *, at_once: int = _AT_ONCE, idle_seconds: float = _IDLE_SECONDS) -> None:
        self._workspace = workspace
        self._at_once = at_once
        self._idle = idle_seconds
        self._lock = threading.Lock()
        self._works: dict[tuple[str, str], _Work] = {}

    def start(self, run: str, experiment: str, node: Ready, inputs: Mapping[str, Output]) -> DebuggerSession:
        """Let a node's script wait for an editor; the session that is there, where one goes on.

        Raises `usage` for what is no script, and HttpError 503 where as many go on as may.
        """
        debugging.refuse_other(node)
        with self._lock:
            work = self._works.get((run, node.id))
            if work is not None and work.session.state != "ended":
                return work.session
            if sum(each.session.state != "ended" for each in self._works.values()) >= self._at_once:
                message = f"{self._at_once} debuggers go on here, as many as may; end one of them first."
                raise HttpError(503, message=message, headers={"retry-after": "60"})
            self._works.pop((run, node.id), None)
            work = self._works[run, node.id] = _Work(node, self._idle)
            self._forget_old()
        work.begin(lambda debugger: self._run(work, experiment, node, inputs, debugger))
        return work.session

    def get(self, run: str, node: str) -> DebuggerSession | None:
        """The session of a node, also one that has ended a while ago."""
        with self._lock:
            work = self._works.get((run, node))
        return None if work is None else work.session

    def end(self, run: str, node: str) -> bool:
        """End and forget it; whether there was one."""
        with self._lock:
            work = self._works.pop((run, node), None)
        if work is not None:
            work.end()
        return work is not None

    def close(self) -> None:
        """End all."""
        with self._lock:
            works, self._works = list(self._works.values()), {}
        for work in works:
            work.end()

    def _run(
        self, work: _Work, experiment: str, node: Ready, inputs: Mapping[str, Output], debugger: Debugger
    ) -> str | None:
        made = debugging.of_node(node, inputs, self._workspace, experiment, debugger, work)
        return None if made.error is None else f"{made.error['type']}: {made.error['message']}"

    def _forget_old(self) -> None:
        over = [key for key, work in self._works.items() if work.session.state == "ended"]
        for key in over[:-_MOST_KEPT]:
            del self._works[key]


class _Work:
    """One session, with the thread that it runs in; also who listens to its script, whose words the editor shows."""

    def __init__(self, node: Ready, idle_seconds: float) -> None:
        self._debugger = Debugger(Kind.DAP)
        try:
            self._relay = Relay(self._debugger, HOST, 0, idle_seconds=idle_seconds)
        except BaseException:
            self._debugger.close()
            raise
        entry = configuration(f"Bottega: {node.id}", self._relay.host, self._relay.port, LOCAL, SCRIPT_FOLDER)
        self._session = DebuggerSession(
            secrets.token_hex(8), self._relay.host, self._relay.port, entry, "starting", time.time() + MOST_SECONDS
        )
        self._thread: threading.Thread | None = None

    @property
    def session(self) -> DebuggerSession:
        """As it stands now."""
        found = self._session
        if found.state == "ended":
            return found
        state: State = (
            "attached" if self._relay.attached.is_set() else "waiting" if self._debugger.stopped else "starting"
        )
        return replace(found, state=state)

    def begin(self, run: Callable[[Debugger], str | None]) -> None:
        """Run the script in a thread; what `run` gives is the error that the session tells."""
        self._thread = threading.Thread(target=self._run, args=(run,), name="debugger", daemon=True)
        self._thread.start()

    def _run(self, run: Callable[[Debugger], str | None]) -> None:
        error: str | None = None
        try:
            error = run(self._debugger)
        except BottegaError as failure:
            error = sentence(failure)
        except Exception:  # noqa: BLE001 - a fault of ours, which a thread would tell nobody
            LOG.exception("a debugger ended")
            error = "The debugger ended by a fault of this server."
        finally:
            self._relay.close()
            self._session = replace(self._session, state="ended", error=error)
            self._debugger.close()

    def end(self) -> None:
        """End it, and wait until it has."""
        self._debugger.end()
        if self._thread is not None:
            self._thread.join(_CLOSE_SECONDS)

    def printed(self, text: str) -> None:
        """The editor shows what is printed."""

    def phase(self, text: str) -> None:
        """Nobody follows that."""


def debuggers_of(request: Request) -> Debuggers:
    """Those of the server that got a request; they end with it."""
    state = request.app.state
    with _making:
        if not hasattr(state, "debuggers"):
            state.debuggers = Debuggers(context_of(request).workspace)
            context_of(request).when_closed(state.debuggers.close)
    return cast("Debuggers", state.debuggers)


_making = threading.Lock()
