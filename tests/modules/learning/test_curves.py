"""What a page draws of scored tables, against scikit-learn's counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn import metrics

from bottega.modules.machine_learning._curves import Clusters, Confusion, Counts, Predictions, curves
from bottega.modules.machine_learning._scores import class_column
from bottega.modules.machine_learning.evaluate_model import evaluate_model
from bottega.sdk import Role, Table
from tests.modules.learning.helpers import code_of


def _scored(**columns: Any) -> Table:
    """The label `y` and scores; a dash in a name stands for a space."""
    named = {name.replace("_", " "): values for name, values in columns.items()}
    return Table(pa.table(named), roles=dict.fromkeys(named, Role.SCORE) | {"y": Role.LABEL})


def test_counts_at_every_threshold() -> None:
    chance = np.random.default_rng(0)
    truth, scores = chance.integers(0, 2, 300), chance.integers(0, 40, 300) / 40
    found = curves(_scored(y=truth, Scored_Labels=(scores > 0.5).astype(int), Scored_Probabilities=scores), "it")
    assert isinstance(found, Counts)
    false_rate, true_rate, thresholds = metrics.roc_curve(truth, scores, drop_intermediate=False)
    assert found.thresholds == thresholds[1:].tolist()
    assert found.true_positives == pytest.approx(true_rate[1:] * truth.sum())
    assert found.false_positives == pytest.approx(false_rate[1:] * (1 - truth).sum())
    assert (found.rows, found.positives, found.negatives) == (300, truth.sum(), 300 - truth.sum())


def test_very_many_thresholds_are_thinned() -> None:
    scores = np.random.default_rng(0).random(5000)
    found = curves(
        _scored(y=(scores > 0.3).astype(int), Scored_Labels=(scores > 0.5).astype(int), Scored_Probabilities=scores),
        "it",
    )
    assert isinstance(found, Counts)
    assert 400 <= len(found.thresholds) <= 501
    assert (found.true_positives[-1], found.false_positives[-1]) == (found.positives, found.negatives)


def _at(found: Counts, threshold: float) -> tuple[int, int]:
    """What a page takes for positive: the true ones and the false ones at the last threshold above."""
    above = [place for place, each in enumerate(found.thresholds) if each > threshold]
    return (found.true_positives[above[-1]], found.false_positives[above[-1]]) if above else (0, 0)


@pytest.mark.parametrize("scores", ["eighths", "many"])
def test_a_page_counts_what_is_measured(scores: str) -> None:
    chance = np.random.default_rng(0)
    likely = chance.integers(0, 9, 300) / 8 if scores == "eighths" else chance.random(5000)
    truth = (likely + chance.normal(size=len(likely)) > 0.5).astype(int)
    table = _scored(y=truth, Scored_Labels=(likely > 0.5).astype(int), Scored_Probabilities=likely)
    found = curves(table, "it")
    assert isinstance(found, Counts)
    (line,) = evaluate_model(table).arrow.to_pylist()
    assert _at(found, 0.5) == (line["True Positives"], line["False Positives"])
    for stop in range(101):
        taken = likely > stop / 100
        assert _at(found, stop / 100) == ((taken & (truth == 1)).sum(), (taken & (truth == 0)).sum())


@pytest.mark.parametrize(
    ("truth", "predicted"),
    [
        ([1.1, 2.2, 3.3], [0.1, 1.2, 2.3]),
        ([1.0, 2.0], [1.0, 2.0]),
        ([1e20, 1e20], [0.0, 0.0]),
        ([5e-324, 0.0], [0.0, 0.0]),
        ([1.7e308, -1.7e308, 0.0], [-1.7e308, 1.7e308, 0.0]),
    ],
    ids=["nearly-one", "none", "large", "least", "too-large"],
)
@pytest.mark.filterwarnings("error")
def test_residuals_that_no_even_bins_fit(truth: list[float], predicted: list[float]) -> None:
    found = curves(_scored(y=truth, Scored_Labels=predicted), "it")
    assert isinstance(found, Predictions)
    assert sum(found.counts) == len(truth)
    assert np.isfinite(found.edges).all()
    assert (np.diff(found.edges) > 0).all()


def _classes(truth: Any, predicted: Any) -> Table:
    probabilities = {class_column(str(each)): np.zeros(len(truth)) for each in np.unique(truth)}
    return _scored(y=truth, Scored_Labels=predicted, **probabilities)


def test_confused_classes() -> None:
    chance = np.random.default_rng(0)
    truth, predicted = chance.integers(0, 7, 200), chance.integers(0, 7, 200)
    found = curves(_classes(truth, predicted), "it")
    assert isinstance(found, Confusion)
    assert found.classes == [str(each) for each in range(7)]
    assert found.confusion == metrics.confusion_matrix(truth, predicted).tolist()
    assert (found.rows, found.others) == (200, 0)


def test_the_most_frequent_of_very_many_classes() -> None:
    truth = np.concatenate([np.arange(150), np.arange(100, 150)])
    predicted = truth.copy()
    predicted[120] = 0
    found = curves(_classes(truth, predicted), "it")
    assert isinstance(found, Confusion)
    assert found.classes == [str(each) for each in [*range(50), *range(100, 150)]]
    assert found.others == 50
    assert found.confusion[70][0] == 1
    assert sum(map(sum, found.confusion)) == 150


def test_predictions() -> None:
    chance = np.random.default_rng(0)
    truth, predicted = chance.normal(size=(2, 3000))
    found = curves(_scored(y=truth, Scored_Labels=predicted), "it")
    assert isinstance(found, Predictions)
    assert len(found.points) == 1000
    assert set(found.points) <= set(zip(truth.tolist(), predicted.tolist(), strict=True))
    assert sum(found.counts) == 3000
    assert (found.edges[0], found.edges[-1]) == pytest.approx(((truth - predicted).min(), (truth - predicted).max()))


def test_clusters_are_counted() -> None:
    data = Table(pa.table({"Assignments": [0, 0, None], "DistancesToClusterCenter no.0": [1.0, 2.0, None]}))
    assert curves(data, "it") == Clusters(2)


def test_a_table_without_scores() -> None:
    assert code_of(lambda: curves(_scored(y=[1, 2]), "it")).code == "0025"
