"""A decision forest that predicts numbers, and how sure it is of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._distribution import Distribution
from bottega.modules.machine_learning._forests import ForestLearner, Grown, comparable
from bottega.modules.machine_learning._learner import RegressionLearner
from bottega.modules.machine_learning._predictors import Predictor
from bottega.modules.machine_learning._rescaled import spread
from bottega.modules.machine_learning._targets import Target


@dataclass(frozen=True)
class DecisionForestRegression(ForestLearner, RegressionLearner):
    """The mean and the deviation of all the labels in the leaves that a row falls into."""

    title: ClassVar[str] = "Decision Forest Regression"
    target: ClassVar[type[Target]] = Distribution

    def learn(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Predictor:
        """Grow all trees."""
        offset, scale = spread(target, weights)
        return Mixture(self.grown(matrix, (target - offset) / scale, weights), offset, scale)


@dataclass(frozen=True, eq=False)
class Mixture(Grown):
    """Each tree gives the mean and the variance of its leaf; together they are a mixture of equal parts."""

    offset: float
    scale: float

    def predict(self, matrix: Any) -> np.ndarray[Any, Any]:
        """The mixture's mean and deviation, one row for each row."""
        matrix = comparable(matrix).astype(np.float32)
        trees = [tree.tree_ for tree in self.forest.estimators_]
        total, squares = np.zeros(matrix.shape[0]), np.zeros(matrix.shape[0])
        for tree in trees:
            leaves = tree.apply(matrix)
            means = tree.value[leaves, 0, 0]
            total += means
            squares += means**2 + tree.impurity[leaves]
        mean = total / len(trees)
        variance = np.maximum(squares / len(trees) - mean**2, 0.0)
        # What rounding leaves of trees that agree is no deviation.
        variance[variance <= 8 * np.finfo(np.float64).eps * mean**2] = 0.0
        return np.column_stack([mean * self.scale + self.offset, np.sqrt(variance) * self.scale])
