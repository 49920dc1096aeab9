"""Poisson regression, by scipy's L-BFGS-B."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from bottega.modules.machine_learning._features import Scaling
from bottega.modules.machine_learning._learner import RegressionLearner
from bottega.modules.machine_learning._orthants import Array, Problem
from bottega.modules.machine_learning._predictors import Linear, Predictor
from bottega.modules.machine_learning._targets import Number, Target
from bottega.modules.machine_learning._values import numbers
from bottega.sdk import BottegaError, Column, note

_ROUNDS = 5_000
# Where the exponential goes on as its tangent while it learns, so that a step too far is a large number and not an infinite one.
_STEEPEST = 50.0
# The largest logarithm of a float64.
_LARGEST_LOG = 709.0


@dataclass(frozen=True)
class Counts(Number):
    """A number that counts: at least 0."""

    @classmethod
    def learn(cls, column: Column, values: Any, /) -> Self:
        """Take numbers of at least 0. Raises `0023` where there are others, or none above 0."""
        found = super().learn(column, values)
        least, most = numbers(values).min(), numbers(values).max()
        if least < 0:
            reason = f"it holds {least:g}, and a Poisson regression predicts counts, which are 0 or more"
            raise BottegaError("0023", column=column.name, reason=reason)
        if most == 0:
            raise BottegaError("0023", column=column.name, reason="all its values are 0, so there is no rate to learn")
        return found


@dataclass(frozen=True)
class PoissonRegression(RegressionLearner):
    """Minimises the sum of the rows' m - y log(m) + l1_weight · |w| + l2_weight / 2 · |w|², with m = exp(Xw + b)."""

    title: ClassVar[str] = "Poisson Regression"
    target: ClassVar[type[Target]] = Counts
    library: ClassVar[str] = "scipy"

    tolerance: float = 1e-7
    l1_weight: float = 1.0
    l2_weight: float = 1.0
    memory_size: int = 20
    seed: int | None = None

    @property
    def scaling(self) -> Scaling:
        """Weights on a common scale want columns of like spread."""
        return Scaling.STANDARD

    def learn(self, matrix: Any, target: Array, weights: Array | None) -> Predictor:
        """Fit; where the tolerance is not reached, a note says so."""
        weights = np.ones(len(target)) if weights is None else weights
        # In units of the mean label all is near 1; the sum of the losses then is as many times as large.
        size = float(target.max())
        mean = float(np.average(target / size, weights=weights)) * size
        loss = _Loss.of(matrix, target / mean, weights / weights.sum(), self.l2_weight / weights.sum() / mean)
        penalty = np.append(loss.scale[:-1] * (self.l1_weight / weights.sum() / mean), 0.0)
        found = Problem(loss.at, penalty).solve(self.tolerance, self.memory_size, _ROUNDS)
        if not found.reached:
            told = f"The tolerance {self.tolerance:g} was not reached in {found.rounds} rounds"
            note(f"{told}; the model is the last of them")
        learned = found.point * loss.scale
        return Exponential(Linear(learned[:-1], float(learned[-1] + np.log(mean))))


@dataclass(frozen=True, eq=False)
class Exponential(Predictor):
    """The exponential of a sum, which is a rate."""

    logarithm: Linear

    def predict(self, matrix: Any) -> Array:
        """The rates; those beyond the numbers that there are count as the largest."""
        return np.asarray(np.exp(np.minimum(self.logarithm.predict(matrix), _LARGEST_LOG)))

    def describe(self, parts: list[dict[str, str]]) -> dict[str, Any]:
        """The intercept and weights of the rate's logarithm."""
        return self.logarithm.describe(parts)


@dataclass(frozen=True, eq=False)
class _Loss:
    """The mean of m - y log(m) + l2 / 2 · |w|² at w = scale · z; the last coordinate is the intercept.

    shares  the weights of the rows, of sum 1
    scale   such that the curvature along each z is 1 where it begins
    """

    matrix: Any
    target: Array
    shares: Array
    l2: float
    scale: Array

    @classmethod
    def of(cls, matrix: Any, target: Array, shares: Array, l2: float) -> _Loss:
        squares = matrix**2 if isinstance(matrix, np.ndarray) else matrix.power(2)
        curvature = np.append(np.asarray(squares.T @ shares) + l2, 1.0)
        return cls(matrix, target, shares, l2, 1 / np.sqrt(np.where(curvature > 0, curvature, 1.0)))

    def at(self, point: Array) -> tuple[float, Array]:
        """The value, and the slope along each coordinate."""
        learned = point * self.scale
        weights = learned[:-1]
        logs = self.matrix @ weights + learned[-1]
        slopes = np.exp(np.minimum(logs, _STEEPEST))
        rates = slopes * (1 + np.maximum(logs - _STEEPEST, 0.0))
        pull = self.shares * (slopes - self.target)
        slope = np.append(self.matrix.T @ pull + self.l2 * weights, pull.sum())
        value = self.shares @ (rates - self.target * logs) + self.l2 / 2 * (weights @ weights)
        return float(value), slope * self.scale
