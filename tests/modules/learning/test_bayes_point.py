"""Two-Class Bayes Point Machine against the posterior computed otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import check_grad, minimize
from scipy.stats import norm
from sklearn.preprocessing import StandardScaler

from bottega.modules.machine_learning._bayes_point import _Evidence
from bottega.modules.machine_learning.score_model import score_model
from bottega.modules.machine_learning.two_class_bayes_point_machine import two_class_bayes_point_machine
from bottega.sdk import Role
from tests.modules.learning.helpers import Array, column, named, scored, table, train, two_class


def _posterior(rows: Array, target: Array) -> tuple[Array, Array]:
    """The likeliest weights, and the second derivatives there by differences."""
    signs = np.where(target == 1, 1.0, -1.0)

    def loss(weights: Array) -> float:
        return float(weights @ weights / 2 - norm.logcdf(signs * (rows @ weights)).sum())

    best: Array = minimize(loss, np.zeros(rows.shape[1]), method="BFGS", options={"gtol": 1e-6}).x
    step = 1e-3
    bends = [
        (loss(best + step * unit) + loss(best - step * unit) - 2 * loss(best)) / step**2 for unit in np.eye(len(best))
    ]
    return best, np.array(bends)


@pytest.mark.parametrize("bias", [True, False])
def test_probabilities_are_means_over_the_posterior(bias: bool) -> None:
    matrix, target = two_class()
    result = scored(two_class_bayes_point_machine(include_bias=bias), table({**named(matrix), "y": target}))
    rows = StandardScaler().fit_transform(matrix)
    rows = np.column_stack([rows, np.ones(len(rows))]) if bias else rows
    mean, bends = _posterior(rows, target)
    chance = np.random.default_rng(0)
    drawn = mean + chance.normal(size=(20_000, len(mean))) / np.sqrt(bends)
    expected = norm.cdf(rows[:20] @ drawn.T).mean(axis=1)
    np.testing.assert_allclose(column(result, "Scored Probabilities")[:20], expected, atol=0.01)


def test_the_slope_is_the_values() -> None:
    chance = np.random.default_rng(0)
    evidence = _Evidence.of(chance.normal(size=(40, 3)), np.arange(40) % 2, chance.uniform(0.1, 2, 40))
    point = chance.normal(size=3)
    assert check_grad(lambda at: evidence.at(at)[0], lambda at: evidence.at(at)[1], point) < 1e-6


def test_far_from_what_was_seen_is_less_certain() -> None:
    matrix, target = two_class(30)
    model = train(two_class_bayes_point_machine(), table({**named(matrix), "y": target}))
    far = matrix[:1] * [1, 1, 1, 0] + [0, 0, 0, 1e4]
    assert abs(column(score_model(model, table(named(far))), "Scored Probabilities")[0] - 0.5) < 0.45


def test_weights_count_as_repeated_rows() -> None:
    target, x = np.arange(40) % 2, np.tile([-1.0, 1.0, 1.0, -1.0], 10)
    counts = np.full(40, 2)
    marked: Any = table({"x": x, "w": counts, "y": target}, w=Role.WEIGHT)
    weighted = column(scored(two_class_bayes_point_machine(), marked), "Scored Probabilities")
    twice = table({"x": np.tile(x, 2), "y": np.tile(target, 2)})
    np.testing.assert_allclose(
        weighted, column(scored(two_class_bayes_point_machine(), twice), "Scored Probabilities")[:40], atol=1e-6
    )


def test_no_data_tell_anything_of_a_constant_column() -> None:
    target = np.array([0, 1, 1, 1] * 50)
    result = scored(two_class_bayes_point_machine(), table({"x": np.ones(200), "y": target}))
    assert column(result, "Scored Probabilities") == pytest.approx(np.full(200, 0.75), abs=0.02)


def test_one_iteration_is_not_the_end() -> None:
    matrix, target = two_class()
    data = table({**named(matrix), "y": target})
    short, long = (
        column(scored(two_class_bayes_point_machine(iterations=count), data), "Scored Probabilities")
        for count in (1, 30)
    )
    assert np.abs(short - long).max() > 1e-3
