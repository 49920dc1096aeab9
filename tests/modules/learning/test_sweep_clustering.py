"""Sweep Clustering: which runs it tries, how it measures them, against scikit-learn and plain sums, and what it keeps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.metrics import davies_bouldin_score

from bottega.modules.machine_learning._clusters import Clusters
from bottega.modules.machine_learning.linear_regression import linear_regression
from bottega.modules.machine_learning.train_clustering_model import train_clustering_model
from bottega.sdk import Columns, Role, catalogue
from tests.modules.learning.helpers import Array, code_of, column, named, notes_of, table

_CENTRES = np.array([[0.0, 0, 0, 0], [9, 9, 0, 0], [0, 9, 9, 0]])


def _run(name: str, *inputs: Any, **given: Any) -> Any:
    spec = catalogue.get(name)
    return spec.function(*inputs, **spec.convert(given))


def _learner(**given: Any) -> Any:
    return _run("k-means-clustering", **{"trainer_mode": "Parameter Range", **given})


def _clouds() -> Array:
    chance = np.random.default_rng(0)
    return np.asarray(_CENTRES[np.arange(90) % 3] + chance.normal(size=(90, 4)))


@pytest.mark.parametrize("metric", ["Simplified Silhouette", "Davies-Bouldin", "Dunn"])
@pytest.mark.parametrize("apart", ["Euclidean", "Cosine"])
def test_three_clouds_are_three_clusters(metric: str, apart: str) -> None:
    matrix = _clouds() + (5 * np.eye(4)[np.arange(90) % 3] if apart == "Cosine" else 0)
    data = table(named(matrix))
    learner = _learner(seeds=2, metric=apart)
    best, result, runs = _run("sweep-clustering", learner, data, mode="Entire grid", quality=metric)
    assert runs.num_rows == 8
    assert runs.arrow.column_names == [metric, "Number of Centroids", "Random number seed"]
    assert column(runs, "Number of Centroids")[0] == 3
    values = column(runs, metric).tolist()
    assert values == sorted(values, reverse=metric != "Davies-Bouldin")
    assert isinstance(best, Clusters)
    assert result.arrow.column_names[4:] == ["Assignments", *(f"DistancesToClusterCenter no.{n}" for n in range(3))]
    groups = column(result, "Assignments")
    assert len({(group, place % 3) for place, group in enumerate(groups.tolist())}) == 3


def test_the_measures() -> None:
    matrix = _clouds()
    data = table(named(matrix))
    for metric in ("Simplified Silhouette", "Davies-Bouldin", "Dunn", "Average Deviation"):
        learner = _learner(centroids_range="4", seeds=1)
        model, result, runs = _run("sweep-clustering", learner, data, quality=metric)
        groups = column(result, "Assignments")
        apart = np.sort(cdist(matrix, model.centres), axis=1)
        own = apart[:, 0]
        between = cdist(model.centres, model.centres)[np.triu_indices(4, 1)].min()
        expected = {
            "Simplified Silhouette": np.mean(1 - own / apart[:, 1]),
            "Davies-Bouldin": davies_bouldin_score(matrix, groups),
            "Dunn": between / own.max(),
            "Average Deviation": own.mean(),
        }
        assert column(runs, metric)[0] == pytest.approx(expected[metric])


def test_the_best_is_what_training_with_its_settings_gives() -> None:
    data = table({**named(_clouds()), "y": [0, 1, 2] * 30}, y=Role.LABEL)
    best, result, runs = _run("sweep-clustering", _learner(), data, seed=5, runs=6, append=False)
    centroids, seed = (int(column(runs, name)[0]) for name in ("Number of Centroids", "Random number seed"))
    learner = _run("k-means-clustering", centroids=centroids, seed=seed)
    trained = train_clustering_model(learner, data, append=False)
    assert trained.results_dataset.equals(result)
    assert best.describe() == trained.trained_model.describe()
    again = _run("sweep-clustering", _learner(), data, seed=5, runs=6, append=False)
    assert again.sweep_results.equals(runs)
    assert _run("sweep-clustering", _learner(), data, seed=6, runs=6).sweep_results.num_rows <= 6


def test_what_is_tried() -> None:
    assert [setting.values for setting in _learner(centroids_range="3; 7", seeds=3, seed=5).sweep()] == [
        (3, 7),
        (5, 6, 7),
    ]
    fixed = _learner(sweep_initialization="Evenly")
    assert [setting.name for setting in fixed.sweep()] == ["centroids"]
    assert (fixed.initialization, fixed.centroids) == ("Evenly", 2)
    single = _run("k-means-clustering", centroids=9)
    assert (single.centroids, single.sweep()[0].values) == (9, (2, 3, 4, 5))
    assert "grid" not in single.describe()["settings"]
    assert code_of(lambda: _learner(centroids_range="1; 2")).code == "0008"


def test_a_seed_from_the_clock_is_told() -> None:
    _, notes = notes_of(lambda: _run("sweep-clustering", _learner(), table(named(_clouds()))))
    assert notes[0].startswith("The random seed is")


def test_runs_that_cannot_be() -> None:
    data = table({"a": [1.0, 2, 9, 10]})
    learner = _learner(centroids_range="2; 3; 50", seeds=1)
    (_, _, runs), notes = notes_of(lambda: _run("sweep-clustering", learner, data, mode="Entire grid"))
    assert column(runs, "Number of Centroids").tolist() == [3, 2, 50]
    assert runs.column("Simplified Silhouette").null_count == 1
    assert "at least 50 are needed" in notes[0]
    every = _learner(centroids_range="50; 60")
    assert code_of(lambda: _run("sweep-clustering", every, data)).code == "0021"
    alike = table({"a": [5.0] * 4})
    model, _, runs = _run("sweep-clustering", _learner(seeds=1), alike, mode="Entire grid", quality="Davies-Bouldin")
    assert (runs.column("Davies-Bouldin").null_count, runs.num_rows) == (4, 4)
    assert isinstance(model, Clusters)


def test_what_is_no_clustering() -> None:
    data = table({"a": [1.0, 2, 9, 10]})
    assert code_of(lambda: _run("sweep-clustering", linear_regression(), data)).code == "0013"
    assert code_of(lambda: _run("sweep-clustering", 3, data)).code == "0013"
    wrong: Any = Columns.named("z")
    assert code_of(lambda: _run("sweep-clustering", _learner(), data, columns=wrong)).code == "0001"


def test_defaults_are_those_of_the_fact_sheet() -> None:
    spec = catalogue.get("sweep-clustering")
    assert [port.title for port in spec.outputs] == ["Best Trained model", "Results dataset", "Sweep results"]
    found = {parameter.title: parameter.default for parameter in spec.parameters}
    del found["Column Set"]
    assert found == {
        "Metric for measuring clustering result": "Simplified Silhouette",
        "Specify parameter sweeping mode": "Random sweep",
        "Maximum number of runs on random sweep": 5,
        "Random seed": 0,
        "Check for Append or Uncheck for Result Only": True,
    }
