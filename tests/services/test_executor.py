"""Programs called in real jails: the same results as the experiment's run, parameters, resources, and errors of nodes."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bottega.engine.reach import Outside
from bottega.errors import BottegaError
from bottega.graph.document import Experiment, FileRef
from bottega.sandbox.host.limits import Limits
from bottega.sdk.ports import PortType
from bottega.services.errors import ModuleFailure, ServiceError, as_service_error
from bottega.services.executor import with_resources
from tests.engine.helpers import Bench, script, steps
from tests.services.experiments import TRAINING, answer, ask, load, mixed, program_of, scripted, trained

MODES = ("request", "service")


@pytest.mark.parametrize("mode", MODES)
def test_a_script(bench: Bench, tmp_path: Path, mode: str) -> None:
    program = program_of(bench, scripted(tmp_path, "df['age'] += 1\nreturn df"))
    with load(bench, program, mode=mode) as loaded:
        loaded.warm()
        assert answer(loaded, ["Eve", "7", "1.5"], ["Finn", None, ""]) == {
            "name": ["Eve", "Finn"], "age": [8.0, None], "income": [1.5, None],
        }  # fmt: skip
        assert answer(loaded, ["Gil", 1, 2])["name"] == ["Gil"]


@pytest.mark.parametrize("mode", MODES)
def test_modules_and_scripts_by_turns(bench: Bench, tmp_path: Path, mode: str) -> None:
    program = program_of(bench, mixed(tmp_path))
    with load(bench, program, mode=mode) as loaded:
        assert len(loaded.stages) == 3
        assert answer(loaded, ["Eve", 7, 1], ["Finn", None, 2]) == {"name": ["Eve", "Finn"], "twice": [16, 2]}


def test_a_call_gives_what_the_run_gave(bench: Bench, tmp_path: Path) -> None:
    experiment = mixed(tmp_path)
    run = bench.run(experiment)
    expected = bench.rows(run, "query")
    with load(bench, program_of(bench, experiment)) as loaded:
        rows: list[list[Any]] = [["Ann", 31, 10.5], ["Bob", None, 20], ["Cleo", 27, 30], ["Dora", 44, None]]
        assert answer(loaded, *rows) == expected


@pytest.mark.parametrize("mode", MODES)
def test_a_model_scores(bench: Bench, tmp_path: Path, mode: str) -> None:
    experiment = trained(tmp_path)
    run = bench.run(experiment)
    expected = bench.rows(run, "score")
    lines = [line.split(",") for line in TRAINING.splitlines()[1:]]
    with load(bench, program_of(bench, experiment), mode=mode) as loaded:
        loaded.warm()
        assert answer(loaded, *lines) == expected
        assert answer(loaded, lines[3])["Scored Labels"] == expected["Scored Labels"][3:4]


def test_roles_go_along(bench: Bench, tmp_path: Path) -> None:
    """Evaluate Model finds the label and the scores by their roles."""
    experiment = (
        trained(tmp_path)
        .add("evaluate", "evaluate-model", inputs={"scored_dataset": "score"})
        .with_service_output("quality", "evaluate")
    )
    run = bench.run(experiment)
    lines = [line.split(",") for line in TRAINING.splitlines()[1:]]
    with load(bench, program_of(bench, experiment)) as loaded:
        assert answer(loaded, *lines, output="quality") == bench.rows(run, "evaluate")


def test_a_large_table_travels_by_files(bench: Bench, tmp_path: Path) -> None:
    with load(bench, program_of(bench, mixed(tmp_path))) as loaded:
        rows: list[list[Any]] = [[f"name {n}", n, n / 7] for n in range(20_000)]
        found = answer(loaded, *rows)
        assert found["twice"] == [2 * (n + 1) for n in range(20_000)]


def test_two_inputs_two_outputs_and_a_constant_one(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        scripted(tmp_path, "return other, df")
        .connect("work", "dataset2", "people")
        .with_service_input("second", "work.dataset2")
        .with_service_output("output2", "work.result_dataset2")
        .with_service_output("given", "people")
    )
    program = program_of(bench, experiment)
    from bottega.services.rrs import decode

    body = b"""{"Inputs": {"input1": [{"name": "a", "age": 1, "income": 1}], "second": [{"name": "b", "age": 2, "income": 2}]}}"""
    with load(bench, program) as loaded:
        called = loaded.call(decode(body, program).inputs, {})
        tables = {name: called.table(name) for name in ("output1", "output2", "given")}
        names = {name: table.arrow["name"].to_pylist() for name, table in tables.items() if table is not None}
        called.close()
    assert names == {"output1": ["b"], "output2": ["a"], "given": ["Ann", "Bob", "Cleo", "Dora"]}


def test_an_output_that_is_left_out_is_none(bench: Bench, tmp_path: Path) -> None:
    body = "return (df, df) if len(df) > 1 else df"
    experiment = (
        scripted(tmp_path, body)
        .with_service_output("second", "work.result_dataset2")
        .add("after", "execute-python-script", inputs={"dataset1": "work", "dataset2": "work.result_dataset2"},
             script=script("return df.assign(second=other is not None)"))
        .with_service_output("after", "after")
    )  # fmt: skip
    with load(bench, program_of(bench, experiment)) as loaded:
        called = ask(loaded, ["a", 1, 1])
        assert called.table("second") is None
        after = called.table("after")
        assert after is not None
        assert after.arrow["second"].to_pylist() == [False]
        called.close()
        assert answer(loaded, ["a", 1, 1], ["b", 1, 1], output="after")["second"] == [True, True]


def test_a_required_port_that_gets_nothing_is_its_modules_error(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        scripted(tmp_path, "return (df, df) if len(df) > 1 else df")
        .add("pick", "select-columns-in-dataset", inputs={"dataset": "work.result_dataset2"}, columns=["name"])
        .with_service_output("output1", "pick")
    )
    with load(bench, program_of(bench, experiment)) as loaded:
        assert answer(loaded, ["a", 1, 1], ["b", 1, 1]) == {"name": ["a", "b"]}
        error = failure(lambda: ask(loaded, ["a", 1, 1]))
        assert (error.node, error.code) == ("pick", "0003")


def test_a_service_without_inputs(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        Experiment(title="Dice", folder=tmp_path)
        .add("roll", "execute-python-script", script="import pandas\n\ndef azureml_main():\n    return pandas.DataFrame({'x': [4]})\n")
        .with_service_output("output1", "roll")
    )  # fmt: skip
    program = program_of(bench, experiment)
    assert program.nodes == ()  # nothing in it hangs on a call, so it was rolled once and for all
    with load(bench, program) as loaded:
        assert answer(loaded) == {"x": [4]}


# Parameters.


@pytest.mark.parametrize("mode", MODES)
def test_parameters_of_modules(bench: Bench, tmp_path: Path, mode: str) -> None:
    experiment = (
        mixed(tmp_path)
        .with_service_parameter("query", "query.query")
        .with_service_parameter("fill", "clean.replacement_value", default="5")
    )
    with load(bench, program_of(bench, experiment), mode=mode) as loaded:
        assert answer(loaded, ["a", None, 1]) == {"name": ["a"], "twice": [12]}
        assert answer(loaded, ["a", None, 1], fill="9") == {"name": ["a"], "twice": [20]}
        assert answer(loaded, ["a", 1, 1], query="SELECT age AS x FROM t1") == {"x": [2]}
        assert answer(loaded, ["a", None, 1]) == {"name": ["a"], "twice": [12]}


def test_a_parameter_retrains(bench: Bench, tmp_path: Path) -> None:
    experiment = trained(tmp_path).with_service_parameter("label", "train.label")
    with load(bench, program_of(bench, experiment)) as loaded:
        assert "Scored Probabilities" in answer(loaded, ["1", "2", "yes"])
        error = failure(lambda: ask(loaded, ["1", "2", "yes"], label="nothing"))
        assert (error.node, error.code, error.title) == ("train", "0001", "Train Model")


def test_parameters_of_scripts(bench: Bench, tmp_path: Path) -> None:
    """A script that a caller may choose runs in the jail like any other."""
    experiment = scripted(tmp_path).with_service_parameter("code", "work.script")
    with load(bench, program_of(bench, experiment)) as loaded:
        assert answer(loaded, ["a", 1, 2])["age"] == [1]
        assert answer(loaded, ["a", 1, 2], code=script("return df[['income']]")) == {"income": [2.0]}
        error = failure(lambda: ask(loaded, ["a", 1, 2], code="def azureml_main(df):\n    return 1 / 0\n"))
        assert error.code == "0085"
        assert "ZeroDivisionError" in error.traceback


def test_parameters_that_do_not_fit(bench: Bench, tmp_path: Path) -> None:
    experiment = trained(tmp_path).with_service_parameter("penalty", "learner.l2_weight")
    with load(bench, program_of(bench, experiment)) as loaded:
        for given, detail in (({"penalty": "x"}, "UserParameterInvalid"), ({"other": 1}, "UnexpectedParameter")):
            with pytest.raises(ServiceError) as caught:
                ask(loaded, ["1", "2", "yes"], **given)
            assert caught.value.details[0].code == detail


# What goes wrong in a node.


def failure(call: Callable[[], Any]) -> ModuleFailure:
    with pytest.raises(ModuleFailure) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("mode", MODES)
def test_a_script_fails_with_its_users_traceback(bench: Bench, tmp_path: Path, mode: str) -> None:
    program = program_of(bench, scripted(tmp_path, "assert len(df) > 1, 'too few rows'\nreturn df"))
    with load(bench, program, mode=mode) as loaded:
        error = failure(lambda: ask(loaded, ["a", 1, 1]))
        assert (error.node, error.title, error.code) == ("work", "Execute Python Script", "0085")
        assert error.line == 2
        assert 'File "work.py", line 2, in azureml_main' in error.traceback
        assert "AssertionError: too few rows" in str(error)
        assert "bottega" not in error.traceback
        assert len(answer(loaded, ["a", 1, 1], ["b", 1, 1])["name"]) == 2


def test_a_module_fails_with_its_node(bench: Bench, tmp_path: Path) -> None:
    experiment = mixed(tmp_path).with_service_parameter("query", "query.query")
    with load(bench, program_of(bench, experiment)) as loaded:
        error = failure(lambda: ask(loaded, ["a", 1, 1], query="SELECT nothing FROM t1"))
        assert (error.node, error.title, error.code) == ("query", "Apply SQL Transformation", "0069")


def test_what_is_no_result_is_the_scripts_error(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, scripted(tmp_path, "return df if len(df) > 1 else 'text'"))
    with load(bench, program) as loaded:
        assert failure(lambda: ask(loaded, ["a", 1, 1])).code == "0085"


def test_time_runs_out_for_the_whole_call(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, scripted(tmp_path, "import time\nif len(df) < 2:\n    time.sleep(60)\nreturn df"))
    with load(bench, program) as loaded:
        loaded.warm()
        inputs = ask(loaded, ["a", 1, 1], ["b", 1, 1])
        inputs.close()
        table = _table(loaded.program, ["a", 1, 1])
        error = failure(lambda: loaded.call({"input1": table}, {}, limits=Limits(wall_seconds=0.3)))
        assert error.type == "Timeout"


def _table(program: Any, *rows: list[Any]) -> Any:
    import json

    from bottega.services.rrs import decode

    names = [field.name for field in program.inputs[0].fields]
    body = json.dumps({"Inputs": {"input1": {"ColumnNames": names, "Values": rows}}}).encode()
    return decode(body, program).inputs["input1"]


def test_a_service_that_cannot_be_prepared_is_told_as_its_node(bench: Bench, tmp_path: Path) -> None:
    import msgspec

    program = program_of(bench, scripted(tmp_path))
    node = msgspec.structs.replace(program.nodes[0], parameters={"script": "def azureml_main(df)\n    return df\n"})
    broken = msgspec.structs.replace(program, nodes=(node,))
    with load(bench, broken) as loaded:
        for call in (loaded.warm, lambda: ask(loaded, ["a", 1, 1])):
            error = failure(call)
            assert (error.node, error.code) == ("work", "0085")
            assert "SyntaxError" in str(error)


def test_a_model_that_cannot_be_opened_is_told_as_its_node(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, trained(tmp_path))
    data_ = b"no model at all"
    digest = "ab" * 32
    bench.workspace.blobs.put(digest, data_)
    resources = {"train [trained model]": {"digest": digest, "type": "TrainedModel", "size": len(data_)}}
    with load(bench, program, resources=resources) as loaded:
        error = failure(loaded.warm)
        assert (error.node, error.code) == ("score", "0082")


# Resources, bundles, the world outside.


def test_another_model_for_a_resource(bench: Bench, tmp_path: Path) -> None:
    experiment = trained(tmp_path)
    program = program_of(bench, experiment)
    (tmp_path / "data.csv").write_text(TRAINING.replace("yes", "maybe"))
    retrained = steps(bench.run(experiment))["train"].outputs[0]
    resources = {"train [trained model]": {"digest": retrained.digest, "type": retrained.type, "size": retrained.size}}
    assert with_resources(program, resources).constants["train.trained_model"].digest == retrained.digest
    assert with_resources(program, {"other": resources["train [trained model]"]}) is program
    with load(bench, program) as old, load(bench, program, resources=resources) as new:
        assert set(answer(old, *([n, n, "no"] for n in range(9)))["Scored Labels"]) <= {"yes", "no"}
        assert "maybe" in answer(new, *([n, n % 7, "no"] for n in range(30)))["Scored Labels"]


def test_a_script_bundle_is_there_in_each_call(bench: Bench, tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as archive:
        archive.writestr("mine.py", "def double(frame):\n    return frame.assign(age=frame['age'] * 2)\n")
    experiment = (
        scripted(tmp_path, "import mine\nreturn mine.double(df)")
        .add_dataset("bundle", FileRef("bundle.zip"))
        .connect("work", "script_bundle", "bundle")
    )
    program = program_of(bench, experiment)
    assert set(program.constants) == {"bundle.dataset"}
    with load(bench, program) as loaded:
        for _ in range(2):
            assert answer(loaded, ["a", 4, 1])["age"] == [8]


def test_a_bundle_that_another_script_makes(bench: Bench, tmp_path: Path) -> None:
    make = "import os\nos.makedirs('outputs', exist_ok=True)\nopen('outputs/n.txt', 'w').write(str(len(df)))\nreturn df"
    experiment = (
        scripted(tmp_path, make)
        .add("read", "execute-python-script", inputs={"dataset1": "work", "script_bundle": "work.files"},
             script=script("return df.assign(n=int(open('Script Bundle/n.txt').read()))"))
        .with_service_output("output1", "read")
        .with_service_output("files", "work.files")
    )  # fmt: skip
    with load(bench, program_of(bench, experiment)) as loaded:
        called = ask(loaded, ["a", 1, 1], ["b", 1, 1])
        table = called.table("output1")
        assert table is not None
        assert table.arrow["n"].to_pylist() == [2, 2]
        assert called.outputs["files"].type is PortType.ZIP
        with pytest.raises(BottegaError, match="not a table"):
            called.table("files")
        called.close()


def test_import_and_export_reach_out_in_each_call(bench: Bench, tmp_path: Path) -> None:
    """Relative paths start beside the workspace."""
    bench.workspace.settings.set("allow_local_files", True)
    (tmp_path / "world.csv").write_text("a\n1\n")
    experiment = (
        Experiment(title="World", folder=tmp_path)
        .add("load", "import-data", source="Local file", path="world.csv", header=True)
        .add("work", "execute-python-script", inputs={"dataset1": "load"}, script=script("return df * 2"))
        .add("save", "export-data", inputs={"dataset": "work"}, path="saved.csv", header=True, write_mode="Overwrite")
        .with_service_output("output1", "work")
        .with_service_parameter("target", "save.path")
    )
    program = program_of(bench, experiment, outside=Outside(tmp_path, local_files=True))
    with load(bench, program) as loaded:
        (tmp_path / "world.csv").write_text("a\n5\n")
        assert answer(loaded, target="called.csv") == {"a": [10]}
        assert (tmp_path / "called.csv").read_text() == "a\n10\n"
        (tmp_path / "world.csv").unlink()
        error = failure(lambda: ask(loaded))
        assert (error.node, error.title) == ("load", "Import Data")
    bench.workspace.settings.set("allow_local_files", False)
    with load(bench, program) as loaded:
        assert failure(lambda: ask(loaded)).code == "access-refused"


def test_an_address_that_does_not_answer_ends_with_the_calls_time(bench: Bench, tmp_path: Path) -> None:
    bench.workspace.settings.set("allow_private_addresses", True)
    over = threading.Event()
    answers = iter([lambda: None])

    class Slow(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            next(answers, lambda: over.wait(60))()
            with contextlib.suppress(OSError):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"a\n1\n")

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever).start()
    try:
        experiment = (
            Experiment(title="World", folder=tmp_path)
            .add("load", "import-data", url=f"http://127.0.0.1:{server.server_port}/a.csv", header=True)
            .with_service_output("output1", "load")
        )
        program = program_of(bench, experiment, outside=Outside(tmp_path, private_addresses=True))
        with load(bench, program, limits=Limits(wall_seconds=0.3)) as loaded:
            error = failure(lambda: ask(loaded))
    finally:
        over.set()
        server.shutdown()
        server.server_close()
    assert (error.node, error.type, as_service_error(error).status) == ("load", "Timeout", 408)


def test_a_model_at_an_output(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        trained(tmp_path)
        .with_service_input("input1", "train.dataset")
        .with_service_output("output1", "train")
        .without_service("output", "output1")
        .with_service_output("model", "train")
    )
    with load(bench, program_of(bench, experiment)) as loaded:
        called = ask(loaded, ["1", "2", "yes"], ["2", "3", "no"], ["3", "4", "yes"])
        model = called.outputs["model"]
        assert model.type is PortType.TRAINED_MODEL
        assert model.described["label"]["name"] == "label"
        assert model.memory.size > 100
        called.close()


def test_calls_at_once_do_not_meet(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, scripted(tmp_path, "return df"))
    wrong: list[object] = []
    with load(bench, program, mode="service", most=3) as loaded:

        def calls(number: int) -> None:
            for turn in range(5):
                found = answer(loaded, [f"{number}", turn, 1])
                if (found["name"], found["age"]) != ([f"{number}"], [turn]):
                    wrong.append(found)

        threads = [threading.Thread(target=calls, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_state_of_the_script_by_mode(bench: Bench, tmp_path: Path) -> None:
    text = "seen = []\n\ndef azureml_main(df):\n    seen.append(1)\n    return df.assign(seen=len(seen))\n"
    program = program_of(bench, scripted(tmp_path).set("work", "script", text))
    with load(bench, program, mode="request") as loaded:
        assert [answer(loaded, ["a", 1, 1])["seen"] for _ in range(3)] == [[1], [1], [1]]
    with load(bench, program, mode="service", most=1) as loaded:
        assert [answer(loaded, ["a", 1, 1])["seen"] for _ in range(3)] == [[1], [2], [3]]


def test_printed_text_is_heard(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, scripted(tmp_path, "print('hello', len(df))\nreturn df"))
    heard: list[str] = []
    told: list[str] = []
    with load(bench, program) as loaded:
        loaded.call({"input1": _table(program, ["a", 1, 1])}, {}, printed=heard.append, told=told.append).close()
    assert "".join(heard) == "hello 1\n"
    assert told == ["Execute Python Script"]


def test_data_is_opened_at_load(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, trained(tmp_path))
    bench.workspace.blobs.remove(next(iter(program.digests())))
    with pytest.raises(BottegaError) as caught:
        load(bench, program)
    assert caught.value.code == "blob-missing"
