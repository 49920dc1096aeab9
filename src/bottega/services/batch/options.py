"""What batch jobs may use, and how many run at once (docs/batch.md)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from bottega.sandbox.host.limits import Limits
from bottega.store.jobs import MOST

_MIB = 1 << 20


def _limits() -> Limits:
    return Limits(wall_seconds=3600.0, cpu_seconds=3600, memory=4096 * _MIB, disk=512 * _MIB, output=2048 * _MIB)


@dataclass(frozen=True)
class Options:
    """Of batch jobs. Times in seconds.

    limits          of all modules of a job together, and of the reading of each of its inputs
    workers         jobs that this process has under way at once
    modules         of them, jobs whose files are in jails at once; the others fetch theirs, or wait for that
    per_endpoint    jobs of one endpoint that run at once (fact sheet 5.4); the rest wait in order
    result_seconds  that the address of a result lives; each look at a job makes a new one
    keep_seconds    that a job which has ended can be asked about
    """

    limits: Limits = field(default_factory=_limits)
    workers: int = 64
    modules: int = field(default_factory=lambda: os.cpu_count() or 1)
    per_endpoint: int = MOST
    result_seconds: float = 3600.0
    keep_seconds: float = 30 * 86_400.0
