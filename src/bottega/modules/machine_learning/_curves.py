"""What a page draws of a scored table: counts at every threshold, or predictions against the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bottega.modules.machine_learning._evaluation import (
    class_text,
    classes_of,
    is_class,
    probabilities_of,
    scored_rows,
)
from bottega.modules.machine_learning._values import numbers, plain
from bottega.sdk import Table

_MOST_THRESHOLDS = 400
_MOST_POINTS = 1000
_BINS = 30
_SEED = 20_2011
_Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Counts:
    """How many rows of either class have a score of at least each threshold, from the largest threshold on.

    That none are positive above the first threshold goes without saying. The counts are exact; of very many
    thresholds some are left out.
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
class Predictions:
    """Pairs of truth and prediction, a sample where there are very many; residuals (truth less prediction) in bins."""

    rows: int
    points: list[tuple[float, float]]
    edges: list[float]
    counts: list[int]


def curves(table: Table, dataset: str) -> Counts | Predictions:
    """Of a scored table; rows without label or score are left out. Raises as Evaluate Model does."""
    used, label, scored, probability = scored_rows(table, dataset)
    if probability is None:
        return _predictions(numbers(plain(used, label)), numbers(plain(used, scored)))
    probabilities = probabilities_of(used, probability)
    negative, positive = classes_of(used, label, scored, probabilities)
    truth = is_class(plain(used, label), positive)
    return _counts(truth, probabilities, class_text(positive), class_text(negative))


def _counts(truth: _Array, scores: _Array, positive: str | None, negative: str | None) -> Counts:
    order = np.argsort(-scores, kind="stable")
    falling = scores[order]
    lasts = np.flatnonzero(np.append(np.diff(falling) != 0, True))  # the last row ends a threshold
    if len(lasts) > _MOST_THRESHOLDS:
        lasts = lasts[np.unique(np.linspace(0, len(lasts) - 1, _MOST_THRESHOLDS).astype(int))]
    found = np.cumsum(truth[order])[lasts]
    positives = int(truth.sum())
    return Counts(
        len(truth), positives, len(truth) - positives, positive, negative,
        falling[lasts].tolist(), found.tolist(), (lasts + 1 - found).tolist(),
    )  # fmt: skip


def _predictions(truth: _Array, predicted: _Array) -> Predictions:
    shown = np.arange(len(truth))
    if len(truth) > _MOST_POINTS:
        shown = np.sort(np.random.default_rng(_SEED).choice(len(truth), _MOST_POINTS, replace=False))
    counts, edges = np.histogram(truth - predicted, bins=_BINS)
    points = list(zip(truth[shown].tolist(), predicted[shown].tolist(), strict=True))
    return Predictions(len(truth), points, edges.tolist(), counts.tolist())
