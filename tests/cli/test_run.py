"""`bottega run` and `bottega check` as a person uses them, by process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.helpers import EXAMPLES, bottega

pytestmark = pytest.mark.slow  # many processes

_EXPERIMENT = """\
bottega: 1
title: Try
nodes:
  people:
    dataset: {file: people.csv}
  clean:
    module: clean-missing-data
    inputs: {dataset: people}
    parameters:
      columns: [age]
      mode: Replace with mean
  older:
    module: execute-python-script
    inputs: {dataset1: clean}
    parameters:
      script: |
        def azureml_main(df):
            print("one year on")
            df["age"] += 1
            return df
"""


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text("name,age\nAnn,31\nBob,\nCleo,27\n")
    path = tmp_path / "try.yaml"
    path.write_text(_EXPERIMENT)
    return path


def run_json(*arguments: object, code: int = 0, **variables: str) -> dict[str, Any]:
    """The one object that `bottega run --json` prints."""
    done = bottega("run", *arguments, "--json", **variables)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    told = json.loads(done.stdout)
    assert isinstance(told, dict)
    return told


def test_first_everything_runs_then_everything_is_reused(experiment: Path) -> None:
    first = run_json(experiment)
    assert first["status"] == "Finished"
    assert [(node["id"], node["module"], node["status"], node["cached"]) for node in first["nodes"]] == [
        ("people", "saved-dataset", "Finished", False),
        ("clean", "clean-missing-data", "Finished", False),
        ("older", "execute-python-script", "Finished", False),
    ]
    table = first["nodes"][2]["outputs"][0]
    assert (table["port"], table["type"], table["rows"], table["columns"]) == ("result_dataset", "DataTable", 3, 2)
    assert len(table["digest"]) == 64
    second = run_json(experiment)
    assert all(node["cached"] for node in second["nodes"])
    assert [node["outputs"] for node in second["nodes"]] == [node["outputs"] for node in first["nodes"]]
    assert second["run"] != first["run"]


def test_text_tells_each_node_and_what_it_prints(experiment: Path) -> None:
    done = bottega("run", experiment)
    assert done.returncode == 0
    assert "older │ one year on\n" in done.stdout
    assert "✓ clean" in done.stdout
    assert "Finished in" in done.stdout
    again = bottega("run", experiment)
    assert "3 nodes, 3 reused" in again.stdout


def test_to_set_and_output(experiment: Path, tmp_path: Path) -> None:
    out = tmp_path / "cleaned.csv"
    told = run_json(experiment, "--to", "clean", "--set", "clean.mode=Remove entire row", "--output", f"clean={out}")
    assert [node["id"] for node in told["nodes"]] == ["people", "clean"]
    assert out.read_text() == "name,age\nAnn,31\nCleo,27\n"
    assert told["written"] == [str(out)]
    assert experiment.read_text() == _EXPERIMENT


@pytest.mark.slow
def test_the_workspace_is_beside_the_file_or_where_it_is_told(experiment: Path, tmp_path: Path) -> None:
    run_json(experiment)
    assert (experiment.parent / ".bottega" / "bottega.db").exists()
    assert not any(node["cached"] for node in run_json(experiment, "--workspace", tmp_path / "w1")["nodes"])
    assert not any(node["cached"] for node in run_json(experiment, BOTTEGA_WORKSPACE=str(tmp_path / "w2"))["nodes"])
    assert all(node["cached"] for node in run_json(experiment, "--workspace", tmp_path / "w2")["nodes"])


def test_a_failing_script_shows_the_users_own_trace(experiment: Path) -> None:
    experiment.write_text(_EXPERIMENT.replace('df["age"] += 1', 'df["height"] += 1'))
    done = bottega("run", experiment)
    assert done.returncode == 1
    assert "✗ older" in done.stdout
    assert 'File "older.py", line 3' in done.stderr
    assert "KeyError" in done.stderr
    assert "/bottega/" not in done.stderr
    told = run_json(experiment, code=1)
    assert (told["status"], told["nodes"][2]["error"]["line"]) == ("Failed", 3)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("module: clean-missing-data", "module: clean-missing-dta"), "did you mean"),
        (("mode: Replace with mean", "mood: Replace with mean"), "did you mean mode"),
        (("mode: Replace with mean", "mode: Replace with luck"), "Replace with mean"),
        (("{dataset: people}", "{datset: people}"), "dataset"),
        (("{dataset1: clean}", "{dataset1: cleen}"), "clean"),
        (("columns: [age]", "columns: [agee]"), "age"),
        (("def azureml_main(df):", "def azureml_main(df:"), "SyntaxError"),
        (("file: people.csv", "file: peple.csv"), "peple.csv"),
        (("file: people.csv", "file: ../people.csv"), "outside"),
        (("title: Try", "title: Try\ntitle: Again"), "title"),
    ],
)
def test_problems_are_told_with_line_and_nothing_runs(experiment: Path, change: tuple[str, str], says: str) -> None:
    run_json(experiment)  # so that the columns are known
    assert change[0] in _EXPERIMENT
    experiment.write_text(_EXPERIMENT.replace(*change))
    checked = bottega("check", experiment)
    assert checked.returncode == 1
    assert says in checked.stderr
    assert "try.yaml:" in checked.stderr
    told = run_json(experiment, code=2)
    assert told["nodes"] == []
    assert told["error"]["code"] == "experiment-problems"


def test_check_tells_all_problems_at_once(experiment: Path) -> None:
    text = (
        _EXPERIMENT.replace("clean-missing-data", "clean-missing-dta")
        .replace("df):", "df:")
        .replace("people.csv", "none.csv")
    )
    experiment.write_text(text)
    done = bottega("check", experiment, "--json")
    assert done.returncode == 1
    problems = json.loads(done.stdout)["problems"]
    assert {problem["node"] for problem in problems} == {"people", "clean", "older"}
    assert all(problem["line"] for problem in problems)


def test_problems_elsewhere_keep_no_target_from_running(experiment: Path) -> None:
    broken = _EXPERIMENT.replace("df):", "df:") + "  other:\n    module: nothing\n"
    experiment.write_text(broken)
    told = run_json(experiment, "--to", "clean")
    assert [node["id"] for node in told["nodes"]] == ["people", "clean"]
    for arguments in ([], ["--to", "older"], ["--to", "clean", "--to", "other"]):
        assert run_json(experiment, *arguments, code=2)["error"]["code"] == "experiment-problems"
    checked = json.loads(bottega("check", experiment, "--json").stdout)
    assert [problem["node"] for problem in checked["problems"]] == ["older", "other"]


def test_what_is_wrong_with_the_file_keeps_everything_from_running(experiment: Path) -> None:
    experiment.write_text(_EXPERIMENT.replace("title: Try", "title: Try\ntitle: Again"))
    for arguments in (["--to", "people"], ["--set", "clean.mode=Remove entire row"]):
        told = run_json(experiment, *arguments, code=2)
        assert [problem["line"] for problem in told["problems"]] == [3]


def test_a_parameter_set_anew_has_no_line_within_the_file(experiment: Path) -> None:
    told = run_json(experiment, "--set", "older.script=\ndef azureml_main(:\n  pass", code=2)
    assert [(problem["code"], problem["line"]) for problem in told["problems"]] == [("0085", 16)]


def test_a_problem_has_its_number_once(experiment: Path) -> None:
    experiment.write_text(_EXPERIMENT.replace("people.csv", "none.csv"))
    first, last = bottega("check", experiment).stderr.splitlines()
    assert first.startswith("try.yaml:5: people.dataset: Error 0048: Cannot open none.csv: there is no such file.")
    assert first.count("Error") == 1
    assert last == "1 problem"
    [problem] = json.loads(bottega("check", experiment, "--json").stdout)["problems"]
    assert problem["code"] == "0048"
    assert problem["message"].startswith("Cannot open none.csv")
    assert run_json(experiment, code=2)["error"]["message"].startswith("Cannot open none.csv")


@pytest.mark.parametrize("verb", ["check", "run"])
def test_a_pipe_is_no_experiment(tmp_path: Path, verb: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = bottega(verb, tmp_path / "pipe")
    assert done.returncode == 2
    assert done.stderr.startswith(f"bottega {verb}: Error 0048: Cannot open")
    told = json.loads(bottega(verb, tmp_path / "pipe", "--json").stdout)["error"]
    assert (told["code"], told["message"].partition(" ")[0]) == ("0048", "Cannot")


def test_a_data_file_of_no_known_format_is_told_before_the_run(experiment: Path) -> None:
    (experiment.parent / "people.json").write_text("[]")
    experiment.write_text(_EXPERIMENT.replace("people.csv", "people.json"))
    [problem] = json.loads(bottega("check", experiment, "--json").stdout)["problems"]
    assert (problem["node"], problem["parameter"], problem["line"]) == ("people", "dataset", 5)
    assert "people.json tells no format" in problem["message"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nothing.yaml"], 2),
        (["try.yaml", "--to", "nobody"], 2),
        (["try.yaml", "--set", "clean.mode"], 2),
        (["try.yaml", "--set", "nobody.mode=1"], 2),
        (["try.yaml", "--set", "clean.mood=1"], 2),
        (["try.yaml", "--output", "clean"], 2),
        (["try.yaml", "--output", "clean.nothing=x.csv"], 2),
        (["try.yaml", "--output", "clean=no/such/folder/x.csv"], 2),
        (["try.yaml", "--parallel", "0"], 2),
        (["try.yaml", "--memory", "lots"], 2),
        (["people.csv"], 2),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else None,
)
def test_bad_usage_is_told_without_a_trace(experiment: Path, arguments: list[str], code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bottega.cli.main", "run", *arguments],
        cwd=experiment.parent, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_killed_run_loses_no_finished_step(experiment: Path) -> None:
    experiment.write_text(
        _EXPERIMENT.replace('print("one year on")', 'print("sleeping", flush=True); __import__("time").sleep(60)')
    )
    with subprocess.Popen(
        [sys.executable, "-m", "bottega.cli.main", "run", str(experiment)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        seen = []
        for line in process.stdout:
            seen.append(line)
            if "sleeping" in line:
                break
        finished = {line.split()[1] for line in seen if line.startswith("✓")}
        while finished != {"people", "clean"}:  # told as soon as it is safe
            line = process.stdout.readline()
            finished |= {line.split()[1]} if line.startswith("✓") else set()
        process.kill()
    experiment.write_text(_EXPERIMENT)
    done = bottega("run", experiment)
    assert done.returncode == 0
    assert "was interrupted" in done.stderr
    assert "2 finished step(s)" in done.stderr
    assert "2 reused" in done.stdout
    assert "was interrupted" not in bottega("run", experiment).stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_the_run_and_keeps_what_was_done(experiment: Path, number: int) -> None:
    experiment.write_text(
        _EXPERIMENT.replace('print("one year on")', 'print("sleeping", flush=True); __import__("time").sleep(60)')
    )
    with subprocess.Popen(
        [sys.executable, "-m", "bottega.cli.main", "run", str(experiment)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        while "sleeping" not in process.stdout.readline():
            pass
        process.send_signal(number)
        rest = process.stdout.read()
        assert process.wait(timeout=30) == 130
    assert "Canceled in" in rest
    assert not _jails_of(process.pid)
    told = run_json(experiment, "--to", "clean")
    assert all(node["cached"] for node in told["nodes"])


def _jails_of(parent: int) -> list[str]:
    """What the process left running."""
    time.sleep(0.2)
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text()
            except OSError:
                continue
            if status.rpartition(")")[2].split()[1] == str(parent):
                found.append(entry.name)
    return found


@pytest.mark.slow
def test_two_processes_share_a_workspace(experiment: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "bottega.cli.main", "run", str(experiment), "--json"],
            stdout=subprocess.PIPE, text=True, env=dict(os.environ),
        )
        for _ in range(3)
    ]  # fmt: skip
    told = [json.loads(process.communicate(timeout=120)[0]) for process in processes]
    assert {each["status"] for each in told} == {"Finished"}
    assert len({json.dumps([node["outputs"] for node in each["nodes"]]) for each in told}) == 1
    assert all(node["cached"] for node in run_json(experiment)["nodes"])


@pytest.mark.slow
def test_the_income_example_as_the_readme_has_it(tmp_path: Path) -> None:
    metrics = tmp_path / "metrics.csv"
    workspace = ("--workspace", tmp_path / "w")
    first = run_json(EXAMPLES / "income.yaml", *workspace)
    assert first["status"] == "Finished"
    assert all(node["cached"] for node in run_json(EXAMPLES / "income.yaml", *workspace)["nodes"])
    told = run_json(EXAMPLES / "income.yaml", *workspace, "--to", "evaluate", "--set", "clean.mode=Remove entire row",
                    "--output", f"evaluate={metrics}")  # fmt: skip
    ran = {node["id"] for node in told["nodes"] if not node["cached"]}
    assert ran == {"clean", "features", "split", "train", "score", "evaluate"}
    assert metrics.read_text().startswith(("Accuracy", "Positive", "Scored", '"'))
