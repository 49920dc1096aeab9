"""What a run tells, numbered, kept for those who come late or come back."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress

from bottega.engine.events import Event, NodeEnded, NodePrinted, NodeStarted

_MOST = 5000
_MOST_TEXT = 4 << 20  # characters
Numbered = tuple[int, Event]


class Feed:
    """The events of one run, numbered from 1; the oldest go when there are too many. Safe for use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: deque[Numbered] = deque()
        self._count = 0
        self._text = 0
        self._over = False
        self._running: dict[str, None] = {}
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def add(self, event: Event) -> None:
        """Take in one more."""
        with self._lock:
            self._count += 1
            self._events.append((self._count, event))
            self._text += _length(event)
            while len(self._events) > _MOST or self._text > _MOST_TEXT:
                self._text -= _length(self._events.popleft()[1])
            if isinstance(event, NodeStarted):
                self._running[event.node] = None
            elif isinstance(event, NodeEnded):
                self._running.pop(event.step.node, None)
        self._wake()

    def end(self) -> None:
        """No more will come."""
        with self._lock:
            self._over = True
            self._running.clear()
        self._wake()

    @property
    def running(self) -> list[str]:
        """The nodes that run now."""
        with self._lock:
            return list(self._running)

    async def after(self, number: int) -> AsyncIterator[Numbered]:
        """The events after this number, as they come, until the last."""
        waiter = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._waiting.add(waiter)
        try:
            while True:
                waiter[1].clear()
                with self._lock:
                    new, over = [each for each in self._events if each[0] > number], self._over
                for each in new:
                    number = each[0]
                    yield each
                if over and not new:
                    return
                if not new:
                    await waiter[1].wait()
        finally:
            with self._lock:
                self._waiting.discard(waiter)

    def _wake(self) -> None:
        with self._lock:
            waiting = list(self._waiting)
        for loop, event in waiting:
            with suppress(RuntimeError):  # its loop has ended, and with it who waited
                loop.call_soon_threadsafe(event.set)


def _length(event: Event) -> int:
    return len(event.text) if isinstance(event, NodePrinted) else 0
