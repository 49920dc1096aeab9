"""Gradient boosted decision trees of two classes or of numbers, by LightGBM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._learner import Learner, RegressionLearner, TwoClassLearner
from bottega.modules.machine_learning._predictors import Predictor, Trees
from bottega.modules.machine_learning._rescaled import Rescaled

# A gain that no split has: a tree of one leaf, for which LightGBM has no setting.
_NO_SPLIT = 1e300


@dataclass(frozen=True)
class BoostedTrees(Learner):
    """Minimises a loss, tree by tree; one thread and a fixed seed, so that equal data give equal models."""

    objective: ClassVar[str]  # as LightGBM calls the loss
    library: ClassVar[str] = "LightGBM"
    takes_missing: ClassVar[bool] = True

    leaves: int = 20
    minimum_samples_per_leaf: int = 10
    learning_rate: float = 0.2
    trees: int = 100
    seed: int | None = None

    def grown(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Trees:
        """Fit all trees; columns go by place, so that their names may be any text."""
        import lightgbm

        settings = {
            "objective": self.objective,
            "num_leaves": max(self.leaves, 2),
            "min_gain_to_split": 0.0 if self.leaves > 1 else _NO_SPLIT,
            "min_data_in_leaf": self.minimum_samples_per_leaf,
            "learning_rate": self.learning_rate,
            "seed": self.seed or 0,
            "num_threads": 1,
            "deterministic": True,
            "force_row_wise": True,
            "verbosity": -1,
        }
        data = lightgbm.Dataset(matrix, target, weight=weights, params=settings)
        return Trees(lightgbm.train(settings, data, num_boost_round=self.trees))


@dataclass(frozen=True)
class TwoClassBoostedDecisionTree(BoostedTrees, TwoClassLearner):
    """Minimises the log loss."""

    title: ClassVar[str] = "Two-Class Boosted Decision Tree"
    objective: ClassVar[str] = "binary"

    def learn(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Predictor:
        """Fit all trees."""
        return self.grown(matrix, target, weights)


@dataclass(frozen=True)
class BoostedDecisionTreeRegression(BoostedTrees, RegressionLearner):
    """Minimises the squared error."""

    title: ClassVar[str] = "Boosted Decision Tree Regression"
    objective: ClassVar[str] = "regression"

    def learn(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Predictor:
        """Fit all trees to labels of mean 0 and deviation 1, for LightGBM holds them in float32."""
        return Rescaled.of(target, weights, lambda scaled: self.grown(matrix, scaled, weights))
