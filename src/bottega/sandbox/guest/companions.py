"""Processes that a child starts to stay with it from call to call; all others are rests of a call."""

from __future__ import annotations

import os
import time

from . import linux

_PATIENCE = 0.25  # seconds: what has given its answer may still be ending
_LOOK = 0.005

_known: set[int] = set()
_ever: set[int] = set()


def hide() -> None:
    """Before what runs a user's code is started beside this: in a jail it shall not reach the memory and files of this."""
    if os.getpid() == 1:  # of a jail with its own processes; no other has any beside it
        linux.hide()


def add(process: int) -> None:
    """It stays."""
    _known.add(process)
    _ever.add(process)


def remove(process: int) -> None:
    """It has ended."""
    _known.discard(process)


def are_alone() -> bool:
    """Whether nothing but them and this is left of a call. A child that never had any is not asked: that is up to its script."""
    if not _ever or os.getpid() != 1:
        return True
    end = time.monotonic() + _PATIENCE
    while rests := [number for number in _numbers() if number not in _known and _lives(number)]:
        if time.monotonic() > end:
            return not rests
        time.sleep(_LOOK)
    return True


def _numbers() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]


def _lives(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            return file.read().rpartition(b") ")[2][:1] not in {b"Z", b"X"}
    except (FileNotFoundError, ProcessLookupError):
        return False
