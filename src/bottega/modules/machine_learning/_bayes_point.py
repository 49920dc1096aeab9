"""The Bayes point machine: a linear classifier whose weights are uncertain, by scipy's L-BFGS-B."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._features import Scaling
from bottega.modules.machine_learning._learner import TwoClassLearner
from bottega.modules.machine_learning._logistic_regression import mean_squares
from bottega.modules.machine_learning._orthants import Array, Problem
from bottega.modules.machine_learning._predictors import Predictor, largest

_TOLERANCE = 1e-7
_MEMORY = 20


@dataclass(frozen=True)
class TwoClassBayesPointMachine(TwoClassLearner):
    """Weights w of standard normal prior; a row is positive where w · x plus standard normal noise is above 0."""

    title: ClassVar[str] = "Two-Class Bayes Point Machine"
    library: ClassVar[str] = "scipy"

    iterations: int = 30
    include_bias: bool = True

    @property
    def scaling(self) -> Scaling:
        """The prior is the same for all weights, so that columns want like spread."""
        return Scaling.STANDARD

    def learn(self, matrix: Any, target: Array, weights: Array | None) -> Predictor:
        """The likeliest weights, and how sure each of them is while the others stay."""
        rows = _with_bias(matrix) if self.include_bias else matrix
        evidence = _Evidence.of(rows, target, np.ones(len(target)) if weights is None else weights)
        found = Problem(evidence.at, np.zeros(rows.shape[1])).solve(_TOLERANCE, _MEMORY, self.iterations)
        mean = found.point * evidence.scale
        return BayesPoint(mean, 1 / evidence.precision(mean), self.include_bias)


@dataclass(frozen=True, eq=False)
class BayesPoint(Predictor):
    """Mean and variance of each weight; the bias is the last where there is one."""

    mean: Array
    variance: Array
    bias: bool

    def predict(self, matrix: Any) -> Array:
        """The probability over all weights: Φ(mean · x / √(1 + variance · x²))."""
        from scipy.special import ndtr

        rows = _with_bias(matrix) if self.bias else matrix
        squares = rows * rows if isinstance(rows, np.ndarray) else rows.power(2)
        return np.asarray(ndtr(rows @ self.mean / np.sqrt(1 + squares @ self.variance)), dtype=np.float64)

    def describe(self, parts: list[dict[str, str]]) -> dict[str, Any]:
        """The means of greatest size, and the bias."""
        width = len(parts)
        bias = float(self.mean[width]) if self.bias else 0.0
        return {"intercept": bias, "weights": largest(parts, self.mean[:width], "weight")}


@dataclass(frozen=True, eq=False)
class _Evidence:
    """The negative logarithm of prior times likelihood, divided by the rows' weights, at w = scale · z."""

    matrix: Any
    signs: Array
    weights: Array
    total: float
    scale: Array

    @classmethod
    def of(cls, matrix: Any, target: Array, weights: Array) -> _Evidence:
        total = float(weights.sum())
        curvature = mean_squares(matrix, weights / total) + 1 / total
        return cls(matrix, np.where(target > 0, 1.0, -1.0), weights, total, 1 / np.sqrt(curvature))

    def at(self, point: Array) -> tuple[float, Array]:
        """The value, and the slope along each coordinate."""
        from scipy.special import log_ndtr

        learned = point * self.scale
        margins = self.signs * (self.matrix @ learned)
        pull = -self.signs * self.weights * _ratio(margins)
        value = learned @ learned / 2 - self.weights @ log_ndtr(margins)
        return float(value) / self.total, (self.matrix.T @ pull + learned) * self.scale / self.total

    def precision(self, mean: Array) -> Array:
        """The second derivative along each weight."""
        margins = self.signs * (self.matrix @ mean)
        ratio = _ratio(margins)
        bend = self.weights * ratio * (ratio + margins)
        return np.asarray(mean_squares(self.matrix, np.maximum(bend, 0.0))) + 1


def _ratio(margins: Array) -> Array:
    """The normal density over the normal distribution, which far below 0 is minus the margin."""
    from scipy.special import log_ndtr

    found: Array = np.exp(-margins * margins / 2 - log_ndtr(margins)) / np.sqrt(2 * np.pi)
    return found


def _with_bias(matrix: Any) -> Any:
    ones = np.ones((matrix.shape[0], 1))
    if isinstance(matrix, np.ndarray):
        return np.hstack([matrix, ones])
    from scipy import sparse

    return sparse.hstack([matrix, ones], format="csr")
