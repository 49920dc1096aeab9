"""Linear classifiers by scikit-learn's stochastic gradient descent, and Platt's way from their margins to probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._features import Scaling
from bottega.modules.machine_learning._learner import TwoClassLearner
from bottega.modules.machine_learning._logistic_regression import TwoClassLogisticRegression
from bottega.modules.machine_learning._predictors import Linear, Predictor
from bottega.sdk import BottegaError

_Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class TwoClassSupportVectorMachine(TwoClassLearner):
    """Minimises the mean hinge loss + lambda / 2 · |w|², row by row in random order, the steps ever smaller."""

    title: ClassVar[str] = "Two-Class Support Vector Machine"

    iterations: int = 1
    lambda_weight: float = 0.001
    normalize: bool = True
    unit_sphere: bool = False
    seed: int | None = None

    @property
    def scaling(self) -> Scaling:
        """Mean 0 and deviation 1, where wanted."""
        return Scaling.STANDARD if self.normalize else Scaling.NONE

    def learn(self, matrix: Any, target: _Array, weights: _Array | None) -> Predictor:
        """Fit. Raises `0083` where the weights overflow."""
        settings = {"loss": "hinge", "penalty": "l2", "alpha": self.lambda_weight, "learning_rate": "optimal"}
        rows = on_sphere(matrix) if self.unit_sphere else matrix
        found = _descended(rows, target, weights, {**settings, "max_iter": self.iterations, "random_state": self.seed})
        return OnSphere(found) if self.unit_sphere else found


@dataclass(frozen=True)
class TwoClassAveragedPerceptron(TwoClassLearner):
    """Moves by the learning rate at each row on the wrong side; the mean over all rows seen counts."""

    title: ClassVar[str] = "Two-Class Averaged Perceptron"

    learning_rate: float = 1.0
    iterations: int = 10
    seed: int | None = None

    @property
    def scaling(self) -> Scaling:
        """Each error moves all weights by the row's numbers, so that these are brought to one range."""
        return Scaling.RANGE

    def learn(self, matrix: Any, target: _Array, weights: _Array | None) -> Predictor:
        """Fit. Raises `0083` where the weights overflow."""
        settings = {"loss": "perceptron", "penalty": None, "learning_rate": "constant", "eta0": self.learning_rate}
        more = {"average": True, "max_iter": self.iterations, "random_state": self.seed}
        return _descended(matrix, target, weights, settings | more)


@dataclass(frozen=True, eq=False)
class OnSphere(Predictor):
    """Predicts from rows of length 1."""

    inner: Predictor

    def predict(self, matrix: Any) -> _Array:
        """As the inner one does."""
        return self.inner.predict(on_sphere(matrix))

    def describe(self, parts: list[dict[str, str]]) -> dict[str, Any]:
        """As the inner one does."""
        return self.inner.describe(parts)


def on_sphere(matrix: Any) -> Any:
    """Each row divided by its length; one of zeros stays."""
    from sklearn.preprocessing import normalize

    return normalize(matrix)


def _descended(matrix: Any, target: _Array, weights: _Array | None, settings: dict[str, Any]) -> Linear:
    from sklearn.linear_model import SGDClassifier

    solver = SGDClassifier(**settings | {"tol": None, "random_state": settings["random_state"] or 0})
    try:
        solver.fit(matrix, target, sample_weight=None if weights is None else weights / weights.mean())
    except ValueError as error:
        if "overflow" not in str(error):
            raise
        raise BottegaError("0083", reason=DIVERGED) from error
    plane = Linear(solver.coef_[0], float(solver.intercept_[0]))
    with np.errstate(over="ignore", invalid="ignore"):
        margins = plane.predict(matrix)
    if not np.isfinite(margins).all():
        raise BottegaError("0083", reason=DIVERGED)
    return calibrated(plane, margins, target, weights)


DIVERGED = (
    "gradient descent diverged, for the weights grew without bound; normalise the features or choose other settings"
)


def calibrated(plane: Linear, margins: _Array, target: _Array, weights: _Array | None) -> Linear:
    """The plane with Platt's logistic function of its margins."""
    slope, intercept = platt(margins, target, weights)
    return Linear(plane.weights * slope, plane.intercept * slope + intercept, logistic=True)


def platt(margins: _Array, target: _Array, weights: _Array | None) -> tuple[float, float]:
    """Slope and intercept of the logistic function of margins that fits the classes best.

    Platt, "Probabilistic outputs for support vector machines", 1999: classes count as not quite
    certain, so that data without an error give finite slopes.
    """
    weights = np.ones(len(target)) if weights is None else weights
    # That many rows of the class; one more of it and one of the other stand for what was not seen.
    mean = weights.mean()
    positives, negatives = (weights[target == code].sum() / mean for code in (1, 0))
    certain = np.where(target == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    size = float(np.abs(margins).max()) or 1.0
    both = np.concatenate([margins, margins])[:, np.newaxis] / size
    shares = np.concatenate([weights * certain, weights * (1 - certain)])
    learner = TwoClassLogisticRegression(l1_weight=0.0, l2_weight=0.0)
    curve = learner.learn(both, np.repeat([1.0, 0.0], len(target)), shares)
    slope = float(curve.weights[0]) / size
    return slope, curve.intercept
