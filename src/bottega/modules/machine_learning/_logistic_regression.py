"""Logistic regression of two classes, by scikit-learn."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._features import Scaling
from bottega.modules.machine_learning._learner import TwoClassLearner
from bottega.modules.machine_learning._predictors import Linear, Predictor
from bottega.sdk import note

_ROUNDS = 5_000


@dataclass(frozen=True)
class TwoClassLogisticRegression(TwoClassLearner):
    """Minimises the sum of the rows' log losses + l1_weight · |w| + l2_weight / 2 · |w|², the intercept apart.

    That is scikit-learn's elastic net with C = 1 / (l1 + l2) and l1_ratio = l1 / (l1 + l2): its
    user guide, "Logistic regression". SAGA solves it where there is an L1 term, L-BFGS otherwise.
    """

    title: ClassVar[str] = "Two-Class Logistic Regression"

    tolerance: float = 1e-7
    l1_weight: float = 1.0
    l2_weight: float = 1.0
    memory_size: int = 20
    seed: int | None = None

    @property
    def scaling(self) -> Scaling:
        """Both solvers, and weights on a common scale, want columns of like spread."""
        return Scaling.STANDARD

    def learn(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Predictor:
        """Fit; where the tolerance is not reached, a note says so."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression

        penalty = self.l1_weight + self.l2_weight
        solver = LogisticRegression(
            C=1 / penalty if penalty else np.inf,
            l1_ratio=self.l1_weight / penalty if penalty else 0,
            solver="saga" if self.l1_weight else "lbfgs",
            tol=self.tolerance,
            max_iter=_ROUNDS,
            random_state=self.seed or 0,
        )
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            solver.fit(matrix, target, sample_weight=weights)
        if any(issubclass(warning.category, ConvergenceWarning) for warning in caught):
            note(f"The tolerance {self.tolerance:g} was not reached in {_ROUNDS} rounds; the model is the last of them")
        return Linear(solver.coef_[0], float(solver.intercept_[0]), logistic=True)
