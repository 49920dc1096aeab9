"""Support vector machine and averaged perceptron, and Platt's probabilities, against other computations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import SGDClassifier
from sklearn.preprocessing import MinMaxScaler, Normalizer, StandardScaler
from sklearn.svm import LinearSVC

from bottega.modules.machine_learning._hyperplanes import calibrated
from bottega.modules.machine_learning._learner import LARGEST
from bottega.modules.machine_learning._predictors import Linear
from bottega.modules.machine_learning.two_class_averaged_perceptron import two_class_averaged_perceptron
from bottega.modules.machine_learning.two_class_support_vector_machine import two_class_support_vector_machine
from bottega.sdk import Role
from tests.modules.learning.helpers import Array, code_of, column, named, scored, table, train, two_class


def _platt(margins: Array, target: Array) -> Array:
    """Platt's two numbers by another optimiser, on his targets."""
    positives, negatives = (target == 1).sum(), (target == 0).sum()
    wanted = np.where(target == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))

    def loss(numbers: Array) -> float:
        total = numbers[0] * margins + numbers[1]
        return float(np.sum(np.logaddexp(0, total) - wanted * total))

    found = minimize(loss, [1.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000})
    probabilities: Array = expit(found.x[0] * margins + found.x[1])
    return probabilities


def _margins(rows: Array, target: Array, weights: Array | None = None, **settings: Any) -> Array:
    model = SGDClassifier(tol=None, random_state=settings.pop("seed", 0), **settings)
    margins: Array = model.fit(rows, target, sample_weight=weights).decision_function(rows)
    return margins


@pytest.mark.parametrize("iterations", [1, 7])
def test_machine_is_scikit_learns_with_platts_probabilities(iterations: int) -> None:
    matrix, target = two_class()
    result = scored(
        two_class_support_vector_machine(iterations=iterations, lambda_weight=0.01, seed=5),
        table({**named(matrix), "y": target}),
    )
    spread = StandardScaler().fit_transform(matrix)
    margins = _margins(spread, target, alpha=0.01, max_iter=iterations, seed=5)
    np.testing.assert_allclose(column(result, "Scored Probabilities"), _platt(margins, target), atol=1e-4)


def test_machine_comes_near_to_the_optimum_of_the_hinge_loss() -> None:
    matrix, target = two_class(400)
    spread = StandardScaler().fit_transform(matrix)
    learner = two_class_support_vector_machine(iterations=300, lambda_weight=0.01)
    learned = train(learner, table({**named(matrix), "y": target})).describe()["learned"]["weights"]
    found = {each["feature"]: each["weight"] for each in learned}
    weights = np.array([found[name] for name in "abcd"])
    best = LinearSVC(loss="hinge", C=1 / (0.01 * 400), max_iter=200_000).fit(spread, target).coef_[0]
    assert weights @ best / np.linalg.norm(weights) / np.linalg.norm(best) > 0.995


def test_the_unit_sphere() -> None:
    matrix, target = two_class()
    learner = two_class_support_vector_machine(iterations=5, normalize=False, unit_sphere=True)
    result = scored(learner, table({**named(matrix), "y": target}))
    margins = _margins(Normalizer().fit_transform(matrix), target, alpha=0.001, max_iter=5)
    np.testing.assert_allclose(column(result, "Scored Probabilities"), _platt(margins, target), atol=1e-4)
    longer = scored(learner, table({**named(matrix * 10), "y": target}))
    np.testing.assert_allclose(column(longer, "Scored Probabilities"), column(result, "Scored Probabilities"))


def test_perceptron_is_scikit_learns_with_platts_probabilities() -> None:
    matrix, target = two_class()
    result = scored(
        two_class_averaged_perceptron(iterations=4, learning_rate=0.3), table({**named(matrix), "y": target})
    )
    margins = _margins(
        MinMaxScaler().fit_transform(matrix), target,
        loss="perceptron", penalty=None, learning_rate="constant", eta0=0.3, average=True, max_iter=4,
    )  # fmt: skip
    np.testing.assert_allclose(column(result, "Scored Probabilities"), _platt(margins, target), atol=1e-4)


def test_perceptron_by_hand() -> None:
    """One row of each class: whatever their order, the mean of the steps is known."""
    data = table({"x": [0.0, 1.0], "y": ["a", "b"]})
    learned = train(two_class_averaged_perceptron(iterations=1), data).describe()["learned"]
    assert learned["weights"][0]["weight"] > 0
    result = scored(two_class_averaged_perceptron(iterations=50), data)
    assert result.column("Scored Labels").to_pylist() == ["a", "b"]


@pytest.mark.parametrize("learner", [two_class_support_vector_machine(iterations=20), two_class_averaged_perceptron()])
def test_classes_that_a_plane_separates(learner: Any) -> None:
    chance = np.random.default_rng(1)
    target = np.arange(200) % 2
    matrix = chance.normal(size=(200, 3)) + 6 * target[:, np.newaxis]
    result = scored(learner, table({**named(matrix, "abc"), "y": target}))
    probabilities = column(result, "Scored Probabilities")
    assert column(result, "Scored Labels").tolist() == target.tolist()
    assert 0 < probabilities.min() < 0.1
    assert 0.9 < probabilities.max() < 1, "Platt's classes are never quite certain"


@pytest.mark.parametrize("learner", [two_class_support_vector_machine(), two_class_averaged_perceptron()])
def test_only_the_relation_of_weights_counts(learner: Any) -> None:
    matrix, target = two_class()
    weights = np.linspace(0.5, 2, len(target))
    results = [
        scored(learner, table({**named(matrix), "w": weights * factor, "y": target}, w=Role.WEIGHT))
        for factor in (1.0, 1024.0)
    ]
    first, second = (column(result, "Scored Probabilities") for result in results)
    np.testing.assert_allclose(first, second, rtol=1e-6)
    plain = column(scored(learner, table({**named(matrix), "y": target})), "Scored Probabilities")
    assert np.abs(first - plain).max() > 1e-3


def test_other_seeds_go_through_the_rows_in_another_order() -> None:
    matrix, target = two_class()
    data = table({**named(matrix), "y": target})
    found = [
        column(scored(two_class_support_vector_machine(seed=seed), data), "Scored Probabilities").tolist()
        for seed in (None, 0, 1)
    ]
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize("size", [1e-12, 1.0, 1e12])
def test_calibration_does_not_depend_on_the_size_of_margins(size: float) -> None:
    chance = np.random.default_rng(0)
    target = chance.integers(0, 2, 300).astype(float)
    margins = (chance.normal(size=300) + target) * size
    found = calibrated(Linear(np.array([1.0]), 0.0), margins, target, None)
    np.testing.assert_allclose(found.predict(margins[:, np.newaxis]), _platt(margins / size, target), atol=1e-4)


def test_margins_that_tell_nothing_give_the_share() -> None:
    target = np.array([1.0, 0.0, 0.0, 0.0] * 50)
    found = calibrated(Linear(np.array([0.0]), 2.0), np.full(200, 2.0), target, None)
    assert found.predict(np.zeros((1, 1)))[0] == pytest.approx(0.25, abs=0.01)


def test_steps_that_overflow_are_told() -> None:
    data = table({"x": [1e150, -1e150, 2e149, 5.0] * 5, "y": [0, 1, 1, 0] * 5})
    learner = two_class_support_vector_machine(normalize=False, lambda_weight=1e-300, iterations=5)
    error = code_of(lambda: train(learner, data))
    assert error.code == "0083"
    assert "diverged" in str(error)
    with_limit = two_class_averaged_perceptron(learning_rate=LARGEST)
    assert np.isfinite(column(scored(with_limit, data), "Scored Probabilities")).all()
