"""Probabilistic PCA of a matrix with gaps, learned by expectation and maximisation.

The model is M. Tipping and C. Bishop, "Probabilistic Principal Component Analysis", Journal of the
Royal Statistical Society B 61(3), 1999: rows are normal with covariance C = W Wᵀ + σ² I. The
E step takes the rows' conditional means and covariances given what is there of them, by
C alone; the M step is their closed form of W and σ² from the expected covariance (their
equations 7 and 8). Columns are brought to mean 0 and deviation 1 before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

_LEAST_NOISE = 1e-9


@dataclass(frozen=True)
class Ppca:
    """The model learned: `centre` and `scale` by column, then mean and covariance of what they give."""

    centre: Any
    scale: Any
    mean: Any
    covariance: Any
    dimensions: int

    @classmethod
    def learn(cls, matrix: Any, iterations: int) -> Ppca:
        """Learn from rows x columns of Doubles, NaN where there is a gap; no column is all gaps.

        There are as many dimensions as the correlation matrix has eigenvalues above 1 (H. Kaiser's
        rule, 1960), gaps standing at the mean: at least one, and fewer than columns.
        """
        centre = np.nanmean(matrix, axis=0)
        deviation = np.nanstd(matrix, axis=0)
        scale = np.where(deviation > 0, deviation, 1.0)
        scaled = (matrix - centre) / scale
        plain = np.nan_to_num(scaled, nan=0.0)
        covariance = plain.T @ plain / len(plain)
        width = matrix.shape[1]
        above = int((np.linalg.eigvalsh(covariance) > 1).sum())
        dimensions = min(max(1, above), width - 1)
        mean = np.zeros(width)
        covariance = _reduced(covariance, dimensions)
        groups = list(_groups(np.isnan(scaled)))
        for _ in range(iterations):
            mean, covariance = _expected(scaled, groups, mean, covariance)
            covariance = _reduced(covariance, dimensions)
        return cls(centre, scale, mean, covariance, dimensions)

    def fill(self, matrix: Any) -> Any:
        """A matrix of the same columns with each gap at its conditional mean."""
        scaled = (matrix - self.centre) / self.scale
        for rows, gaps in _groups(np.isnan(scaled)):
            if gaps.any():
                weights, _ = _conditional(self.covariance, gaps)
                scaled[np.ix_(rows, gaps)] = _means(scaled[rows], gaps, self.mean, weights)
        return np.where(np.isnan(matrix), scaled * self.scale + self.centre, matrix)


def _groups(gaps: Any) -> Iterator[tuple[Any, Any]]:
    """The rows that have the same gaps, with those."""
    packed = np.ascontiguousarray(np.packbits(gaps, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, inverse, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    rows = np.split(np.argsort(inverse, kind="stable"), np.cumsum(counts)[:-1])
    return zip(rows, gaps[first], strict=True)


def _conditional(covariance: Any, gaps: Any) -> tuple[Any, Any]:
    """How the gaps' means follow from the rest, and their covariance given the rest."""
    there = ~gaps
    across = covariance[np.ix_(gaps, there)]
    weights = np.linalg.solve(covariance[np.ix_(there, there)], across.T).T
    return weights, covariance[np.ix_(gaps, gaps)] - weights @ across.T


def _means(rows: Any, gaps: Any, mean: Any, weights: Any) -> Any:
    return mean[gaps] + (rows[:, ~gaps] - mean[~gaps]) @ weights.T


def _expected(scaled: Any, groups: list[tuple[Any, Any]], mean: Any, covariance: Any) -> tuple[Any, Any]:
    """Mean and covariance that the rows are expected to have, by the model so far."""
    width = len(mean)
    total, products = np.zeros(width), np.zeros((width, width))
    for rows, gaps in groups:
        filled = scaled[rows]
        if gaps.any():
            weights, rest = _conditional(covariance, gaps)
            filled[:, gaps] = _means(filled, gaps, mean, weights)
            products[np.ix_(gaps, gaps)] += len(rows) * rest
        total += filled.sum(axis=0)
        products += filled.T @ filled
    mean = total / len(scaled)
    return mean, products / len(scaled) - np.outer(mean, mean)


def _reduced(covariance: Any, dimensions: int) -> Any:
    """The covariance of that form which is the likeliest: W Wᵀ + σ² I."""
    values, vectors = np.linalg.eigh(covariance)
    noise = max(float(values[: len(values) - dimensions].mean()), _LEAST_NOISE)
    main, axes = values[len(values) - dimensions :], vectors[:, len(values) - dimensions :]
    return (axes * np.maximum(main - noise, 0.0)) @ axes.T + noise * np.eye(len(values))
