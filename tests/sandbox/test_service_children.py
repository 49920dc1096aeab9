"""The children of services: how long they live, what replaces them, and whose turn it is."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from bottega.errors import BottegaError
from bottega.sandbox.host import workers as workers_module
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.service import Workers
from tests.sandbox.services import STATE, Serve, columns, inline, script, started, value

pytestmark = pytest.mark.slow  # many processes


@pytest.fixture
def serve(pool: Pool, environment: Environment) -> Iterator[Serve]:
    """Makes services; they are closed afterwards."""
    with started(pool, environment) as made:
        yield made


def test_only_in_service_mode_state_stays(serve: Serve, *, reuse: bool) -> None:
    service = serve(STATE, reuse=reuse)
    assert [value(service.call({})) for _ in range(3)] == ([1, 2, 3] if reuse else [1, 1, 1])


def test_an_ordinary_error_keeps_the_child(serve: Serve) -> None:
    source = STATE.replace("return", "if dataframe1 is not None: raise ValueError\n        return")
    service = serve(source, reuse=True)
    assert value(service.call({})) == 1
    assert service.call({"dataset1": inline({"a": [1]})}).failure is not None
    assert value(service.call({})) == 3


ENDS = {
    "time": "time.sleep(1000)",
    "exit": "os._exit(3)",
    "killed": "os.kill(os.getpid(), 9); os.abort()",
    "memory": "bytearray(1 << 40)",
    "closed": "os.closerange(0, 200)",
    "crash": "ctypes.string_at(0)",
    "processor": "[None for _ in iter(int, 1)]",
    "printed": "[print('x' * 10_000) for _ in range(5_000)]",
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_a_child_that_ends_otherwise_is_replaced(serve: Serve, end: str, *, reuse: bool) -> None:
    source = STATE.replace("import pandas", "import ctypes, os, time\n    import pandas").replace(
        "return", f"if dataframe1 is not None: {end}\n        return"
    )
    service = serve(source, reuse=reuse)
    assert value(service.call({})) == 1
    limits = Limits(wall_seconds=1.5 if "sleep" in end else 60, cpu_seconds=1, printed=1 << 10)
    outcome = service.call({"dataset1": inline({"a": [1]})}, limits=limits if reuse or "iter" not in end else LIMITS_1)
    assert outcome.failure is not None
    assert not outcome.outputs
    assert value(service.call({})) == 1


LIMITS_1 = Limits(wall_seconds=1.5)


def test_processor_time_is_counted_for_each_call(serve: Serve) -> None:
    """A child that has used more than the limit in many calls goes on; one call that does is ended."""
    source = """
        import os, time
        import pandas as pd
        def azureml_main(seconds):
            end = time.process_time() + seconds["a"][0]
            while time.process_time() < end:
                pass
            return pd.DataFrame({"process": [time.process_time()]}),
    """
    service = serve(source, reuse=True, limits=Limits(wall_seconds=60, cpu_seconds=1))
    for _ in range(4):
        used = value(service.call({"dataset1": inline({"a": [0.4]})}))
    assert used > 1.4
    outcome = service.call({"dataset1": inline({"a": [20.0]})})
    assert outcome.failure is not None
    assert outcome.failure.type == "CpuTime"


def test_calls_run_side_by_side(serve: Serve, *, reuse: bool) -> None:
    """At most so many at once; each gets the answer to its own question."""
    source = """
        import time
        def azureml_main(frame):
            frame["start"] = time.monotonic()
            time.sleep(0.02)
            frame["end"] = time.monotonic()
            return frame,
    """
    service = serve(source, reuse=reuse, most=3)
    spans: list[tuple[float, float]] = []

    def client(number: int) -> None:
        for call in range(6):
            told = columns(service.call({"dataset1": inline({"who": [number], "call": [call]})}))
            assert (told["who"], told["call"]) == ([number], [call])
            spans.append((told["start"][0], told["end"][0]))

    threads = [threading.Thread(target=client, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(spans) == 36
    assert 2 <= max(sum(start <= moment < end for start, end in spans) for moment, _ in spans) <= 3


def test_calls_are_taken_in_turn(serve: Serve, *, reuse: bool) -> None:
    """Also where one that waited gives up, and where others come just when a child is free."""
    source = """
        import time
        def azureml_main(frame):
            print("up")
            time.sleep(0.05 if frame["a"][0] else 1)
            return frame,
    """
    service = serve(source, reuse=reuse, most=1, spares=1)
    up = threading.Event()
    order: list[int | str] = []

    def client(number: int) -> None:
        limits = Limits(wall_seconds=0.6) if number == 1 else None
        outcome = service.call({"dataset1": inline({"a": [number]})}, limits=limits, printed=lambda _: up.set())
        order.append(outcome.failure.type if outcome.failure is not None else number)
        outcome.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(6)]
    for number, thread in enumerate(threads):
        thread.start()
        if not number:
            assert up.wait(30)
        while number and thread.is_alive() and len(service._line) < number:
            time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order.count("Timeout") == 1
    assert [each for each in order if each != "Timeout"] == [0, 2, 3, 4, 5]


def test_a_child_makes_room_after_many_calls(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "_MOST_CALLS", 5)
    service = serve(STATE, reuse=True)
    counts = [value(service.call({})) for _ in range(60)]
    starts = [place for place, count in enumerate(counts) if count == 1]
    assert len(starts) > 1
    assert min(after - before for before, after in itertools.pairwise(starts)) >= 5


def test_a_child_that_grows_is_replaced(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "_WORN_LOOK", 1)
    service = serve(STATE.replace("calls.append(1)", "calls.append(b'x' * (50 << 20))"), reuse=True)
    counts = [value(service.call({})) for _ in range(20)]
    assert max(counts) < 10
    assert counts.count(1) > 1


def test_processes_that_a_call_leaves_dead_end_with_its_child(serve: Serve) -> None:
    """Nobody reaps them, and their numbers would run out."""
    source = STATE.replace(
        "calls.append(1)", "calls.append(1)\n        import os\n        if os.fork() == 0: os._exit(0)"
    )
    service = serve(source, reuse=True, limits=Limits(wall_seconds=60, processes=8))
    assert len([value(service.call({})) for _ in range(20)]) == 20


def test_children_that_do_not_rest_are_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch, *, reuse: bool) -> None:
    """A thread that computes while nobody calls; calls are served all the same."""
    monkeypatch.setattr("bottega.sandbox.host.rest._LOOK_SECONDS", 0.2)
    monkeypatch.setattr(workers_module, "_LOOK_SECONDS", 0.1)
    spin = "import threading\nthreading.Thread(target=lambda: [None for _ in iter(int, 1)], daemon=True).start()\n"
    service = serve(spin + "def azureml_main(frame):\n    return frame,\n", reuse=reuse)
    service.warm()
    deadline = time.monotonic() + 30
    while (not service._is_restless() or service._ready) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert service._is_restless()
    assert not service._ready
    assert columns(service.call({"dataset1": inline({"a": [1]})})) == {"a": [1]}


def test_close_lets_calls_end(pool: Pool, environment: Environment, *, reuse: bool) -> None:
    source = "import time\ndef azureml_main(frame):\n    print('up')\n    time.sleep(0.5)\n    return frame,\n"
    service = Workers(pool, script(environment, source), reuse=reuse)
    up = threading.Event()
    got: list[dict[str, list[Any]]] = []

    def client() -> None:
        got.append(columns(service.call({"dataset1": inline({"a": [1]})}, printed=lambda _: up.set())))

    thread = threading.Thread(target=client)
    thread.start()
    assert up.wait(30)
    service.close()
    thread.join()
    assert got == [{"a": [1]}]
    for late in (service.warm, lambda: service.call({})):
        with pytest.raises(BottegaError) as caught:
            late()
        assert caught.value.code == "pool-lost"


def test_close_waits_for_no_import(pool: Pool, environment: Environment, *, reuse: bool) -> None:
    """Its child is ended, also the one that is made in its place; who waits for it is told."""
    service = Workers(pool, script(environment, "import time\ntime.sleep(1000)\n"), reuse=reuse, spares=2)
    told: list[str] = []

    def client() -> None:
        with pytest.raises(BottegaError) as caught:
            service.call({})
        told.append(caught.value.code)

    thread = threading.Thread(target=client)
    thread.start()
    while not service._unprepared:
        time.sleep(0.01)
    service.close()
    thread.join()
    assert told == ["pool-lost"]
    assert not service._unprepared


def test_a_service_without_calls_costs_nothing(pool: Pool, environment: Environment) -> None:
    Workers(pool, script(environment, "raise ValueError\n"), reuse=False).close()
