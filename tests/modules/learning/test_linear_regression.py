"""Linear Regression against its closed form and scikit-learn."""

from __future__ import annotations

import json
import pickle
import tracemalloc
from functools import partial
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LinearRegression as SquaresOfScikit
from sklearn.linear_model import Ridge, SGDRegressor
from sklearn.preprocessing import MinMaxScaler

from bottega.modules.machine_learning import _least_squares
from bottega.modules.machine_learning._linear_regression import LinearRegression, Solution
from bottega.modules.machine_learning._predictors import Linear
from bottega.modules.machine_learning.linear_regression import linear_regression
from bottega.modules.machine_learning.score_model import score_model
from bottega.sdk import Kind, Role, catalogue
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


_SIZES = {"numbers": 1.0, "times": 1e3}


@pytest.mark.parametrize("kind", _SIZES)
@pytest.mark.parametrize("l2", [0.0, 0.001, 10.0])
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_a_sparse_matrix_gives_what_a_dense_one_does(kind: str, l2: float, intercept: bool, weighted: bool) -> None:
    """Against the singular values of the whole matrix: two columns of levels, rare ones among them, beside numbers."""
    chance = np.random.default_rng(2)
    first, second = np.minimum(chance.zipf(1.5, 600), 80) - 1, chance.integers(0, 50, 600)
    numbers = chance.normal(size=600) * _SIZES[kind] + (1.6e9 if kind == "times" and intercept else 0)
    matrix = np.column_stack([np.eye(80)[first], np.eye(50)[second], numbers])
    target = matrix @ np.append(chance.normal(size=130), 1 / _SIZES[kind]) + chance.normal(size=600)
    weights = chance.integers(0, 3, 600).astype(float) if weighted else None
    learner = linear_regression(l2_weight=l2, include_intercept=intercept)
    assert isinstance(learner, LinearRegression)
    found = learner.learn(sparse.csr_matrix(matrix), target, weights)
    assert isinstance(found, Linear)
    plain: Any = Ridge(l2, solver="svd", fit_intercept=intercept)
    if not l2:
        plain = SquaresOfScikit(fit_intercept=intercept, tol=1e-12)
    plain.fit(matrix, target, sample_weight=weights)
    known = np.ones(600, dtype=bool) if weights is None else weights > 0
    expected = plain.predict(matrix)
    np.testing.assert_allclose(found.predict(sparse.csr_matrix(matrix))[known], expected[known], rtol=1e-8, atol=1e-6)
    if l2:  # without it, levels of two columns have no one solution
        np.testing.assert_allclose(found.weights, plain.coef_, rtol=1e-6, atol=1e-6)


def test_thousands_of_levels_take_little_memory() -> None:
    levels = np.arange(6000) % 2000
    data = table({"level": [str(level) for level in levels], "y": levels * 2.0})
    tracemalloc.start()
    try:
        model = train(linear_regression(), data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6000 * 2000 * 8 / 4, "a quarter of the dense matrix"
    # With n rows a level, all levels alike: the ridge draws its mean to the middle by l2 / (n + l2).
    expected = 2 * levels - (2 * levels - 1999) * 0.001 / 3.001
    np.testing.assert_allclose(column(score_model(model, data), "Scored Labels"), expected, rtol=1e-9, atol=1e-6)


def test_small_numbers_count_beside_large_ones() -> None:
    """A flag beside seconds of many years, without a penalty."""
    chance = np.random.default_rng(0)
    seconds, flags = chance.integers(0, 10**10, 200).astype(float), chance.integers(0, 2, 200).astype(bool)
    result = scored(linear_regression(l2_weight=0), table({"t": seconds, "flag": flags, "y": 5.0 * flags}))
    np.testing.assert_allclose(column(result, "Scored Labels"), 5.0 * flags, atol=1e-6)


@pytest.mark.parametrize("size", [1e-200, 1e200, 1e300])
def test_labels_of_any_size_beside_many_levels(size: float) -> None:
    levels = np.arange(300) % 100
    data = table({"level": [str(level) for level in levels], "y": levels * size})
    result = scored(linear_regression(l2_weight=0), data)
    np.testing.assert_allclose(column(result, "Scored Labels"), levels * size, rtol=1e-9, atol=1e-9 * size)


@pytest.mark.parametrize("weights", [np.ones(300), np.linspace(0.1, 3, 300)], ids=["equal", "unequal"])
def test_huge_and_constant_numbers_beside_many_levels_do_no_harm(weights: Array) -> None:
    levels = np.arange(300) % 100
    columns = {"level": [str(level) for level in levels], "same": [0.1] * 300, "huge": [1e200, -1e200, 0.0] * 100}
    data = table({**columns, "w": weights, "y": levels * 2.0}, w=Role.WEIGHT)
    model = train(linear_regression(l2_weight=0), data)
    other = table({**columns, "same": [1e3] * 300})
    np.testing.assert_allclose(column(score_model(model, other), "Scored Labels"), levels * 2.0, atol=1e-9)


def test_dates_beside_many_levels_keep_their_digits() -> None:
    """Seconds of one minute, which differ in their tenth digit."""
    levels, seconds = np.arange(300) % 100, 1.7e9 + np.random.default_rng(0).integers(0, 60, 300)
    columns = {"level": [str(level) for level in levels], "t": seconds, "w": np.linspace(0.1, 3, 300)}
    target = levels + 3 * (seconds - 1.7e9)
    model = train(linear_regression(l2_weight=0), table({**columns, "y": target}, w=Role.WEIGHT))
    np.testing.assert_allclose(column(score_model(model, table(columns)), "Scored Labels"), target, atol=1e-5)


def test_least_squares_that_are_not_reached_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(1)
    first, second = (chance.integers(0, 90, 300).astype(str).tolist() for _ in range(2))
    data = table({"first": first, "second": second, "y": chance.normal(size=300)})
    for rounds, told in ((3, True), (5_000, False)):
        monkeypatch.setattr(_least_squares, "_ROUNDS", rounds)
        _, notes = notes_of(partial(train, linear_regression(), data))
        assert any("were not reached" in note for note in notes) is told


def test_pickling_keeps_the_model() -> None:
    matrix, target = _data()
    data = table(_columns(matrix, target))
    for method in Solution:
        model = train(linear_regression(solution_method=method), data)
        restored = pickle.loads(pickle.dumps(model))
        assert score_model(restored, data).equals(score_model(model, data))
        assert json.loads(json.dumps(restored.describe())) == model.describe()


def test_gradient_descent_has_ranges_and_least_squares_none() -> None:
    spec = catalogue.get("linear-regression")
    assert linear_regression().sweep() == ()
    descent = spec.convert({"solution_method": "Online Gradient Descent", "trainer_mode": "Parameter Range"})
    learner = spec.function(**{**descent, "epochs_range": "3; 7"})
    assert [setting.name for setting in learner.sweep()] == ["l2_weight", "learning_rate", "epochs"]
    assert learner.sweep()[2].values == (3, 7)
    assert learner.describe()["settings"]["epochs"] == 3
    counts = spec.as_plain(descent)
    assert "learning_rate" not in counts
    assert "learning_rate_range" in counts
    assert "trainer_mode" not in spec.as_plain(spec.convert({}))
