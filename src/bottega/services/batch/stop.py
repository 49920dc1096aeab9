"""The wish that a job ends."""

from __future__ import annotations

import os
import select
import threading


class Stop:
    """Asked for once, seen by all who look: by `is_set`, or by a descriptor that becomes readable."""

    def __init__(self, descriptor: int | None = None) -> None:
        """With a descriptor of somebody else's, which tells it, too; else with one of its own."""
        self._own = descriptor is None
        self.descriptor = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK) if descriptor is None else descriptor
        self._lock = threading.Lock()

    def set(self) -> None:
        """Ask for it; once closed that is nothing."""
        with self._lock:
            if self._own and self.descriptor >= 0:
                os.eventfd_write(self.descriptor, 1)

    def is_set(self) -> bool:
        """Whether it was asked for."""
        with self._lock:
            if self.descriptor < 0:
                return False
            look = select.poll()
            look.register(self.descriptor, select.POLLIN)
            return bool(look.poll(0))

    def close(self) -> None:
        """Let go of the descriptor, if it is its own."""
        with self._lock:
            if self._own and self.descriptor >= 0:
                os.close(self.descriptor)
                self.descriptor = -1
