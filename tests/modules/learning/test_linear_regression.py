"""Linear Regression against its closed form and scikit-learn."""

from __future__ import annotations

import json
import pickle
from functools import partial
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import SGDRegressor
from sklearn.preprocessing import MinMaxScaler

from bottega.modules.machine_learning._linear_regression import Solution
from bottega.modules.machine_learning.linear_regression import linear_regression
from bottega.modules.machine_learning.score_model import score_model
from bottega.sdk import Kind, Role
from tests.modules.learning.helpers import Array, code_of, column, named, notes_of, scored, table, train

_DESCENT = Solution.GRADIENT_DESCENT


def _data(rows: int = 80) -> tuple[Array, Array]:
    chance = np.random.default_rng(3)
    matrix = chance.normal(size=(rows, 3)) * [1, 100, 0.01] + [5, 0, 0]
    return matrix, 3 + matrix @ [2.0, -0.05, 40.0] + chance.normal(size=rows)


def _columns(matrix: Array, target: Array) -> dict[str, Any]:
    return {**named(matrix, "abc"), "y": target}


@pytest.mark.parametrize("l2", [0.0, 0.001, 10.0])
@pytest.mark.parametrize("intercept", [True, False])
def test_least_squares_is_the_closed_form(l2: float, intercept: bool) -> None:
    matrix, target = _data()
    learner = linear_regression(l2_weight=l2, include_intercept=intercept)
    model = train(learner, table(_columns(matrix, target)))
    full = np.column_stack([matrix, np.ones(len(target))]) if intercept else matrix
    penalty = l2 * np.eye(full.shape[1])
    if intercept:
        penalty[-1, -1] = 0
    expected = full @ np.linalg.solve(full.T @ full + penalty, full.T @ target)
    result = score_model(model, table(named(matrix, "abc")))
    np.testing.assert_allclose(column(result, "Scored Labels"), expected, rtol=1e-8)


def test_weights_of_rows_count_as_repetition() -> None:
    matrix, target = _data(40)
    counts = np.arange(40) % 4
    data = table({**_columns(matrix, target), "n": counts}, n=Role.WEIGHT)
    full = np.repeat(np.column_stack([matrix, np.ones(40)]), counts, axis=0)
    expected = np.linalg.lstsq(full, np.repeat(target, counts), rcond=None)[0]
    learned = train(linear_regression(l2_weight=0), data).describe()["learned"]
    found = {each["feature"]: each["weight"] for each in learned["weights"]}
    np.testing.assert_allclose([*(found[name] for name in "abc"), learned["intercept"]], expected, rtol=1e-8)


def test_levels_and_booleans_by_their_means() -> None:
    """A saturated model predicts the mean of each group."""
    groups = ["a", "b", "c", "a", "b", "c"]
    flags = [True, False, True, True, False, True]
    target = [1.0, 5.0, 10.0, 3.0, 7.0, 20.0]
    result = scored(linear_regression(l2_weight=0), table({"group": groups, "flag": flags, "y": target}))
    np.testing.assert_allclose(column(result, "Scored Labels"), [2, 6, 15, 2, 6, 15])


@pytest.mark.parametrize("normalize", [True, False])
@pytest.mark.parametrize("average", [True, False])
@pytest.mark.parametrize("decrease", [True, False])
def test_gradient_descent_is_that_of_scikit_learn(normalize: bool, average: bool, decrease: bool) -> None:
    matrix, target = _data()
    matrix /= [1, 100, 0.01]
    learner = linear_regression(
        solution_method=_DESCENT, normalize=normalize, average=average, decrease_learning_rate=decrease,
        learning_rate=0.01, epochs=7, l2_weight=0.1, seed=4,
    )  # fmt: skip
    result = scored(learner, table(_columns(matrix, target)))
    taken = MinMaxScaler().fit_transform(matrix) if normalize else matrix
    rate = "invscaling" if decrease else "constant"
    plain = SGDRegressor(alpha=0.1, learning_rate=rate, eta0=0.01, power_t=0.5, max_iter=7, tol=None,
                         average=average, random_state=4)  # fmt: skip
    np.testing.assert_allclose(column(result, "Scored Labels"), plain.fit(taken, target).predict(taken), rtol=1e-9)


def test_no_epochs_predict_zero() -> None:
    matrix, target = _data()
    result = scored(linear_regression(solution_method=_DESCENT, epochs=0), table(_columns(matrix, target)))
    assert column(result, "Scored Labels").tolist() == [0.0] * 80


def test_diverging_descent_is_told() -> None:
    matrix, target = _data()
    learner = linear_regression(solution_method=_DESCENT, normalize=False)
    error = code_of(lambda: train(learner, table(_columns(matrix * 1e150, target))))
    assert error.code == "0083"
    assert "smaller learning rate" in str(error)


def test_a_descent_that_ends_worse_than_it_began_is_told() -> None:
    matrix, target = _data()
    data = table(_columns(matrix, target))
    for rate, worse in ((100, True), (0.1, False)):
        learner = linear_regression(solution_method=_DESCENT, learning_rate=rate, decrease_learning_rate=False)
        _, notes = notes_of(partial(train, learner, data))
        assert any("smaller learning rate" in note for note in notes) is worse


def test_one_row_gives_its_own_value() -> None:
    result = scored(linear_regression(), table({"x": [1.0], "y": [42.0]}))
    assert column(result, "Scored Labels").tolist() == [42.0]


def test_an_integer_label_is_predicted_as_double() -> None:
    result = scored(linear_regression(), table({"x": [1, 2, 3], "y": [1, 2, 2]}))
    assert result.columns[-1].type.kind is Kind.DOUBLE
    np.testing.assert_allclose(column(result, "Scored Labels"), [7 / 6, 10 / 6, 13 / 6], atol=1e-3)


def test_many_levels_are_learned_exactly() -> None:
    levels = np.arange(300) % 100
    data = table({"level": [str(level) for level in levels], "y": levels * 2.0})
    np.testing.assert_allclose(
        column(scored(linear_regression(l2_weight=0), data), "Scored Labels"), levels * 2.0, atol=1e-9
    )


def test_pickling_keeps_the_model() -> None:
    matrix, target = _data()
    data = table(_columns(matrix, target))
    for method in Solution:
        model = train(linear_regression(solution_method=method), data)
        restored = pickle.loads(pickle.dumps(model))
        assert score_model(restored, data).equals(score_model(model, data))
        assert json.loads(json.dumps(restored.describe())) == model.describe()
