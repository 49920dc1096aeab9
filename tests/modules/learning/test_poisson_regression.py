"""Poisson Regression against scikit-learn and the conditions of its optimum."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import PoissonRegressor

from bottega.modules.machine_learning.poisson_regression import poisson_regression
from bottega.modules.machine_learning.score_model import score_model
from bottega.sdk import Role
from tests.modules.learning.helpers import Array, code_of, column, named, notes_of, scored, table, train


def _counts(rows: int = 150, size: float = 1.0) -> tuple[Array, Array]:
    """Four standardised columns, and counts whose logarithm is linear in two of them."""
    chance = np.random.default_rng(5)
    matrix = chance.normal(size=(rows, 4))
    matrix = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    return matrix, size * chance.poisson(np.exp(1 + 0.6 * matrix[:, 0] - 0.4 * matrix[:, 1]))


def _learned(matrix: Array, target: Array, **settings: Any) -> tuple[Array, float]:
    model = train(poisson_regression(tolerance=1e-10, **settings), table({**named(matrix), "y": target}))
    described = model.describe()["learned"]
    weights = {each["feature"]: each["weight"] for each in described["weights"]}
    return np.array([weights[name] for name in "abcd"]), described["intercept"]


@pytest.mark.parametrize("l2", [0.0, 1.0, 50.0])
@pytest.mark.parametrize("size", [1.0, 1e-6, 1e9])
def test_rates_are_those_of_scikit_learn(l2: float, size: float) -> None:
    matrix, target = _counts(size=size)
    plain = PoissonRegressor(alpha=l2 / len(target), tol=1e-12 * size, max_iter=10_000, solver="newton-cholesky")
    expected = plain.fit(matrix, target).predict(matrix)
    learner = poisson_regression(l1_weight=0, l2_weight=l2, tolerance=1e-9)
    found = column(scored(learner, table({**named(matrix), "y": target})), "Scored Labels")
    np.testing.assert_allclose(found, expected, rtol=2e-4)


@pytest.mark.parametrize(("l1", "l2"), [(1.0, 1.0), (10.0, 0.0), (40.0, 2.0)])
def test_the_optimum_of_both_penalties(l1: float, l2: float) -> None:
    """Sum of m - y log m, + l1 |w| + l2/2 w²: its (sub)gradient is zero at the weights learned."""
    matrix, target = _counts()
    weights, intercept = _learned(matrix, target, l1_weight=l1, l2_weight=l2)
    residual = np.exp(matrix @ weights + intercept) - target
    slope = matrix.T @ residual + l2 * weights
    assert abs(residual.sum()) < 1e-3
    free = weights != 0
    np.testing.assert_allclose(slope[free], -l1 * np.sign(weights[free]), atol=1e-3)
    assert (np.abs(slope[~free]) <= l1 + 1e-3).all()
    assert free.any()


def test_a_large_l1_weight_drops_features() -> None:
    weights = _learned(*_counts(), l1_weight=40.0, l2_weight=0.0)[0]
    assert weights[0] > 0
    assert (weights == 0).any()


def test_a_weight_is_a_repeated_row() -> None:
    matrix, target = _counts(60)
    times = np.arange(60) % 3 + 1
    data = table({**named(matrix), "n": times, "y": target}, n=Role.WEIGHT)
    found = column(scored(poisson_regression(l1_weight=0, tolerance=1e-10), data), "Scored Labels")
    plain = PoissonRegressor(alpha=1 / times.sum(), tol=1e-12, max_iter=1000, solver="newton-cholesky")
    plain.fit(np.repeat(matrix, times, axis=0), np.repeat(target, times))
    np.testing.assert_allclose(found, plain.predict(matrix), rtol=1e-4)


@pytest.mark.parametrize(
    ("target", "words"),
    [([1, 2, -3, 4], "it holds -3"), ([0, 0, 0, 0], "all its values are 0")],
    ids=["negative", "zero"],
)
def test_what_is_no_count(target: list[int], words: str) -> None:
    error = code_of(lambda: train(poisson_regression(), table({"x": [1, 2, 3, 4], "y": target})))
    assert error.code == "0023"
    assert words in str(error)


def test_a_group_without_counts_has_a_small_rate() -> None:
    """Without a penalty its weight would go to minus infinity."""
    data = table({"c": ["a", "b"] * 20, "y": [0, 5] * 20})
    (result, notes) = notes_of(lambda: scored(poisson_regression(l1_weight=0, l2_weight=0), data))
    low, high = column(result, "Scored Labels")[:2]
    assert 0 <= low < 1e-3
    assert high == pytest.approx(5, rel=1e-3)
    assert len(notes) <= 1


def test_rates_far_outside_are_the_largest_number() -> None:
    matrix, target = _counts()
    model = train(poisson_regression(l1_weight=0, l2_weight=0), table({**named(matrix), "y": target}))
    far = column(score_model(model, table(named(np.array([[1e6, 0, 0, 0], [-1e6, 0, 0, 0]])))), "Scored Labels")
    assert np.isfinite(far).all()
    assert far[0] > 1e300
    assert far[1] == 0
