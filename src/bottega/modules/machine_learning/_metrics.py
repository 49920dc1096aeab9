"""Measures of quality. A measure that the data leave undefined, such as a mean of nothing, is None."""

from __future__ import annotations

from typing import Any

import numpy as np

_Array = np.ndarray[Any, Any]


def counted(truth: _Array, predicted: _Array) -> dict[str, float | None]:
    """Measures of two classes from counts of booleans (positive or not).

    Accuracy (TP + TN) / n; Precision TP / (TP + FP); Recall TP / (TP + FN); F-Score their harmonic
    mean, 2 TP / (2 TP + FP + FN).
    """
    true_positive, false_positive = _count(truth & predicted), _count(~truth & predicted)
    false_negative, true_negative = _count(truth & ~predicted), _count(~truth & ~predicted)
    return {
        "Accuracy": _ratio(true_positive + true_negative, len(truth)),
        "Precision": _ratio(true_positive, true_positive + false_positive),
        "Recall": _ratio(true_positive, true_positive + false_negative),
        "F-Score": _ratio(2 * true_positive, 2 * true_positive + false_positive + false_negative),
        "True Positives": true_positive,
        "False Negatives": false_negative,
        "False Positives": false_positive,
        "True Negatives": true_negative,
    }


def auc(truth: _Array, probability: _Array) -> float | None:
    """The area under the ROC curve of two classes: scikit-learn's roc_auc_score, ties counting half."""
    from sklearn.metrics import roc_auc_score

    return None if truth.all() or not truth.any() else float(roc_auc_score(truth, probability))


def losses(truth: _Array, probability: _Array) -> dict[str, float | None]:
    """What probabilities of being positive lose.

    Average Log Loss: the mean of -ln of the probability given to the true class. Training Log Loss: 100 (1 - Average
    Log Loss / H) with H the entropy of the share of positives, that is the relative information gain in percent, as
    TLC and ML.NET define it.
    """
    share = float(truth.mean())
    loss = _log_loss(np.where(truth, probability, 1 - probability))
    if share in (0.0, 1.0):
        return {"Average Log Loss": loss, "Training Log Loss": None}
    entropy = -share * np.log(share) - (1 - share) * np.log(1 - share)
    return {"Average Log Loss": loss, "Training Log Loss": float(100 * (1 - loss / entropy))}


def multi_class(truth: _Array, predicted: _Array, classes: int, likelihood: _Array | None) -> dict[str, float | None]:
    """Measures of many classes, from codes 0 to classes - 1, and the probability that each row gave to its true class.

    Overall accuracy: the share of rows that are right. Average accuracy: the mean over the classes of (TP + TN) / n.
    Micro-averaged: of the sums of the counts over all classes, which is the overall accuracy for precision and recall
    alike. Macro-averaged: the mean over the classes, scikit-learn's precision_score and recall_score; a class
    that was never predicted has precision 0, one that never occurred recall 0, and one that did neither is none
    (Sokolova and Lapalme 2009, table 3). Average Log Loss: as of two classes.
    """
    right = np.bincount(truth[truth == predicted], minlength=classes)
    true, taken = np.bincount(truth, minlength=classes), np.bincount(predicted, minlength=classes)
    there = (true + taken) > 0
    right, true, taken = right[there], true[there], taken[there]
    overall = _ratio(int(right.sum()), len(truth))
    wrong = (true - right) + (taken - right)
    return {
        "Overall accuracy": overall,
        "Average accuracy": float(np.mean(1 - wrong / len(truth))),
        "Micro-averaged precision": overall,
        "Macro-averaged precision": float(np.mean(right / np.maximum(taken, 1))),
        "Micro-averaged recall": overall,
        "Macro-averaged recall": float(np.mean(right / np.maximum(true, 1))),
        "Average Log Loss": None if likelihood is None else _log_loss(likelihood),
    }


def _log_loss(likelihood: _Array) -> float:
    """The mean of -ln p, with the p of 0 taken for the least that a Double tells from 1, as scikit-learn's log_loss."""
    return float(np.mean(-np.log(np.clip(likelihood, np.finfo(np.float64).eps, 1))))


def clusters(own: _Array, other: _Array) -> dict[str, float | None]:
    """Measures of rows by their distances from their own centre and, on average, from the other centres.

    `other` is NaN where there is one cluster alone.
    """
    mean_other = float(np.mean(other)) if len(other) else np.nan
    return {
        "Average Distance to Cluster Center": float(np.mean(own)) if len(own) else None,
        "Average Distance to Other Center": None if np.isnan(mean_other) else mean_other,
        "Number of Points": len(own),
        "Maximal Distance To Cluster Center": float(np.max(own)) if len(own) else None,
    }


def regression(truth: _Array, predicted: _Array, deviation: _Array | None = None) -> dict[str, float | None]:
    """Measures of predicted numbers, and of their standard deviations where a model tells them.

    With e = y - p and d = y - mean(y): Mean Absolute Error mean |e|; Root Mean Squared Error
    sqrt(mean e²); Relative Absolute Error sum |e| / sum |d|; Relative Squared Error sum e² / sum d²;
    Coefficient of Determination 1 - Relative Squared Error (Witten, Frank and Hall, "Data Mining", 5.8); Mean Zero One
    Error the share of rows with e other than 0; Negative Log Likelihood the sum of -ln of the normal density of
    y with the mean and deviation told.
    """
    errors, unit = scaled(truth / 2 - predicted / 2)
    unit += 1
    absolute, squared = _relative(truth, errors, unit)
    return {
        "Mean Absolute Error": unscaled(np.mean(np.abs(errors)), unit),
        "Root Mean Squared Error": unscaled(np.sqrt(np.mean(errors**2)), unit),
        "Relative Absolute Error": absolute,
        "Relative Squared Error": squared,
        "Coefficient of Determination": None if squared is None else 1 - squared,
        "Mean Zero One Error": float(np.mean(truth != predicted)),
        "Negative Log Likelihood": None if deviation is None else _negative_log_likelihood(truth, predicted, deviation),
    }


def _relative(truth: _Array, errors: _Array, unit: int) -> tuple[float | None, float | None]:
    """Sums of errors (in a unit of 2 ** unit) and of their squares by those of the deviations from the mean.

    None of a constant: its mean may be rounded, and what it then deviates by is no deviation.
    """
    if truth.min() == truth.max():
        return None, None
    level, inner = scaled(truth)
    spread, own = scaled(level - level.mean())
    larger = unit - inner - own
    absolute = np.sum(np.abs(errors)) / np.sum(np.abs(spread))
    return unscaled(absolute, larger), unscaled(np.sum(errors**2) / np.sum(spread**2), 2 * larger)


def scaled(values: _Array) -> tuple[_Array, int]:
    """The values over a power of two that none exceeds, and its exponent: their sums and squares are numbers."""
    exponent = int(np.frexp(np.abs(values).max())[1])
    return np.ldexp(values, -exponent), exponent


def unscaled(value: Any, exponent: int) -> float:
    """The value times a power of two: infinity where that is beyond a Double."""
    with np.errstate(over="ignore"):
        return float(np.ldexp(value, exponent))


def _negative_log_likelihood(truth: _Array, predicted: _Array, deviation: _Array) -> float | None:
    """None where a deviation is 0: there is no density then."""
    if (deviation <= 0).any():
        return None
    with np.errstate(over="ignore"):
        away = (truth - predicted) / deviation
        return float(np.sum(0.5 * np.log(2 * np.pi) + np.log(deviation) + 0.5 * away**2))


def _count(chosen: _Array) -> int:
    return int(np.count_nonzero(chosen))


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
