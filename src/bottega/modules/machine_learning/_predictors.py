"""What a learner leaves behind: from a matrix to predictions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

# How many coefficients or importances people are told, the largest first.
_MOST = 50


class Predictor(ABC):
    """Predicts numbers, or probabilities of the positive class."""

    @abstractmethod
    def predict(self, matrix: Any) -> np.ndarray[Any, Any]:
        """One float64 for each row of the matrix."""

    @abstractmethod
    def describe(self, parts: list[dict[str, str]]) -> dict[str, Any]:
        """What was learned, as plain values; `parts` name the matrix's columns."""


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
        return {"intercept": self.intercept, "weights": _largest(parts, self.weights, "weight")}


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
        return {"trees": int(self.booster.num_trees()), "importances": _largest(parts, shares, "importance")}


def _largest(parts: list[dict[str, str]], values: np.ndarray[Any, Any], word: str) -> list[dict[str, Any]]:
    order = np.argsort(-np.abs(values), kind="stable")[:_MOST]
    return [{**parts[place], word: float(values[place])} for place in order]
