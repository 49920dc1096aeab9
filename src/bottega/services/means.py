"""What all stages of a loaded program share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.network import NO_NETWORK, Network
from bottega.sandbox.host.pool import Pool
from bottega.services.program import Program
from bottega.services.value import Value


@dataclass(frozen=True)
class Means:
    """The program, and the jails for it.

    limits     of a call
    reuse      a child takes call after call (mode `service`)
    spares     children of a stage that wait ready; `most` of them at once
    constants  by key
    samples    tables for web service inputs, by key, to try the modules on
    needed     the keys that another stage or a web service output reads
    network    what scripts may reach
    """

    program: Program
    pool: Pool
    limits: Limits
    reuse: bool
    spares: int
    most: int
    constants: Mapping[str, Value]
    samples: Mapping[str, Value]
    needed: frozenset[str]
    network: Network = NO_NETWORK
