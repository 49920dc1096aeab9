"""Every learner of the catalogue can be cross-validated, tuned, measured and asked for its features' importance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from bottega.dataset.folds import Folds
from bottega.modules.machine_learning._points import Sweep
from bottega.modules.machine_learning._sweep import TrainerMode
from bottega.modules.machine_learning.cross_validate_model import cross_validate_model
from bottega.modules.machine_learning.evaluate_model import evaluate_model
from bottega.modules.machine_learning.k_means_clustering import k_means_clustering
from bottega.modules.machine_learning.permutation_feature_importance import Metric, permutation_feature_importance
from bottega.modules.machine_learning.train_clustering_model import train_clustering_model
from bottega.modules.machine_learning.tune_model_hyperparameters import tune_model_hyperparameters
from bottega.modules.machine_learning.two_class_boosted_decision_tree import two_class_boosted_decision_tree
from bottega.sdk import Columns, Table, UntrainedModel, catalogue
from bottega.sdk.ports import PortType
from tests.modules.learning.helpers import code_of, column, table

_ROWS = 60
_NAMES = [
    spec.name
    for spec in catalogue.every()
    if spec.category.startswith("Machine Learning/Initialize Model")
    and not spec.category.endswith("Clustering")
    and [port.type for port in spec.outputs] == [PortType.UNTRAINED_MODEL]
]


def _learner(name: str) -> UntrainedModel:
    """With its defaults, but for those that make it slow."""
    spec = catalogue.get(name)
    inner = [two_class_boosted_decision_tree(trees=5) for _ in spec.inputs]
    few = {
        "trainer_mode": TrainerMode.RANGE, "trees_range": "3; 5", "iterations_range": "5; 10",
        "components_range": "1", "trees": 5, "iterations": 10,
    }  # fmt: skip
    given = {parameter.name: few[parameter.name] for parameter in spec.parameters if parameter.name in few}
    learner: UntrainedModel = spec.function(*inner, **spec.convert(given))
    return learner


def _data(name: str) -> Table:
    chance = np.random.default_rng(0)
    x = np.sort(chance.normal(size=_ROWS))
    label: Any = np.repeat([0, 1], _ROWS // 2)
    if name.startswith(("multiclass", "one-vs")):
        label = np.repeat(["a", "ß", "c"], _ROWS // 3)
    elif "regression" in name and not name.startswith("two-class"):
        label = np.floor(np.exp(x))  # counts suit all of them
    return table({"x": x, "noise": chance.normal(size=_ROWS), "y": label})


def test_the_catalogue_has_learners() -> None:
    assert {"two-class-logistic-regression", "linear-regression", "multiclass-logistic-regression"} <= set(_NAMES)


@pytest.mark.parametrize("name", _NAMES)
def test_it_is_validated_tuned_and_asked(name: str) -> None:
    data = _data(name)
    folds = Folds(2, np.arange(_ROWS) % 2)
    label = Columns.named("y")
    found = cross_validate_model(_learner(name), data.with_folds(folds), label=label, seed=1)
    assert found.scored_results.num_rows == _ROWS
    assert found.evaluation_results_by_fold.num_rows == 4
    means = found.evaluation_results_by_fold.arrow.to_pylist()[2]
    tuned = tune_model_hyperparameters(
        _learner(name), data, data, label=label, seed=1, mode=Sweep.RANDOM_GRID, grid_runs=2
    )
    settings = _learner(name).sweep()
    assert tuned.sweep_results.arrow.column_names[: len(settings)] == [setting.title for setting in settings]
    assert tuned.sweep_results.num_rows == (2 if settings else 1)
    metric = Metric.ABSOLUTE if "Mean Absolute Error" in means else Metric.ACCURACY
    assert 0 <= next(value for value in list(means.values())[3:] if value is not None) < 1.5
    importance = permutation_feature_importance(tuned.trained_best_model, data, seed=1, metric=metric)
    assert sorted(column(importance, "Feature")) == ["noise", "x"]
    assert importance.column("Score").null_count == 0


def test_clusters_are_measured_and_not_validated() -> None:
    data = _data("clusters")
    learner = k_means_clustering(centroids=3, seed=1)
    found = train_clustering_model(learner, data, columns=Columns.named("x", "noise"))
    result = found.results_dataset
    points = np.column_stack([column(data, "x"), column(data, "noise")])
    assigned = column(result, "Assignments")
    centres = np.array([points[assigned == number].mean(axis=0) for number in range(3)])
    reaches = cdist(points, centres)
    lines = evaluate_model(result).arrow.to_pylist()
    assert len(lines) == 4
    for number, line in enumerate(lines[1:]):
        own, others = reaches[assigned == number, number], np.delete(reaches[assigned == number], number, axis=1)
        assert [line[name] for name in list(line)[1:]] == pytest.approx(
            [own.mean(), others.mean(), len(own), own.max()], rel=1e-4
        )
    assert code_of(lambda: cross_validate_model(learner, data, label=Columns.named("y"), seed=1)).code == "0013"
    assert code_of(lambda: permutation_feature_importance(found.trained_model, data, seed=1)).code == "0013"
