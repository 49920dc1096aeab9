"""Two-Class Logistic Regression against scikit-learn and the conditions of its optimum."""

from __future__ import annotations

import json
import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bottega.modules.data_input_and_output._samples import load
from bottega.modules.machine_learning.score_model import score_model
from bottega.modules.machine_learning.two_class_logistic_regression import two_class_logistic_regression
from bottega.sdk import Role
from tests.modules.learning.helpers import Array, column, named, notes_of, scored, table, train, two_class


def _weights(described: dict[str, Any]) -> dict[str, float]:
    return {each["feature"]: each["weight"] for each in described["learned"]["weights"]}


def _coefficients(l1: float, l2: float) -> tuple[Array, float, Array, Array]:
    """What the module learned, and the standardised matrix and the target of it."""
    matrix, target = two_class()
    learner = two_class_logistic_regression(l1_weight=l1, l2_weight=l2, tolerance=1e-10)
    described = train(learner, table({**named(matrix), "y": target})).describe()
    weights = _weights(described)
    spread = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    return np.array([weights[name] for name in "abcd"]), described["learned"]["intercept"], spread, target


@pytest.mark.parametrize("l2", [0.0, 0.5, 20.0])
def test_probabilities_are_those_of_plain_scikit_learn(l2: float) -> None:
    matrix, target = two_class()
    data = table({**named(matrix), "y": target})
    result = scored(two_class_logistic_regression(l1_weight=0, l2_weight=l2), data)
    plain = LogisticRegression(C=1 / l2 if l2 else np.inf, tol=1e-8, max_iter=1000)
    spread = StandardScaler().fit_transform(matrix)
    expected = plain.fit(spread, target)
    np.testing.assert_allclose(column(result, "Scored Probabilities"), expected.predict_proba(spread)[:, 1], atol=1e-5)
    assert column(result, "Scored Labels").tolist() == expected.predict(spread).tolist()


@pytest.mark.parametrize(("l1", "l2"), [(1.0, 1.0), (5.0, 0.0), (0.0, 3.0), (30.0, 2.0)])
def test_the_optimum_of_both_penalties(l1: float, l2: float) -> None:
    """Sum of log losses + l1 |w| + l2/2 w²: its (sub)gradient is zero at the weights learned."""
    weights, intercept, matrix, target = _coefficients(l1, l2)
    residual = 1 / (1 + np.exp(-(matrix @ weights + intercept))) - target
    slope = matrix.T @ residual + l2 * weights
    assert abs(residual.sum()) < 1e-3
    free = weights != 0
    np.testing.assert_allclose(slope[free], -l1 * np.sign(weights[free]), atol=1e-3)
    assert (np.abs(slope[~free]) <= l1 + 1e-3).all()
    assert free.any()


def test_a_large_l1_weight_drops_features() -> None:
    weights = _coefficients(40.0, 0.0)[0]
    assert (weights == 0).any()


def test_weights_count_as_repeated_rows() -> None:
    matrix, target = two_class(60)
    counts = np.arange(60) % 3 + 1
    learner = two_class_logistic_regression(l1_weight=0)
    weighted = train(learner, table({**named(matrix), "n": counts, "y": target}, n=Role.WEIGHT))
    # Standardising sees each row once: only a column of the same spread either way compares.
    spread = matrix - np.average(matrix, axis=0)
    spread /= spread.std(axis=0)
    repeated = LogisticRegression(C=1, tol=1e-8).fit(np.repeat(spread, counts, axis=0), np.repeat(target, counts))
    found = _weights(weighted.describe())
    np.testing.assert_allclose([found[name] for name in "abcd"], repeated.coef_[0], atol=1e-5)


def test_few_rounds_are_told() -> None:
    learner = two_class_logistic_regression(l1_weight=0.01, l2_weight=0)
    _, notes = notes_of(lambda: train(learner, load("breast-cancer"), "diagnosis"))
    assert any("tolerance 1e-07 was not reached in 5000 rounds" in note for note in notes)


def test_a_model_is_the_same_after_pickling_and_on_every_training() -> None:
    matrix, target = two_class()
    data = table({**named(matrix), "y": target})
    learner = two_class_logistic_regression()
    first = train(learner, data)
    again = train(pickle.loads(pickle.dumps(learner)), data)
    restored = pickle.loads(pickle.dumps(first))
    assert score_model(restored, data).equals(score_model(first, data))
    assert score_model(again, data).equals(score_model(first, data))
    assert json.loads(json.dumps(restored.describe())) == first.describe()


def test_equal_seeds_and_no_seed() -> None:
    matrix, target = two_class(50)
    data = table({**named(matrix), "y": target})
    none, zero = (scored(two_class_logistic_regression(seed=seed, tolerance=0.1), data) for seed in (None, 0))
    assert none.equals(zero)
    other = scored(two_class_logistic_regression(seed=5, tolerance=0.1), data)
    assert not other.equals(zero), "the seed orders the rows of SAGA"


def test_many_levels_are_learned_as_few_are() -> None:
    """Above 64 columns of 0 and 1 the matrix is sparse; the optimum is the same."""
    chance = np.random.default_rng(1)
    levels = chance.integers(0, 80, 600)
    numbers = chance.normal(size=600)
    target = (numbers + levels / 40 - 1 + chance.logistic(size=600) > 0).astype(int)
    data = table({"x": numbers, "level": [f"{level:02}" for level in levels], "y": target})
    result = scored(two_class_logistic_regression(l1_weight=0), data)
    spread = (numbers - numbers.mean()) / numbers.std()
    matrix = np.column_stack([spread, np.eye(80)[levels]])
    expected = LogisticRegression(C=1, tol=1e-8, max_iter=1000).fit(matrix, target).predict_proba(matrix)[:, 1]
    np.testing.assert_allclose(column(result, "Scored Probabilities"), expected, atol=1e-5)


def test_numbers_that_never_vary_and_huge_ones_do_no_harm() -> None:
    data = table({"same": [7.0] * 6, "huge": [1e200, -1e200, 1e200, -1e200, 1e200, 0.0], "x": [1.0, 2, 3, 4, 5, 6],
                  "y": [0, 0, 0, 1, 1, 1]})  # fmt: skip
    probabilities = column(scored(two_class_logistic_regression(), data), "Scored Probabilities")
    assert np.isfinite(probabilities).all()
    assert (np.diff(probabilities) > 0).all()
