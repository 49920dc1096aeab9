"""How the modules that validate, tune and permute stand on the palette."""

from __future__ import annotations

from typing import Any

import pytest

from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sdk import BottegaError, catalogue

_NAMES = ("cross-validate-model", "tune-model-hyperparameters", "permutation-feature-importance")


@pytest.mark.parametrize(
    ("name", "title", "category", "inputs", "outputs"),
    [
        (
            "cross-validate-model", "Cross-Validate Model", "Machine Learning/Evaluate",
            {"Untrained model": "UntrainedModel", "Dataset": "DataTable"},
            {"Scored results": "DataTable", "Evaluation results by fold": "DataTable"},
        ),
        (
            "tune-model-hyperparameters", "Tune Model Hyperparameters", "Machine Learning/Train",
            {"Untrained model": "UntrainedModel", "Training dataset": "DataTable", "Validation dataset": "DataTable"},
            {"Sweep results": "DataTable", "Trained best model": "TrainedModel"},
        ),
        (
            "permutation-feature-importance", "Permutation Feature Importance", "Feature Selection",
            {"Trained model": "TrainedModel", "Test data": "DataTable"},
            {"Feature importance": "DataTable"},
        ),
    ],
)  # fmt: skip
def test_titles_and_ports(
    name: str, title: str, category: str, inputs: dict[str, str], outputs: dict[str, str]
) -> None:
    spec = catalogue.get(name)
    assert (spec.title, spec.category, spec.libraries) == (title, category, LIBRARIES)
    assert {port.title: str(port.type) for port in spec.inputs} == inputs
    assert {port.title: str(port.type) for port in spec.outputs} == outputs
    assert [port.title for port in spec.inputs if port.optional] == [port for port in inputs if "Validation" in port]


@pytest.mark.parametrize(
    ("name", "defaults"),
    [
        ("cross-validate-model", {"Label column": None, "Random seed": 0}),
        (
            "tune-model-hyperparameters",
            {
                "Specify parameter sweeping mode": "Random sweep",
                "Maximum number of runs on random sweep": 5,
                "Maximum number of runs on random grid": 5,
                "Random seed": 0,
                "Label column": None,
                "Metric for measuring performance for classification": "Accuracy",
                "Metric for measuring performance for regression": "Mean absolute error",
            },
        ),
        (
            "permutation-feature-importance",
            {"Random seed": 0, "Metric for measuring performance": "Classification - Accuracy"},
        ),
    ],
)
def test_defaults_are_those_of_the_fact_sheet(name: str, defaults: dict[str, Any]) -> None:
    assert {parameter.title: parameter.default for parameter in catalogue.get(name).parameters} == defaults


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("cross-validate-model", {}, "0003"),
        ("cross-validate-model", {"label": "y", "seed": -1}, "0008"),
        ("tune-model-hyperparameters", {}, "0003"),
        ("tune-model-hyperparameters", {"label": "y", "runs": 0}, "0008"),
        ("tune-model-hyperparameters", {"label": "y", "runs": 10_001}, "0008"),
        ("tune-model-hyperparameters", {"label": "y", "mode": "Guess"}, "0002"),
        ("permutation-feature-importance", {"metric": "Beauty"}, "0002"),
    ],
)
def test_parameters_out_of_bounds(name: str, given: dict[str, Any], code: str) -> None:
    with pytest.raises(BottegaError) as caught:
        catalogue.get(name).convert(given)
    assert caught.value.code == code


def test_the_former_name() -> None:
    assert catalogue.get("Sweep Parameters").name == "tune-model-hyperparameters"
