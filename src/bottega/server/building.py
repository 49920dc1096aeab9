"""Environments that a server is making: one after the other, each with what it tells, so that a page can come back to it."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from starlette.requests import Request

from bottega.errors import BottegaError, describe
from bottega.sandbox.host.environment import Environment
from bottega.server.context import context_of
from bottega.server.errors import HttpError, missing
from bottega.server.logs import LOG

State = Literal["waiting", "building", "ready", "failed", "cancelled"]
Kind = Literal["create", "update"]
Tell = Callable[[str], None]
Make = Callable[[Tell, threading.Event], Environment]

ACTIVE: tuple[State, ...] = ("waiting", "building")
_MOST_WAITING = 20
_MOST_KEPT = 50  # that are over
_MOST_LINES = 200
_LONGEST_LINE = 500


@dataclass(frozen=True)
class Wish:
    """What somebody asked for: packages, a version or path of a Python, old names."""

    requirements: str = ""
    python: str | None = None
    compatibility: bool = False


@dataclass(frozen=True)
class Build:
    """How far a build is, or how it ended. Times in seconds since 1970.

    lines  what it told while it worked, oldest first; a long build keeps the newest
    error  why it failed, in words
    """

    id: str
    environment: str
    kind: Kind
    wish: Wish
    state: State
    lines: tuple[str, ...]
    queued: float
    started: float | None = None
    ended: float | None = None
    error: str | None = None

    @property
    def is_active(self) -> bool:
        """Whether it waits or goes on."""
        return self.state in ACTIVE


@dataclass
class _Work:
    """A build and what it takes. `lines` grow while it goes on."""

    build: Build
    make: Make
    cancelled: threading.Event = field(default_factory=threading.Event)
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=_MOST_LINES))


class Builds:
    """The builds that this server was asked for. Safe for use from several threads; close it at the end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._works: OrderedDict[str, _Work] = OrderedDict()
        self._thread = ThreadPoolExecutor(1, "build")
        self._is_closed = False

    def begin(self, environment: str, kind: Kind, make: Make, wish: Wish | None = None) -> Build:
        """Build, now or when its turn comes.

        Raises HttpError: 409 where one of this name is on its way, 503 where too many wait or the server ends.
        """
        build = Build(secrets.token_hex(8), environment, kind, wish or Wish(), "waiting", (), time.time())
        work = _Work(build, make)
        with self._lock:
            active = [each.build for each in self._works.values() if each.build.is_active]
            if any(each.environment == environment for each in active):
                raise HttpError(409, message=f"The environment {environment} is being built already.")
            if self._is_closed or len(active) >= _MOST_WAITING:
                message = "The server is ending." if self._is_closed else "Too many builds wait; try again later."
                raise HttpError(503, message=message, headers={"retry-after": "30"})
            self._works[build.id] = work
            self._forget_old()
            self._thread.submit(self._run, work)
        return build

    def all(self) -> list[Build]:
        """Those that wait or go on, and the newest of those that are over; newest first."""
        with self._lock:
            return [_seen(work) for work in reversed(self._works.values())]

    def newest(self) -> dict[str, Build]:
        """The newest build of each environment, by its name."""
        with self._lock:
            return {work.build.environment: _seen(work) for work in self._works.values()}

    def get(self, build: str) -> Build:
        """One build. Raises HttpError 404."""
        with self._lock:
            return _seen(self._work(build))

    def end(self, build: str) -> Build:
        """Cancel one that waits or goes on; forget one that is over. Raises HttpError 404."""
        with self._lock:
            work = self._work(build)
            if not work.build.is_active:
                del self._works[build]
            elif work.build.state == "waiting":
                self._over(work, "cancelled")
            work.cancelled.set()
            return _seen(work)

    def forget(self, environment: str) -> None:
        """Those of an environment that are over: it is gone, and its last one tells of nothing that is there."""
        with self._lock:
            for name, each in list(self._works.items()):
                if each.build.environment == environment and not each.build.is_active:
                    del self._works[name]

    def close(self) -> None:
        """Cancel all, and wait until none is left that writes."""
        with self._lock:
            self._is_closed = True
            for work in self._works.values():
                work.cancelled.set()
                if work.build.state == "waiting":
                    self._over(work, "cancelled")
        self._thread.shutdown(cancel_futures=True)

    def _work(self, build: str) -> _Work:
        if build not in self._works:
            raise missing("build", build)
        return self._works[build]

    def _run(self, work: _Work) -> None:
        with self._lock:
            if work.build.state != "waiting":
                return
            work.build = replace(work.build, state="building", started=time.time())
        state, reason = self._made(work)
        with self._lock:
            self._over(work, state, reason)

    def _made(self, work: _Work) -> tuple[State, str | None]:
        name = work.build.environment
        try:
            work.make(lambda text: self._tell(work, text), work.cancelled)
        except BottegaError as error:
            if work.cancelled.is_set():
                return "cancelled", None
            LOG.warning("an environment could not be built", environment=name, code=error.code)
            return "failed", describe(error)
        except Exception:  # noqa: BLE001 # whatever it is, it ends this build alone
            LOG.exception("an environment could not be built", environment=name)
            return "failed", "The server failed at this build; its log tells more."
        LOG.info("an environment is built", environment=name)
        return "ready", None

    def _tell(self, work: _Work, text: str) -> None:
        with self._lock:
            work.lines.append(text[:_LONGEST_LINE])

    @staticmethod
    def _over(work: _Work, state: State, error: str | None = None) -> None:
        work.build = replace(work.build, state=state, ended=time.time(), error=error)

    def _forget_old(self) -> None:
        over = [name for name, work in self._works.items() if not work.build.is_active]
        for name in over[:-_MOST_KEPT]:
            del self._works[name]


def builds_of(request: Request) -> Builds:
    """Those of the server that got a request; they end with it."""
    state = request.app.state
    with _making:
        if not hasattr(state, "builds"):
            state.builds = Builds()
            context_of(request).when_closed(state.builds.close)
    return cast("Builds", state.builds)


def _seen(work: _Work) -> Build:
    return replace(work.build, lines=tuple(work.lines))


_making = threading.Lock()
