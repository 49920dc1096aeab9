"""How many run at once: no more than that, ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bottega.sandbox.host.waits import finish
from bottega.services.errors import ServiceError
from bottega.services.gate import Gate


@contextmanager
def turn(gate: Gate) -> Iterator[None]:
    """A call, as threads run it."""
    finish(gate.entering())
    try:
        yield
    finally:
        gate.leave()


def test_as_many_as_may_and_no_more() -> None:
    gate = Gate(3, waiting=100, seconds=60)
    lock, together = threading.Lock(), threading.Barrier(3, timeout=60)
    inside, most = 0, 0

    def call() -> None:
        nonlocal inside, most
        with turn(gate):
            with lock:
                inside += 1
                most = max(most, inside)
            together.wait()  # three at once, or never
            with lock:
                inside -= 1

    threads = [threading.Thread(target=call) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert most == 3
    assert gate.inside == 0


def refusal(gate: Gate) -> ServiceError:
    with pytest.raises(ServiceError) as caught, turn(gate):
        raise AssertionError
    return caught.value


def test_when_others_wait_already_it_is_refused_at_once() -> None:
    gate = Gate(1, waiting=0, seconds=60)
    with turn(gate):
        error = refusal(gate)
    assert (error.status, error.code, error.details[0].code) == (
        503, "ServiceUnavailable", "TooManyConcurrentRequests",
    )  # fmt: skip
    assert error.retry_after == 1
    with turn(gate):
        assert gate.inside == 1


def test_who_waits_too_long_is_refused() -> None:
    gate = Gate(1, waiting=1, seconds=0.01)
    with turn(gate):
        assert refusal(gate).status == 503
    assert gate.inside == 0


def test_another_size_holds_at_once() -> None:
    gate = Gate(1, waiting=1, seconds=60)
    entered = threading.Event()

    def call() -> None:
        with turn(gate):
            entered.set()

    with turn(gate):
        thread = threading.Thread(target=call)
        thread.start()
        gate.resize(2, 1)
        assert entered.wait(60)
        thread.join(60)
    gate.resize(0, 0)
    assert refusal(gate).status == 503


def test_draining_waits_for_what_runs() -> None:
    gate = Gate(1, waiting=1, seconds=1)
    assert gate.drain(0)
    with turn(gate):
        assert not gate.drain(0.01)
    assert gate.drain(60)


def test_a_call_that_fails_makes_room() -> None:
    gate = Gate(1, waiting=0, seconds=1)
    with pytest.raises(ValueError, match="x"), turn(gate):
        raise ValueError("x")
    with turn(gate):
        assert gate.inside == 1


def test_nobody_is_passed_who_waits() -> None:
    gate = Gate(1, waiting=2, seconds=60)
    first, second, third = gate.entering(), gate.entering(), gate.entering()
    with pytest.raises(StopIteration):
        next(first)
    waits = [next(second), next(third)]
    gate.leave()
    late = gate.entering()
    with pytest.raises(ServiceError):  # though there is room inside, two are before it
        next(late)
    assert waits[0].block()
    with pytest.raises(StopIteration):
        second.send(True)
    gate.leave()
    assert waits[1].block()
    with pytest.raises(StopIteration):
        third.send(True)
    assert gate.inside == 1
    gate.leave()


def test_who_waits_no_longer_is_no_hindrance() -> None:
    gate = Gate(1, waiting=2, seconds=60)
    with turn(gate):
        gone, waiting = gate.entering(), gate.entering()
        next(gone)
        wait = next(waiting)
        gone.close()
    assert wait.block()
    with pytest.raises(StopIteration):
        waiting.send(True)
    gate.leave()
