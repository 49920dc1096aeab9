"""Where the centres of a clustering begin."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np

from bottega.sdk import BottegaError

_Array = np.ndarray[Any, Any]


class Initialization(StrEnum):
    """Where the centres begin."""

    FIRST = "First N"
    RANDOM = "Random"
    PLUS_PLUS = "K-Means++"
    PLUS_PLUS_FAST = "K-Means++ Fast"
    EVENLY = "Evenly"
    LABEL = "Use label column"

    @property
    def by_chance(self) -> bool:
        """Whether a seed makes a difference."""
        return self in {Initialization.RANDOM, Initialization.PLUS_PLUS, Initialization.PLUS_PLUS_FAST}

    def centres(self, matrix: Any, labels: Any, count: int, seed: int) -> _Array:
        """So many centres, for a matrix (an array or CSR) and the rows' labels. Raises `0083` for too few labels."""
        if self is Initialization.FIRST:
            return _dense(matrix[_first_different(matrix, count)])
        if self is Initialization.EVENLY:
            low, high = (_dense(getattr(matrix, name)(axis=0)).reshape(1, -1) for name in ("min", "max"))
            steps = (np.arange(count) + 0.5) / count
            return np.asarray(low + steps[:, None] * (high - low))
        if self is Initialization.LABEL:
            return _of_labels(matrix, labels, count)
        if self is Initialization.RANDOM:
            groups = np.random.default_rng(seed).permutation(np.arange(matrix.shape[0]) % count)
            return np.vstack([_mean(matrix, groups == group) for group in range(count)])
        from sklearn.cluster import kmeans_plusplus

        trials = 1 if self is Initialization.PLUS_PLUS_FAST else None
        found, _ = kmeans_plusplus(matrix, count, random_state=seed, n_local_trials=trials)
        return _dense(found)


def _of_labels(matrix: Any, labels: Any, count: int) -> _Array:
    """The means of the rows of the most frequent labels, of equally frequent ones those that come first."""
    known = np.flatnonzero(np.asarray(labels.is_valid()))
    codes = labels.take(known).dictionary_encode().indices.to_numpy(zero_copy_only=False)
    counts = np.bincount(codes) if len(codes) else np.zeros(0, dtype=int)
    if len(counts) < count:
        reason = f"the label column has {len(counts)} different values, fewer than the {count} centroids"
        raise BottegaError("0083", reason=reason)
    chosen = np.argsort(-counts, kind="stable")[:count]
    return np.vstack([_mean(matrix, known[codes == code]) for code in chosen])


def _first_different(matrix: Any, count: int) -> _Array:
    """The places of the first rows that differ from all before them; where there are too few, of others too."""
    # Equal rows have equal sums, and different ones hardly ever do.
    sums = np.asarray(matrix @ np.random.default_rng(0).random(matrix.shape[1]))
    places = np.sort(np.unique(sums, return_index=True)[1])
    return np.append(places, np.setdiff1d(np.arange(len(sums)), places)[:count])[:count]


def _mean(matrix: Any, rows: _Array) -> _Array:
    return np.asarray(matrix[rows].mean(axis=0)).reshape(1, -1)


def _dense(matrix: Any) -> _Array:
    return np.asarray(matrix if isinstance(matrix, np.ndarray) else matrix.toarray(), dtype=np.float64)
