"""A regression that learned labels of mean 0 and deviation 1: large ones would overflow, and steep ones diverge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bottega.modules.machine_learning._predictors import Predictor

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Rescaled(Predictor):
    """What another predicts, times the scale, plus the offset."""

    predictor: Predictor
    offset: float
    scale: float

    @classmethod
    def of(cls, target: Array, weights: Array | None, learn: Callable[[Array], Predictor]) -> Rescaled:
        """Learn from the target brought to weighted mean 0 and deviation 1; a constant one is only moved."""
        offset, scale = spread(target, weights)
        return cls(learn((target - offset) / scale), offset, scale)

    def predict(self, matrix: Any) -> Array:
        """In the units of the label."""
        return self.predictor.predict(matrix) * self.scale + self.offset

    def describe(self, parts: list[dict[str, str]]) -> dict[str, Any]:
        """What the other tells."""
        return self.predictor.describe(parts)


def spread(target: Array, weights: Array | None) -> tuple[float, float]:
    """The weighted mean and deviation, for any finite numbers; the deviation is 1 where there is none."""
    size = float(np.abs(target).max()) or 1.0
    small = target / size
    mean = float(np.average(small, weights=weights))
    deviation = float(np.sqrt(np.average((small - mean) ** 2, weights=weights)))
    # What rounding left of equal labels is no deviation.
    if deviation <= 8 * np.finfo(np.float64).eps * abs(mean):
        deviation = 0.0
    return mean * size, deviation * size or 1.0
