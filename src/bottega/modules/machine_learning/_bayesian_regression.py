"""Bayesian linear regression in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._distribution import Distribution
from bottega.modules.machine_learning._features import Scaling
from bottega.modules.machine_learning._learner import RegressionLearner
from bottega.modules.machine_learning._orthants import Array
from bottega.modules.machine_learning._predictors import Linear, Predictor
from bottega.modules.machine_learning._rescaled import spread
from bottega.modules.machine_learning._targets import Target
from bottega.sdk import BottegaError

# The time grows with the cube of the smaller of rows and columns.
_MOST = 5_000
# Up to so many cells a sparse matrix is as well worked on with its zeros.
_CELLS = 20_000_000


@dataclass(frozen=True)
class BayesianLinearRegression(RegressionLearner):
    """What is known of the weights after the rows, beginning from a normal distribution around zero.

    The label is Xw + b plus noise of variance s²; before the rows each w has the variance s² / weight, and b may be
    anything. Then the mean of w is that of a ridge regression, and s² is taken where the rows are likeliest
    (Bishop, "Pattern Recognition and Machine Learning", 3.3 and 3.5).
    """

    title: ClassVar[str] = "Bayesian Linear Regression"
    library: ClassVar[str] = "numpy"
    target: ClassVar[type[Target]] = Distribution

    regularization_weight: float = 1.0

    @property
    def scaling(self) -> Scaling:
        """One distribution for all weights wants columns of like spread."""
        return Scaling.STANDARD

    def learn(self, matrix: Any, target: Array, weights: Array | None) -> Predictor:
        """Fit. Raises `0083` where there are both too many rows and too many columns."""
        weights = np.ones(len(target)) if weights is None else weights
        offset, scale = spread(target, weights)
        means, squares, axes = _axes(matrix, weights)
        centred = (target - offset) / scale
        total = weights @ centred / weights.sum()
        pull = np.asarray(matrix.T @ (weights * (centred - total))) - means * (weights @ (centred - total))
        coefficients = axes.T @ ((axes @ pull) / (squares + self.regularization_weight))
        left = weights @ (centred - total) ** 2 - pull @ coefficients
        noise = max(float(left), 0.0) / max(len(target) - 1, 1)
        mean = Linear(coefficients * scale, float(total - means @ coefficients) * scale + offset)
        spreads = _Spreads(means, axes, 1 / (squares + self.regularization_weight), self.regularization_weight)
        return Normal(mean, spreads, float(np.sqrt(noise)) * scale, 1 / float(weights.sum()))


def _axes(matrix: Any, weights: Array) -> tuple[Array, Array, Array]:
    """The columns' weighted means, and the squared singular values and right singular vectors of what is left without them."""
    rows, width = matrix.shape
    if min(rows, width) > _MOST:
        reason = f"it takes at most {_MOST:,} rows or {_MOST:,} columns with all levels, and there are {rows:,} and {width:,}"
        raise BottegaError("0083", reason=reason)
    means = np.asarray(matrix.T @ weights) / weights.sum()
    if not isinstance(matrix, np.ndarray) and rows * width > _CELLS and width <= _MOST:
        product = (matrix.T @ matrix.multiply(weights[:, None]).tocsr()).toarray()
        squares, axes = np.linalg.eigh(product - weights.sum() * np.outer(means, means))
        return means, np.where(squares > _rounding(squares, width), squares, 0.0), axes.T
    dense = matrix if isinstance(matrix, np.ndarray) else matrix.toarray()
    centred = (dense - means) * np.sqrt(weights)[:, None]
    if rows > width:
        centred = np.linalg.qr(centred, mode="r")
    _, values, axes = np.linalg.svd(centred, full_matrices=False)
    return means, values**2, axes


def _rounding(squares: Array, width: int) -> float:
    return float(np.abs(squares).max() * width * np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class _Spreads:
    """How unsure the weights are, along each axis and, across all of them, as much as at first."""

    means: Array
    axes: Array
    along: Array
    weight: float

    def of(self, matrix: Any) -> Array:
        """For each row the variance of its sum, in units of the noise's."""
        found = np.asarray(matrix @ self.axes.T) - self.axes @ self.means
        variance = found**2 @ self.along
        if len(self.axes) == len(self.means):
            return np.asarray(variance)
        squares = matrix**2 if isinstance(matrix, np.ndarray) else matrix.power(2)
        length = np.asarray(squares.sum(axis=1)).ravel() - 2 * (matrix @ self.means) + self.means @ self.means
        return np.asarray(variance + np.maximum(length - (found**2).sum(axis=1), 0.0) / self.weight)


@dataclass(frozen=True, eq=False)
class Normal(Predictor):
    """A normal distribution for each row: of its sum, of the intercept, which `share` tells, and of the noise."""

    mean: Linear
    spreads: _Spreads
    noise: float
    share: float

    def predict(self, matrix: Any) -> Array:
        """Mean and deviation, one row for each row."""
        deviation = self.noise * np.sqrt(1 + self.share + self.spreads.of(matrix))
        return np.column_stack([self.mean.predict(matrix), deviation])

    def describe(self, parts: list[dict[str, str]]) -> dict[str, Any]:
        """The mean weights, and the deviation of the noise."""
        return {**self.mean.describe(parts), "noise": self.noise}
