"""Permutation Feature Importance against models whose use of each feature is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn import metrics

from bottega.modules.machine_learning.linear_regression import linear_regression
from bottega.modules.machine_learning.multiclass_logistic_regression import multiclass_logistic_regression
from bottega.modules.machine_learning.permutation_feature_importance import Metric, permutation_feature_importance
from bottega.modules.machine_learning.two_class_boosted_decision_tree import two_class_boosted_decision_tree
from bottega.modules.machine_learning.two_class_logistic_regression import two_class_logistic_regression
from bottega.sdk import Role, Table, TrainedModel, spec_of
from tests.modules.learning.helpers import code_of, column, named, notes_of, table, train, two_class


@dataclass(frozen=True)
class _Stranger(TrainedModel):
    """A model that nothing is known of but that it scores."""

    model: TrainedModel
    told: bool = True

    def score(self, table: Table) -> Table:
        return self.model.score(table)

    def describe(self) -> dict[str, Any]:
        return self.model.describe() if self.told else {}


def _importance(model: TrainedModel, data: Table, metric: Metric, seed: int = 1) -> dict[str, float]:
    found = permutation_feature_importance(model, data, seed=seed, metric=metric)
    assert found.arrow.column_names == ["Feature", "Score"]
    assert spec_of(permutation_feature_importance).foretell({}, {}) == {"feature_importance": found.columns}  # type: ignore[misc]
    return dict(zip(column(found, "Feature").tolist(), found.column("Score").to_pylist(), strict=True))


def _line(rows: int = 80) -> Table:
    chance = np.random.default_rng(0)
    matrix = chance.normal(size=(rows, 4))
    return table({**named(matrix), "y": matrix @ [1.0, -5.0, 0.0, 0.1]})


_ERRORS = {
    Metric.ABSOLUTE: metrics.mean_absolute_error,
    Metric.SQUARED: metrics.root_mean_squared_error,
    Metric.DETERMINATION: lambda truth, predicted: -metrics.r2_score(truth, predicted),
}


@pytest.mark.parametrize("metric", list(_ERRORS))
def test_a_linear_model_by_its_weights(metric: Metric) -> None:
    data = _line()
    found = _importance(train(linear_regression(l2_weight=0.0), data), data, metric, seed=9)
    assert list(found) == ["b", "a", "d", "c"]
    truth = column(data, "y")
    for place, (name, weight) in enumerate({"a": 1.0, "b": -5.0, "c": 0.0, "d": 0.1}.items()):
        # The draws: a generator for each feature, spawned from the seed.
        order = np.random.default_rng(np.random.SeedSequence(9).spawn(4)[place]).permutation(80)
        values = column(data, name)
        predicted = truth - weight * values + weight * values[order]
        expected = _ERRORS[metric](truth, predicted) - _ERRORS[metric](truth, truth)
        assert found[name] == pytest.approx(expected, abs=1e-9)


def test_relative_errors_and_log_loss_are_losses() -> None:
    data = _line()
    model = train(linear_regression(), data)
    for metric in (Metric.RELATIVE_ABSOLUTE, Metric.RELATIVE_SQUARED):
        found = _importance(model, data, metric)
        assert list(found)[:2] == ["b", "a"]
        assert found["b"] > found["a"] > 0
    matrix, target = two_class()
    classes = table({**named(matrix), "y": target})
    found = _importance(train(two_class_boosted_decision_tree(trees=20), classes), classes, Metric.LOG_LOSS)
    assert found["b"] > found["d"]


@pytest.mark.parametrize("metric", [Metric.ACCURACY, Metric.PRECISION, Metric.RECALL, Metric.LOG_LOSS])
@pytest.mark.parametrize("told", [True, False])
def test_any_model_is_measured_as_ours_are(metric: Metric, told: bool) -> None:
    matrix, target = two_class(60)
    colours = np.where(target > 0, "rot", "grün")
    levels = [f"level {place % 80}" for place in range(60)]  # so many that the matrix is sparse
    data = table({"Größe": matrix[:, 0], "colour": colours, "level": levels, "b": matrix[:, 1], "y": target})
    for learner in (two_class_boosted_decision_tree(trees=10), two_class_logistic_regression(tolerance=1e-3)):
        model = train(learner, data)
        ours = _importance(model, data, metric)
        assert _importance(_Stranger(model, told), data, metric) == pytest.approx(ours, abs=1e-12)
        assert next(iter(ours)) == "colour"


def test_many_classes() -> None:
    chance = np.random.default_rng(0)
    x, other = chance.normal(size=(2, 90))
    data = table({"x": x, "other": other, "y": np.where(x < -0.5, "a", np.where(x < 0.5, "ß", "c"))})
    model = train(multiclass_logistic_regression(), data)
    for metric in (Metric.ACCURACY, Metric.PRECISION, Metric.RECALL, Metric.LOG_LOSS):
        found = _importance(model, data, metric)
        assert list(found) == ["x", "other"]
        assert found["x"] > 0.1


def test_a_seed_repeats_exactly() -> None:
    data = _line()
    model = train(linear_regression(), data)
    first, again, other = (_importance(model, data, Metric.ABSOLUTE, seed) for seed in (3, 3, 4))
    assert first == again
    assert first != other
    _, notes = notes_of(lambda: _importance(model, data, Metric.ABSOLUTE, 0))
    assert [text.endswith("from the clock.") for text in notes] == [True]


def test_rows_that_cannot_be_measured_are_left_out_once() -> None:
    data = _line(40)
    model = train(linear_regression(), data)
    holes = data.arrow.to_pydict()
    holes["a"][0] = None
    holes["y"][1] = None
    found, notes = notes_of(lambda: _importance(model, table(holes), Metric.ABSOLUTE))
    assert found == _importance(model, Table(data.arrow.slice(2)), Metric.ABSOLUTE)
    assert len(notes) == 2


def test_other_columns_take_no_part() -> None:
    data = _line(30)
    model = train(linear_regression(), data)
    more = Table(data.arrow.append_column("note", pa.array(["x"] * 30)))
    assert set(_importance(model, more, Metric.ABSOLUTE)) == set("abcd")
    assert set(_importance(_Stranger(model), more, Metric.ABSOLUTE)) == set("abcd")
    hidden = more.with_roles({"note": Role.SCORE})
    assert set(_importance(_Stranger(model, told=False), hidden, Metric.ABSOLUTE)) == set("abcd")


def test_an_undefined_measure_leaves_the_scores_missing() -> None:
    data = _line(30)
    flat = Table(data.arrow.set_column(4, "y", pa.array(np.ones(30))))
    found, notes = notes_of(lambda: _importance(train(linear_regression(), data), flat, Metric.DETERMINATION))
    assert list(found.values()) == [None] * 4
    assert notes == ["Coefficient of Determination of the data as they are is undefined, so there are no scores"]


@pytest.mark.parametrize("rows", [1, 2])
def test_few_rows(rows: int) -> None:
    data = _line(30)
    found = _importance(train(linear_regression(), data), Table(data.arrow.slice(0, rows)), Metric.ABSOLUTE)
    assert set(found) == set("abcd")


@pytest.mark.parametrize(
    ("data", "metric", "code"),
    [
        (_line(10), Metric.ACCURACY, "usage"),
        (_line(0), Metric.ABSOLUTE, "0134"),
        (Table(_line(10).arrow.drop_columns(["a"])), Metric.ABSOLUTE, "0001"),
        (Table(_line(10).arrow.drop_columns(["y"])), Metric.ABSOLUTE, "0024"),
        (Table(_line(10).arrow.set_column(0, "a", pa.array(["x"] * 10))), Metric.ABSOLUTE, "0016"),
        (Table(_line(10).arrow.set_column(4, "y", pa.array(["x"] * 10))), Metric.ABSOLUTE, "0058"),
        (Table(_line(2).arrow.set_column(0, "a", pa.array([1.0, float("inf")]))), Metric.ABSOLUTE, "0033"),
        (Table(_line(2).arrow.set_column(0, "a", pa.nulls(2, pa.float64()))), Metric.ABSOLUTE, "0080"),
    ],
    ids=["metric", "empty", "no-feature", "no-label", "text", "text-label", "infinite", "all-missing"],
)
def test_data_that_cannot_be_used(data: Table, metric: Metric, code: str) -> None:
    model = train(linear_regression(), _line(30))
    assert code_of(lambda: _importance(model, data, metric)).code == code


@pytest.mark.parametrize("metric", [Metric.REGRESSION_PRECISION, Metric.REGRESSION_RECALL, Metric.ACCURACY])
def test_metrics_of_another_kind_of_model(metric: Metric) -> None:
    error = code_of(lambda: _importance(train(linear_regression(), _line(30)), _line(30), metric))
    assert f"{metric} does not measure a regression model; the metrics that do are: " in str(error)
    told = str(error).split(" are: ")[1].split(", ")
    assert told[0] == Metric.ABSOLUTE
    assert told[-1].startswith(Metric.DETERMINATION)


def test_no_more_is_measured_than_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix, target = two_class(60)
    data = table({**named(matrix), "y": target})
    model = train(two_class_logistic_regression(), data)

    def ranked(*_given: Any) -> float:
        raise AssertionError("the area under the curve was asked for")

    monkeypatch.setattr("sklearn.metrics.roc_auc_score", ranked)
    for metric in (Metric.ACCURACY, Metric.LOG_LOSS):
        assert set(_importance(model, data, metric)) == set("abcd")


def test_models_that_are_none() -> None:
    untrained: Any = linear_regression()
    assert code_of(lambda: _importance(untrained, _line(5), Metric.ABSOLUTE)).code == "0012"
    nothing: Any = "model"
    assert code_of(lambda: _importance(nothing, _line(5), Metric.ABSOLUTE)).code == "0013"


@pytest.mark.slow
def test_ten_thousand_columns() -> None:
    """Each is shuffled; what the others cost is a copy of the matrix."""
    chance = np.random.default_rng(0)
    matrix = chance.normal(size=(20, 10_000))
    matrix[:, 7] *= 1000
    data = table({**{f"f{place}": matrix[:, place] for place in range(10_000)}, "y": matrix[:, 7]})
    found = _importance(train(linear_regression(), data), data, Metric.ABSOLUTE)
    assert len(found) == 10_000
    assert next(iter(found)) == "f7"
