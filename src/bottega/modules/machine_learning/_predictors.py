"""What a learner leaves behind: from a matrix to predictions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

# How many coefficients or importances people are told, the largest first.
_MOST = 50


class Predictor(ABC):
    """Predicts numbers, probabilities of the positive class, or probabilities of each class."""

    @abstractmethod
    def predict(self, matrix: Any) -> np.ndarray[Any, Any]:
        """One float64 for each row of the matrix; for many classes one for each row and class."""

    @abstractmethod
    def describe(self, parts: list[dict[str, str]]) -> dict[str, Any]:
        """What was learned, as plain values; `parts` name the matrix's columns."""

    def describe_classes(self, parts: list[dict[str, str]], _classes: list[str]) -> dict[str, Any]:
        """The same for one who knows the classes; what was learned of each has its name then."""
        return self.describe(parts)


@dataclass(frozen=True, eq=False)
class Linear(Predictor):
    """The intercept plus a weight for each column; `logistic` makes it a probability."""

    weights: np.ndarray[Any, Any]
    intercept: float
    logistic: bool = False

    def predict(self, matrix: Any) -> np.ndarray[Any, Any]:
        """The sum, or the logistic function of it."""
        total = np.asarray(matrix @ self.weights + self.intercept, dtype=np.float64)
        if not self.logistic:
            return total
        from scipy.special import expit

        return np.asarray(expit(total), dtype=np.float64)

    def describe(self, parts: list[dict[str, str]]) -> dict[str, Any]:
        """The intercept and the weights of greatest size."""
        return {"intercept": self.intercept, "weights": largest(parts, self.weights, "weight")}


@dataclass(frozen=True, eq=False)
class LinearClasses(Predictor):
    """For each class the intercept plus a weight for each column, and of these the softmax.

    weights     columns of the matrix x classes
    intercepts  one for each class
    """

    weights: np.ndarray[Any, Any]
    intercepts: np.ndarray[Any, Any]

    def predict(self, matrix: Any) -> np.ndarray[Any, Any]:
        """The probability of each class."""
        from scipy.special import softmax

        return np.asarray(softmax(matrix @ self.weights + self.intercepts, axis=1), dtype=np.float64)

    def describe(self, parts: list[dict[str, str]]) -> dict[str, Any]:
        """With the classes by number, from 0."""
        return self.describe_classes(parts, [str(place) for place in range(len(self.intercepts))])

    def describe_classes(self, parts: list[dict[str, str]], classes: list[str]) -> dict[str, Any]:
        """The intercepts of the first classes, and the weights of greatest size."""
        order = np.argsort(-np.abs(self.weights), axis=None, kind="stable")[:_MOST]
        places = (divmod(int(place), len(classes)) for place in order)
        weights = [
            {**parts[row], "class": classes[column], "weight": float(self.weights[row, column])}
            for row, column in places
        ]
        return {
            "intercepts": dict(zip(classes[:_MOST], self.intercepts[:_MOST].tolist(), strict=True)),
            "weights": weights,
        }


@dataclass(frozen=True, eq=False)
class Trees(Predictor):
    """A LightGBM booster; its own text form is what is pickled."""

    booster: Any

    def predict(self, matrix: Any) -> np.ndarray[Any, Any]:
        """What the trees give together."""
        return np.asarray(self.booster.predict(matrix, num_threads=1), dtype=np.float64)

    def describe(self, parts: list[dict[str, str]]) -> dict[str, Any]:
        """The number of trees, and each column's share in the gain of all splits."""
        gains = np.asarray(self.booster.feature_importance("gain"), dtype=np.float64)
        shares = gains / (gains.sum() or 1.0)
        return {"trees": int(self.booster.num_trees()), "importances": largest(parts, shares, "importance")}


def largest(parts: list[dict[str, str]], values: np.ndarray[Any, Any], word: str) -> list[dict[str, Any]]:
    """The columns of the matrix with the values of greatest size, for people."""
    order = np.argsort(-np.abs(values), kind="stable")[:_MOST]
    return [{**parts[place], word: float(values[place])} for place in order]
