"""What a child of a service takes while it waits, and how it grows from call to call."""

from __future__ import annotations

import time

from bottega.sandbox.host import usage
from bottega.sandbox.host.limits import Limits

_LOOK_SECONDS = 5.0
_MOST_CPU = 0.2  # of one processor, by a child that nobody has called
_GROWTH = 256 << 20
_MOST_OF_LIMIT = 0.8


class Rest:
    """The memory and processor time of one child, as the kernel counts them."""

    def __init__(self, process: int | None, limits: Limits, *, grows: bool) -> None:
        """Of a child that is prepared; `process` is the host's number of it, `grows` says that its growth matters."""
        self._process = process
        self._limits = limits
        self._memory = self._held() if grows else 0
        self._cpu = 0.0
        self._calls = -1  # the first look only takes note
        self._looked = time.monotonic()

    def has_grown(self) -> bool:
        """Whether it holds far more than when it was prepared, or nearly all that it may."""
        held = self._held()
        return held > self._memory + _GROWTH or held > max(self._memory, self._limits.memory * _MOST_OF_LIMIT)

    def is_restless(self, calls: int) -> bool:
        """Whether, while it waits, it computes or takes memory; `calls` are those that it has had."""
        if self._held() > self._limits.memory:
            return True
        now = time.monotonic()
        seconds = now - self._looked
        if seconds < _LOOK_SECONDS:
            return False
        used = self._used()
        works = calls == self._calls and used - self._cpu > seconds * _MOST_CPU
        self._looked, self._cpu, self._calls = now, used, calls
        return works

    def _held(self) -> int:
        return usage.total(self._process, 0) if self._process is not None else 0

    def _used(self) -> float:
        return usage.cpu_seconds(self._process) if self._process is not None else 0.0
