"""An exact memory and process limit over all of a job's processes, where root can set one.

Version 2 where the controllers are handed out there, else version 1. Without either a
job is held by its own limits and by the host's watch (`supervise.py`).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_REMOVE_SECONDS = 1.0
_numbers = itertools.count(1)
# A group that a killed process of the same number left behind is in nobody's way.
_OURS = os.urandom(4).hex()


class Group:
    """The group of one job."""

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders

    def limit(self, memory: int, processes: int) -> None:
        """Set the job's limits, in bytes and in processes and threads."""
        limits = (
            ("memory.limit_in_bytes", memory),
            ("memory.memsw.limit_in_bytes", memory),
            ("memory.max", memory),
            ("memory.swap.max", 0),
            ("pids.max", processes + 1),  # one more for the job's first process
        )
        for folder in self._folders:
            for name, value in limits:
                # Each version and controller has some of these; some kernels keep no count of swap.
                with contextlib.suppress(OSError):
                    descriptor = os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CLOEXEC)
                    try:
                        os.write(descriptor, str(value).encode())
                    finally:
                        os.close(descriptor)

    def take(self, processes: Iterable[int]) -> None:
        """Take more processes in; those that have ended are passed over."""
        for process in processes:
            for folder in self._folders:
                with contextlib.suppress(OSError):
                    (folder / "cgroup.procs").write_text(str(process))

    def ran_out_of_memory(self) -> bool:
        """Whether the kernel ended a process of the job for want of memory."""
        for folder in self._folders:
            for name, key in (("memory.oom_control", "oom_kill"), ("memory.events", "oom_kill")):
                with contextlib.suppress(OSError, ValueError):
                    for line in (folder / name).read_text().splitlines():
                        word, _, count = line.partition(" ")
                        if word == key and int(count) > 0:
                            return True
        return False

    def remove(self) -> None:
        """Remove the group once its processes are gone."""
        deadline = time.monotonic() + _REMOVE_SECONDS
        for folder in self._folders:
            while True:
                try:
                    folder.rmdir()
                    break
                except FileNotFoundError:
                    break
                except OSError:
                    if time.monotonic() > deadline:
                        break
                    time.sleep(0.002)


def join(process: int) -> Group | None:
    """Put a process into a group of its own; None where that cannot be.

    Moving a process takes the kernel some milliseconds: done before a job comes.
    """
    name = f"job-{os.getpid()}-{_OURS}-{next(_numbers)}"
    folders: list[Path] = []
    try:
        for parent in places():
            folder = parent / name
            folder.mkdir()
            folders.append(folder)
            (folder / "cgroup.procs").write_text(str(process))
    except OSError:
        Group(folders).remove()
        return None
    return Group(folders) if folders else None


@cache
def places() -> tuple[Path, ...]:
    """The folders in which groups for jobs can be made."""
    if os.geteuid() != 0:
        return ()
    try:
        if (_ROOT / "cgroup.controllers").exists():
            found: tuple[Path, ...] = (_unified(),)
        else:
            found = tuple(_made(_ROOT / name / "bottega") for name in ("memory", "pids"))
    except OSError:
        return ()
    for parent in found:
        _sweep(parent)
    return found


def _sweep(parent: Path) -> None:
    """Remove the groups of processes that were killed before they could."""
    for folder in parent.glob("job-*"):
        owner = folder.name.split("-")[1]
        if owner.isdigit() and not Path("/proc", owner).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _unified() -> Path:
    parent = _made(_ROOT / "bottega")
    for folder in (_ROOT, parent):
        (folder / "cgroup.subtree_control").write_text("+memory +pids")
    return parent


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder
