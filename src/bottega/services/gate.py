"""How many calls of an endpoint run at once, and how many wait for their turn."""

from __future__ import annotations

import threading
import time
from collections import deque

from bottega.sandbox.host.waits import Steps, Turn
from bottega.services.errors import refused


class Gate:
    """Lets so many in; some more may wait a while, each in turn, the rest is refused at once."""

    def __init__(self, most: int, waiting: int, seconds: float) -> None:
        self._most = most
        self._waiting = waiting
        self._seconds = seconds
        self._inside = 0
        self._lock = threading.Lock()
        self._line: deque[Turn] = deque()
        self._empty = threading.Condition(self._lock)

    def resize(self, most: int, waiting: int) -> None:
        """Let other numbers in from now on."""
        with self._lock:
            self._most, self._waiting = most, waiting
            self._call_next()

    @property
    def inside(self) -> int:
        """Calls that run."""
        return self._inside

    def drain(self, seconds: float) -> bool:
        """Wait until no call runs; whether it came to that."""
        with self._lock:
            return self._empty.wait_for(lambda: not self._inside, seconds)

    def entering(self) -> Steps[None]:
        """Have a call's turn come, in steps; it leaves by `leave`. Raises ServiceError (503) where too many are before it."""
        with self._lock:
            if self._inside < self._most and not self._line:  # nobody is passed who waits
                self._inside += 1
                return
            if len(self._line) >= self._waiting:
                self._refuse()
            turn = Turn()
            self._line.append(turn)
        over = time.monotonic() + self._seconds
        try:
            while True:
                with self._lock:
                    if self._line[0] is turn and self._inside < self._most:
                        self._inside += 1
                        return
                    left = over - time.monotonic()
                    if left <= 0:
                        self._refuse()
                    wait = turn.again(left)
                yield wait
        finally:
            with self._lock:
                self._line.remove(turn)
                self._call_next()

    def leave(self) -> None:
        """The call is over."""
        with self._lock:
            self._inside -= 1
            self._call_next()
            if not self._inside:
                self._empty.notify_all()

    def _call_next(self) -> None:
        """Have the first in the line look; with the lock held."""
        if self._line and self._inside < self._most:
            self._line[0].tell()

    def _refuse(self) -> None:
        message = f"This endpoint runs {self._most} calls at once, and others wait already; try again later."
        raise refused("ServiceUnavailable", "TooManyConcurrentRequests", message, retry_after=1)
