"""Anomalies as rows that lie far from the axes along which most of the data vary, by scikit-learn's randomised SVD."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._anomalies import AnomalyLearner
from bottega.modules.machine_learning._predictors import Predictor
from bottega.sdk import BottegaError

_Array = np.ndarray[Any, Any]
# What is left of a row that lies within the axes is rounding.
_ROUNDING = 1e-12
# Up to so many cells a sparse matrix is worked on with its zeros.
_CELLS = 20_000_000
# How much of the axes people are told.
_MOST_PARTS, _MOST_AXES = 50, 20


@dataclass(frozen=True)
class PcaAnomalyDetection(AnomalyLearner):
    """The share of a row that its projection on the principal axes leaves over."""

    title: ClassVar[str] = "PCA-Based Anomaly Detection"

    components: int = 2
    oversampling: int = 2
    normalize_mean: bool = False

    def learn(self, matrix: Any, _target: _Array, _weights: _Array | None) -> Predictor:
        """Find the axes. Raises `0081` where they would span all features."""
        from sklearn.utils.extmath import randomized_svd

        width = matrix.shape[1]
        if self.components >= width:
            raise BottegaError("0081", value=self.components, upper=width)
        centre = np.zeros(width)
        if self.normalize_mean:
            centre = np.asarray(matrix.mean(axis=0), dtype=np.float64).ravel()
            if not isinstance(matrix, np.ndarray) and matrix.shape[0] * width > _CELLS:
                return Residues(centre, self._sparse(matrix))
            matrix = _dense(matrix) - centre
        size = float(np.abs(matrix).max()) or 1.0
        _, values, axes = randomized_svd(
            matrix / size, n_components=self.components, n_oversamples=self.oversampling, random_state=0
        )
        return Residues(centre, np.asarray(axes, dtype=np.float64)[np.asarray(values) > 0])

    def _sparse(self, matrix: Any) -> _Array:
        """The axes of a matrix that keeps its zeros, seen from its mean."""
        from sklearn.decomposition import PCA

        solver = PCA(self.components, svd_solver="arpack", random_state=0)
        return np.asarray(solver.fit(matrix).components_, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Residues(Predictor):
    """The sine of the angle between a row, seen from the centre, and the space of the axes."""

    centre: _Array
    axes: _Array

    def predict(self, matrix: Any) -> _Array:
        """From 0, within the axes, to 1, at right angles to them; the centre itself has 0."""
        rows = max(_CELLS // max(len(self.centre), 1), 1)
        blocks = [self._of(_dense(matrix[start : start + rows])) for start in range(0, matrix.shape[0], rows)]
        return np.concatenate(blocks)

    def _of(self, dense: _Array) -> _Array:
        dense = dense - self.centre
        size = np.abs(dense).max(axis=1, keepdims=True)
        dense = dense / np.where(size > 0, size, 1.0)
        whole = (dense**2).sum(axis=1)
        left = ((dense - (dense @ self.axes.T) @ self.axes) ** 2).sum(axis=1)
        share = np.divide(left, whole, out=np.zeros_like(left), where=whole > 0)
        share[share < _ROUNDING] = 0.0
        return np.asarray(np.sqrt(np.minimum(share, 1.0)))

    def describe(self, parts: list[dict[str, str]]) -> dict[str, Any]:
        """How much the columns count in each axis, those that count most first."""
        order = np.argsort(-np.abs(self.axes).max(axis=0, initial=0.0), kind="stable")[:_MOST_PARTS]
        axes = list(enumerate(self.axes[:_MOST_AXES], 1))
        return {
            "axes": [parts[place] | {f"axis {number}": float(axis[place]) for number, axis in axes} for place in order]
        }


def _dense(matrix: Any) -> _Array:
    return np.asarray(matrix if isinstance(matrix, np.ndarray) else matrix.toarray(), dtype=np.float64)
