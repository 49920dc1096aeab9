"""Least squares of a sparse matrix, by scipy's LSQR, which never makes it dense."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_TOLERANCE = 1e-13
_ROUNDS = 5_000
_ROUNDING = 8 * np.finfo(np.float64).eps
# The `istop` of scipy's lsqr.
_OUT_OF_ROUNDS = 7


@dataclass(frozen=True, eq=False)
class Fit:
    """Weights and intercept of least error, and whether LSQR came to its end."""

    weights: Array
    intercept: float
    reached: bool


def fit(matrix: Any, target: Array, weights: Array | None, l2: float, *, intercept: bool) -> Fit:
    """Minimise the weighted sum of (y - Xw - b)² + l2 · |w|² for a CSR matrix."""
    rows = np.ones(len(target)) if weights is None else weights
    system = _System.of(matrix, rows, l2, intercept=intercept)
    # Labels of size 1, for the squares of large ones overflow.
    size = float(np.abs(target).max()) or 1.0
    small = target / size
    mean = rows @ small / rows.sum() if intercept else 0.0
    found, reached = system.solve(small - mean)
    return Fit(found * size, float(mean - system.means @ found) * size, reached)


@dataclass(frozen=True, eq=False)
class _System:
    """The equations root · ((X - means) w - y) = 0 and sqrt(l2) · w = 0, to be met as nearly as can be.

    LSQR takes the more rounds the more the columns differ in length, so it sees z = w / scale, along
    which all have the length 1.

    centred  X times scale, each row times its root; columns without zeros have their means taken off
    means    of the columns of X, 0 without an intercept
    rest     what is still to be subtracted from the columns of `centred`
    """

    centred: Any
    root: Array
    means: Array
    rest: Array
    scale: Array
    l2: float

    @classmethod
    def of(cls, matrix: Any, weights: Array, l2: float, *, intercept: bool) -> _System:
        columns, count, width = matrix.indices, np.diff(matrix.indptr), matrix.shape[1]
        held, total = np.repeat(weights, count), weights.sum()
        # Only a column without zeros can be moved in place; far from zero, as dates are, it has to be.
        full = np.bincount(columns, minlength=width) == matrix.shape[0]
        zeros = np.where(full, 0.0, np.maximum(total - np.bincount(columns, held, minlength=width), 0.0))
        means = np.zeros(width)
        for _ in range(2 if intercept else 0):  # the second time takes off what rounding left
            rest = np.bincount(columns, held * (matrix.data - means[columns]), minlength=width)
            means += (rest - zeros * means) / total
        moved = np.where(full, means, 0.0)
        with np.errstate(over="ignore"):
            squares = np.bincount(columns, held * (matrix.data - means[columns]) ** 2, minlength=width)
            length = np.sqrt(squares + zeros * means * means + l2)
        # A column that never varies but by rounding, or whose squares overflow, gets the weight 0.
        least = _ROUNDING * np.abs(means) * np.sqrt(total)
        scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > least)
        root = np.sqrt(weights)
        centred = matrix.copy()
        centred.data = (matrix.data - moved[columns]) * scale[columns] * np.repeat(root, count)
        return cls(centred, root, means, (means - moved) * scale, scale, l2)

    def solve(self, target: Array) -> tuple[Array, bool]:
        """The weights w, and whether LSQR came to its end."""
        from scipy.sparse.linalg import LinearOperator, lsqr

        rows, width = self.centred.shape
        damping = np.sqrt(self.l2) * self.scale

        def forward(point: Array) -> Array:
            errors = self.centred @ point - self.root * (self.rest @ point)
            return np.concatenate([errors, damping * point])

        def backward(errors: Array) -> Array:
            own = errors[:rows]
            found: Array = self.centred.T @ own - self.rest * (self.root @ own) + damping * errors[rows:]
            return found

        operator = LinearOperator((rows + width, width), matvec=forward, rmatvec=backward, dtype=np.float64)
        wanted = np.concatenate([self.root * target, np.zeros(width)])
        point, why, *_ = lsqr(operator, wanted, atol=_TOLERANCE, btol=_TOLERANCE, conlim=0, iter_lim=_ROUNDS)
        return point * self.scale, why != _OUT_OF_ROUNDS
