"""What a waiting child may take, and how far one that is reused may grow."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from bottega.sandbox.host import rest, usage
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.rest import Rest

MIB = 1 << 20


def test_memory_is_looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    held = iter([90 * MIB, 101 * MIB, 100 * MIB])
    monkeypatch.setattr(usage, "total", lambda *_: next(held))
    watched = Rest(os.getpid(), Limits(memory=100 * MIB), grows=False)
    assert [watched.is_restless(0) for _ in range(3)] == [False, True, False]


@pytest.mark.parametrize(("used", "calls", "restless"), [
    ([1, 1, 1], [0, 0, 0], [False, False, False]),
    ([1, 1, 3], [0, 0, 0], [False, False, True]),
    ([9, 9, 9], [0, 0, 0], [False, False, False]),  # what the preparation took
    ([1, 9, 9], [0, 1, 1], [False, False, False]),  # what a call took
    ([1, 1.5, 2], [0, 0, 0], [False, False, False]),
    ([1, 9, 10.5], [0, 1, 1], [False, False, True]),
], ids=["none", "much", "before", "a call's", "little", "after a call"])  # fmt: skip
def test_time_is_that_between_calls(
    monkeypatch: pytest.MonkeyPatch, used: list[float], calls: list[int], restless: list[bool]
) -> None:
    """Looked at every five seconds, a fifth of a processor being too much."""
    clock, times = iter([0.0, 6.0, 11.0, 17.0]), iter(used)
    monkeypatch.setattr(rest, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    monkeypatch.setattr(usage, "cpu_seconds", lambda _: next(times))
    watched = Rest(os.getpid(), Limits(memory=1 << 50), grows=False)
    assert [watched.is_restless(each) for each in calls] == restless


def test_between_looks_time_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Rest(os.getpid(), Limits(memory=1 << 50), grows=False)
    monkeypatch.setattr(usage, "cpu_seconds", lambda _: pytest.fail("asked"))
    assert not watched.is_restless(0)


@pytest.mark.parametrize(("before", "now", "grown"), [
    (100, 100, False), (100, 350, False), (100, 400, True), (10, 900, True), (850, 840, False), (850, 900, True),
], ids=["not", "little", "much", "near the limit", "always near it", "nearer"])  # fmt: skip
def test_growth(monkeypatch: pytest.MonkeyPatch, before: int, now: int, *, grown: bool) -> None:
    held = iter([before * MIB, now * MIB])
    monkeypatch.setattr(usage, "total", lambda *_: next(held))
    assert Rest(os.getpid(), Limits(memory=1000 * MIB), grows=True).has_grown() is grown


def test_a_process_that_nobody_knows_rests() -> None:
    watched = Rest(None, Limits(), grows=True)
    assert not watched.is_restless(0)
    assert not watched.has_grown()
