"""Two-Class Logistic Regression against scikit-learn and the conditions of its optimum."""

from __future__ import annotations

import json
import pickle
from functools import partial
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bottega.modules.data_input_and_output._samples import load
from bottega.modules.machine_learning import _logistic_regression
from bottega.modules.machine_learning._learner import LARGEST
from bottega.modules.machine_learning._logistic_regression import TwoClassLogisticRegression
from bottega.modules.machine_learning._predictors import Linear
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


def test_few_rounds_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for rounds, told in ((4, True), (5_000, False)):
        monkeypatch.setattr(_logistic_regression, "ROUNDS", rounds)
        learner = two_class_logistic_regression(l1_weight=0.01, l2_weight=0)
        _, notes = notes_of(partial(train, learner, load("breast-cancer"), "diagnosis"))
        assert any("tolerance 1e-07 was not reached in 4 rounds" in note for note in notes) is told


def test_what_float64_cannot_reach_is_told() -> None:
    matrix, target = two_class()
    learner = two_class_logistic_regression(tolerance=1e-300)
    _, notes = notes_of(lambda: train(learner, table({**named(matrix), "y": target})))
    assert any("tolerance 1e-300 was not reached" in note for note in notes)


def _chance_matrix(kind: str, chance: np.random.Generator) -> Any:
    if kind == "levels":
        codes = np.minimum(chance.zipf(1.4, 500), 90) - 1
        return sparse.csr_matrix(np.column_stack([np.eye(90)[codes], chance.normal(size=500)]))
    matrix = chance.normal(size=(500, 6))
    return matrix[:, :1] + 0.2 * matrix if kind == "alike" else matrix


@pytest.mark.parametrize("kind", ["apart", "alike", "levels"])
@pytest.mark.parametrize(("l1", "l2"), [(1.0, 1.0), (3.0, 0.0), (0.3, 2.0), (20.0, 0.0)])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.filterwarnings("ignore:The max_iter was reached")
def test_the_optimum_is_no_worse_than_that_of_saga(kind: str, l1: float, l2: float, weighted: bool) -> None:
    """Both penalties, on columns of chance, columns that depend on each other, and rare levels in CSR."""
    chance = np.random.default_rng(5)
    matrix = _chance_matrix(kind, chance)
    target = (matrix @ chance.normal(size=matrix.shape[1]) - 1 + chance.logistic(size=500) > 0).astype(float)
    weights = chance.uniform(0, 3, 500) if weighted else np.ones(500)

    def objective(found: Array, intercept: float) -> float:
        losses = np.logaddexp(0, np.where(target > 0, -1, 1) * (matrix @ found + intercept))
        return float(weights @ losses + l1 * np.abs(found).sum() + l2 / 2 * found @ found)

    learner = two_class_logistic_regression(l1_weight=l1, l2_weight=l2)
    assert isinstance(learner, TwoClassLogisticRegression)
    found = learner.learn(matrix, target, weights if weighted else None)
    assert isinstance(found, Linear)
    saga = LogisticRegression(C=1 / (l1 + l2), l1_ratio=l1 / (l1 + l2), solver="saga", tol=1e-7, max_iter=3000,
                              random_state=0).fit(matrix, target, sample_weight=weights)  # fmt: skip
    least = objective(saga.coef_[0], saga.intercept_[0])
    assert objective(found.weights, found.intercept) <= least * (1 + 1e-8)
    np.testing.assert_allclose(found.predict(matrix), saga.predict_proba(matrix)[:, 1], atol=2e-3)


@pytest.mark.parametrize("memory", [1, 5, 2**31 - 1])
def test_any_memory_leads_to_the_same_model(memory: int) -> None:
    matrix, target = two_class()
    data = table({**named(matrix), "y": target})
    plain, other = (scored(two_class_logistic_regression(memory_size=size), data) for size in (20, memory))
    found, expected = (column(result, "Scored Probabilities") for result in (other, plain))
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert (found != expected).any() or memory > 20, "the memory reaches the solver"


def test_a_huge_penalty_leaves_the_share_of_positives() -> None:
    matrix, target = two_class()
    for l1, l2 in ((LARGEST, 0), (0, LARGEST), (LARGEST, LARGEST)):
        result = scored(
            two_class_logistic_regression(l1_weight=l1, l2_weight=l2), table({**named(matrix), "y": target})
        )
        np.testing.assert_allclose(column(result, "Scored Probabilities"), target.mean(), atol=1e-5)


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


def test_the_seed_has_no_meaning() -> None:
    matrix, target = two_class(50)
    data = table({**named(matrix), "y": target})
    none, zero, other = (scored(two_class_logistic_regression(seed=seed), data) for seed in (None, 0, 5))
    assert none.equals(zero)
    assert other.equals(zero)


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
