"""One server process: from the workspace to the last answer."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from bottega.engine.request import preload
from bottega.errors import BottegaError, describe
from bottega.sandbox.host import assurance, build
from bottega.sandbox.host.environment import BOTTEGA, DEFAULT, Environment
from bottega.sandbox.host.task import RUNNER
from bottega.server import logs
from bottega.server.app import create_app
from bottega.server.claim import claimed
from bottega.server.context import Context
from bottega.server.listening import Listening
from bottega.server.options import Options
from bottega.server.protocol import Protocol
from bottega.store.workspace import Workspace

_SPARES = 2
_MOST_ZYGOTES = 12
_KEEP_ALIVE_SECONDS = 75
_BACKLOG = 1024
_GARBAGE = (50_000, 20, 50)
_LAST_SECONDS = 30.0  # after the grace, for what runs in threads


class Server(uvicorn.Server):
    """Ends in order at the first signal, at once at the second, and with neither raises it again."""

    def __init__(self, config: uvicorn.Config, release: Callable[[], None]) -> None:
        super().__init__(config)
        self._release = release

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A signal is our order to end, so the process does so well."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The second one does not wait for requests."""
        self.force_exit = self.should_exit
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of those who follow events, for they would never leave; then wait for the others."""
        self._release()
        await super().shutdown(sockets)


def serve(folder: Path, listening: Listening, options: Options, announce: Callable[[str, str, str], None],
          phase: Callable[[str], None] = lambda _: None) -> None:  # fmt: skip
    """Serve a workspace until a signal ends it.

    announce  called with the address, the workspace's id and a code to sign in with, as soon as requests are taken
    phase     hears what takes its time before

    Raises `usage` where another server has the workspace, the address cannot be had or the
    options do not fit; and as `Workspace.open` and `assurance.open_pool` do.
    """
    listening.check()
    by_force = threading.Timer(_LAST_SECONDS, _end_by_force)
    by_force.daemon = True
    with contextlib.ExitStack() as held:
        held.callback(by_force.cancel)
        workspace = held.enter_context(Workspace.open(folder))
        told = held.enter_context(claimed(folder))
        bound = held.enter_context(contextlib.closing(listening.bind()))
        environment = build.ensure(DEFAULT, phase)
        modules = preload(b"", environment.modules, shared=True)
        pool = held.enter_context(assurance.open_pool(environment, modules, spares=_SPARES, most_zygotes=_MOST_ZYGOTES))
        address, is_secure = listening.address(bound), listening.certificate is not None
        context = Context.of(workspace, pool, replace(options, address=address, secure=is_secure))
        held.callback(context.close)
        context.runs.recover()
        threading.Thread(target=_warm, args=(context, environment), name="warm", daemon=True).start()
        bound.listen(_BACKLOG)  # who comes before the loop turns waits a moment
        url = options.public_url or f"{'https' if is_secure else 'http'}://{address}"
        told(url)
        announce(url, workspace.id, context.sessions.code())
        try:
            Server(configured(create_app(context), listening), context.runs.release).run(sockets=[bound])
        finally:
            by_force.start()


def configured(app: Starlette, listening: Listening) -> uvicorn.Config:
    """How uvicorn serves an application."""
    return uvicorn.Config(
        app, http=Protocol, loop="uvloop", ws="none", lifespan="off", access_log=False, log_config=None, server_header=False,
        limit_concurrency=listening.connections, backlog=_BACKLOG, timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=listening.grace, ssl_certfile=listening.certificate, ssl_keyfile=listening.key,
        proxy_headers=bool(listening.proxies), forwarded_allow_ips=list(listening.proxies),
    )  # fmt: skip


def _warm(context: Context, environment: Environment) -> None:
    """Start what first requests want: a script's process, and that of the catalogue's modules."""
    try:
        context.pool.prepare(environment, preload(b"", environment.modules, shared=True))
        own = build.ensure(BOTTEGA, lambda text: logs.LOG.info("preparing", what=text))
        context.pool.prepare(own, preload(b"", own.modules, shared=True), guest=RUNNER)
        context.pool.ready(environment, preload(b"", environment.modules, shared=True))
    except BottegaError as error:  # told again to whoever needs it
        logs.LOG.error("the jails could not be warmed", reason=describe(error))
    # The rows of one large call are more objects than Python lets come before it looks for garbage; what stays it need not look at.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    context.ready.set()


def _end_by_force() -> None:
    """What still runs in a thread long after the grace does not keep the process from ending."""
    logs.LOG.error("ended by force, for something did not let go")
    os._exit(1)
