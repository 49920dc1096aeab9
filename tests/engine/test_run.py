"""Running experiments: what runs, what is reused, what is skipped, and what is kept of it all."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from bottega.engine import events
from bottega.engine.jails import Jails
from bottega.errors import BottegaError
from bottega.graph.document import Experiment, FileRef
from bottega.sandbox.host.limits import Limits
from tests.engine.helpers import Bench, Canceler, people, script, statuses, steps


def chain(folder: Path) -> Experiment:
    """people → grow (script) → pick (module)."""
    return (
        people(folder)
        .add("grow", "execute-python-script", inputs={"dataset1": "people"}, script=script("df['age'] += 1\nreturn df"))
        .add("pick", "select-columns-in-dataset", inputs={"dataset": "grow"}, columns=["age"])
    )


def test_a_chain_runs_through_script_and_module(bench: Bench, tmp_path: Path) -> None:
    run = bench.run(chain(tmp_path))
    assert run.status == "Finished"
    assert statuses(run) == {"people": "Finished", "grow": "Finished", "pick": "Finished"}
    assert bench.rows(run, "pick") == {"age": [32.0, None, 28.0]}


def test_a_second_run_reuses_everything_and_opens_no_jail(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bench.run(chain(tmp_path))

    def refuse(*_: object) -> None:
        raise AssertionError("a jail was opened")

    monkeypatch.setattr(Jails, "pool", refuse)
    second = bench.run(chain(tmp_path))
    assert set(statuses(second).values()) == {"reused"}
    assert [step.outputs for step in second.steps] == [step.outputs for step in first.steps]


def test_a_parameter_runs_its_node_and_what_follows(bench: Bench, tmp_path: Path) -> None:
    bench.run(chain(tmp_path))
    run = bench.run(chain(tmp_path).set("pick", "columns", ["name"]))
    assert statuses(run) == {"people": "reused", "grow": "reused", "pick": "Finished"}


def test_a_changed_file_runs_all_that_hangs_on_it(bench: Bench, tmp_path: Path) -> None:
    bench.run(chain(tmp_path))
    experiment = chain(tmp_path)
    (tmp_path / "people.csv").write_text("name,age\nDora,50\n")
    run = bench.run(experiment)
    assert set(statuses(run).values()) == {"Finished"}
    assert bench.rows(run, "pick") == {"age": [51]}


def test_an_unchanged_output_stops_the_change(bench: Bench, tmp_path: Path) -> None:
    bench.run(chain(tmp_path))
    same = script("# said otherwise\ndf['age'] = df['age'] + 1\nreturn df")
    run = bench.run(chain(tmp_path).set("grow", "script", same))
    assert statuses(run) == {"people": "reused", "grow": "Finished", "pick": "reused"}


def test_a_file_that_says_the_same_in_another_way_stops_the_change(bench: Bench, tmp_path: Path) -> None:
    bench.run(chain(tmp_path))
    experiment = chain(tmp_path)
    (tmp_path / "people.csv").write_text('"name","age"\r\n"Ann",31\r\n"Bob",\r\n"Cleo",27\r\n')
    assert statuses(bench.run(experiment)) == {"people": "Finished", "grow": "reused", "pick": "reused"}


def test_an_earlier_state_is_found_again(bench: Bench, tmp_path: Path) -> None:
    bench.run(chain(tmp_path))
    bench.run(chain(tmp_path).set("pick", "columns", ["name"]))
    assert set(statuses(bench.run(chain(tmp_path))).values()) == {"reused"}


def test_another_experiment_of_the_workspace_reuses_the_same_step(bench: Bench, tmp_path: Path) -> None:
    bench.run(chain(tmp_path))
    assert set(statuses(bench.run(chain(tmp_path), name="copy")).values()) == {"reused"}


def test_a_fresh_run_reuses_nothing(bench: Bench, tmp_path: Path) -> None:
    bench.run(chain(tmp_path))
    assert set(statuses(bench.run(chain(tmp_path), fresh=True)).values()) == {"Finished"}


def test_a_partial_run_does_only_what_its_target_needs(bench: Bench, tmp_path: Path) -> None:
    run = bench.run(chain(tmp_path), "grow")
    assert statuses(run) == {"people": "Finished", "grow": "Finished"}
    assert run.status_text == "Finished (Partial run)"


def test_a_failure_skips_what_follows_and_leaves_the_rest(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        chain(tmp_path)
        .add("bad", "execute-python-script", inputs={"dataset1": "people"}, script=script("x = 1\nreturn df['nope']"))
        .add("after", "select-columns-in-dataset", inputs={"dataset": "bad"}, columns=["age"])
        .add("later", "select-columns-in-dataset", inputs={"dataset": "after"}, columns=["age"])
    )
    run = bench.run(experiment)
    done = steps(run)
    assert run.status == "Failed"
    assert done["pick"].status == "Finished"
    error = done["bad"].error
    assert error is not None
    assert (error["code"], error["type"], error["line"]) == ("0085", "KeyError", 3)
    assert "bad.py" in error["traceback"]
    assert [(done[name].status, done[name].because) for name in ("after", "later")] == [("Skipped", "bad failed")] * 2
    # Nothing of a failure is reused.
    assert statuses(bench.run(experiment))["bad"] == "Failed"


def test_a_modules_error_has_its_number(bench: Bench, tmp_path: Path) -> None:
    run = bench.run(chain(tmp_path).set("pick", "columns", ["height"]))
    error = steps(run)["pick"].error
    assert error is not None
    assert error["code"] == "0001"
    assert "height" in error["message"]
    assert "Traceback" not in json.dumps(error)


def test_fail_fast_ends_the_rest(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        people(tmp_path)
        .add("bad", "execute-python-script", inputs={"dataset1": "people"}, script=script("raise ValueError('no')"))
        .add(
            "slow", "execute-python-script", inputs={"dataset1": "people"}, script=script("import time; time.sleep(60)")
        )
    )
    run = bench.run(experiment, fail_fast=True, parallel=2)
    assert run.status == "Failed"
    assert statuses(run) == {"people": "Finished", "bad": "Failed", "slow": "Canceled"}


def test_a_run_is_canceled(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        people(tmp_path)
        .add(
            "slow", "execute-python-script", inputs={"dataset1": "people"}, script=script("import time; time.sleep(60)")
        )
        .add("after", "select-columns-in-dataset", inputs={"dataset": "slow"}, columns=["age"])
    )
    cancel = Canceler()

    def at_start(event: events.Event) -> None:
        if isinstance(event, events.NodeStarted) and event.node == "slow":
            cancel()

    run = bench.run(experiment, listener=at_start, cancel=cancel.descriptor)
    assert run.status == "Canceled"
    assert statuses(run) == {"people": "Finished", "slow": "Canceled", "after": "Skipped"}
    assert steps(run)["after"].because == "slow was canceled"


def test_a_step_ends_at_its_time_limit(bench: Bench, tmp_path: Path) -> None:
    experiment = people(tmp_path).add("slow", "execute-python-script", script=script("import time; time.sleep(60)"))
    run = bench.run(experiment, limits=Limits(wall_seconds=0.5))
    error = steps(run)["slow"].error
    assert error is not None
    assert error["type"] == "Timeout"


def test_a_crash_hurts_one_step(bench: Bench, tmp_path: Path) -> None:
    experiment = chain(tmp_path).add(
        "crash", "execute-python-script", script=script("import ctypes; ctypes.string_at(0)")
    )
    run = bench.run(experiment)
    error = steps(run)["crash"].error
    assert error is not None
    assert error["type"] == "Crash"
    assert steps(run)["pick"].status == "Finished"


def test_free_nodes_run_at_once(bench: Bench, tmp_path: Path) -> None:
    wait = script("import time; time.sleep(0.5)\nreturn df")
    experiment = people(tmp_path)
    for name in ("one", "two"):
        experiment = experiment.add(name, "execute-python-script", inputs={"dataset1": "people"}, script=wait)
    bench.run(experiment, parallel=2)
    told = [
        (type(event).__name__, event.node if isinstance(event, events.NodeStarted) else event.step.node)
        for event in bench.events
        if isinstance(event, events.NodeStarted | events.NodeEnded)
    ]
    order = [entry for entry in told if entry[1] in ("one", "two")]
    assert [kind for kind, _ in order] == ["NodeStarted", "NodeStarted", "NodeEnded", "NodeEnded"]


def test_with_one_at_a_time_no_two_overlap(bench: Bench, tmp_path: Path) -> None:
    experiment = people(tmp_path)
    for name in ("one", "two", "three"):
        text = script(f"print('{name} begins')\nimport time; time.sleep(0.1)\nprint('{name} ends')\nreturn df")
        experiment = experiment.add(name, "execute-python-script", inputs={"dataset1": "people"}, script=text)
    bench.run(experiment, parallel=1)
    printed = "".join(event.text for event in bench.events if isinstance(event, events.NodePrinted)).split("\n")
    assert [line.split()[1] for line in printed if line] == ["begins", "ends"] * 3


def test_prints_pictures_and_files_are_kept(bench: Bench, tmp_path: Path) -> None:
    body = """
import os
import matplotlib.pyplot as plt
print("drawing")
plt.plot([1, 2]); plt.savefig("line.png")
os.makedirs("outputs"); open("outputs/a.txt", "w").write("kept")
return df
"""
    experiment = people(tmp_path).add(
        "draw", "execute-python-script", inputs={"dataset1": "people"}, script=script(body)
    )
    run = bench.run(experiment)
    step = steps(run)["draw"]
    assert step.log == "drawing\n"
    by_port = {output.port: output for output in step.outputs}
    assert {port: output.type for port, output in by_port.items()} == {
        "result_dataset": "DataTable", "python_device": "Device", "files": "Zip",
    }  # fmt: skip
    device = json.loads(bench.workspace.blobs.read(by_port["python_device"].digest))
    assert device["log"] == "drawing\n"
    assert [name for name, _ in device["pictures"]] == ["line.png"]
    assert bench.workspace.blobs.read(step.pictures[0].digest).startswith(b"\x89PNG")


def test_files_of_one_script_are_the_bundle_of_another(bench: Bench, tmp_path: Path) -> None:
    leave = script("import os\nos.makedirs('outputs')\nopen('outputs/helper.py', 'w').write('ANSWER = 42')\nreturn df")
    use = script("import helper\nimport pandas as pd\nreturn pd.DataFrame({'answer': [helper.ANSWER]})")
    experiment = (
        people(tmp_path)
        .add("leave", "execute-python-script", inputs={"dataset1": "people"}, script=leave)
        .add("use", "execute-python-script", inputs={"script_bundle": "leave.files"}, script=use)
    )
    assert bench.rows(bench.run(experiment), "use") == {"answer": [42]}


def test_a_zip_beside_the_experiment_is_a_bundle(bench: Bench, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "helpers.zip", "w") as archive:
        archive.writestr("helper.py", "ANSWER = 7")
    use = script("import helper\nimport pandas as pd\nreturn pd.DataFrame({'answer': [helper.ANSWER]})")
    experiment = (
        Experiment(folder=tmp_path)
        .add_dataset("helpers", FileRef("helpers.zip"))
        .add("use", "execute-python-script", inputs={"script_bundle": "helpers"}, script=use)
    )
    assert bench.rows(bench.run(experiment), "use") == {"answer": [7]}


def test_a_zip_is_no_table(bench: Bench, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "helpers.zip", "w") as archive:
        archive.writestr("helper.py", "")
    experiment = (
        Experiment(folder=tmp_path)
        .add_dataset("helpers", FileRef("helpers.zip"))
        .add("pick", "select-columns-in-dataset", inputs={"dataset": "helpers"}, columns=["a"])
    )
    error = steps(bench.run(experiment))["pick"].error
    assert error is not None
    assert error["code"] == "0018"


def test_an_output_that_was_not_given_feeds_nothing(bench: Bench, tmp_path: Path) -> None:
    experiment = chain(tmp_path).set("pick", "columns", ["age"]).connect("pick", "dataset", "grow.result_dataset2")
    error = steps(bench.run(experiment))["pick"].error
    assert error is not None
    assert error["code"] == "0003"


def test_a_sample_needs_no_download(bench: Bench) -> None:
    run = bench.run(Experiment().add_dataset("flowers", "iris"))
    output = steps(run)["flowers"].outputs[0]
    assert (output.rows, len(output.columns or ())) == (150, 5)
    assert [column.role for column in output.columns or ()][-1] == "label"


def test_an_unknown_dataset_is_told(bench: Bench) -> None:
    error = steps(bench.run(Experiment().add_dataset("flowers", "irises")))["flowers"].error
    assert error is not None
    assert error["code"] == "dataset-unknown"


def test_a_dataset_of_the_workspace_comes_first_and_has_versions(bench: Bench, tmp_path: Path) -> None:
    source = people(tmp_path)
    experiment = Experiment().add_dataset("data", "mine").add(
        "pick", "select-columns-in-dataset", inputs={"dataset": "data"}, columns=["age"]
    )  # fmt: skip
    bench.workspace.datasets.save("mine", steps(bench.run(source))["people"].outputs[0])
    assert bench.rows(bench.run(experiment), "pick") == {"age": [31, None, 27]}
    (tmp_path / "people.csv").write_text("name,age\nEve,1\n")
    bench.workspace.datasets.save("mine", steps(bench.run(source))["people"].outputs[0])
    assert bench.rows(bench.run(experiment), "pick") == {"age": [1]}


def test_a_model_goes_from_jail_to_jail_and_is_described(bench: Bench) -> None:
    experiment = (
        Experiment()
        .add_dataset("patients", "breast-cancer")
        .add("learner", "two-class-logistic-regression")
        .add("train", "train-model", inputs={"untrained_model": "learner", "dataset": "patients"}, label="diagnosis")
        .add("score", "score-model", inputs={"trained_model": "train", "dataset": "patients"})
        .add("evaluate", "evaluate-model", inputs={"scored_dataset": "score"})
    )
    run = bench.run(experiment)
    assert run.status == "Finished"
    described = steps(run)["train"].outputs[0].described
    assert described is not None
    assert json.loads(json.dumps(described)) == described
    accuracy = bench.rows(run, "evaluate")["Accuracy"][0]
    assert isinstance(accuracy, float)
    assert accuracy > 0.9
    # Fitting again gives the very same bytes, so what follows is not run.
    again = bench.run(experiment.set("learner", "memory_size", 30))
    assert statuses(again)["learner"] == "Finished"


def test_roles_stay_with_columns_through_a_script(bench: Bench) -> None:
    experiment = (
        Experiment()
        .add_dataset("flowers", "iris")
        .add(
            "touch", "execute-python-script", inputs={"dataset1": "flowers"}, script=script("df['new'] = 1\nreturn df")
        )
    )
    columns = steps(bench.run(experiment))["touch"].outputs[0].columns or ()
    assert [column.role for column in columns][-2:] == ["label", "feature"]


def test_a_workspace_that_cannot_be_written_is_told(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bench.workspace.runs, "record", full)
    with pytest.raises(BottegaError) as told:
        bench.run(chain(tmp_path))
    assert told.value.code == "store-failed"
    assert "No space left" in str(told.value)
    monkeypatch.undo()
    assert [run.status for run in bench.workspace.runs.list()] == ["Failed"]
    assert bench.run(chain(tmp_path)).status == "Finished"


def test_a_run_is_a_record_that_stays(bench: Bench, tmp_path: Path) -> None:
    first = bench.run(chain(tmp_path))
    (tmp_path / "people.csv").write_text("name,age\nDora,50\n")
    bench.run(chain(tmp_path).set("pick", "columns", ["name"]))
    again = bench.workspace.runs.get(first.id)
    assert again == first
    assert "columns: [age]" in again.document
    assert bench.rows(again, "pick") == {"age": [32.0, None, 28.0]}


def test_lost_data_is_made_again(bench: Bench, tmp_path: Path) -> None:
    first = bench.run(chain(tmp_path))
    bench.workspace.blobs.remove(steps(first)["pick"].outputs[0].digest)
    assert statuses(bench.run(chain(tmp_path))) == {"people": "reused", "grow": "reused", "pick": "Finished"}


def test_an_unknown_environment_is_the_nodes_error(bench: Bench, tmp_path: Path) -> None:
    run = bench.run(chain(tmp_path).set("grow", "environment", "nowhere"))
    error = steps(run)["grow"].error
    assert error is not None
    assert error["code"] == "environment-unknown"


def test_data_lost_in_a_store_that_is_not_looked_through_is_made_again_the_time_after(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As where the files are on another machine: each is found missing only when it is wanted.
    monkeypatch.setattr(bench.workspace.blobs, "sizes", lambda _: {})
    first = bench.run(chain(tmp_path))
    path = bench.workspace.blobs.path(steps(first)["grow"].outputs[0].digest)
    assert path is not None
    path.unlink()
    changed = chain(tmp_path).set("pick", "columns", ["name"])
    with pytest.raises(BottegaError) as told:
        bench.run(changed)
    assert told.value.code == "blob-missing"
    assert statuses(bench.run(changed)) == {"people": "reused", "grow": "Finished", "pick": "Finished"}
