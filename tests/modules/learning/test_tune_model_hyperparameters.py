"""Tune Model Hyperparameters against the same learner trained and measured by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from bottega.dataset.folds import Folds
from bottega.modules.machine_learning._goals import ClassificationMetric, RegressionMetric
from bottega.modules.machine_learning._points import Sweep
from bottega.modules.machine_learning._sweep import TrainerMode
from bottega.modules.machine_learning.cross_validate_model import cross_validate_model
from bottega.modules.machine_learning.evaluate_model import evaluate_model
from bottega.modules.machine_learning.linear_regression import linear_regression
from bottega.modules.machine_learning.multiclass_logistic_regression import multiclass_logistic_regression
from bottega.modules.machine_learning.score_model import score_model
from bottega.modules.machine_learning.tune_model_hyperparameters import Tuned, tune_model_hyperparameters
from bottega.modules.machine_learning.two_class_boosted_decision_tree import two_class_boosted_decision_tree
from bottega.sdk import BottegaError, Columns, Kind, Role, Setting, Table, TrainedModel, UntrainedModel, note
from tests.modules.learning.helpers import code_of, column, named, notes_of, table, train, two_class

_TREES = partial(
    two_class_boosted_decision_tree,
    trainer_mode=TrainerMode.RANGE,
    leaves_range="2; 8",
    minimum_samples_per_leaf_range="5",
    learning_rate_range="0.1; 0.4",
    trees_range="5; 20",
)
_TITLES = ["Maximum number of leaves per tree", "Minimum number of samples per leaf node", "Learning rate",
           "Number of trees constructed"]  # fmt: skip


@dataclass(frozen=True)
class _Guess(UntrainedModel):
    """A learner as a stranger may write one: it predicts its value, and refuses to learn with a negative one."""

    value: float | str = 0.0
    values: tuple[Any, ...] = (3.5, -1.0, 1.0, 2.0)

    def fit(self, table: Table, label: str) -> TrainedModel:
        del table, label
        value = float(len(self.value) if isinstance(self.value, str) else self.value)
        if value < 0:
            raise BottegaError("0083", reason="no")
        return _Guessed(value)

    def describe(self) -> dict[str, Any]:
        return {"learner": "Guess", "task": "regression model"}

    def sweep(self) -> tuple[Setting, ...]:
        return (Setting("value", "The value", self.values),) if self.values else ()

    def with_settings(self, settings: Any, /) -> UntrainedModel:
        return replace(self, **settings)


@dataclass(frozen=True)
class _Guessed(TrainedModel):
    value: float

    def score(self, table: Table) -> Table:
        note("scored")
        scores = pa.array([self.value] * table.num_rows)
        return Table(table.arrow.append_column("Scored Labels", scores), roles={"y": Role.LABEL})

    def describe(self) -> dict[str, Any]:
        return {"value": self.value}


def _tuned(learner: UntrainedModel, data: Table, validation: Table | None = None, **options: Any) -> Tuned:
    given: dict[str, Any] = {"label": Columns.named("y"), "seed": 1, "mode": Sweep.GRID} | options
    return tune_model_hyperparameters(learner, data, validation, **given)


def _data(rows: int = 120, seed: int = 0) -> Table:
    matrix, target = two_class(rows, seed)
    return table({**named(matrix), "y": target})


def test_the_entire_grid_on_validation_data() -> None:
    data, other = _data(), _data(100, 1)
    found = _tuned(_TREES(), data, other, classification_metric=ClassificationMetric.LOG_LOSS)
    lines = found.sweep_results.arrow.to_pylist()
    assert found.sweep_results.arrow.column_names[:4] == _TITLES
    assert len(lines) == 8
    losses = []
    for line in lines:
        leaves, samples, rate, trees = (line[title] for title in _TITLES)
        learner = two_class_boosted_decision_tree(
            leaves=leaves, minimum_samples_per_leaf=samples, learning_rate=rate, trees=trees
        )
        measured = evaluate_model(score_model(train(learner, data), other)).arrow.to_pylist()[0]
        assert {name: line[name] for name in line if name in measured} == pytest.approx(
            {name: measured[name] for name in line if name in measured}
        )
        losses.append(measured["Average Log Loss"])
    assert losses == sorted(losses)
    settings = found.trained_best_model.describe()["settings"]
    assert [settings[name] for name in ("leaves", "minimum_samples_per_leaf", "learning_rate", "trees")] == [
        lines[0][title] for title in _TITLES
    ]
    best = evaluate_model(score_model(found.trained_best_model, other)).arrow.to_pylist()[0]
    assert best["Average Log Loss"] == pytest.approx(losses[0])


def test_types_of_the_results() -> None:
    found = _tuned(_TREES(), _data(), _data(40, 1))
    kinds = {each.name: each.type.kind for each in found.sweep_results.columns}
    assert [kinds[title] for title in _TITLES] == [Kind.INTEGER, Kind.INTEGER, Kind.DOUBLE, Kind.INTEGER]
    assert set(list(kinds.values())[4:]) == {Kind.DOUBLE}


def test_cross_validation_measures_the_means_over_the_folds() -> None:
    data = _data()
    found = _tuned(_TREES(trees_range="5"), data)
    best = found.sweep_results.arrow.to_pylist()[0]
    learner = two_class_boosted_decision_tree(
        leaves=best[_TITLES[0]], minimum_samples_per_leaf=5, learning_rate=best[_TITLES[2]], trees=5
    )
    by_fold = cross_validate_model(learner, data, label=Columns.named("y"), seed=1).evaluation_results_by_fold
    mean = by_fold.arrow.to_pylist()[10]
    assert {name: best[name] for name in best if name in mean} == pytest.approx(
        {name: mean[name] for name in mean if name in best}
    )
    accuracies = column(found.sweep_results, "Accuracy").tolist()
    assert accuracies == sorted(accuracies, reverse=True)
    assert found.trained_best_model.describe()["rows"] == 120


def test_assigned_folds_are_used() -> None:
    data = _data().with_folds(Folds(2, np.arange(120) % 2))
    best = _tuned(_TREES(trees_range="5"), data).sweep_results.arrow.to_pylist()[0]
    learner = two_class_boosted_decision_tree(
        leaves=best[_TITLES[0]], minimum_samples_per_leaf=5, learning_rate=best[_TITLES[2]], trees=5
    )
    by_fold = cross_validate_model(learner, data, label=Columns.named("y"), seed=1).evaluation_results_by_fold
    assert best["AUC"] == pytest.approx(by_fold.arrow.to_pylist()[2]["AUC"])


@pytest.mark.parametrize("mode", [Sweep.RANDOM, Sweep.RANDOM_GRID])
def test_random_sweeps_repeat_exactly(mode: Sweep) -> None:
    data, other = _data(), _data(40, 1)
    runs = {"mode": mode, "runs": 4, "grid_runs": 4}
    first, again, different = (_tuned(_TREES(), data, other, seed=seed, **runs) for seed in (5, 5, 6))
    assert first.sweep_results.num_rows == 4
    assert first.sweep_results.equals(again.sweep_results)
    assert not first.sweep_results.equals(different.sweep_results)


def test_a_learner_with_single_values_tries_the_default_ranges() -> None:
    learner = two_class_boosted_decision_tree(leaves=77, trees=3, learning_rate_range="0.9")
    settings = {setting.name: setting.values for setting in learner.sweep()}
    assert settings["leaves"] == (2, 8, 32, 128)
    assert settings["learning_rate"] == (0.025, 0.05, 0.1, 0.2, 0.4)
    found = _tuned(learner, _data(60), _data(40, 1), mode=Sweep.RANDOM_GRID, grid_runs=2)
    assert set(column(found.sweep_results, _TITLES[0])) <= {2, 8, 32, 128}


def test_training_alone_takes_the_first_of_each_range() -> None:
    model = train(_TREES(leaves_range="8; 2", trees_range="20; 5"), _data())
    settings = model.describe()["settings"]
    assert (settings["leaves"], settings["trees"], settings["learning_rate"]) == (8, 20, 0.1)


def test_a_learner_without_ranges_is_trained_once() -> None:
    data = table({"x": np.arange(20.0), "y": np.arange(20.0) * 2})
    found, notes = notes_of(lambda: _tuned(_Guess(5.0, ()), data))
    assert found.sweep_results.num_rows == 1
    assert notes == ["The learner has no ranges to try: it is trained once, as it is"]
    assert found.trained_best_model.describe()["value"] == 5


def test_many_classes() -> None:
    chance = np.random.default_rng(0)
    x = chance.normal(size=90)
    data = table({"x": x, "y": np.where(x < -0.5, "a", np.where(x < 0.5, "ß", "c"))})
    learner = multiclass_logistic_regression(
        trainer_mode=TrainerMode.RANGE, tolerance_range="0.001", l1_weight_range="0; 1000", l2_weight_range="0.1",
        memory_size_range="20",
    )  # fmt: skip
    found = _tuned(learner, data, data)
    assert column(found.sweep_results, "L1 regularization weight").tolist() == [0, 1000]
    assert found.trained_best_model.describe()["settings"]["l1_weight"] == 0
    error = code_of(lambda: _tuned(learner, data, data, classification_metric=ClassificationMetric.AUC))
    assert "AUC does not measure a multi-class classifier" in str(error)


def test_a_metric_of_another_task_is_refused_before_any_run() -> None:
    data = table({"x": np.arange(6.0), "y": ["a", "b", "ß"] * 2})
    learner = multiclass_logistic_regression()
    # Were a run first, its error would be the one of a table that has no label.
    options: dict[str, Any] = {"classification_metric": ClassificationMetric.AUC}
    error = code_of(lambda: _tuned(learner, data, Table(data.arrow.drop_columns(["y"])), **options))
    assert "AUC does not measure a multi-class classifier; the metrics that do are: Accuracy, Precision" in str(error)


_METRICS = [
    (RegressionMetric.ABSOLUTE, "Mean Absolute Error"),
    (RegressionMetric.SQUARED, "Root Mean Squared Error"),
    (RegressionMetric.RELATIVE_ABSOLUTE, "Relative Absolute Error"),
    (RegressionMetric.RELATIVE_SQUARED, "Relative Squared Error"),
    (RegressionMetric.DETERMINATION, "Coefficient of Determination"),
]


@pytest.mark.parametrize(("metric", "measure"), _METRICS)
@pytest.mark.parametrize("validated", [False, True])
def test_runs_that_fail_come_last_and_are_told(metric: RegressionMetric, measure: str, validated: bool) -> None:
    data = table({"x": np.arange(60.0), "y": [1.0, 2.0, 3.0] * 20})
    options: dict[str, Any] = {"regression_metric": metric}
    found, notes = notes_of(lambda: _tuned(_Guess(), data, data if validated else None, **options))
    assert column(found.sweep_results, "The value").tolist() == [2, 1, 3.5, -1]
    assert found.sweep_results.column(measure).to_pylist()[3] is None
    assert found.trained_best_model.describe()["value"] == 2
    text, *told = notes
    assert text.startswith("The run with The value -1.0 failed: ")
    assert told == (["scored"] if validated else [])


def test_all_runs_fail() -> None:
    data = table({"x": np.arange(9.0), "y": np.arange(9.0)})
    assert code_of(lambda: _tuned(_Guess(values=(-1.0, -2.0)), data)).code == "0083"


def test_many_failures_are_counted() -> None:
    data = table({"x": np.arange(9.0), "y": np.arange(9.0)})
    values = tuple(-1.0 - number for number in range(30))
    _, notes = notes_of(lambda: _tuned(_Guess(values=(*values, 1.0)), data, data))
    assert (len(notes), notes[-2:]) == (22, ["10 more runs failed", "scored"])


def test_a_metric_that_is_undefined_in_all_runs() -> None:
    data = table({"x": np.arange(9.0), "y": np.ones(9)})
    options: dict[str, Any] = {"regression_metric": RegressionMetric.DETERMINATION}
    found, notes = notes_of(lambda: _tuned(_Guess(values=(3.0, 1.0)), data, data, **options))
    assert notes[0] == "Coefficient of Determination is undefined in all runs; the first one is taken for the best"
    assert found.trained_best_model.describe()["value"] == 3


def test_text_and_boolean_settings() -> None:
    data = table({"x": np.arange(9.0), "y": np.ones(9)})
    for values in ((True, False), (Sweep.GRID, Sweep.RANDOM)):
        found = _tuned(_Guess(values=values), data, data)
        assert column(found.sweep_results, "The value").tolist() == list(values)


@pytest.mark.parametrize(
    ("data", "validation", "code"),
    [
        (table({"x": pa.nulls(0, pa.float64()), "y": pa.nulls(0, pa.float64())}), None, "0021"),
        (table({"x": [1.0], "y": [1.0]}), None, "0021"),
        (table({"x": [1.0, 2.0], "z": [1.0, 2.0]}), None, "0001"),
        (table({"x": [1.0, 2.0], "y": ["a", "b"]}), None, "0023"),
        (_data(20), table({"a": [1.0]}), "0001"),
        (_data(20), table({**named(two_class(5)[0])}), "0024"),
        (_data(20), table({**named(two_class(5)[0]), "y": pa.nulls(5, pa.int64())}), "0134"),
    ],
    ids=["empty", "one-row", "no-label", "text", "no-features", "unlabelled", "missing-labels"],
)
def test_tables_that_cannot_be_tuned_with(data: Table, validation: Table | None, code: str) -> None:
    assert code_of(lambda: _tuned(linear_regression(), data, validation)).code == code


def test_a_trained_model_is_refused() -> None:
    given: Any = _Guessed(1.0)
    assert code_of(lambda: _tuned(given, _data(20))).code == "0013"


@pytest.mark.parametrize(
    ("text", "code"), [("", "0003"), (" ; ", "0003"), ("2; x", "0002"), ("0; 2", "0008"), ("1,2", "0002")]
)
def test_ranges_that_cannot_be_read(text: str, code: str) -> None:
    assert code_of(lambda: _TREES(leaves_range=text)).code == code


def test_values_that_are_told_twice_are_tried_once() -> None:
    (leaves, *_) = _TREES(leaves_range="8; 2 ;8;").sweep()
    assert (leaves.name, leaves.title, leaves.values) == ("leaves", _TITLES[0], (8, 2))
