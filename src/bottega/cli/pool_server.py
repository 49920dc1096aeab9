"""The warm pool as a process: serves this user's `bottega script` until it is idle for long."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import threading
import time
from typing import Any

from bottega import __version__
from bottega.cli import pool_address
from bottega.engine import environment_of, script
from bottega.engine.request import ScriptRequest, head, preload
from bottega.errors import BottegaError, describe
from bottega.sandbox.host import assurance, build, environment
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.pool import Pool

_LONGEST_LINE = 1 << 20
_LOOK_SECONDS = 0.5
_FAMILIES = ((), (b"import matplotlib.pyplot",), (b"import sklearn", b"import matplotlib.pyplot"))


class Server:
    """One pool, one thread a client."""

    def __init__(self, pool: Pool, idle_seconds: float) -> None:
        self._pool = pool
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._running = 0
        self._runs = 0
        self._last = time.monotonic()
        self._started = time.time()
        self._over = threading.Event()

    def serve(self, listener: socket.socket) -> None:
        """Until told to stop, or idle for the time given."""
        listener.settimeout(_LOOK_SECONDS)
        while not self._over.is_set() and not self._is_idle():
            with contextlib.suppress(TimeoutError):
                link, _ = listener.accept()
                link.settimeout(None)
                if pool_address.is_own(link):
                    threading.Thread(target=self._client, args=(link,), daemon=True).start()
                else:
                    link.close()

    def stop(self, *_: object) -> None:
        """Take no more clients."""
        self._over.set()

    def finish(self) -> None:
        """Wait for the runs that are under way."""
        while self._running:
            time.sleep(_LOOK_SECONDS / 10)

    def _is_idle(self) -> bool:
        with self._lock:
            return not self._running and time.monotonic() - self._last > self._idle_seconds

    def _client(self, link: socket.socket) -> None:
        with link, link.makefile("rw", encoding="utf-8") as stream, contextlib.suppress(OSError, ValueError):
            message = json.loads(stream.readline(_LONGEST_LINE))
            if message.get("version") != __version__:
                _say(stream, {"declined": "another version of Bottega"})
            elif "ask" in message:
                self._answer(message["ask"], stream)
            elif "run" in message:
                self._run(ScriptRequest(**message["run"]), link, stream)

    def _answer(self, question: str, stream: Any) -> None:
        if question == "stop":
            self._over.set()
        with self._lock:
            facts = {"pid": os.getpid(), "running": self._running, "runs": self._runs, "since": self._started}
        _say(stream, {**facts, "jail": self._pool.layer.value, "idle_seconds": self._idle_seconds})

    def _run(self, request: ScriptRequest, link: socket.socket, stream: Any) -> None:
        with self._lock:
            self._running += 1
        try:
            _say(stream, self._outcome(request, link, stream))
        finally:
            with self._lock:
                self._running -= 1
                self._runs += 1
                self._last = time.monotonic()

    def _outcome(self, request: ScriptRequest, link: socket.socket, stream: Any) -> dict[str, Any]:
        listener = _Listener(stream)
        try:
            source = head(request.script)
            chosen = environment_of.ensure(environment_of.of(source, request.environment), listener.phase)
            modules = preload(source, chosen.modules, shared=True)
            # A client says all it has to say at once: what can be read later is its end.
            report = script.run(request, self._pool, chosen, modules, listener, cancel=link.fileno())
        except BottegaError as error:
            return {"error": {"code": error.code, "facts": {name: str(fact) for name, fact in error.facts.items()}}}
        return {"report": report.as_json() | {"preview": report.preview}}


class _Listener:
    """Passes on what a run tells, as lines of JSON."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def printed(self, text: str) -> None:
        _say(self._stream, {"printed": text})

    def phase(self, text: str) -> None:
        _say(self._stream, {"phase": text})


def _say(stream: Any, message: dict[str, Any]) -> None:
    with contextlib.suppress(OSError, ValueError):  # the client is gone; the run ends as canceled
        stream.write(json.dumps(message) + "\n")
        stream.flush()


def serve(idle_seconds: float, ready: int) -> int:
    """Open the pool and serve; writes one line to the descriptor `ready`: empty, or what is wrong."""
    with os.fdopen(ready, "w") as told:
        try:
            chosen = build.ensure(environment.DEFAULT, lambda _: None)
            pool = assurance.open_pool(chosen, preload(b"", chosen.modules, shared=True), spares=2)
        except BottegaError as error:
            told.write(describe(error))
            return 1
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with pool_address.address() as path:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            listener.bind(path)
            os.chmod(path, 0o600)
        listener.listen(64)
        _warm(pool, chosen)
    server = Server(pool, idle_seconds)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.stop)
    try:
        server.serve(listener)
    finally:
        with contextlib.suppress(OSError), pool_address.address() as path:
            os.unlink(path)
        listener.close()
        server.finish()
        pool.close()
    return 0


def _warm(pool: Pool, chosen: Environment) -> None:
    """Start the zygotes that most scripts use; the first is waited for."""
    for lines in _FAMILIES:
        pool.prepare(chosen, preload(b"\n".join(lines), chosen.modules, shared=True))
    pool.ready(chosen, preload(b"", chosen.modules, shared=True))


if __name__ == "__main__":
    sys.exit(serve(float(sys.argv[1]), int(sys.argv[2])))
