"""Whose turn it is, among jobs that are under way."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bottega.services.batch.storage import Stopped

_LOOK_SECONDS = 0.25


class Turns:
    """Lets so many in at once, in the order in which they came."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._line: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, stop: Callable[[], bool]) -> Iterator[None]:
        """Wait, and be in while the block lasts. Raises Stopped as soon as `stop` says so."""
        with self._changed:
            self._wait(stop)
            self._free -= 1
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    def _wait(self, stop: Callable[[], bool]) -> None:
        mine = object()
        self._line.append(mine)
        try:
            while self._line[0] is not mine or not self._free:
                if stop():
                    raise Stopped
                self._changed.wait(_LOOK_SECONDS)
        finally:
            self._line.remove(mine)
            self._changed.notify_all()


class Lanes:
    """Files come in ahead of the modules, but not far: they take room on the disk."""

    def __init__(self, modules: int) -> None:
        """Jobs whose files are in jails at once; as many more may have fetched theirs, or be at it."""
        self.files = Turns(modules)
        self.modules = Turns(modules)
