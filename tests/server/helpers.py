"""A server over a workspace of its own, in this process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from bottega.sandbox.host.pool import Pool
from bottega.server.app import create_app
from bottega.server.context import Context
from bottega.server.listening import Listening
from bottega.server.options import Options
from bottega.server.serve import Server, configured
from bottega.store.workspace import Workspace

BASE = "http://testserver"


@dataclass(frozen=True)
class Served:
    """A context, its application, and a client that speaks to it without a socket."""

    context: Context
    app: Starlette
    client: TestClient

    @property
    def workspace(self) -> Workspace:
        return self.context.workspace

    @property
    def token(self) -> str:
        return self.workspace.tokens.primary

    @property
    def bearer(self) -> dict[str, str]:
        """The header of the native API and of the management."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def studio(self) -> dict[str, str]:
        """The header of the Studio API."""
        return {"x-ms-metaanalytics-authorizationtoken": self.token}

    def api(self, path: str = "") -> str:
        """A path of the Studio API within the workspace."""
        return f"/api/workspaces/{self.workspace.id}{path}"

    def v1(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        """Ask the native API; what it answers, as JSON where it is that."""
        headers = self.bearer | more.pop("headers", {})
        response = self.client.request(method, f"/v1{path}", headers=headers, **more)
        assert response.status_code == status, (response.status_code, response.text[:2000])
        return response.json() if "json" in response.headers.get("content-type", "") else response


@dataclass(frozen=True)
class Live:
    """The same at a real port."""

    served: Served
    url: str

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def workspace(self) -> Workspace:
        return self.served.workspace

    @property
    def token(self) -> str:
        return self.served.token

    def raw(self, data: bytes, *, end: bool = False, seconds: float = 30.0) -> bytes:
        """Send bytes and read until the server closes; `end`: it is told that there is no more."""
        pieces = []
        with socket.create_connection(("127.0.0.1", self.port), seconds) as link, suppress(ConnectionError):
            link.sendall(data)
            if end:
                link.shutdown(socket.SHUT_WR)
            while piece := link.recv(1 << 16):
                pieces.append(piece)
        return b"".join(pieces)


@contextmanager
def serving(folder: Path, pool: Pool, **options: Any) -> Iterator[Served]:
    """A server without a socket."""
    with Workspace.open(folder) as workspace:
        context = Context.of(workspace, pool, Options(**options))
        context.ready.set()
        app = create_app(context)
        try:
            with TestClient(app, base_url=BASE) as client:
                yield Served(context, app, client)
        finally:
            context.close()


@contextmanager
def listening(served: Served, **how: Any) -> Iterator[Live]:
    """The same server at a port of this machine, in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
        server = Server(configured(served.app, Listening(port=port, **how)), lambda: None)
        thread = threading.Thread(target=server.run, args=([bound],), name="live")
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield Live(served, f"http://127.0.0.1:{port}")
        finally:
            server.should_exit = True
            thread.join()


def until(done: Any, seconds: float = 60.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.02)


__all__ = ["BASE", "Live", "Served", "listening", "serving", "until"]
