"""A learner that a user wrote spoils nothing but its own results: neither of the next step nor of a later run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bottega.graph.document import Experiment
from bottega.sandbox.host.pool import Pool
from bottega.services.stages import Way, split
from bottega.store.workspace import Workspace
from tests.engine.helpers import Bench, people, statuses, steps
from tests.services.experiments import answer, load, program_of

_ROWS = "x,y\n" + "".join(f"{row},{3 * row + row % 2}\n" for row in range(20))
_HONEST = """
import pandas as pd
class AzureMLModel:
    def train(self, df_train, df_label):
        self.mean = float(df_label.iloc[:, 0].mean())
    def predict(self, df):
        return pd.DataFrame({"Scored Labels": [self.mean] * len(df)})
"""
# At import, in training, in predicting and when it is opened: everything that a later step leans on is turned to nonsense.
_HOSTILE = """
import builtins, os, subprocess, sys

def patch():
    import bottega.modules.machine_learning._metrics as metrics
    import numpy, pandas, pyarrow.compute, sklearn.linear_model
    def lie(*_, **__):
        raise RuntimeError("spoiled")
    for owner, name in (
        (sklearn.linear_model.LinearRegression, "fit"), (sklearn.linear_model.Ridge, "fit"), (metrics, "regression"),
        (pandas.DataFrame, "mean"), (pyarrow.compute, "call_function"), (builtins, "sorted"), (numpy, "hstack"),
    ):
        setattr(owner, name, lie)

def litter():
    import bottega.modules.machine_learning._metrics as metrics
    for folder in ("/tmp", "/dev/shm", os.path.expanduser("~"), os.getcwd(), os.path.dirname(metrics.__file__)):
        for name in ("left", "sitecustomize.py", "sklearn.py"):
            try:
                with open(os.path.join(folder, name), "w") as file:
                    file.write("raise SystemExit(1)")
            except OSError:
                pass
    try:
        with open(metrics.__file__, "a") as file:
            file.write("raise SystemExit(1)")
    except OSError:
        pass
    subprocess.Popen([sys.executable, "-c", "while True: pass"])
    os.environ["PYTHONPATH"] = "/tmp"

def spoil():
    if not hasattr(builtins, "spoiled"):
        builtins.spoiled = True
        litter()
        patch()

import pandas as pd

class AzureMLModel:
    def train(self, df_train, df_label):
        self.mean = float(df_label.iloc[:, 0].mean())
        %s
    def predict(self, df):
        frame = pd.DataFrame({"Scored Labels": [self.mean] * len(df)})
        %s
        return frame
    def __setstate__(self, state):
        self.__dict__.update(state)
        %s
%s
"""
_PLACES = ("train", "predict", "open", "import")


def _hostile(place: str) -> str:
    return _HOSTILE % tuple("spoil()" if place == each else "pass" for each in _PLACES)


@pytest.fixture
def bench(tmp_path: Path, pool: Pool) -> Iterator[Bench]:
    with Workspace.open(tmp_path / "workspace") as workspace:
        yield Bench(workspace, pool)


def _experiment(folder: Path, script: str) -> Experiment:
    """The user's model, and beside it and behind it modules of ours that use what it attacks."""
    return (
        people(folder, _ROWS)
        .add("own", "create-python-model", script=script)
        .add("train", "train-model", inputs={"untrained_model": "own", "dataset": "people"}, label="y")
        .add("score", "score-model", inputs={"trained_model": "train", "dataset": "people"})
        .add("evaluate", "evaluate-model", inputs={"scored_dataset": "score"})
        .add("line", "linear-regression", inputs={})
        .add("train2", "train-model", inputs={"untrained_model": "line", "dataset": "score"}, label="y")
        .add("score2", "score-model", inputs={"trained_model": "train2", "dataset": "score"})
        .add("evaluate2", "evaluate-model", inputs={"scored_dataset": "score2"})
    )


@pytest.mark.parametrize("place", _PLACES)
def test_what_it_spoils_is_met_by_no_other_step(bench: Bench, tmp_path: Path, place: str) -> None:
    honest = bench.run(_experiment(tmp_path, _HONEST))
    assert honest.status == "Finished", [step.error for step in honest.steps]
    run = bench.run(_experiment(tmp_path, _hostile(place)))
    assert run.status == "Finished", [step.error for step in run.steps]
    for node in ("evaluate", "evaluate2"):
        assert bench.rows(run, node) == bench.rows(honest, node)
    assert steps(run)["score2"].outputs[0].digest == steps(honest)["score2"].outputs[0].digest


def test_without_a_jail_it_does_spoil() -> None:
    """The control: what follows in the same process is met."""
    code = f"exec({_hostile('none')!r})\npatch()\nfrom sklearn.linear_model import Ridge\nRidge().fit([[1]], [1])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "RuntimeError: spoiled" in done.stderr


def test_and_none_of_a_later_run(bench: Bench, tmp_path: Path) -> None:
    for place in _PLACES:
        bench.run(_experiment(tmp_path, _hostile(place)))
    later = bench.run(_experiment(tmp_path, _HONEST + "\n# anew\n"))
    assert set(statuses(later).values()) <= {"Finished", "reused"}
    mean = sum(3 * row + row % 2 for row in range(20)) / 20
    assert bench.rows(later, "score")["Scored Labels"] == pytest.approx([mean] * 20)


def test_its_trace_and_its_words_reach_the_author(bench: Bench, tmp_path: Path) -> None:
    script = _HONEST.replace("self.mean = ", "print('hello from train')\n        self.mean = 1 / 0 + ")
    run = bench.run(_experiment(tmp_path, script))
    step = steps(run)["train"]
    assert step.error is not None
    assert (step.error["code"], step.error["line"]) == ("0085", 6)
    assert "ZeroDivisionError" in step.error["message"]
    assert 'File "model.py", line 6, in train' in step.error["traceback"]
    assert "/work" not in step.error["traceback"]
    assert "bottega" not in step.error["traceback"]
    assert "hello from train" in step.log


@pytest.mark.parametrize("mode", ["request", "service"])
@pytest.mark.parametrize("place", ["predict", "open"])
def test_nor_of_the_modules_of_a_web_service(bench: Bench, tmp_path: Path, place: str, mode: str) -> None:
    experiment = (
        people(tmp_path, _ROWS)
        .add("own", "create-python-model", script=_hostile(place))
        .add("train", "train-model", inputs={"untrained_model": "own", "dataset": "people"}, label="y")
        .add("line", "linear-regression")
        .add("train2", "train-model", inputs={"untrained_model": "line", "dataset": "people"}, label="y")
        .add("score", "score-model", inputs={"trained_model": "train", "dataset": "people"})
        .add("score2", "score-model", inputs={"trained_model": "train2", "dataset": "score"})
        .add("pick", "select-columns-in-dataset", inputs={"dataset": "score2"}, columns=["Scored Labels"])
        .with_service_input("input1", "score.dataset")
        .with_service_output("output1", "pick")
    )
    program = program_of(bench, experiment)
    ways = {node.id: stage.way for stage in split(program) for node in stage.nodes}
    assert ways == {"score": Way.OWN, "score2": Way.MODULES, "pick": Way.MODULES}
    loaded = load(bench, program, mode=mode)
    try:
        for x in (3, 10):
            line = bench.rows(bench.run(experiment), "score2")["Scored Labels"]
            assert answer(loaded, [x, 0])["Scored Labels"] == pytest.approx([line[x]])
    finally:
        loaded.close()


def test_a_service_that_trains_runs_each_step_of_it_alone(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        people(tmp_path, _ROWS)
        .add("own", "create-python-model", script=_HONEST)
        .add("train", "train-model", inputs={"untrained_model": "own", "dataset": "people"}, label="y")
        .add("score", "score-model", inputs={"trained_model": "train", "dataset": "people"})
        .add("evaluate", "evaluate-model", inputs={"scored_dataset": "score"})
        .with_service_input("input1", "train.dataset")
        .with_service_output("output1", "evaluate")
    )
    program = program_of(bench, experiment)
    stages = split(program)
    assert [(stage.way, [node.id for node in stage.nodes]) for stage in stages] == [
        (Way.OWN, ["train"]),
        (Way.OWN, ["score"]),
        (Way.MODULES, ["evaluate"]),
    ]
    loaded = load(bench, program)
    try:
        assert answer(loaded, [1, 5], [2, 7])["Mean Absolute Error"] == pytest.approx(
            [sum(abs(3 * row + row % 2 - 6) for row in range(20)) / 20]
        )
    finally:
        loaded.close()
