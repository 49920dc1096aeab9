"""The language servers of one server: one an environment, begun when somebody types and ended when nobody does."""

from __future__ import annotations

import threading
import time
from typing import TypeVar, cast

from starlette.requests import Request

from bottega.errors import BottegaError, describe
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.layer import Layer
from bottega.server import logs
from bottega.server.context import context_of
from bottega.server.errors import HttpError
from bottega.server.language import jail
from bottega.server.language.analyst import ANSWER_SECONDS, Analyst
from bottega.server.language.header import Place
from bottega.server.language.peer import Gone

IDLE_SECONDS = 600.0
_MOST = 3
_AT_ONCE = 8  # questions that keep a thread of the server's each
_LOOK_SECONDS = 5.0
_RETRY_SECONDS = 30.0
_ENDED, _MISSING = "LanguageServerEnded", "LanguageServerMissing"
_T = TypeVar("_T")


class Analysts:
    """Close them at the end."""

    def __init__(
        self, layer: Layer, idle_seconds: float = IDLE_SECONDS, look_seconds: float = _LOOK_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:  # fmt: skip
        self._layer, self._answer = layer, answer_seconds
        self._idle, self._look = idle_seconds, look_seconds
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._open: dict[str, Analyst] = {}
        self._failed: dict[str, tuple[float, BottegaError]] = {}
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._closed = threading.Event()
        self._watch = threading.Thread(target=self._look_after, name="language-watch", daemon=True)
        self._watch.start()

    def ask(
        self, environment: Environment, editor: str, text: str, question: str, place: Place | None, kind: type[_T]
    ) -> _T | None:
        """See `Analyst.ask`. Raises HttpError: 424 where there is no language server to be had, 429 where it is busy.

        Never 503: the server itself is well, and an editor goes on without.
        """
        if not self._turns.acquire(blocking=False):
            raise HttpError(429, message="The language server is busy; ask again.", headers={"retry-after": "1"})
        try:
            return self._of(environment).ask(editor, text, question, place, kind)
        except Gone as error:
            message = "The language server ended before it answered; the next question starts it anew."
            raise HttpError(424, _ENDED, message, headers={"retry-after": "1"}) from error
        except BottegaError as error:
            raise HttpError(424, _MISSING, describe(error)) from error
        finally:
            self._turns.release()

    @property
    def running(self) -> int:
        """How many there are."""
        with self._lock:
            return len(self._open)

    def close(self) -> None:
        """End them all, and begin no more."""
        self._closed.set()
        with self._starting, self._lock:
            ending = list(self._open.values())
            self._open.clear()
        for each in ending:
            each.close()
        self._watch.join()

    def _of(self, environment: Environment) -> Analyst:
        """That of an environment; of several that ask at once one starts it."""
        key = environment.digest
        with self._lock:
            found = self._open.get(key)
        if found is not None and not found.is_over:
            return found
        with self._starting:
            with self._lock:
                found = self._open.get(key)
                if found is not None and not found.is_over:
                    return found
                since, error = self._failed.get(key, (0.0, None))
            if error is not None and time.monotonic() < since + _RETRY_SECONDS:
                raise error
            if self._closed.is_set():
                raise Gone
            return self._begin(key, environment)

    def _begin(self, key: str, environment: Environment) -> Analyst:
        try:
            jail.check(self._layer)
            begun = Analyst(environment, self._answer)
        except BottegaError as error:
            with self._lock:
                self._failed = {**self._failed, key: (time.monotonic(), error)}
            raise
        with self._lock:
            ending = [self._open.pop(key)] if key in self._open else []
            while len(self._open) >= _MOST:
                longest = min(self._open, key=lambda each: self._open[each].used)
                ending.append(self._open.pop(longest))
            self._open[key] = begun
            self._failed.pop(key, None)
        for each in ending:
            each.close()
        return begun

    def _look_after(self) -> None:
        while not self._closed.wait(self._look):
            oldest = time.monotonic() - self._idle
            with self._lock:
                over = [key for key, each in self._open.items() if each.used < oldest or each.is_over]
                ending = [self._open.pop(key) for key in over]
            for each in ending:
                each.close()
                logs.LOG.info("a language server ended")


def analysts_of(request: Request) -> Analysts:
    """Those of the server that got a request; they end with it."""
    state = request.app.state
    with _making:
        if not hasattr(state, "analysts"):
            context = context_of(request)
            state.analysts = Analysts(context.pool.layer)
            context.when_closed(state.analysts.close)
    return cast("Analysts", state.analysts)


_making = threading.Lock()
