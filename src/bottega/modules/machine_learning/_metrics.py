"""Measures of quality. A measure that the data leave undefined, such as a mean of nothing, is None."""

from __future__ import annotations

from typing import Any

import numpy as np

_Array = np.ndarray[Any, Any]


def two_class(truth: _Array, predicted: _Array, probability: _Array) -> dict[str, float | None]:
    """Measures of two classes, from booleans (positive or not) and probabilities of being positive.

    Accuracy (TP + TN) / n; Precision TP / (TP + FP); Recall TP / (TP + FN); F-Score their harmonic
    mean, 2 TP / (2 TP + FP + FN). AUC: scikit-learn's roc_auc_score, ties counting half.
    Average Log Loss: the mean of -ln of the probability given to the true class, scikit-learn's
    log_loss. Training Log Loss: 100 (1 - Average Log Loss / H) with H the entropy of the share of
    positives, that is the relative information gain in percent, as TLC and ML.NET define it.
    """
    true_positive, false_positive = _count(truth & predicted), _count(~truth & predicted)
    false_negative, true_negative = _count(truth & ~predicted), _count(~truth & ~predicted)
    return {
        "Accuracy": _ratio(true_positive + true_negative, len(truth)),
        "Precision": _ratio(true_positive, true_positive + false_positive),
        "Recall": _ratio(true_positive, true_positive + false_negative),
        "F-Score": _ratio(2 * true_positive, 2 * true_positive + false_positive + false_negative),
        **_ranking(truth, probability),
        "True Positives": true_positive,
        "False Negatives": false_negative,
        "False Positives": false_positive,
        "True Negatives": true_negative,
    }


def _ranking(truth: _Array, probability: _Array) -> dict[str, float | None]:
    from sklearn.metrics import log_loss, roc_auc_score

    share = float(truth.mean())
    loss = float(log_loss(truth, probability, labels=[False, True]))
    if share in (0.0, 1.0):
        return {"AUC": None, "Average Log Loss": loss, "Training Log Loss": None}
    entropy = -share * np.log(share) - (1 - share) * np.log(1 - share)
    return {
        "AUC": float(roc_auc_score(truth, probability)),
        "Average Log Loss": loss,
        "Training Log Loss": float(100 * (1 - loss / entropy)),
    }


def regression(truth: _Array, predicted: _Array) -> dict[str, float | None]:
    """Measures of predicted numbers.

    With e = y - p and d = y - mean(y): Mean Absolute Error mean |e|; Root Mean Squared Error
    sqrt(mean e²); Relative Absolute Error sum |e| / sum |d|; Relative Squared Error sum e² / sum d²;
    Coefficient of Determination 1 - Relative Squared Error (Witten, Frank and Hall, "Data Mining", 5.8).
    """
    errors, spread = truth - predicted, truth - truth.mean()
    squared = _ratio(float(np.sum(errors**2)), float(np.sum(spread**2)))
    return {
        "Mean Absolute Error": float(np.mean(np.abs(errors))),
        "Root Mean Squared Error": float(np.sqrt(np.mean(errors**2))),
        "Relative Absolute Error": _ratio(float(np.sum(np.abs(errors))), float(np.sum(np.abs(spread)))),
        "Relative Squared Error": squared,
        "Coefficient of Determination": None if squared is None else 1 - squared,
    }


def _count(chosen: _Array) -> int:
    return int(np.count_nonzero(chosen))


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
