"""What the page asks of evaluations: many classes, numbers and clusters, after runs in real jails."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.helpers import Served
from tests.server.v1.test_runs import ran

_FLOWERS = """bottega: 1
title: Flowers
nodes:
  flowers: {dataset: iris}
  learner: {module: multiclass-logistic-regression}
  train:
    module: train-model
    inputs: {untrained_model: learner, dataset: flowers}
    parameters: {label: species}
  score:
    module: score-model
    inputs: {trained_model: train, dataset: flowers}
  evaluate:
    module: evaluate-model
    inputs: {scored_dataset: score}
  importance:
    module: permutation-feature-importance
    inputs: {trained_model: train, test_data: flowers}
    parameters: {seed: 1}
"""
_NUMBERS = """bottega: 1
title: Numbers
nodes:
  patients: {dataset: diabetes}
  learner: {module: linear-regression}
  validate:
    module: cross-validate-model
    inputs: {untrained_model: learner, dataset: patients}
    parameters: {label: progression, seed: 1}
  tune:
    module: tune-model-hyperparameters
    inputs: {untrained_model: learner, training_dataset: patients}
    parameters: {label: progression, seed: 1}
  score:
    module: score-model
    inputs: {trained_model: tune.trained_best_model, dataset: patients}
  evaluate:
    module: evaluate-model
    inputs: {scored_dataset: validate.scored_results, scored_dataset_to_compare: score}
"""
_CLUSTERS = """bottega: 1
title: Clusters
nodes:
  rows:
    module: execute-python-script
    parameters:
      script: |
        import pandas as pd
        def azureml_main(first, second):
            near, far = "DistancesToClusterCenter no.0", "DistancesToClusterCenter no.1"
            return pd.DataFrame({"Assignments": [0, 0, 1], near: [1.0, 2.0, 9.0], far: [5.0, 7.0, 3.0]})
  evaluate:
    module: evaluate-model
    inputs: {scored_dataset: rows, scored_dataset_to_compare: rows}
"""


def _evaluation(server: Served, text: str) -> tuple[str, list[dict[str, Any]]]:
    run = ran(server, text)["id"]
    told = server.v1("GET", f"/runs/{run}/nodes/evaluate/evaluation")
    return told["task"], told["datasets"]


def test_many_classes(server: Served) -> None:
    task, (one,) = _evaluation(server, _FLOWERS)
    assert (task, one["classes"], one["rows"]) == ("multi-class", ["setosa", "versicolor", "virginica"], 150)
    right = sum(one["confusion"][place][place] for place in range(3))
    assert right / 150 == pytest.approx(one["metrics"]["Overall accuracy"])
    assert [sum(line) for line in one["confusion"]] == [50, 50, 50]
    assert (one["positives"], one["points"], one["parts"], one["others"]) == (None, [], [], 0)


def test_cross_validation_beside_a_tuned_model(server: Served) -> None:
    task, (validated, tuned) = _evaluation(server, _NUMBERS)
    assert (task, validated["node"], tuned["node"]) == ("regression", "validate", "score")
    assert validated["metrics"]["Mean Absolute Error"] > tuned["metrics"]["Mean Absolute Error"]
    assert sum(validated["residuals"]["counts"]) == 442


def test_clusters(server: Served) -> None:
    task, told = _evaluation(server, _CLUSTERS)
    assert (task, len(told)) == ("clustering", 2)
    for one in told:
        assert one["rows"] == 3
        assert one["metrics"]["Result Description"] == "Combined Evaluation"
        assert one["metrics"]["Average Distance to Cluster Center"] == 2
        assert [part["Number of Points"] for part in one["parts"]] == [2, 1]
