"""What a page draws of a scored table: counts at every threshold, confused classes, predictions and truth, or clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bottega.modules.machine_learning._evaluation import scored_rows
from bottega.modules.machine_learning._scored import ClassScores, ClusterScores, NumberScores, TwoClassScores
from bottega.sdk import Table

_MOST_THRESHOLDS = 400
# Where a page lets its threshold be set.
_STOPS = np.arange(101) / 100
_MOST_POINTS = 1000
# Of more classes the matrix of the most frequent ones is drawn.
_MOST_CLASSES = 100
_BINS = 30
# A residual further off stands here: the width of the bins has to be a number.
_FAR = np.finfo(np.float64).max / 4
_SEED = 20_2011
_Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Counts:
    """How many rows of either class have a score of at least each threshold, from the largest threshold on.

    That none are positive above the first threshold goes without saying. The counts are exact. Of very many thresholds
    some are left out, but never the least one above a hundredth: what is positive above it is exact as well.
    """

    rows: int
    positives: int
    negatives: int
    positive_label: str | None
    negative_label: str | None
    thresholds: list[float]
    true_positives: list[int]
    false_positives: list[int]


@dataclass(frozen=True)
class Confusion:
    """How many rows of each class (a line) were taken for each class (a column).

    Of very many classes the most frequent ones are told, in their order; `others` rows have a label or a scored label
    that is none of these.
    """

    rows: int
    classes: list[str]
    confusion: list[list[int]]
    others: int


@dataclass(frozen=True)
class Predictions:
    """Pairs of truth and prediction, a sample where there are very many; residuals (truth less prediction) in bins."""

    rows: int
    points: list[tuple[float, float]]
    edges: list[float]
    counts: list[int]


@dataclass(frozen=True)
class Clusters:
    """Rows that were assigned to clusters: their measures are all that is told."""

    rows: int


def curves(table: Table, dataset: str) -> Counts | Confusion | Predictions | Clusters:
    """Of a scored table; rows without label or score are left out. Raises as Evaluate Model does."""
    scored = scored_rows(table, dataset)
    if isinstance(scored, TwoClassScores):
        return _counts(scored)
    if isinstance(scored, ClassScores):
        return _confusion(scored)
    if isinstance(scored, NumberScores):
        return _predictions(scored.truth, scored.predicted)
    assert isinstance(scored, ClusterScores)  # noqa: S101 - for mypy: there is no other kind
    return Clusters(len(scored.rows))


def _counts(scored: TwoClassScores) -> Counts:
    order = np.argsort(-scored.probability, kind="stable")
    falling = scored.probability[order]
    lasts = np.flatnonzero(np.append(np.diff(falling) != 0, True))  # the last row ends a threshold
    if len(lasts) > _MOST_THRESHOLDS:
        lasts = lasts[_told(falling[lasts])]
    found = np.cumsum(scored.truth[order])[lasts]
    rows, positives = len(order), int(scored.truth.sum())
    return Counts(
        rows, positives, rows - positives, scored.positive, scored.negative,
        falling[lasts].tolist(), found.tolist(), (lasts + 1 - found).tolist(),
    )  # fmt: skip


def _told(falling: _Array) -> _Array:
    """Places among falling thresholds: evenly spread ones, and the last one above each stop."""
    even = np.linspace(0, len(falling) - 1, _MOST_THRESHOLDS).astype(int)
    above = np.searchsorted(-falling, -_STOPS) - 1
    return np.union1d(even, above[above >= 0])


def _confusion(scored: ClassScores) -> Confusion:
    rows, classes = len(scored.truth), len(scored.classes)
    told = np.arange(classes)
    if classes > _MOST_CLASSES:
        frequent = np.argsort(-np.bincount(scored.truth, minlength=classes), kind="stable")[:_MOST_CLASSES]
        told = np.sort(frequent)
    place = np.full(classes, -1)
    place[told] = np.arange(len(told))
    truth, predicted = place[scored.truth], place[scored.predicted]
    known = (truth >= 0) & (predicted >= 0)
    matrix = np.bincount(truth[known] * len(told) + predicted[known], minlength=len(told) ** 2)
    lines = matrix.reshape(len(told), len(told)).tolist()
    return Confusion(rows, [scored.classes[code] for code in told], lines, rows - int(known.sum()))


def _predictions(truth: _Array, predicted: _Array) -> Predictions:
    shown = np.arange(len(truth))
    if len(truth) > _MOST_POINTS:
        shown = np.sort(np.random.default_rng(_SEED).choice(len(truth), _MOST_POINTS, replace=False))
    with np.errstate(over="ignore"):
        residuals = np.clip(truth - predicted, -_FAR, _FAR)
    counts, edges = np.histogram(residuals, bins=_BINS, range=_range(residuals))
    points = list(zip(truth[shown].tolist(), predicted[shown].tolist(), strict=True))
    return Predictions(len(truth), points, edges.tolist(), counts.tolist())


def _range(residuals: _Array) -> tuple[float, float]:
    """The least and the greatest; where they are too close for bins between them, half of their size to either side."""
    low, high = float(residuals.min()), float(residuals.max())
    size = max(-low, high)
    least = max(1e-12 * size, 1e-300)
    if high - low > least:
        return low, high
    reach = size / 2 if size > least else 0.5
    return low - reach, high + reach
