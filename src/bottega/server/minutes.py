"""Calls of web services minute by minute, for small plots: of the last day, in memory alone."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST = 24 * 60
_MOST_ENDPOINTS = 200
_MINUTE = 60


@dataclass
class Minute:
    """What was called in one minute; times in seconds."""

    calls: int = 0
    errors: int = 0
    seconds: float = 0.0
    longest: float = 0.0


class Minutes:
    """The minutes of each endpoint; of very many endpoints those that were called last. Safe for several threads."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._endpoints: OrderedDict[str, OrderedDict[int, Minute]] = OrderedDict()

    def add(self, endpoint: str, seconds: float, *, is_error: bool) -> None:
        """Count a call that ended now."""
        now = int(self._clock()) // _MINUTE
        with self._lock:
            minutes = self._endpoints.setdefault(endpoint, OrderedDict())
            self._endpoints.move_to_end(endpoint)
            minute = minutes.setdefault(now, Minute())
            minute.calls += 1
            minute.errors += is_error
            minute.seconds += seconds
            minute.longest = max(minute.longest, seconds)
            while len(minutes) > MOST:
                minutes.popitem(last=False)
            while len(self._endpoints) > _MOST_ENDPOINTS:
                self._endpoints.popitem(last=False)

    def last(self, endpoint: str, count: int) -> tuple[float, list[Minute]]:
        """So many minutes up to the one that goes on, the oldest first, and when the first began."""
        first = int(self._clock()) // _MINUTE - count + 1
        with self._lock:
            found = self._endpoints.get(endpoint, OrderedDict())
            copies = [found.get(first + each, Minute()) for each in range(count)]
            return float(first * _MINUTE), [Minute(**vars(each)) for each in copies]
