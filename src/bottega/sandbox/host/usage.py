"""How much memory a job and all its processes take, as the kernel counts it."""

from __future__ import annotations

import os
from collections.abc import Iterator

_TICKS = os.sysconf("SC_CLK_TCK")


def process_id(handle: int) -> int | None:
    """The host's number of the process that a descriptor stands for; None when it is gone."""
    try:
        with open(f"/proc/self/fdinfo/{handle}") as file:
            for line in file:
                if line.startswith("Pid:"):
                    number = int(line.split()[1])
                    return number if number > 0 else None
    except (OSError, ValueError):
        pass
    return None


def peak(process: int) -> int:
    """The most memory that the process itself ever had resident, in bytes; 0 when unknown."""
    return _status(process).get("VmHWM", 0)


def total(process: int, shared: int) -> int:
    """Bytes that a process and its descendants hold for themselves, in bytes.

    Orphans of the job become children of its first process, so none is missed. Shared
    pages count too, but for the `shared` bytes of inputs that the host itself gave.
    """
    held = 0
    for number in family(process):
        status = _status(number)
        held += status.get("RssAnon", 0) + max(0, status.get("RssShmem", 0) - shared)
    return held


def busiest(process: int) -> float:
    """Seconds of processor time that the busiest of a process and its descendants has used."""
    return max((_used(number) for number in family(process)), default=0.0)


def cpu_seconds(process: int) -> float:
    """Seconds of processor time that a process and its living descendants have used."""
    return sum(_used(number) for number in family(process))


def family(process: int) -> Iterator[int]:
    """A process and its descendants."""
    pending = [process]
    seen: set[int] = set()
    while pending:
        number = pending.pop()
        if number not in seen:
            seen.add(number)
            yield number
            pending.extend(_children(number))


def _used(process: int) -> float:
    try:
        with open(f"/proc/{process}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS
    except (OSError, ValueError, IndexError):
        return 0.0


def _status(process: int) -> dict[str, int]:
    fields = {}
    try:
        with open(f"/proc/{process}/status") as file:
            for line in file:
                name, _, value = line.partition(":")
                if name in ("VmHWM", "RssAnon", "RssShmem"):
                    fields[name] = int(value.split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return fields


def _children(process: int) -> list[int]:
    children = []
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/children") as file:
                children += [int(number) for number in file.read().split()]
    except (OSError, ValueError):
        pass
    return children
