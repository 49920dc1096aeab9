"""The experiments that ship: each runs, and gives what plain pandas and scikit-learn give."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bottega.dataset import frames
from bottega.engine import run as engine
from bottega.engine.check import check
from bottega.engine.prepared import prepare
from bottega.engine.reach import Outside
from bottega.engine.stored import table
from bottega.graph import file
from bottega.sandbox.host.pool import Pool
from bottega.store.records import Run
from bottega.store.workspace import Workspace
from tests.cli.helpers import EXAMPLES

pytestmark = pytest.mark.slow  # many processes

EXPERIMENTS = sorted(EXAMPLES.glob("*.yaml"))


class Done:
    """An experiment that was run."""

    def __init__(self, workspace: Workspace, run: Run) -> None:
        self._workspace = workspace
        self.run = run
        self.steps = {step.node: step for step in run.steps}

    def frame(self, node: str, port: str | None = None) -> pd.DataFrame:
        outputs = self.steps[node].outputs
        output = outputs[0] if port is None else next(each for each in outputs if each.port == port)
        return frames.to_pandas(table(self._workspace, output))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with Workspace.open(tmp_path_factory.mktemp("examples") / "workspace") as opened:
        yield opened


def run(name: str, workspace: Workspace, pool: Pool) -> Done:
    loaded = file.load(EXAMPLES / f"{name}.yaml")
    request = engine.Request(name, loaded.experiment.title, loaded.text)
    options = engine.Options(pool=pool)
    done = engine.run(prepare(loaded.experiment), request, workspace, Outside(EXAMPLES), options)
    assert done.status == "Finished", [step.error for step in done.steps if step.error]
    return Done(workspace, done)


@pytest.mark.parametrize("path", EXPERIMENTS, ids=lambda path: path.stem)
def test_it_has_no_problems_and_is_written_as_bottega_writes(path: Path, workspace: Workspace) -> None:
    loaded = file.load(path)
    assert check(loaded, workspace, path.stem) == []
    assert loaded.experiment.description or loaded.experiment.title


def _features() -> pd.DataFrame:
    """The income example's features by pandas alone."""
    people = pd.read_csv(EXAMPLES / "data" / "people.csv")
    regions = pd.read_csv(EXAMPLES / "data" / "regions.csv")
    people["sector"] = people["sector"].str.strip().str.lower().where(lambda sector: sector != "?")
    for column in ("age", "hours"):
        people[column] = people[column].fillna(people[column].median())
    joined = people.merge(regions, on="region").sort_values("id", ignore_index=True)
    return joined[["age", "education", "sector", "hours", "density", "unemployment", "median_income", "income"]]


def test_income(workspace: Workspace, pool: Pool) -> None:
    done = run("income", workspace, pool)
    pd.testing.assert_frame_equal(done.frame("features"), _features(), check_dtype=False)
    train, test = done.frame("split", "results_dataset1"), done.frame("split", "results_dataset2")
    assert len(train) + len(test) == 1200
    assert len(train) == pytest.approx(840, abs=2)
    share = _features()["income"].eq(">50K").mean()
    assert train["income"].eq(">50K").mean() == pytest.approx(share, abs=0.005)
    scored = done.frame("score")
    assert len(scored) == len(test)
    _check_metrics(scored, "income", ">50K", done.frame("evaluate").iloc[0])


def test_rank_features(workspace: Workspace, pool: Pool) -> None:
    done = run("rank_features", workspace, pool)
    rank = done.frame("rank")
    assert rank["importance"].is_monotonic_decreasing
    assert rank["importance"].sum() == pytest.approx(1)
    assert list(done.frame("best").columns) == [*rank["feature"].head(8), "diagnosis"]
    assert [picture.name for picture in done.steps["rank"].pictures] == ["importances.png"]
    _check_metrics(done.frame("score"), "diagnosis", "malignant", done.frame("evaluate").iloc[0])
    assert done.frame("evaluate")["AUC"][0] > 0.95


def _check_metrics(scored: pd.DataFrame, label: str, positive: str, told: Any) -> None:
    from sklearn import metrics

    truth, labels = scored[label].eq(positive), scored["Scored Labels"].eq(positive)
    chances = scored["Scored Probabilities"]
    assert told["Accuracy"] == pytest.approx(metrics.accuracy_score(truth, labels))
    assert told["Precision"] == pytest.approx(metrics.precision_score(truth, labels))
    assert told["Recall"] == pytest.approx(metrics.recall_score(truth, labels))
    assert told["F-Score"] == pytest.approx(metrics.f1_score(truth, labels))
    assert told["AUC"] == pytest.approx(metrics.roc_auc_score(truth, chances))
    assert told["Average Log Loss"] == pytest.approx(metrics.log_loss(truth, chances))


def test_evaluate_expression(workspace: Workspace, pool: Pool) -> None:
    told = run("evaluate_expression", workspace, pool).frame("evaluate")
    assert told["result"].tolist() == ["1024", str(math.sqrt(2)), "5050"]


def test_hello_bundle(workspace: Workspace, pool: Pool) -> None:
    done = run("hello_bundle", workspace, pool)
    assert done.steps["hello"].log == "Hello World\n"


def test_scatter_matrix(workspace: Workspace, pool: Pool) -> None:
    done = run("scatter_matrix", workspace, pool)
    assert len(done.steps["plots"].pictures) == 3
    numbers = done.frame("measurements")
    assert list(numbers.columns) == list(done.frame("flowers").columns[:4])
    plots = done.frame("plots").set_index("column")
    pd.testing.assert_frame_equal(plots, numbers.corr(), check_names=False, check_index_type=False)


def test_pass_a_model(workspace: Workspace, pool: Pool) -> None:
    scored = run("pass_a_model", workspace, pool).frame("score")
    assert len(scored) == 569
    assert (scored["Scored Labels"] == scored.iloc[:, 0]).mean() > 0.97
