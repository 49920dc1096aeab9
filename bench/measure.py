"""Timing, and telling it as medians, spread and ratios."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


def once(action: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def interleaved(
    actions: Mapping[str, Callable[[], object]], rounds: int, pause: float = 0.03
) -> dict[str, list[float]]:
    """Seconds of each action, taken in turns so that the machine's moods meet all alike."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            time.sleep(pause)
            times[name].append(once(action))
    return times


def memory(action: Callable[[], object]) -> int:
    """Bytes that one call takes at most beyond what is there, in a fork of this process."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        Path("/proc/self/clear_refs").write_text("5")  # what came before does not count
        before = _status("VmRSS")
        action()
        os.write(writer, str(_status("VmHWM") - before).encode())
        os._exit(0)
    os.close(writer)
    with open(reader) as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return int(told)


def _status(name: str) -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024


def text(times: Sequence[float]) -> str:
    """Median [smallest - largest] in milliseconds."""
    return f"{statistics.median(times) * 1e3:9.1f} ms [{min(times) * 1e3:.1f} - {max(times) * 1e3:.1f}]"


def table(title: str, times: dict[str, list[float]], against: str) -> None:
    """Print the times of each action and its ratio to one of them."""
    print(f"\n## {title}\n")
    print(f"| | median [min - max] | {against} ÷ this | n |")
    print("|---|--:|--:|--:|")
    peer = statistics.median(times[against])
    for name, taken in times.items():
        ratio = peer / statistics.median(taken)
        print(f"| {name} | {text(taken).strip()} | {ratio:.2f} | {len(taken)} |")
