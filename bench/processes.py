"""The processes of a server: which there are, and how much memory they take."""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from pathlib import Path


def below(root: int) -> dict[int, list[int]]:
    """All processes that come from one, itself included, each with its own children."""
    children: dict[int, list[int]] = defaultdict(list)
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if name.isdigit():
                stat = Path("/proc", name, "stat").read_text()
                children[int(stat.rpartition(")")[2].split()[1])].append(int(name))
    found: dict[int, list[int]] = {}
    waiting = [root]
    while waiting:
        process = waiting.pop()
        found[process] = children[process]
        waiting += children[process]
    return found


def memory(root: int) -> float:
    """MiB that they take together, pages that several share counted once."""
    total = 0
    for process in below(root):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                total += int(line.split()[1]) if line.startswith("Pss:") else 0
    return total / 1024
