"""How many calls of an endpoint run at once, and how many wait for their turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bottega.sandbox.host.waits import ELSEWHERE, Steps
from bottega.services.errors import refused


class Gate:
    """Lets so many in; some more may wait a while, the rest is refused at once."""

    def __init__(self, most: int, waiting: int, seconds: float) -> None:
        self._most = most
        self._waiting = waiting
        self._seconds = seconds
        self._inside = 0
        self._outside = 0
        self._turn = threading.Condition()

    def resize(self, most: int, waiting: int) -> None:
        """Let other numbers in from now on."""
        with self._turn:
            self._most, self._waiting = most, waiting
            self._turn.notify_all()

    @property
    def inside(self) -> int:
        """Calls that run."""
        return self._inside

    def drain(self, seconds: float) -> bool:
        """Wait until no call runs; whether it came to that."""
        with self._turn:
            return self._turn.wait_for(lambda: not self._inside, seconds)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Run a call when it is its turn. Raises ServiceError (503) where too many are before it."""
        self._enter()
        try:
            yield
        finally:
            self.leave()

    def entering(self) -> Steps[None]:
        """Have a call's turn come, in steps; it leaves by `leave`. Raises as `turn` does."""
        with self._turn:
            if self._inside < self._most:
                self._inside += 1
                return
        yield ELSEWHERE
        self._enter()

    def leave(self) -> None:
        """The call is over."""
        with self._turn:
            self._inside -= 1
            self._turn.notify_all()

    def _enter(self) -> None:
        with self._turn:
            if self._inside >= self._most:
                self._wait()
            self._inside += 1

    def _wait(self) -> None:
        over = time.monotonic() + self._seconds
        if self._outside >= self._waiting:
            self._refuse()
        self._outside += 1
        try:
            while self._inside >= self._most:
                if not self._turn.wait(over - time.monotonic()):
                    self._refuse()
        finally:
            self._outside -= 1

    def _refuse(self) -> None:
        message = f"This endpoint runs {self._most} calls at once, and others wait already; try again later."
        raise refused("ServiceUnavailable", "TooManyConcurrentRequests", message, retry_after=1)
