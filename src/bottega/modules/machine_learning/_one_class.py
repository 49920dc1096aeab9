"""Anomalies as rows beyond the border that a one-class support vector machine draws, by scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._anomalies import AnomalyLearner
from bottega.modules.machine_learning._features import Scaling
from bottega.modules.machine_learning._predictors import Predictor
from bottega.sdk import note

# The time grows with the square of the rows.
_MOST_ROWS = 50_000


@dataclass(frozen=True)
class OneClassSupportVectorMachine(AnomalyLearner):
    """A border around the rows, in the space of a radial kernel, that leaves out a share of them."""

    title: ClassVar[str] = "One-Class Support Vector Machine"

    nu: float = 0.1
    epsilon: float = 0.001

    @property
    def scaling(self) -> Scaling:
        """One kernel for all columns wants them of like spread."""
        return Scaling.STANDARD

    def learn(self, matrix: Any, _target: np.ndarray[Any, Any], _weights: np.ndarray[Any, Any] | None) -> Predictor:
        """Draw the border; of very many rows, by some of them."""
        from sklearn.svm import OneClassSVM

        rows = matrix.shape[0]
        if rows > _MOST_ROWS:
            note(f"{_MOST_ROWS:,} of {rows:,} rows are drawn by chance, and the border is theirs")
            matrix = matrix[np.sort(np.random.default_rng(0).choice(rows, _MOST_ROWS, replace=False))]
        machine = OneClassSVM(nu=self.nu, tol=self.epsilon, gamma="scale", cache_size=500).fit(matrix)
        inside = machine.decision_function(matrix)
        return Border(machine, float(np.std(inside)) or 1.0)


@dataclass(frozen=True, eq=False)
class Border(Predictor):
    """How far beyond the border a row is, in units of the training rows' deviation, by the logistic function."""

    machine: Any
    scale: float

    def predict(self, matrix: Any) -> np.ndarray[Any, Any]:
        """Above one half beyond the border."""
        from scipy.special import expit

        return np.asarray(expit(-self.machine.decision_function(matrix) / self.scale), dtype=np.float64)

    def describe(self, _parts: list[dict[str, str]]) -> dict[str, Any]:
        """How many rows hold the border."""
        return {"support vectors": int(self.machine.n_support_.sum())}
