"""Decision forests, by scikit-learn's extremely randomised trees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._features import Scaling
from bottega.modules.machine_learning._learner import Learner, MultiClassLearner, TwoClassLearner
from bottega.modules.machine_learning._predictors import Predictor, largest
from bottega.modules.machine_learning._targets import Task

# Trees take no gaps and no infinity, and compare in float32: a missing number is less than all others.
_LEAST, _MISSING = -1e30, -2e30


class Resampling(StrEnum):
    """What each tree learns from: rows drawn with replacement, or all of them."""

    BAGGING = "Bagging"
    REPLICATE = "Replicate"


@dataclass(frozen=True)
class ForestLearner(Learner):
    """The settings of all forests, and how the trees grow; equal data give equal trees."""

    takes_missing: ClassVar[bool] = True

    resampling: Resampling = Resampling.BAGGING
    trees: int = 8
    depth: int = 32
    random_splits: int = 128
    minimum_samples_per_leaf: int = 1

    @property
    def scaling(self) -> Scaling:
        """Trees want none, but float32 would not tell large numbers that are close, such as dates, apart."""
        return Scaling.STANDARD

    def grown(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Any:
        """A forest of scikit-learn, for classes or numbers; `comparable` is for its matrix."""
        settings: dict[str, Any] = {
            "n_estimators": self.trees,
            "max_depth": self.depth,
            "max_features": min(self.random_splits, matrix.shape[1]),
            "min_samples_leaf": self.minimum_samples_per_leaf,
            "bootstrap": self.resampling is Resampling.BAGGING,
        }
        return grown(matrix, target, weights, numbers=self.target.task is Task.REGRESSION, **settings)


@dataclass(frozen=True)
class TwoClassDecisionForest(ForestLearner, TwoClassLearner):
    """The mean of the shares of positives in the leaves that a row falls into."""

    title: ClassVar[str] = "Two-Class Decision Forest"

    def learn(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Predictor:
        """Grow all trees."""
        return Shares(self.grown(matrix, target, weights))


@dataclass(frozen=True)
class MulticlassDecisionForest(ForestLearner, MultiClassLearner):
    """The mean of each class's shares in the leaves that a row falls into."""

    title: ClassVar[str] = "Multiclass Decision Forest"

    def learn(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Predictor:
        """Grow all trees."""
        return ClassShares(self.grown(matrix, target, weights))


@dataclass(frozen=True, eq=False)
class Grown(Predictor):
    """A forest of scikit-learn."""

    forest: Any

    def describe(self, parts: list[dict[str, str]]) -> dict[str, Any]:
        """The number of trees and of their leaves, and each column's share in what all splits gain."""
        importances = np.asarray(self.forest.feature_importances_, dtype=np.float64)
        leaves = sum(int(tree.tree_.n_leaves) for tree in self.forest.estimators_)
        trees = {"trees": len(self.forest.estimators_), "leaves": leaves}
        return {**trees, "importances": largest(parts, importances, "importance")}


@dataclass(frozen=True, eq=False)
class ClassShares(Grown):
    """The share of each class."""

    def predict(self, matrix: Any) -> np.ndarray[Any, Any]:
        """The mean over the trees."""
        return np.asarray(self.forest.predict_proba(comparable(matrix)), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Shares(ClassShares):
    """The share of the positive class."""

    def predict(self, matrix: Any) -> np.ndarray[Any, Any]:
        """The mean over the trees."""
        return super().predict(matrix)[:, 1]


def grown(
    matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None, *, numbers: bool, **settings: Any
) -> Any:
    """A forest of scikit-learn with these settings of it; the same for the same data."""
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    kind: Any = ExtraTreesRegressor if numbers else ExtraTreesClassifier
    return kind(random_state=0, **settings).fit(comparable(matrix), target, sample_weight=weights)


def comparable(matrix: Any) -> Any:
    """The matrix as trees take it, in float32: a missing number below all others, infinite ones very large or small."""
    if isinstance(matrix, np.ndarray):
        return _finite(matrix)
    return type(matrix)((_finite(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)


def _finite(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    bounded: np.ndarray[Any, Any] = np.clip(values, _LEAST, -_LEAST, dtype=np.float32, casting="same_kind")
    bounded[np.isnan(bounded)] = _MISSING
    return bounded
