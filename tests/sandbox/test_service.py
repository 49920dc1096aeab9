"""Scripts as services: what a call gives is what a run would give, in both modes."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator

import pytest

from bottega.sandbox.host import workers as workers_module
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Inline, Memory
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.service import PreparationFailed, ScriptService
from bottega.sandbox.host.task import Failure, PortMapping
from tests.sandbox.helpers import Columns, Runner, sealed, zipped
from tests.sandbox.services import STATE, Serve, columns, inline, read, started, value


@pytest.fixture
def serve(pool: Pool, environment: Environment) -> Iterator[Serve]:
    """Makes services; they are closed afterwards."""
    with started(pool, environment) as made:
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
