"""Bottega from Python, as a person uses it in a notebook."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest

import bottega
from bottega.engine.events import Event, NodeStarted, RunEnded
from bottega.sdk import CsvFile, Device, Zip
from bottega.store.workspace import Workspace

_DOCS = Path(__file__).parent.parent / "docs" / "api.md"
_SCRIPT = """def azureml_main(df):
    import os
    print("said <b>")
    os.mkdir("outputs")
    open("outputs/note.txt", "w").write("kept")
    df["age"] += 1
    return df
"""
_BROKEN = """def azureml_main(df):
    raise ValueError("<b>no</b>")
"""
PEOPLE = "name,age\nAnn,31\nBob,\nCleo,27\n"


def _experiment(folder: Path) -> bottega.Experiment:
    (folder / "people.csv").write_text(PEOPLE)
    return (
        bottega.Experiment("People <i>", folder=folder)
        .add_dataset("people", bottega.FileRef("people.csv"))
        .add("some", "select-columns-in-dataset", inputs={"dataset": "people"}, columns=["age"])
        .add("older", "execute-python-script", inputs={"dataset1": "some"}, script=_SCRIPT)
        .add("csv", "convert-to-csv", inputs={"dataset": "people"})
        .add("learner", "two-class-logistic-regression")
        .add("broken", "execute-python-script", inputs={"dataset1": "people"}, script=_BROKEN)
        .add("after", "select-columns-in-dataset", inputs={"dataset": "broken"}, columns=["age"])
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("api")


@pytest.fixture(scope="module")
def result(folder: Path) -> bottega.Result:
    return bottega.run(_experiment(folder))


def test_a_table_and_its_frame(result: bottega.Result) -> None:
    table = result["older"]
    assert isinstance(table, bottega.Table)
    assert table.arrow.to_pydict() == {"age": [32.0, None, 28.0]}
    pd.testing.assert_frame_equal(result.frame("older.result_dataset"), pd.DataFrame({"age": [32.0, None, 28.0]}))
    assert result["some"].arrow.to_pydict() == {"age": [31, None, 27]}


def test_what_is_no_table(result: bottega.Result) -> None:
    device = result["older.Python Device"]
    assert isinstance(device, Device)
    assert device.log == "said <b>\n"
    assert isinstance(result["older.files"], Zip)
    assert isinstance(result["csv"], CsvFile)
    rows = list(csv.reader(result["csv"].data.decode().splitlines()))
    assert rows == [["name", "age"], ["Ann", "31"], ["Bob", ""], ["Cleo", "27"]]
    assert result["learner"]["learner"] == "Two-Class Logistic Regression"
    with pytest.raises(bottega.BottegaError, match="out of csv is no table"):
        result.frame("csv")


@pytest.mark.parametrize(
    ("reference", "told"),
    [("nobody", "There is no node nobody"), ("older.nothing", "has no output nothing"),
     ("older.result_dataset2", "older left it out"), ("broken", "it failed: ValueError: <b>no</b>"),
     ("after", "broken failed")],
)  # fmt: skip
def test_what_there_is_not(result: bottega.Result, reference: str, told: str) -> None:
    with pytest.raises(bottega.BottegaError, match=re.escape(told)) as caught:
        result[reference]
    assert caught.value.code == "usage"


def test_a_failure_is_told_and_raised_on_request(result: bottega.Result) -> None:
    assert result.status == "Failed"
    assert result.error is not None
    assert (result.error.code, result.error.facts["node"], result.error.facts["line"]) == ("0085", "broken", 2)
    with pytest.raises(bottega.BottegaError, match=r"broken .*line 2.*Error 0085: ValueError: <b>no</b>") as caught:
        result.raise_for_error()
    assert 'File "broken.py", line 2' in str(caught.value)


def test_how_it_shows(result: bottega.Result) -> None:
    lines = repr(result).splitlines()
    assert lines[0].startswith("People <i>: Failed in ")
    assert [line.split()[0] for line in lines[1:]] == [step.node for step in result.run.steps]
    assert any(line.split() == ["older", "Finished", "3", "×", "1"] for line in lines)
    shown = result._repr_html_()
    assert "<td style='text-align: left'>ValueError: &lt;b&gt;no&lt;/b&gt;</td>" in shown
    assert "<b>" not in shown
    assert "<i>" not in shown


def test_again_with_another_value_for_this_run(result: bottega.Result, folder: Path) -> None:
    events: list[Event] = []
    given = {"older.script": "def azureml_main(df):\n    return df * 2\n", "some.columns": {"begin": "all columns", "rules": [
        {"exclude": ["name"]}]}}  # fmt: skip
    again = bottega.run(_experiment(folder), to="older", set=given, progress=events.append, parallel=1)
    assert again.status == "Finished"
    again.raise_for_error()
    assert again.error is None
    assert again["older"].arrow.to_pydict() == {"age": [62.0, None, 54.0]}
    assert {step.node: step.cached for step in again.run.steps} == {"people": True, "some": False, "older": False}
    assert again.run.partial
    assert [event.node for event in events if isinstance(event, NodeStarted)] == ["some", "older"]
    assert isinstance(events[-1], RunEnded)
    with pytest.raises(bottega.BottegaError, match="it was not asked for"):
        again["csv"]
    # It changed nothing but that run.
    assert result.experiment.nodes["some"].parameters == {"columns": ["age"]}
    fresh = bottega.run(_experiment(folder), to=["people"], fresh=True)
    assert [step.cached for step in fresh.run.steps] == [False]


def test_a_file_is_known_as_the_command_line_knows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "people.yaml"
    bottega.save(path, _experiment(tmp_path))
    assert bottega.load(path) == _experiment(tmp_path)
    result = bottega.run(path, to="people")
    assert (result.workspace, result.run.experiment) == (tmp_path / ".bottega", "people.yaml")
    monkeypatch.setenv("BOTTEGA_WORKSPACE", str(tmp_path / "named"))
    assert bottega.run(path, to="people").workspace == tmp_path / "named"
    assert bottega.run(path, to="people", workspace=tmp_path / "given").workspace == tmp_path / "given"


def test_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BOTTEGA_WORKSPACE", raising=False)
    for title, name in (("Flowers", "Flowers"), ("", "experiment")):
        with Workspace.open(tmp_path / ".bottega") as workspace:
            assert workspace.runs.list(name) == []
        bottega.run(bottega.Experiment(title).add_dataset("men", "linnerud"))
        with Workspace.open(tmp_path / ".bottega") as workspace:
            assert len(workspace.runs.list(name)) == 1


def test_problems_are_found_and_refused(tmp_path: Path) -> None:
    experiment = _experiment(tmp_path).add("half", "split-data", fraction=3).set("some", "colour", "red")
    problems = bottega.check(experiment, workspace=tmp_path / "w")
    assert all(isinstance(problem, bottega.Problem) for problem in problems)
    assert {(problem.node, problem.port or problem.parameter) for problem in problems if problem.severity == "error"} >= {
        ("half", "dataset"), ("half", "fraction"), ("some", "colour"),
    }  # fmt: skip
    with pytest.raises(bottega.BottegaError, match=r"The experiment has 3 problems:\n(.*\n)*half.fraction: ") as caught:
        bottega.run(experiment, workspace=tmp_path / "w")
    assert caught.value.code == "usage"
    assert bottega.check(_experiment(tmp_path), workspace=tmp_path / "w") == []


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        ({"to": "nobody"}, "usage", "There is no node nobody"),
        ({"set": {"nobody.columns": 1}}, "usage", "There is no node nobody"),
        ({"set": {"some": 1}}, "usage", "is not of the form"),
        ({"set": {"some.colour": 1}}, "usage", "has no parameter colour"),
        ({"set": {"older.script": None}}, "usage", "Parameter older.script cannot be None"),
        ({"set": {"older.script": object()}}, "usage", "cannot be a parameter's value"),
        ({"parallel": 0}, "usage", "The argument parallel is 0"),
    ],
)
def test_misuse(tmp_path: Path, options: dict[str, object], code: str, told: str) -> None:
    with pytest.raises(bottega.BottegaError, match=re.escape(told)) as caught:
        bottega.run(_experiment(tmp_path), **options)  # type: ignore[arg-type]  # on purpose
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        (None, "0048", "none.yaml"),
        ("- a\n", "experiment-invalid", "an experiment begins"),
        ("bottega: 1\nnodes:\n  a:\n    modul: x\n", "experiment-invalid", "line 4"),
    ],
)
def test_files_that_cannot_be_loaded(tmp_path: Path, text: str | None, code: str, told: str) -> None:
    path = tmp_path / "none.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(bottega.BottegaError, match=told) as caught:
        bottega.load(path)
    assert caught.value.code == code


def test_importing_costs_nothing() -> None:
    program = "import sys; before = set(sys.modules); import bottega; print([m for m in set(sys.modules) - before])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert eval(done.stdout) == ["bottega"]
    program = "import bottega, sys; bottega.run; print('pandas' in sys.modules, sorted(set(bottega.__all__) - set(dir(bottega))))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False []\n"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = bottega.nothing  # type: ignore[attr-defined]


def test_an_interrupt_cancels_and_is_raised(tmp_path: Path) -> None:
    program = """
import bottega, signal, sys
experiment = bottega.Experiment("Slow").add("slow", "execute-python-script", script=
    "import time\\ndef azureml_main():\\n    print('begun', flush=True)\\n    time.sleep(100)\\n")
handler = signal.getsignal(signal.SIGINT)
try:
    bottega.run(experiment, progress=lambda event: print(event, flush=True))
except KeyboardInterrupt:
    print("raised", signal.getsignal(signal.SIGINT) is handler)
"""
    child = subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={name: value for name, value in os.environ.items() if name != "BOTTEGA_WORKSPACE"},
    )  # fmt: skip
    watch = threading.Timer(60, child.kill)
    watch.start()
    assert child.stdout is not None
    seen = ""
    for line in child.stdout:
        seen += line
        if "begun" in line:
            child.send_signal(signal.SIGINT)
            break
    rest, errors = child.communicate()
    watch.cancel()
    assert child.returncode == 0, seen + rest + errors
    assert rest.splitlines()[-1] == "raised True"
    with Workspace.open(tmp_path / ".bottega") as workspace:
        assert [run.status for run in workspace.runs.list("Slow")] == ["Canceled"]


@pytest.mark.slow
def test_the_example_in_the_docs(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", _DOCS.read_text(), re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{example}\nimport json\nprint(json.dumps(list(result.frame('evaluate')['AUC'])))"],
        capture_output=True, text=True, timeout=100, check=False, cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "BOTTEGA_WORKSPACE"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *_, rows, auc = done.stdout.splitlines()
    assert rows == "171"
    assert json.loads(auc)[0] > 0.95
    assert bottega.load(tmp_path / "tumours.yaml").title == "Tumours"


def test_problems_elsewhere_keep_no_target_from_running(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    experiment = bottega.Experiment(folder=tmp_path).add_dataset("data", bottega.FileRef("a.csv"))
    experiment = experiment.add("one", "select-columns-in-dataset", inputs={"dataset": "data"}, columns=["a"])
    experiment = experiment.add("two", "select-columns-in-dataset", inputs={"dataset": "one"}, columns=["a"])
    experiment = experiment.connect("one", "dataset", "two")  # now they feed one another
    with pytest.raises(bottega.BottegaError):
        bottega.run(experiment)
    assert bottega.run(experiment, to="data").status == "Finished"
