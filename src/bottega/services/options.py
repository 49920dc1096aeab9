"""What calls of web services may use, and how many there may be at once (docs/web_services_limits.md)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from bottega.sandbox.host.limits import Limits

_MIB = 1 << 20
LOW = 4  # calls at once of an endpoint whose throttle is low (fact sheet 5.4)


def _limits() -> Limits:
    return Limits(
        wall_seconds=60.0, cpu_seconds=60, memory=2048 * _MIB, disk=256 * _MIB, output=64 * _MIB, printed=_MIB // 4
    )


@dataclass(frozen=True)
class Options:
    """Of request-response calls.

    limits        of one call, all its modules together
    body          bytes of a request
    answer        characters of an answer's cells
    waiting       calls of an endpoint that wait for their turn, for each that may run
    wait_seconds  how long one waits for it
    children      jails of one stage of a service at once
    spares        of them, how many wait ready
    idle_seconds  after which a service that nobody calls gives its jails back
    most_loaded   services that have jails; the longest idle one gives way
    retry_seconds after which a service that could not be prepared is tried again
    """

    limits: Limits = field(default_factory=_limits)
    body: int = 16 * _MIB
    answer: int = 128 * _MIB
    waiting: int = 2
    wait_seconds: float = 10.0
    children: int = max(4, 2 * (os.cpu_count() or 1))
    spares: int = 2
    idle_seconds: float = 900.0
    most_loaded: int = 16
    retry_seconds: float = 5.0
