"""Scripts as services: what a call gives is what a run would give, in both modes."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from bottega.errors import BottegaError
from bottega.sandbox.host import workers as workers_module
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Inline, Memory
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.service import PreparationFailed, ScriptService, Workers
from bottega.sandbox.host.task import Failure, PortMapping
from tests.sandbox.helpers import Columns, Runner, sealed, zipped
from tests.sandbox.services import columns, inline, read, script, value

Serve = Callable[..., Workers]

STATE = """
    import pandas as pd
    calls = []
    def azureml_main(dataframe1=None):
        calls.append(1)
        return pd.DataFrame({"calls": [len(calls)]}),
"""


@pytest.fixture(params=[False, True], ids=["request", "service"])
def reuse(request: pytest.FixtureRequest) -> bool:
    """The mode."""
    return bool(request.param)


@pytest.fixture
def serve(pool: Pool, environment: Environment) -> Iterator[Serve]:
    """Makes services; they are closed afterwards."""
    with ExitStack() as stack:

        def made(source: str | bytes, *, reuse: bool, spares: int = 1, most: int = 8, **options: Any) -> Workers:
            workers = Workers(pool, script(environment, source, **options), reuse=reuse, spares=spares, most=most)
            stack.callback(workers.close)
            return workers

        yield made


SOURCE = """
    import matplotlib.pyplot as plt
    import os
    import sys
    print("imported")
    def azureml_main(dataframe1, dataframe2):
        print("called", len(dataframe1))
        print("warned", file=sys.stderr)
        plt.plot(dataframe1["a"])
        plt.savefig("mine.png")
        plt.figure()
        plt.plot([1, 2])
        os.mkdir("outputs")
        with open("outputs/told.txt", "w") as file:
            file.write("told")
        dataframe1["sum"] = dataframe1["a"] + dataframe1["b"]
        dataframe2["times"] = dataframe2["text"].str.len()
        return dataframe1, dataframe2
"""
LEFT: Columns = {"a": [1.5, 2.5], "b": [1, None]}
RIGHT: Columns = {"text": ["x", "ää"], "flag": [True, None]}


def test_a_call_gives_what_a_run_gives(serve: Serve, run: Runner, *, reuse: bool) -> None:
    expected = run(SOURCE, dataset1=LEFT, dataset2=RIGHT)
    service = serve(SOURCE, reuse=reuse)
    for number in range(2):
        outcome = service.call({"dataset1": inline(LEFT), "dataset2": inline(RIGHT)})
        assert outcome.failure is None, outcome.failure
        assert read(outcome.outputs["result"]) == expected.columns
        assert expected.result2 is not None
        assert read(outcome.outputs["result2"]) == expected.result2.arrow.to_pydict()
        assert outcome.outputs["files"].read() == expected.zip
        assert [picture.name for picture in outcome.pictures] == expected.picture_names
        assert [len(picture.data) for picture in outcome.pictures] == [len(each.data) for each in expected.pictures]
        assert outcome.notes == expected.notes
        first = expected.log if number == 0 or not reuse else expected.log.replace("imported\n", "")
        assert outcome.log == first
        outcome.close()


def test_what_is_printed_is_told_while_it_runs(serve: Serve, *, reuse: bool) -> None:
    service = serve("print('top')\ndef azureml_main():\n    print('call')\n", reuse=reuse)
    heard: list[str] = []
    service.call({}, printed=heard.append).close()
    assert "".join(heard) == "top\ncall\n"


def test_ports_can_be_parameters(serve: Serve, *, reuse: bool) -> None:
    source = (
        "def azureml_main(dataframe1=None, dataframe2=None):\n    assert dataframe1 is None\n    return dataframe2,\n"
    )
    service = serve(source, reuse=reuse, mapping=PortMapping.SLOTS)
    assert columns(service.call({"dataset2": inline({"a": [1]})})) == {"a": [1]}


def test_any_call_may_leave_inputs_out(serve: Serve, *, reuse: bool) -> None:
    service = serve("def azureml_main(a=None, b=None):\n    print(a is None, b is None)\n", reuse=reuse)
    asked: list[dict[str, Memory]] = [
        {"dataset1": inline({"a": [1]}), "dataset2": inline({"a": [2]})}, {}, {"dataset2": inline({"a": [3]})},
    ]  # fmt: skip
    logs = []
    for inputs in asked:
        outcome = service.call(inputs)
        logs.append(outcome.log)
        outcome.close()
    assert logs == ["False False\n", "True True\n", "False True\n"]


@pytest.mark.parametrize("rows", [1, 5_000, 200_000])
def test_large_tables_go_both_ways(serve: Serve, rows: int, *, reuse: bool) -> None:
    """More than fits a message, also from a child that has had such calls before; small ones in between."""
    service = serve("def azureml_main(frame):\n    frame['b'] = frame['a'] * 2\n    return frame,\n", reuse=reuse)
    with sealed({"a": list(range(rows))}) as large:
        for _ in range(3):
            assert columns(service.call({"dataset1": large})) == {
                "a": list(range(rows)),
                "b": [2 * number for number in range(rows)],
            }
            assert columns(service.call({"dataset1": inline({"a": [7]})})) == {"a": [7], "b": [14]}


def test_small_results_need_no_file(serve: Serve, *, reuse: bool) -> None:
    service = serve("def azureml_main(frame):\n    return frame,\n", reuse=reuse)
    outcome = service.call({"dataset1": inline({"a": [1]})})
    assert isinstance(outcome.outputs["result"], Inline)
    large = service.call({"dataset1": inline({"a": ["x" * 60_000, "x" * 60_000]})})
    assert not isinstance(large.outputs["result"], Inline)
    for each in (outcome, large):
        each.close()


def test_an_input_is_the_calls_own(serve: Serve) -> None:
    """What a script does to a table in place is not in the next call's, though both were given the same memory."""
    source = "def azureml_main(frame):\n    frame.loc[:, 'a'] += 1\n    return frame,\n"
    service = serve(source, reuse=True)
    with sealed({"a": [1.0] * 50_000}) as large:
        for given in (large, inline({"a": [1.0] * 3})):
            assert [set(columns(service.call({"dataset1": given}))["a"]) for _ in range(3)] == [{2.0}] * 3


def test_a_bundle_is_there_in_each_call(serve: Serve, *, reuse: bool) -> None:
    source = """
        import helper, os
        def azureml_main():
            print(helper.NAME, open("Script Bundle/data.txt").read(), sorted(os.listdir()))
    """
    with Memory.of("bundle", zipped({"helper.py": "NAME = 'helper'", "data.txt": "data"})) as bundle:
        service = serve(source, reuse=reuse, bundle=bundle)
        logs = set()
        for _ in range(2):
            outcome = service.call({})
            assert outcome.failure is None, outcome.failure
            logs.add(outcome.log)
            outcome.close()
    (log,) = logs
    assert log.startswith("helper data [")


@pytest.mark.parametrize("body", [
    "os.remove(place + '/data.txt')", "shutil.rmtree(place)", "os.rename(place + '/deep', place + '/other')",
], ids=["a file", "all", "renamed"])  # fmt: skip
def test_what_a_call_takes_from_a_bundle_is_there_again(serve: Serve, body: str) -> None:
    """By another child; what a call adds is taken out of the same."""
    source = f"""
        import os, shutil
        import pandas as pd
        place, calls = "Script Bundle", []
        def azureml_main(frame=None):
            calls.append(1)
            there = sorted(name for _, _, names in os.walk(place) for name in names)
            open(place + "/deep/left", "w").close()
            if frame is not None:
                {body}
            return pd.DataFrame({{"told": [f"{{len(calls)}} {{' '.join(there)}}"]}}),
    """
    with Memory.of("bundle", zipped({"data.txt": "data", "deep/more.txt": "more"})) as bundle:
        service = serve(source, reuse=True, bundle=bundle)
        told = [value(service.call(given)) for given in ({}, {}, {"dataset1": inline({"a": [1]})}, {})]
    assert told == [f"{number} data.txt more.txt" for number in (1, 2, 3, 1)]


@pytest.mark.parametrize("source", [
    "x = 1\ndef azureml_main(:\n    pass\n", "def other():\n    pass\n", "azureml_main = 3\n",
    "import no_such_module\n", "x = 1\nraise ValueError('ä')\n", "import sys\nsys.exit(3)\n",
    "import os\nos._exit(4)\n", "raise KeyboardInterrupt\n", "import ctypes\nctypes.string_at(0)\n",
    b"# coding: utf-8\nx = '\xff'\n", "a = bytearray(1 << 40)\n",
], ids=["syntax", "no function", "no callable", "import", "raises", "sys.exit", "os._exit", "interrupt", "crash",
        "encoding", "memory"])  # fmt: skip
def test_what_cannot_be_prepared_fails_as_a_run_does(
    serve: Serve, run: Runner, source: str | bytes, *, reuse: bool
) -> None:
    """And is told to each call, and to who warms it, without trying each time."""
    expected = run(source).error
    service = serve(source, reuse=reuse)
    with pytest.raises(PreparationFailed) as caught:
        service.warm()
    assert caught.value.failure == expected
    assert caught.value.code == expected.code
    started = time.monotonic()
    for _ in range(50):
        outcome = service.call({})
        assert outcome.failure == expected
        assert not outcome.outputs
    assert time.monotonic() - started < 1


def test_a_bundle_that_is_none_fails_as_in_a_run(serve: Serve, run: Runner, *, reuse: bool) -> None:
    source = "def azureml_main():\n    pass\n"
    with Memory.of("bundle", b"no zip") as bundle:
        outcome = serve(source, reuse=reuse, bundle=bundle).call({})
    assert outcome.failure == run(source, bundle=b"no zip").error


def test_what_an_import_printed_is_told_with_its_failure(serve: Serve, *, reuse: bool) -> None:
    service = serve("print('before')\nraise ValueError\n", reuse=reuse)
    assert service.call({}).log == "before\n"


def test_an_import_that_does_not_end_is_ended(serve: Serve, *, reuse: bool) -> None:
    source = "import time\ntime.sleep(1000)\n"
    outcome = serve(source, reuse=reuse, limits=Limits(wall_seconds=0.5)).call({})
    assert outcome.failure is not None
    assert outcome.failure.type == "Timeout"


def test_what_could_not_be_prepared_is_tried_again(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, *, reuse: bool
) -> None:
    """After a while; that an attempt was made is seen by what only it can know, its time."""
    service = serve("import time\nraise ValueError(time.time())\n", reuse=reuse)

    def message() -> str:
        failure = service.call({}).failure
        assert failure is not None
        return failure.message

    first = message()
    assert message() == first
    monkeypatch.setattr(workers_module, "_RETRY_SECONDS", 0.0)
    assert message() != first


@pytest.mark.parametrize("body", [
    "raise ValueError('wrong')", "return 3", "1 / 0", "raise SystemExit(2)", "import no_such_module", "return 'text',",
    "raise MemoryError", "import pandas as pd; return pd.DataFrame({'a': [object()]}),",
], ids=["raises", "number", "divide", "exit", "import", "text", "memory", "object"])  # fmt: skip
def test_an_error_of_a_call_reads_as_in_a_run(serve: Serve, run: Runner, body: str, *, reuse: bool) -> None:
    source = f"def azureml_main(frame=None):\n    print('before')\n    {body}\n"
    expected = run(source, dataset1={"a": [1]})
    service = serve(source, reuse=reuse)
    for _ in range(2):
        outcome = service.call({"dataset1": inline({"a": [1]})})
        assert outcome.failure == expected.error
        assert outcome.log == "before\n"
        assert not outcome.outputs


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


def test_a_call_can_be_canceled(serve: Serve, *, reuse: bool) -> None:
    service = serve("import time\ndef azureml_main():\n    print('up')\n    time.sleep(1000)\n", reuse=reuse)
    read_end, write_end = os.pipe()

    def printed(_: str) -> None:
        os.write(write_end, b"x")

    outcome = service.call({}, printed=printed, cancel=read_end)
    assert outcome.failure is not None
    assert outcome.failure.code == "canceled"
    os.close(read_end)
    os.close(write_end)


def test_a_listener_that_fails_costs_no_other_call(serve: Serve, *, reuse: bool) -> None:
    """Its child is still at work: another takes the next call."""
    source = STATE.replace(
        "calls.append(1)", "calls.append(1)\n        print('up', flush=True)\n        time.sleep(0.3)"
    )
    service = serve(source.replace("import pandas", "import time\n    import pandas"), reuse=reuse)

    def fail(_: str) -> None:
        raise ValueError("deaf")

    for _ in range(2):
        with pytest.raises(ValueError, match="deaf"):
            service.call({}, printed=fail)
        assert value(service.call({})) == 1


def test_folders_are_as_after_the_import(serve: Serve) -> None:
    source = """
        import os, tempfile
        import pandas as pd
        open("kept.txt", "w").close()
        places = (".", os.environ["HOME"], tempfile.gettempdir(), "/dev/shm")
        def azureml_main():
            before = [sorted(os.listdir(place)) for place in places]
            for place in places:
                os.makedirs(os.path.join(place, "deep", "er"))
                open(os.path.join(place, "deep", "file.png"), "w").close()
                os.symlink("/etc", os.path.join(place, "link"))
            open("left.txt", "w").close()
            os.chdir("deep")
            return pd.DataFrame({"before": [repr(before)], "home": [os.getcwd()]}),
    """
    service = serve(source, reuse=True)
    told = [columns(service.call({})) for _ in range(3)]
    assert told[0] == told[1] == told[2]
    assert "kept.txt" in told[0]["before"][0]
    assert "left.txt" not in told[0]["before"][0]


def test_pictures_are_the_calls_own(serve: Serve) -> None:
    source = """
        import matplotlib.pyplot as plt
        def azureml_main(frame):
            if frame["a"][0]:
                plt.plot([1, frame["a"][0]])
                plt.savefig("one.png")
                plt.figure()
    """
    service = serve(source, reuse=True)

    def names(number: int) -> list[str]:
        outcome = service.call({"dataset1": inline({"a": [number]})})
        outcome.close()
        return [picture.name for picture in outcome.pictures]

    assert [names(number) for number in (1, 0, 2)] == [["one.png", "figure_2.png"], [], ["one.png", "figure_2.png"]]


def test_random_numbers_differ_from_call_to_call(serve: Serve, *, reuse: bool) -> None:
    source = """
        import random
        import numpy as np, pandas as pd
        def azureml_main():
            return pd.DataFrame({"a": [random.random(), np.random.rand(), np.random.default_rng().random()]}),
    """
    service = serve(source, reuse=reuse)
    drawn = list(itertools.chain.from_iterable(columns(service.call({}))["a"] for _ in range(4)))
    assert len(set(drawn)) == 12


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


def test_inline_memory_is_memory() -> None:
    memory = Inline(b"some bytes")
    assert (memory.size, memory.read(), memory.read(5), memory.read(2, 3)) == (10, b"some bytes", b"bytes", b"me ")
    assert memory.view() == memory.share().view() == b"some bytes"
    with Memory.of("real", b"some bytes") as real:
        assert bytes(real.view()) == memory.read()
    assert os.pread(memory.descriptor, 100, 0) == b"some bytes"
    with pytest.raises(PermissionError):
        os.pwrite(memory.descriptor, b"x", 0)
    memory.close()
    assert Memory.of("empty", b"").view() == b""


def test_errors_of_preparation_read_as_their_failure() -> None:
    error = PreparationFailed(Failure("0085", "ValueError", "wrong", 3, "Traceback …\nValueError: wrong"), "log")
    assert str(error) == "Error 0085: Traceback …\nValueError: wrong"
    assert str(PreparationFailed(Failure("0082", "ModuleError", "No model."), "")) == "Error 0082: No model."


def test_a_service_is_a_job() -> None:
    assert ScriptService.outputs == ("result", "result2", "files")
