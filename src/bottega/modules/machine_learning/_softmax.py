"""Logistic regression of many classes, by scipy's L-BFGS-B."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._features import Scaling
from bottega.modules.machine_learning._learner import MultiClassLearner
from bottega.modules.machine_learning._logistic_regression import ROUNDS, mean_squares
from bottega.modules.machine_learning._orthants import Array, Problem
from bottega.modules.machine_learning._predictors import LinearClasses, Predictor
from bottega.sdk import note

# Numbers that are held at once: those of a block of rows by class, and those of the steps that L-BFGS remembers.
_BLOCK = 1 << 22
_REMEMBERED = 1 << 26


@dataclass(frozen=True)
class MulticlassLogisticRegression(MultiClassLearner):
    """Minimises the sum of the rows' log losses + l1_weight · |w| + l2_weight / 2 · |w|², the intercepts apart."""

    title: ClassVar[str] = "Multiclass Logistic Regression"
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
        loss = _Loss.of(matrix, target.astype(np.int64), weights, self.l2_weight)
        penalty = loss.scale * (self.l1_weight / weights.sum())
        penalty[-1] = 0.0
        numbers = penalty.size * loss.classes
        memory = min(self.memory_size, max(_REMEMBERED // (2 * numbers), 1))
        found = Problem(loss.at, np.repeat(penalty, loss.classes)).solve(self.tolerance, memory, ROUNDS)
        if not found.reached:
            told = f"The tolerance {self.tolerance:g} was not reached in {found.rounds} rounds"
            note(f"{told}; the model is the last of them")
        learned = loss.weights(found.point)
        return LinearClasses(learned[:-1], learned[-1])


@dataclass(frozen=True, eq=False)
class _Loss:
    """The mean log loss of a softmax + l2 / 2 · |w|²; the point is scaled as the one of two classes is.

    codes    the class of each row, from 0
    shares   the weights of the rows, of sum 1
    scale    one number for each column of the matrix, and one for the intercepts
    """

    matrix: Any
    codes: Array
    classes: int
    shares: Array
    l2: float
    scale: Array

    @classmethod
    def of(cls, matrix: Any, codes: Array, weights: Array, l2_weight: float) -> _Loss:
        total = weights.sum()
        shares, l2 = weights / total, l2_weight / total
        curvature = np.append(mean_squares(matrix, shares) / 4 + l2, 0.25)
        scale = 1 / np.sqrt(np.where(curvature > 0, curvature, 1.0))
        return cls(matrix, codes, int(codes.max()) + 1, shares, l2, scale)

    def weights(self, point: Array) -> Array:
        """What a point means: a row for each column of the matrix and the intercepts last, a column a class."""
        learned: Array = point.reshape(-1, self.classes) * self.scale[:, np.newaxis]
        return learned

    def at(self, point: Array) -> tuple[float, Array]:
        """The value, and the slope along each coordinate."""
        learned = self.weights(point)
        value = self.l2 / 2 * float(np.vdot(learned[:-1], learned[:-1]))
        slope = np.vstack([self.l2 * learned[:-1], np.zeros(self.classes)])
        for rows in self._blocks():
            lost, pull = _log_loss(self.matrix[rows] @ learned[:-1] + learned[-1], self.codes[rows], self.shares[rows])
            value += lost
            slope[:-1] += self.matrix[rows].T @ pull
            slope[-1] += pull.sum(axis=0)
        return value, (slope * self.scale[:, np.newaxis]).ravel()

    def _blocks(self) -> Iterator[slice]:
        step = max(_BLOCK // self.classes, 1)
        return (slice(start, start + step) for start in range(0, len(self.codes), step))


def _log_loss(totals: Array, codes: Array, shares: Array) -> tuple[float, Array]:
    """The shares' log loss of a softmax of the totals, and its slope along each of them."""
    totals -= totals.max(axis=1, keepdims=True)
    rows = np.arange(len(codes))
    own = totals[rows, codes]
    likely = np.exp(totals, out=totals)
    sums = likely.sum(axis=1)
    value = shares @ (np.log(sums) - own)
    likely *= (shares / sums)[:, np.newaxis]
    likely[rows, codes] -= shares
    return float(value), likely
