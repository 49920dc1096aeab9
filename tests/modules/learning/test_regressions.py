"""What the regressions share: which data they take, what their scores are called, and that equal data give equal models."""

from __future__ import annotations

import pickle
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from bottega.modules.machine_learning._network_regression import NeuralNetworkRegression
from bottega.modules.machine_learning.bayesian_linear_regression import bayesian_linear_regression
from bottega.modules.machine_learning.boosted_decision_tree_regression import boosted_decision_tree_regression
from bottega.modules.machine_learning.decision_forest_regression import decision_forest_regression
from bottega.modules.machine_learning.evaluate_model import evaluate_model
from bottega.modules.machine_learning.linear_regression import linear_regression
from bottega.modules.machine_learning.neural_network_regression import neural_network_regression
from bottega.modules.machine_learning.poisson_regression import poisson_regression
from bottega.modules.machine_learning.score_model import score_model
from bottega.sdk import BottegaError, Role, UntrainedModel, catalogue
from tests.modules.learning.helpers import Array, code_of, column, named, roles, scored, table, train

_LEARNERS = {
    "bayes": bayesian_linear_regression(),
    "boosted": boosted_decision_tree_regression(trees=10, minimum_samples_per_leaf=1),
    "forest": decision_forest_regression(),
    "linear": linear_regression(),
    "network": neural_network_regression(iterations=40, hidden_nodes=10, learning_rate=0.01, weights_diameter=1.0),
    "poisson": poisson_regression(),
}
_EVERY = pytest.mark.parametrize("learner", _LEARNERS.values(), ids=list(_LEARNERS))
_TAKE_GAPS = ("boosted", "forest")
_MODULES = (
    "bayesian-linear-regression", "boosted-decision-tree-regression", "decision-forest-regression",
    "neural-network-regression", "poisson-regression",
)  # fmt: skip
_X = [1.0, 2.0, 3.0, 4.0]


def _numbers(rows: int = 80) -> tuple[Array, Array]:
    """Four columns, and a label of at least 0 that grows with the first."""
    chance = np.random.default_rng(1)
    matrix = chance.normal(size=(rows, 4)) * [1, 10, 0.1, 1] + [0, 5, 0, -3]
    return matrix, chance.poisson(np.exp(0.5 * matrix[:, 0] + 1)).astype(float)


def _main(result: Any) -> str:
    """The column with the prediction."""
    return next(name for name in ("Scored Labels", "Scored Label Mean") if name in result.arrow.column_names)


@_EVERY
def test_scores_are_numbers_that_can_be_evaluated(learner: UntrainedModel) -> None:
    matrix, target = _numbers()
    result = scored(learner, table({**named(matrix), "y": target}))
    added = result.columns[5:]
    assert {each.role for each in added} == {Role.SCORE}
    assert {str(each.type) for each in added} == {"Double"}
    assert roles(result)["y"] is Role.LABEL
    measures = evaluate_model(result)
    errors = target - column(result, _main(result))
    assert column(measures, "Root Mean Squared Error")[0] == pytest.approx(np.sqrt(np.mean(errors**2)))
    assert column(measures, "Coefficient of Determination")[0] > 0


@pytest.mark.parametrize("name", ["bayes", "forest"])
def test_who_knows_how_sure_it_is_says_so(name: str) -> None:
    matrix, target = _numbers()
    result = scored(_LEARNERS[name], table({**named(matrix), "y": target}))
    assert result.arrow.column_names[5:] == ["Scored Label Mean", "Scored Label Standard Deviation"]
    again = score_model(train(linear_regression(), table({**named(matrix), "y": target})), result)
    assert again.arrow.column_names[5:] == ["Scored Labels"]


@_EVERY
def test_equal_data_give_equal_models(learner: UntrainedModel) -> None:
    matrix, target = _numbers()
    data = table({**named(matrix), "y": target})
    first, second = (score_model(pickle.loads(pickle.dumps(train(learner, data))), data) for _ in range(2))
    assert first.equals(second)


@_EVERY
@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"x": [], "y": []}, "0021"),
        ({"y": [0, 1, 0, 1]}, "0047"),
        ({"x": _X, "z": [0, 1, 0, 1]}, "0001"),
        ({"x": [b"a", b"b", b"c", b"d"], "y": [0, 1, 0, 1]}, "0017"),
        ({"x": _X, "y": pa.nulls(4, pa.int64())}, "0134"),
        ({"x": _X, "y": ["1", "2", "3", "4"]}, "0023"),
        ({"x": _X, "y": [True, False, True, False]}, "0023"),
        ({"x": _X, "y": [0.0, 1.0, float("inf"), 0.0]}, "0033"),
    ],
    ids=["empty", "no-feature", "no-label", "bytes", "unlabelled", "text", "boolean", "infinite"],
)
def test_data_that_none_takes(learner: UntrainedModel, columns: dict[str, Any], code: str) -> None:
    assert code_of(lambda: train(learner, table(columns))).code == code


@pytest.mark.parametrize("name", list(_LEARNERS))
def test_gaps_and_infinities(name: str) -> None:
    learner = _LEARNERS[name]
    data = table({"x": [1.0, None, 3.0, 4.0], "c": ["a", "b", None, "b"], "y": [1, 2, 3, 4]})
    infinite = table({"x": [1.0, float("inf"), 3.0, 4.0], "y": [1, 2, 3, 4]})
    nothing = table({"x": pa.nulls(4, pa.float64()), "y": [1, 2, 3, 4]})
    result = scored(learner, data)
    if name in _TAKE_GAPS:
        assert result.column(_main(result)).null_count == 0
        assert np.isfinite(column(scored(learner, infinite), _main(result))).all()
        assert column(scored(learner, nothing), _main(result)) == pytest.approx([2.5] * 4)
    else:
        assert [value is None for value in result.column(_main(result)).to_pylist()] == [False, True, True, False]
        assert code_of(partial(train, learner, infinite)).code == "0033"
        assert code_of(partial(train, learner, nothing)).code == "0130"


@_EVERY
@pytest.mark.parametrize("rows", [1, 2])
def test_a_constant_label_is_predicted(learner: UntrainedModel, rows: int) -> None:
    result = scored(learner, table({"x": _X[:rows], "k": [7] * rows, "y": [3.25] * rows}))
    assert column(result, _main(result)) == pytest.approx(
        [3.25] * rows, rel=5e-2 if isinstance(learner, NeuralNetworkRegression) else 1e-6
    )
    if "Scored Label Standard Deviation" in result.arrow.column_names:
        assert column(result, "Scored Label Standard Deviation") == pytest.approx([0] * rows, abs=1e-6)


@_EVERY
def test_an_unknown_level_is_none_of_the_known_ones_or_refused(learner: UntrainedModel) -> None:
    data = table({"größe": ["a", "b"] * 10, "y": [1.0, 5.0] * 10})
    model = train(learner, data)
    result = score_model(model, table({"größe": ["a", "b", "neu"]}))
    low, high, unknown = column(result, _main(result))
    assert low < high
    assert np.isfinite(unknown)


@pytest.mark.parametrize("name", _MODULES)
def test_unknown_levels_may_be_forbidden(name: str) -> None:
    learner = catalogue.get(name).function(allow_unknown_levels=False)
    model = train(learner, table({"c": ["a", "b"] * 10, "y": [1.0, 5.0] * 10}))
    error = code_of(lambda: score_model(model, table({"c": ["neu"]})))
    assert (error.code, error.facts) == ("level-unknown", {"column": "c", "value": "neu"})


@_EVERY
def test_an_empty_table_is_scored(learner: UntrainedModel) -> None:
    model = train(learner, table({"x": _X, "y": [1, 2, 3, 4]}))
    result = score_model(model, table({"x": pa.nulls(0, pa.float64())}))
    assert (result.num_rows, _main(result) in result.arrow.column_names) == (0, True)


@pytest.mark.parametrize("name", [name for name in _LEARNERS if name not in ("linear", "poisson")])
def test_labels_of_any_size(name: str) -> None:
    """A label a billion billion times as large is predicted a billion billion times as large."""
    matrix, target = _numbers()
    factor = 2.0**60
    small, large = (scored(_LEARNERS[name], table({**named(matrix), "y": target * factor**power})) for power in (0, 1))
    np.testing.assert_allclose(column(large, _main(large)), column(small, _main(small)) * factor, rtol=1e-9)


@pytest.mark.parametrize("name", ["bayes", "boosted", "forest"])
def test_a_weight_is_a_repeated_row(name: str) -> None:
    matrix, target = _numbers(40)
    spread = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    learner = _LEARNERS[name]
    if name == "forest":
        learner = catalogue.get("decision-forest-regression").function(resampling="Replicate", depth=1, trees=1)
        spread = np.sign(spread[:, :1]).repeat(4, axis=1)  # one split only, whatever the draw
    counts = np.where(spread[:, 0] > 0, 2, 1)
    kept = spread - np.average(spread, axis=0) if name == "forest" else spread
    weighted = scored(learner, table({**named(kept), "w": counts, "y": target}, w=Role.WEIGHT))
    model = train(learner, table({**named(np.repeat(kept, counts, axis=0)), "y": np.repeat(target, counts)}))
    repeated = score_model(model, table(named(kept)))
    close = 0.05 if name == "bayes" else 1e-6  # standardising sees each row once
    if name != "boosted":  # whose leaves count rows, not weights
        np.testing.assert_allclose(column(weighted, _main(weighted)), column(repeated, _main(repeated)), rtol=close)
    assert not np.allclose(column(weighted, _main(weighted)), target.mean())


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in _LEARNERS if name not in ("poisson", "network")])
def test_thousands_of_columns(name: str) -> None:
    chance = np.random.default_rng(3)
    matrix = chance.normal(size=(60, 10_000))
    data = table({**{f"c{place}": matrix[:, place] for place in range(10_000)}, "y": matrix[:, 0]})
    result = scored(_LEARNERS[name], data)
    assert np.corrcoef(column(result, _main(result)), matrix[:, 0])[0, 1] > 0.9


@pytest.mark.parametrize("name", _MODULES)
def test_place_on_the_palette(name: str) -> None:
    spec = catalogue.get(name)
    assert spec.category == "Machine Learning/Initialize Model/Regression"
    assert {port.name: str(port.type) for port in spec.outputs} == {"untrained_model": "UntrainedModel"}
    described = spec.function().describe()
    assert (described["learner"], described["task"]) == (spec.title, "regression model")
    settings = [parameter for parameter in spec.parameters if parameter.type in (int, float)]
    assert settings
    for setting in settings:
        for value in (float("inf"), "-inf", 10**400):
            with pytest.raises(BottegaError) as caught:
                spec.convert({setting.name: value})
            assert caught.value.code in {"0002", "0004", "0007", "0008"}


@pytest.mark.parametrize(
    ("name", "defaults"),
    [
        ("bayesian-linear-regression", {"Regularization weight": 1.0, "Allow unknown categorical levels": True}),
        (
            "boosted-decision-tree-regression",
            {
                "Maximum number of leaves per tree": 20,
                "Minimum number of samples per leaf node": 10,
                "Learning rate": 0.2,
                "Total number of trees constructed": 100,
                "Random number seed": None,
                "Allow unknown categorical levels": True,
            },
        ),
        (
            "decision-forest-regression",
            {
                "Resampling method": "Bagging",
                "Number of decision trees": 8,
                "Maximum depth of the decision trees": 32,
                "Number of random splits per node": 128,
                "Minimum number of samples per leaf node": 1,
                "Allow unknown values for categorical features": True,
            },
        ),
        (
            "neural-network-regression",
            {
                "The initial learning weights diameter": 0.1,
                "Learning rate": 0.005,
                "The momentum": 0.0,
                "The type of normalizer": "Min-Max normalizer",
                "Number of hidden nodes": 100,
                "Number of learning iterations": 100,
                "Shuffle examples": True,
                "Random number seed": None,
                "Allow unknown categorical levels": True,
            },
        ),
        (
            "poisson-regression",
            {
                "Optimization tolerance": 1e-7,
                "L1 regularization weight": 1.0,
                "L2 regularization weight": 1.0,
                "Memory size for L-BFGS": 20,
                "Random number seed": None,
                "Allow unknown categorical levels": True,
            },
        ),
    ],
)
def test_defaults_are_those_of_the_fact_sheet(name: str, defaults: dict[str, Any]) -> None:
    found = {parameter.title: parameter.default for parameter in catalogue.get(name).parameters}
    assert {title: found[title] for title in defaults} == defaults


@pytest.mark.parametrize("name", [name for name in _MODULES if name != "bayesian-linear-regression"])
def test_ranges_are_for_a_sweep(name: str) -> None:
    spec = catalogue.get(name)
    swept = [parameter for parameter in spec.parameters if parameter.name.endswith("_range")]
    single = spec.function()
    assert [f"{setting.name}_range" for setting in single.sweep()] == [parameter.name for parameter in swept]
    assert all(len(setting.values) > 1 for setting in single.sweep())
    learner = spec.function(**spec.convert({"trainer_mode": "Parameter Range"}))
    for setting in learner.sweep():
        assert learner.describe()["settings"][setting.name] == setting.values[0]


def test_other_spellings_of_old_graphs() -> None:
    network = catalogue.get("neural-network-regression").convert({"The learning rate": "0.01"})
    assert network["learning_rate"] == 0.01
    forest = catalogue.get("decision-forest-regression").convert({"Allow unknown categorical levels": "False"})
    assert forest["allow_unknown_levels"] is False


@pytest.mark.parametrize("rows", [60, 300, 3000])
def test_a_network_learns_by_its_defaults(rows: int) -> None:
    chance = np.random.default_rng(7)
    matrix = chance.normal(size=(rows, 3))
    target = matrix @ [1, 2, 3] + chance.normal(size=rows)
    found = column(scored(neural_network_regression(), table({**named(matrix, "abc"), "y": target})), "Scored Labels")
    assert 1 - np.mean((found - target) ** 2) / target.var() > 0.8
