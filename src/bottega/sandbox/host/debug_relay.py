"""A port of this machine, for one client of a debugger in a jail: bytes are handed on both ways and not looked at.

Who can reach the port controls the script in the jail, and only that. A browser can be
made to send to such a port, so whoever does not begin as a debugger's client does is sent
away; then it is the first client alone.
"""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time

from bottega.errors import BottegaError
from bottega.sandbox.host.debug import Debugger

# How each message of the Debug Adapter Protocol begins.
_BEGINNING = b"Content-Length: "
_BLOCK = 1 << 16
_TICK = 0.2
_BEGIN_SECONDS = 10.0
_MOST_SILENT = 16
# After its client has gone the script goes on; one that still waits then would wait for ever.
_GRACE_SECONDS = 10.0


class Relay:
    """Listens from the start; serves in a thread of its own until the script or the client ends."""

    def __init__(self, debugger: Debugger, host: str, port: int, *, idle_seconds: float | None = None) -> None:
        """`port` 0 is any that is free; after `idle_seconds` in which nothing moves the script is ended. Raises `usage`."""
        self._debugger = debugger
        self._idle = idle_seconds
        self._moved = time.monotonic()
        self._over = threading.Event()
        self.attached = threading.Event()
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            self._listener = socket.create_server((host, port), family=family, backlog=4)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise BottegaError("usage", reason=f"Nobody can listen on {host}:{port}: {reason}") from error
        self.host, self.port = self._listener.getsockname()[:2]
        self._thread = threading.Thread(target=self._serve, name="debug-relay", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hand on what the jail has still to say, then end."""
        self._over.set()
        self._thread.join()

    def _serve(self) -> None:
        try:
            client = self._accept()
            if client is not None:
                with client:
                    self.attached.set()
                    self._pump(client, self._debugger.line)
                self._after()
        finally:
            self._listener.close()

    def _accept(self) -> socket.socket | None:
        """The first client that begins as one does; None when the script has ended before. Who says nothing holds up nobody."""
        silent: dict[socket.socket, float] = {}  # with the time until which each may say something
        try:
            while not self._over.is_set():
                ready = select.select([self._listener, *silent], [], [], _TICK)[0]
                self._look()
                for client in [each for each in silent if each in ready]:
                    del silent[client]
                    if _begins_well(client):
                        self._listener.close()
                        with contextlib.suppress(OSError):  # it has gone already, as its next word will tell
                            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                        return client
                    client.close()
                if self._listener in ready:
                    with contextlib.suppress(OSError):
                        silent[self._listener.accept()[0]] = time.monotonic() + _BEGIN_SECONDS
                self._send_away(silent)
            return None
        finally:
            for client in silent:
                client.close()

    @staticmethod
    def _send_away(silent: dict[socket.socket, float]) -> None:
        """Those that have been silent for too long, and the first ones of many."""
        for client, until in list(silent.items()):
            if time.monotonic() > until or len(silent) > _MOST_SILENT:
                del silent[client]
                client.close()

    def _pump(self, client: socket.socket, line: socket.socket) -> None:
        """Bytes both ways until either side has ended, or the script has and all is told."""
        with contextlib.suppress(OSError):
            while True:
                ready = select.select([client, line], [], [], _TICK)[0]
                self._look()
                if self._over.is_set() and line not in ready:
                    return
                for source, target in ((client, line), (line, client)):
                    if source in ready:
                        data = source.recv(_BLOCK)
                        if not data:
                            return
                        self._send(target, data)
                        self._moved = time.monotonic()

    def _send(self, target: socket.socket, data: bytes) -> None:
        """All of it; a side that takes nothing does not hold up the end."""
        rest = memoryview(data)
        while rest:
            if select.select([], [target], [], _TICK)[1]:
                rest = rest[target.send(rest, socket.MSG_DONTWAIT) :]
            elif self._over.is_set():
                raise OSError("the script has ended")

    def _look(self) -> None:
        if self._idle is not None and time.monotonic() - self._moved > self._idle:
            self._debugger.end()

    def _after(self) -> None:
        """The client has gone: the script goes on by itself, or ends."""
        with contextlib.suppress(OSError):
            self._debugger.line.shutdown(socket.SHUT_RDWR)
        deadline = time.monotonic() + _GRACE_SECONDS
        while not self._over.wait(_TICK):
            if self._debugger.stopped and time.monotonic() > deadline:
                self._debugger.end()
                return
            if not self._debugger.stopped:
                deadline = time.monotonic() + _GRACE_SECONDS


def _begins_well(client: socket.socket) -> bool:
    """Whether its first bytes, which stay to be read, are those of a debugger's client."""
    try:
        return client.recv(len(_BEGINNING), socket.MSG_PEEK) == _BEGINNING
    except OSError:
        return False


def configuration(name: str, host: str, port: int, local: str, remote: str) -> dict[str, object]:
    """The entry of VS Code's launch.json that attaches to a relay; `local` is the folder that has the script as a file."""
    return {
        "name": name,
        "type": "debugpy",
        "request": "attach",
        "connect": {"host": host, "port": port},
        "pathMappings": [{"localRoot": local, "remoteRoot": remote}],
        "justMyCode": True,
    }
