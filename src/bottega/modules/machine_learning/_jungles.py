"""Decision jungles, by scikit-learn's extremely randomised trees with few leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._features import Scaling
from bottega.modules.machine_learning._forests import ClassShares, Resampling, Shares, grown
from bottega.modules.machine_learning._learner import Learner, MultiClassLearner, TwoClassLearner
from bottega.modules.machine_learning._predictors import Predictor


@dataclass(frozen=True)
class JungleLearner(Learner):
    """The settings of all jungles, and how their trees grow: the node whose split gains most comes first."""

    takes_missing: ClassVar[bool] = True

    resampling: Resampling = Resampling.BAGGING
    dags: int = 8
    depth: int = 32
    width: int = 128
    optimization_steps: int = 2048

    @property
    def scaling(self) -> Scaling:
        """As for forests."""
        return Scaling.STANDARD

    def grown(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Any:
        """A forest of scikit-learn."""
        settings: dict[str, Any] = {
            "n_estimators": self.dags,
            "max_depth": self.depth,
            "max_leaf_nodes": max(min(self.width, len(target)), 2),  # room for all of them is made at once
            "max_features": None,
            "bootstrap": self.resampling is Resampling.BAGGING,
        }
        return grown(matrix, target, weights, numbers=False, **settings)


@dataclass(frozen=True)
class TwoClassDecisionJungle(JungleLearner, TwoClassLearner):
    """The mean of the shares of positives in the leaves that a row falls into."""

    title: ClassVar[str] = "Two-Class Decision Jungle"

    def learn(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Predictor:
        """Grow all trees."""
        return Shares(self.grown(matrix, target, weights))


@dataclass(frozen=True)
class MulticlassDecisionJungle(JungleLearner, MultiClassLearner):
    """The mean of each class's shares in the leaves that a row falls into."""

    title: ClassVar[str] = "Multiclass Decision Jungle"

    def learn(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Predictor:
        """Grow all trees."""
        return ClassShares(self.grown(matrix, target, weights))
