"""Multiclass Logistic Regression against scikit-learn and the conditions of its optimum."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import check_grad
from scipy.sparse import csr_matrix
from scipy.special import softmax
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bottega.modules.machine_learning import _softmax
from bottega.modules.machine_learning._softmax import MulticlassLogisticRegression
from bottega.modules.machine_learning.multiclass_logistic_regression import multiclass_logistic_regression
from bottega.modules.machine_learning.two_class_logistic_regression import two_class_logistic_regression
from bottega.sdk import Role, Table
from tests.modules.learning.helpers import Array, column, named, notes_of, scored, table, train, two_class


def _wine() -> tuple[Array, Array, Table]:
    matrix, target = load_wine(return_X_y=True)
    return matrix, target, table({f"c{place}": matrix[:, place] for place in range(13)} | {"y": target})


def _classes(result: Table) -> Array:
    names = [name for name in result.arrow.column_names if "for Class" in name]
    return np.column_stack([column(result, name) for name in names])


@pytest.mark.parametrize("l2", [0.1, 1.0, 20.0])
def test_probabilities_are_those_of_plain_scikit_learn(l2: float) -> None:
    matrix, target, data = _wine()
    result = scored(multiclass_logistic_regression(l1_weight=0, l2_weight=l2), data)
    spread = StandardScaler().fit_transform(matrix)
    plain = LogisticRegression(C=1 / l2, tol=1e-9, max_iter=5000).fit(spread, target)
    np.testing.assert_allclose(_classes(result), plain.predict_proba(spread), atol=1e-5)
    assert column(result, "Scored Labels").tolist() == plain.predict(spread).tolist()


@pytest.mark.parametrize(("l1", "l2"), [(1.0, 1.0), (5.0, 0.0), (15.0, 2.0)])
def test_the_optimum_of_both_penalties(l1: float, l2: float) -> None:
    """Sum of log losses + l1 |w| + l2/2 w²: its (sub)gradient is zero at the weights learned."""
    matrix, target, _ = _wine()
    spread = StandardScaler().fit_transform(matrix)
    model = MulticlassLogisticRegression(l1_weight=l1, l2_weight=l2, tolerance=1e-9)
    found = model.learn(spread, target.astype(float), None)
    weights, intercepts = found.weights, found.intercepts  # type: ignore[attr-defined]
    residual = softmax(spread @ weights + intercepts, axis=1) - np.eye(3)[target]
    slope = spread.T @ residual + l2 * weights
    np.testing.assert_allclose(residual.sum(axis=0), 0, atol=1e-3)
    free = weights != 0
    np.testing.assert_allclose(slope[free], -l1 * np.sign(weights[free]), atol=1e-3)
    assert (np.abs(slope[~free]) <= l1 + 1e-3).all()
    assert free.any()
    assert not free.all()


def test_weights_count_as_repeated_rows() -> None:
    chance = np.random.default_rng(0)
    matrix, target = chance.normal(size=(60, 3)), np.arange(60) % 3
    matrix += np.eye(3)[target]
    counts = np.arange(60) % 3 + 1.0
    model = MulticlassLogisticRegression(l1_weight=0, tolerance=1e-9)
    weighted = model.learn(matrix, target * 1.0, counts).predict(matrix)
    repeats = counts.astype(int)
    plain = LogisticRegression(C=1, tol=1e-9, max_iter=5000)
    plain.fit(np.repeat(matrix, repeats, axis=0), np.repeat(target, repeats))
    np.testing.assert_allclose(weighted, plain.predict_proba(matrix), atol=1e-5)
    marked = table({**named(matrix, "abc"), "w": counts, "y": target}, w=Role.WEIGHT)
    assert train(model, marked).describe()["rows"] == 60


def test_two_classes_share_what_two_class_regression_gives_to_one() -> None:
    """With weights w and -w for the classes, half as large, the L2 penalty is half of that on their difference."""
    matrix, target = two_class()
    data = table({**named(matrix), "y": target})
    many = scored(multiclass_logistic_regression(l1_weight=0, l2_weight=2), data)
    two = scored(two_class_logistic_regression(l1_weight=0, l2_weight=1), data)
    np.testing.assert_allclose(_classes(many)[:, 1], column(two, "Scored Probabilities"), atol=1e-5)


@pytest.mark.parametrize("sparse", [False, True])
def test_the_slope_is_the_values(sparse: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_softmax, "_BLOCK", 20)  # several blocks
    chance = np.random.default_rng(0)
    matrix = chance.normal(size=(30, 5))
    weights = chance.uniform(0.1, 2, 30)
    codes = np.arange(30) % 4
    loss = _softmax._Loss.of(csr_matrix(matrix) if sparse else matrix, codes, weights, 0.7)
    point = chance.normal(size=24)
    assert check_grad(lambda at: loss.at(at)[0], lambda at: loss.at(at)[1], point) < 1e-6


def test_many_levels() -> None:
    chance = np.random.default_rng(0)
    level, other = chance.integers(0, 90, 800), chance.normal(size=800)
    target = (level + (other > 0)) % 3
    result = scored(
        multiclass_logistic_regression(l1_weight=0),
        table({"c": [f"{each:02}" for each in level], "x": other, "y": target}),
    )
    matrix = np.column_stack([np.eye(90)[level], StandardScaler().fit_transform(other[:, np.newaxis])])
    plain = LogisticRegression(C=1, tol=1e-9, max_iter=5000).fit(matrix, target)
    np.testing.assert_allclose(_classes(result), plain.predict_proba(matrix), atol=1e-5)


def test_what_is_told() -> None:
    _, _, data = _wine()
    told = train(multiclass_logistic_regression(), data).describe()
    assert told["task"] == "multi-class classifier"
    assert told["label"]["classes"] == ["0", "1", "2"]
    weights = told["learned"]["weights"]
    sizes = [abs(each["weight"]) for each in weights]
    assert sizes == sorted(sizes, reverse=True)
    assert {each["class"] for each in weights} == {"0", "1", "2"}
    assert list(told["learned"]["intercepts"]) == ["0", "1", "2"]
    named_classes = table({"x": [1.0, 2.0, 9.0] * 9, "y": ["a", "b", "ü"] * 9})
    learned = train(multiclass_logistic_regression(l1_weight=0), named_classes).describe()["learned"]
    first = learned["weights"][0]
    assert (first["feature"], first["class"] in "aü", (first["weight"] > 0) == (first["class"] == "ü")) == (
        "x",
        True,
        True,
    )


def test_few_rounds_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, data = _wine()
    monkeypatch.setattr(_softmax, "ROUNDS", 3)
    _, notes = notes_of(lambda: train(multiclass_logistic_regression(), data))
    assert notes == ["The tolerance 1e-07 was not reached in 3 rounds; the model is the last of them"]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remembering fewer steps changes the way, not the end."""
    _, _, data = _wine()
    full = _classes(scored(multiclass_logistic_regression(), data))
    monkeypatch.setattr(_softmax, "_REMEMBERED", 10)
    np.testing.assert_allclose(_classes(scored(multiclass_logistic_regression(), data)), full, atol=1e-4)
