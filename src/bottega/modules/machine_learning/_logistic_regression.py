"""Logistic regression of two classes, by scipy's L-BFGS-B."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._features import Scaling
from bottega.modules.machine_learning._learner import TwoClassLearner
from bottega.modules.machine_learning._orthants import Array, Problem
from bottega.modules.machine_learning._predictors import Linear
from bottega.sdk import note

ROUNDS = 5_000


@dataclass(frozen=True)
class TwoClassLogisticRegression(TwoClassLearner):
    """Minimises the sum of the rows' log losses + l1_weight · |w| + l2_weight / 2 · |w|², the intercept apart."""

    title: ClassVar[str] = "Two-Class Logistic Regression"
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

    def learn(self, matrix: Any, target: Array, weights: Array | None) -> Linear:
        """Fit; where the tolerance is not reached, a note says so."""
        weights = np.ones(len(target)) if weights is None else weights
        loss = _Loss.of(matrix, target, weights, self.l2_weight)
        penalty = np.append(loss.scale[:-1] * (self.l1_weight / weights.sum()), 0.0)
        found = Problem(loss.at, penalty).solve(self.tolerance, self.memory_size, ROUNDS)
        if not found.reached:
            told = f"The tolerance {self.tolerance:g} was not reached in {found.rounds} rounds"
            note(f"{told}; the model is the last of them")
        learned = found.point * loss.scale
        return Linear(learned[:-1], float(learned[-1]), logistic=True)


@dataclass(frozen=True, eq=False)
class _Loss:
    """The mean log loss + l2 / 2 · |w|² at w = scale · z; the last coordinate is the intercept.

    signs   1 for a row of the positive class, -1 for one of the other
    shares  the weights of the rows, of sum 1
    scale   such that the curvature along each z is 1 at most: rare levels and frequent ones then learn alike
    """

    matrix: Any
    signs: Array
    shares: Array
    l2: float
    scale: Array

    @classmethod
    def of(cls, matrix: Any, target: Array, weights: Array, l2_weight: float) -> _Loss:
        total = weights.sum()
        shares, l2 = weights / total, l2_weight / total
        curvature = np.append(mean_squares(matrix, shares) / 4 + l2, 0.25)
        scale = 1 / np.sqrt(np.where(curvature > 0, curvature, 1.0))
        return cls(matrix, np.where(target > 0, 1.0, -1.0), shares, l2, scale)

    def at(self, point: Array) -> tuple[float, Array]:
        """The value, and the slope along each coordinate."""
        from scipy.special import expit, log_expit

        learned = point * self.scale
        weights = learned[:-1]
        margins = self.signs * (self.matrix @ weights + learned[-1])
        pull = -self.shares * self.signs * expit(-margins)
        slope = np.append(self.matrix.T @ pull + self.l2 * weights, pull.sum())
        value = -(self.shares @ log_expit(margins)) + self.l2 / 2 * (weights @ weights)
        return float(value), slope * self.scale


def mean_squares(matrix: Any, shares: Array) -> Array:
    """The weighted mean of each column's squares."""
    if isinstance(matrix, np.ndarray):
        return np.asarray(np.einsum("ij,ij,i->j", matrix, matrix, shares))
    return np.asarray(matrix.power(2).T @ shares)
