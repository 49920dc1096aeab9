"""Linear regression: ordinary least squares, by scikit-learn or scipy, or online gradient descent, by scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._features import Scaling
from bottega.modules.machine_learning._learner import RegressionLearner
from bottega.modules.machine_learning._least_squares import fit
from bottega.modules.machine_learning._predictors import Linear, Predictor
from bottega.sdk import BottegaError, note


class Solution(StrEnum):
    """How the weights are found."""

    LEAST_SQUARES = "Ordinary Least Squares"
    GRADIENT_DESCENT = "Online Gradient Descent"


@dataclass(frozen=True)
class LinearRegression(RegressionLearner):
    """Weights of least squared error.

    Least squares minimises |y - Xw - b|² + l2_weight · |w|²; gradient descent goes through the
    rows in random order, `epochs` times, on half the squared error + l2_weight / 2 · |w|².
    """

    title: ClassVar[str] = "Linear Regression"

    solution_method: Solution = Solution.LEAST_SQUARES
    l2_weight: float = 0.001
    include_intercept: bool = True
    normalize: bool = True
    average: bool = True
    learning_rate: float = 0.1
    epochs: int = 10
    decrease_learning_rate: bool = True
    seed: int | None = None

    @property
    def scaling(self) -> Scaling:
        """Gradient descent may bring numbers to the range 0 to 1; least squares takes them as they are."""
        descends = self.solution_method is Solution.GRADIENT_DESCENT
        return Scaling.RANGE if descends and self.normalize else Scaling.NONE

    def learn(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Predictor:
        """Fit. Raises `0083` where gradient descent diverges."""
        if self.solution_method is Solution.GRADIENT_DESCENT:
            return self._descend(matrix, target, weights)
        if isinstance(matrix, np.ndarray):
            return self._decompose(matrix, target, weights)
        found = fit(matrix, target, weights, self.l2_weight, intercept=self.include_intercept)
        if not found.reached:
            note("The least squares were not reached to all digits; fewer features that depend on each other may help")
        return Linear(found.weights, found.intercept)

    def _decompose(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Predictor:
        """By singular values, which bear columns that depend on each other or differ much in size."""
        from sklearn import linear_model

        # What is not rounding counts: scikit-learn would leave out columns a millionth of the largest in size.
        solver: Any = linear_model.LinearRegression(
            fit_intercept=self.include_intercept, tol=np.finfo(np.float64).eps * max(matrix.shape)
        )
        if self.l2_weight:
            solver = linear_model.Ridge(self.l2_weight, fit_intercept=self.include_intercept, solver="svd")
        solver.fit(matrix, target, sample_weight=weights)
        return Linear(solver.coef_, float(solver.intercept_))

    def _descend(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Predictor:
        if not self.epochs:
            return Linear(np.zeros(matrix.shape[1]), 0.0)
        from sklearn.linear_model import SGDRegressor

        solver = SGDRegressor(
            alpha=self.l2_weight,
            learning_rate="invscaling" if self.decrease_learning_rate else "constant",
            eta0=self.learning_rate,
            power_t=0.5,
            max_iter=self.epochs,
            tol=None,
            average=self.average,
            random_state=self.seed or 0,
        )
        try:
            solver.fit(matrix, target, sample_weight=weights)
        except ValueError as error:
            if "overflow" not in str(error):
                raise
            reason = f"gradient descent diverged, for the weights grew without bound; {_BETTER}"
            raise BottegaError("0083", reason=reason) from error
        found = Linear(solver.coef_, float(solver.intercept_[0]))
        if np.abs(target - found.predict(matrix)).sum() > np.abs(target).sum():
            note(f"Gradient descent ended farther from the labels than it began; {_BETTER}")
        return found


_BETTER = "normalise the features, choose a smaller learning rate, or solve by ordinary least squares"
