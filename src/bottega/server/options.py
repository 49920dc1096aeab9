"""How a server is set up."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Options:
    """What may be chosen when a server starts. Sizes in bytes, times in seconds.

    public_url      where clients reach it, without a slash at its end; None to take it from each request's Host
    address         host and port that it listens on, for links where a request tells no usable Host
    secure          whether it speaks TLS itself
    runs_at_once    experiments that run side by side; the others wait in order
    jobs_at_once    batch jobs whose modules do; None for as many as there are cores
    endpoint_jobs   batch jobs of one endpoint that are under way at once (fact sheet 5.4)
    largest_body    of a request that is read into memory
    largest_upload  of one that goes to disk
    body_seconds    that a client may be silent while it sends a body
    body_rate       bytes a second that it has to send on average
    link_seconds    that a signed address lives
    """

    public_url: str | None = None
    address: str = "127.0.0.1:8080"
    secure: bool = False
    runs_at_once: int = 2
    jobs_at_once: int | None = None
    endpoint_jobs: int = 40
    largest_body: int = 64 * MIB
    largest_upload: int = 2**31 - 1  # an old client's size is a signed 32-bit number (clients.md rule 7)
    body_seconds: float = 20.0
    body_rate: int = 1024
    link_seconds: float = 3600.0
