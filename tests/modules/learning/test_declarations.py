"""How the modules stand on the palette: titles, ports, parameters and their bounds."""

from __future__ import annotations

from typing import Any

import pytest

from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sdk import BottegaError, catalogue

_LEARNERS = ("two-class-logistic-regression", "two-class-boosted-decision-tree", "linear-regression")
_CLASSIFICATION = "Machine Learning/Initialize Model/Classification"


@pytest.mark.parametrize(
    ("name", "title", "category"),
    [
        ("two-class-logistic-regression", "Two-Class Logistic Regression", _CLASSIFICATION),
        ("two-class-boosted-decision-tree", "Two-Class Boosted Decision Tree", _CLASSIFICATION),
        ("linear-regression", "Linear Regression", "Machine Learning/Initialize Model/Regression"),
        ("train-model", "Train Model", "Machine Learning/Train"),
        ("score-model", "Score Model", "Machine Learning/Score"),
        ("evaluate-model", "Evaluate Model", "Machine Learning/Evaluate"),
    ],
)
def test_place_on_the_palette(name: str, title: str, category: str) -> None:
    spec = catalogue.get(name)
    assert (spec.title, spec.category, spec.libraries) == (title, category, LIBRARIES)


@pytest.mark.parametrize(
    ("name", "inputs", "outputs"),
    [
        *((name, {}, {"untrained_model": "UntrainedModel"}) for name in _LEARNERS),
        (
            "train-model",
            {"untrained_model": "UntrainedModel", "dataset": "DataTable"},
            {"trained_model": "TrainedModel"},
        ),
        ("score-model", {"trained_model": "TrainedModel", "dataset": "DataTable"}, {"scored_dataset": "DataTable"}),
        (
            "evaluate-model",
            {"scored_dataset": "DataTable", "scored_dataset_to_compare": "DataTable"},
            {"evaluation_results": "DataTable"},
        ),
    ],
)
def test_ports(name: str, inputs: dict[str, str], outputs: dict[str, str]) -> None:
    spec = catalogue.get(name)
    assert {port.name: str(port.type) for port in spec.inputs} == inputs
    assert {port.name: str(port.type) for port in spec.outputs} == outputs
    assert [port.name for port in spec.inputs if port.optional] == [port for port in inputs if "compare" in port]


@pytest.mark.parametrize(
    ("name", "defaults"),
    [
        (
            "two-class-logistic-regression",
            {
                "Optimization tolerance": 1e-7,
                "L1 regularization weight": 1.0,
                "L2 regularization weight": 1.0,
                "Memory size for L-BFGS": 20,
                "Random number seed": None,
                "Allow unknown categorical levels": True,
            },
        ),
        (
            "two-class-boosted-decision-tree",
            {
                "Maximum number of leaves per tree": 20,
                "Minimum number of samples per leaf node": 10,
                "Learning rate": 0.2,
                "Number of trees constructed": 100,
                "Random number seed": None,
                "Allow unknown categorical levels": True,
            },
        ),
        (
            "linear-regression",
            {
                "Solution method": "Ordinary Least Squares",
                "L2 regularization weight": 0.001,
                "Include intercept term": True,
                "Normalize features": True,
                "Average final hypothesis": True,
                "Learning rate": 0.1,
                "Number of training epochs": 10,
                "Decrease learning rate": True,
                "Random number seed": None,
                "Allow unknown categorical levels": True,
            },
        ),
    ],
)
def test_defaults_are_those_of_the_fact_sheet(name: str, defaults: dict[str, Any]) -> None:
    assert {parameter.title: parameter.default for parameter in catalogue.get(name).parameters} == defaults


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("two-class-logistic-regression", {"tolerance": 0}, "0004"),
        ("two-class-logistic-regression", {"l1_weight": -1}, "0008"),
        ("two-class-logistic-regression", {"memory_size": 0}, "0008"),
        ("two-class-logistic-regression", {"seed": -1}, "0008"),
        ("two-class-boosted-decision-tree", {"leaves": 0}, "0008"),
        ("two-class-boosted-decision-tree", {"learning_rate": 1.5}, "0007"),
        ("two-class-boosted-decision-tree", {"learning_rate": 0}, "0004"),
        ("two-class-boosted-decision-tree", {"trees": 0}, "0008"),
        ("linear-regression", {"epochs": -1}, "0008"),
        ("linear-regression", {"solution_method": "Newton"}, "0002"),
        ("train-model", {}, "0003"),
    ],
)
def test_parameters_out_of_bounds(name: str, given: dict[str, Any], code: str) -> None:
    with pytest.raises(BottegaError) as caught:
        catalogue.get(name).convert(given)
    assert caught.value.code == code


@pytest.mark.parametrize("name", _LEARNERS)
def test_no_setting_is_infinite(name: str) -> None:
    spec = catalogue.get(name)
    settings = [parameter for parameter in spec.parameters if parameter.type in (int, float)]
    assert len(settings) >= 4
    for setting in settings:
        for value in (float("inf"), "-inf", "1e400", 10**400):
            with pytest.raises(BottegaError) as caught:
                spec.convert({setting.name: value})
            assert caught.value.code in {"0002", "0004", "0007", "0008"}


@pytest.mark.parametrize("name", _LEARNERS)
def test_a_learner_describes_the_settings_it_was_given(name: str) -> None:
    spec = catalogue.get(name)
    values = spec.convert({"seed": 7, "allow unknown categorical levels": "false"})
    described = spec.function(**values).describe()
    assert described["learner"] == spec.title
    assert described["settings"] == values
    assert values["seed"] == 7
