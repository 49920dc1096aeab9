"""Calls that wait for a child: their time goes on meanwhile, and they can be canceled."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.service import Workers
from bottega.sandbox.host.task import Failure
from tests.sandbox.helpers import LIMITS
from tests.sandbox.services import inline, script, value

SOURCE = """
    import time
    def azureml_main(frame):
        print("up", flush=True)
        time.sleep(1000 if frame["a"][0] else 0)
        return frame,
"""
SHORT = replace(LIMITS, wall_seconds=0.2)


@pytest.fixture(params=[False, True], ids=["request", "service"])
def workers(request: pytest.FixtureRequest, pool: Pool, environment: Environment) -> Iterator[Workers]:
    """A service that runs one call at once."""
    made = Workers(pool, script(environment, SOURCE), reuse=bool(request.param), spares=1, most=1)
    yield made
    made.close()


@contextmanager
def busy(workers: Workers) -> Iterator[None]:
    """A call that runs until the end of this block."""
    stop = os.eventfd(0)
    up = threading.Event()

    def call() -> None:
        workers.call({"dataset1": inline({"a": [1]})}, printed=lambda _: up.set(), cancel=stop).close()

    thread = threading.Thread(target=call)
    thread.start()
    try:
        assert up.wait(60)
        yield
        assert thread.is_alive()
    finally:
        os.eventfd_write(stop, 1)
        thread.join()
        os.close(stop)


def failure(workers: Workers, cancel: int | None = None) -> Failure:
    """How a short call fails."""
    outcome = workers.call({"dataset1": inline({"a": [0]})}, limits=SHORT, cancel=cancel)
    outcome.close()
    assert outcome.failure is not None
    return outcome.failure


def test_waiting_for_a_child_is_part_of_a_calls_time(workers: Workers) -> None:
    with busy(workers):
        found = failure(workers)
    assert (found.code, found.type) == ("0085", "Timeout")
    assert "No process was free" in found.message
    assert value(workers.call({"dataset1": inline({"a": [0]})})) == 0


def test_a_call_that_waits_can_be_canceled(workers: Workers) -> None:
    cancel = os.eventfd(1)
    with busy(workers):
        assert failure(workers, cancel).code == "canceled"
    os.close(cancel)
    assert value(workers.call({"dataset1": inline({"a": [0]})})) == 0


def test_who_gives_up_leaves_the_turn_to_others(workers: Workers) -> None:
    answers: list[int] = []
    asked = [threading.Thread(target=failure, args=(workers,)) for _ in range(3)]
    patient = threading.Thread(
        target=lambda: answers.append(value(workers.call({"dataset1": inline({"a": [0]})}))),
    )
    with busy(workers):
        for thread in (*asked, patient):
            thread.start()
        for thread in asked:
            thread.join()
        assert patient.is_alive()
    patient.join()
    assert answers == [0]
