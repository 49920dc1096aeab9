"""Bayesian Linear Regression against the textbook's formulas, matrix by matrix, and scikit-learn's ridge."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.linear_model import Ridge

from bottega.modules.machine_learning import _bayesian_regression
from bottega.modules.machine_learning.bayesian_linear_regression import bayesian_linear_regression
from bottega.modules.machine_learning.score_model import score_model
from bottega.sdk import Role
from tests.modules.learning.helpers import Array, code_of, column, named, scored, table, train

_MEAN, _DEVIATION = "Scored Label Mean", "Scored Label Standard Deviation"


def _line(rows: int = 40, width: int = 4) -> tuple[Array, Array]:
    chance = np.random.default_rng(2)
    matrix = chance.normal(size=(rows, width))
    matrix = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    return matrix, 3 + 2 * matrix[:, 0] - matrix[:, 1] + chance.normal(size=rows)


def _expected(matrix: Array, target: Array, weight: float, new: Array) -> tuple[Array, Array]:
    """By inverting the whole matrix; the columns of `matrix` have the mean 0."""
    rows, width = matrix.shape
    covariance = np.linalg.inv(matrix.T @ matrix + weight * np.eye(width))
    centred = target - target.mean()
    coefficients = covariance @ matrix.T @ centred
    # The labels without their mean lie in rows - 1 dimensions; the matrix of their likelihood, inverted outright.
    inside = np.linalg.inv(np.eye(rows) + matrix @ matrix.T / weight)
    noise = centred @ inside @ centred / (rows - 1)
    spread = np.einsum("ij,jk,ik->i", new, covariance, new)
    return new @ coefficients + target.mean(), np.sqrt(noise * (1 + 1 / rows + spread))


@pytest.mark.parametrize("weight", [1e-6, 1.0, 100.0])
@pytest.mark.parametrize("shape", [(40, 4), (5, 4), (4, 4)])
def test_mean_and_deviation_are_those_of_the_textbook(weight: float, shape: tuple[int, int]) -> None:
    matrix, target = _line(*shape)
    model = train(bayesian_linear_regression(regularization_weight=weight), table({**named(matrix), "y": target}))
    new = np.vstack([matrix, 10 * matrix])
    result = score_model(model, table(named(new)))
    mean, deviation = _expected(matrix, target, weight, new)
    np.testing.assert_allclose(column(result, _MEAN), mean, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(column(result, _DEVIATION), deviation, rtol=1e-4)


@pytest.mark.parametrize("few", [True, False])
def test_the_mean_is_that_of_a_ridge_regression(few: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with many levels, where the matrix keeps what is not 0 and is not made whole."""
    monkeypatch.setattr(_bayesian_regression, "_CELLS", 0 if few else 10**9)
    chance = np.random.default_rng(4)
    levels = chance.integers(0, 90, 600)
    x = chance.normal(size=600)
    target = x + levels / 30 + chance.normal(size=600)
    weights = chance.integers(1, 4, 600)
    data = table({"x": x, "l": [f"{level:02}" for level in levels], "w": weights, "y": target}, w=Role.WEIGHT)
    result = scored(bayesian_linear_regression(regularization_weight=2.0), data)
    matrix = np.column_stack([(x - x.mean()) / x.std(), levels[:, None] == np.unique(levels)])
    ridge = Ridge(alpha=2.0).fit(matrix, target, sample_weight=weights)
    np.testing.assert_allclose(column(result, _MEAN), ridge.predict(matrix), rtol=1e-6)
    centred = matrix - np.average(matrix, axis=0, weights=weights)
    covariance = np.linalg.inv((centred * weights[:, None]).T @ centred + 2 * np.eye(matrix.shape[1]))
    ratio = 1 + 1 / weights.sum() + np.einsum("ij,jk,ik->i", centred, covariance, centred)
    deviation = column(result, _DEVIATION)
    np.testing.assert_allclose((deviation / deviation[0]) ** 2, ratio / ratio[0], rtol=1e-6)


def test_more_columns_than_rows() -> None:
    chance = np.random.default_rng(8)
    matrix = chance.normal(size=(6, 30))
    matrix = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    target = chance.normal(size=6)
    names = [f"c{place}" for place in range(30)]
    data = table({**dict(zip(names, matrix.T, strict=True)), "y": target})
    new = chance.normal(size=(5, 30))
    result = score_model(train(bayesian_linear_regression(), data), table(dict(zip(names, new.T, strict=True))))
    mean, deviation = _expected(matrix, target, 1.0, new)
    np.testing.assert_allclose(column(result, _MEAN), mean, rtol=1e-8)
    np.testing.assert_allclose(column(result, _DEVIATION), deviation, rtol=1e-8)


def test_the_noise_is_where_the_labels_are_likeliest() -> None:
    matrix, target = _line(12)
    learned = train(bayesian_linear_regression(), table({**named(matrix), "y": target})).describe()["learned"]
    centred = (target - target.mean())[:-1]  # the last is minus the sum of the others
    flat = (np.eye(12) - 1 / 12)[:-1]

    def likelihood(noise: float) -> float:
        whole = np.eye(12) + matrix @ matrix.T
        return float(multivariate_normal(cov=noise**2 * flat @ whole @ flat.T).logpdf(centred))

    best = likelihood(learned["noise"])
    assert best > likelihood(learned["noise"] * 1.05)
    assert best > likelihood(learned["noise"] / 1.05)


def test_too_many_rows_and_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bayesian_regression, "_MOST", 3)
    matrix, target = _line()
    error = code_of(lambda: train(bayesian_linear_regression(), table({**named(matrix), "y": target})))
    assert error.code == "0083"
    assert "there are 40 and 4" in str(error)
