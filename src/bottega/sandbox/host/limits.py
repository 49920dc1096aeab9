"""What one run may use."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bottega.errors import BottegaError

_MIB = 1 << 20
_MOST = 1 << 60  # the kernel counts in 63 bits
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


@dataclass(frozen=True)
class Limits:
    """The limits of one run; sizes in bytes, times in seconds.

    wall_seconds  from the first byte of the job to its reply
    cpu_seconds   of each process
    memory        of all its processes together; its inputs do not count
    processes     and threads, at once
    disk          of its folder, with temporary files and shared memory
    output        of each table, of all files and of all pictures that it gives back
    printed       of text that is kept; ten times as much ends the run
    """

    wall_seconds: float = 3600.0
    cpu_seconds: int = 3600
    memory: int = 4096 * _MIB
    processes: int = 64
    disk: int = 512 * _MIB
    output: int = 1024 * _MIB
    printed: int = 1 * _MIB

    def __post_init__(self) -> None:
        """Raise `usage` for a limit that leaves no room for any job."""
        least = (
            ("timeout", self.wall_seconds, 0.001),
            ("cpu", self.cpu_seconds, 1),
            ("memory", self.memory, 64 * _MIB),
            ("processes", self.processes, 1),
            ("disk", self.disk, 1 * _MIB),
            ("output size", self.output, 64 << 10),
        )
        for name, value, bound in least:
            if not value >= bound:
                raise BottegaError("usage", reason=f"The {name} limit is {value}; it must be at least {bound}")
            if value > _MOST:
                raise BottegaError("usage", reason=f"The {name} limit is {value}; it can be at most {_MOST}")


def parse_size(text: str) -> int:
    """Bytes from a text such as `512M`, `2g`, `1.5 GB` or `100000`. Raises `usage`."""
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)(?:i?b)?\s*", text.lower())
    if match is None:
        raise BottegaError("usage", reason=f"{text!r} is no size; write a number of bytes, or one with K, M, G or T")
    return int(float(match[1]) * _UNITS[match[2]])


def size_text(size: int) -> str:
    """A size as a person reads it."""
    for unit, factor in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size} bytes"
