"""The minimum of a smooth function plus absolute values, against scikit-learn's lasso and by its conditions."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Lasso

from bottega.modules.machine_learning._orthants import Problem
from tests.modules.learning.helpers import Array


def _squares(matrix: Array, target: Array, penalty: Array) -> Problem:
    def smooth(point: Array) -> tuple[float, Array]:
        errors = matrix @ point - target
        return float(errors @ errors) / (2 * len(target)), matrix.T @ errors / len(target)

    return Problem(smooth, penalty)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31 - 1), st.sampled_from([0.01, 0.1, 0.5, 2.0]), st.floats(0.1, 1.0))
def test_it_is_the_lasso(seed: int, penalty: float, spread: float) -> None:
    """Also of columns that depend on each other, where signs change on the way."""
    chance = np.random.default_rng(seed)
    matrix = chance.normal(size=(60, 8))
    matrix = (1 - spread) * matrix[:, :1] + spread * matrix
    target = matrix @ chance.normal(size=8) + chance.normal(size=60)
    found = _squares(matrix, target, np.full(8, penalty)).solve(1e-7, 20, 5_000)
    expected = Lasso(penalty, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(matrix, target).coef_
    assert found.reached
    np.testing.assert_allclose(found.point, expected, atol=1e-5)


def test_a_coordinate_without_a_penalty_is_free() -> None:
    found = _squares(np.eye(3), np.array([3.0, -3.0, 0.5]), np.array([0.0, 0.5, 0.5])).solve(1e-10, 20, 100)
    np.testing.assert_allclose(found.point, [3.0, -1.5, 0.0], atol=1e-8)


def test_a_side_taken_wrongly_is_left() -> None:
    """The slope at zero sends the second coordinate up; the optimum has it below zero."""
    matrix = np.array([[2.0, 1.8], [0.0, 0.5]])
    target = matrix @ [3.0, -1.0]
    assert (matrix.T @ target > 0).all()
    found = _squares(matrix, target, np.full(2, 1e-4)).solve(1e-10, 20, 1_000)
    assert found.reached
    np.testing.assert_allclose(found.point, [3.0, -1.0], atol=0.02)


def test_rounds_end_the_search() -> None:
    chance = np.random.default_rng(0)
    matrix = chance.normal(size=(50, 20)) * np.logspace(0, 3, 20)
    found = _squares(matrix, chance.normal(size=50), np.full(20, 0.01)).solve(1e-12, 20, 5)
    assert (found.rounds, found.reached) == (5, False)
    assert found.point.any()
