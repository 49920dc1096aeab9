"""How the modules stand on the palette: titles, ports, parameters and their bounds."""

from __future__ import annotations

from typing import Any

import pytest

from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sdk import BottegaError, catalogue

_SEEDLESS = (
    "two-class-decision-forest",
    "two-class-decision-jungle",
    "multiclass-decision-forest",
    "multiclass-decision-jungle",
)
_CLASSIFIERS = (
    "two-class-logistic-regression",
    "two-class-boosted-decision-tree",
    "two-class-neural-network",
    "two-class-support-vector-machine",
    "two-class-averaged-perceptron",
    "two-class-locally-deep-support-vector-machine",
    "multiclass-logistic-regression",
    "multiclass-neural-network",
    *_SEEDLESS,
)
_LEARNERS = (*_CLASSIFIERS, "linear-regression")
_CLASSIFICATION = "Machine Learning/Initialize Model/Classification"


@pytest.mark.parametrize(
    ("name", "title", "category"),
    [
        ("two-class-logistic-regression", "Two-Class Logistic Regression", _CLASSIFICATION),
        ("two-class-boosted-decision-tree", "Two-Class Boosted Decision Tree", _CLASSIFICATION),
        ("two-class-decision-forest", "Two-Class Decision Forest", _CLASSIFICATION),
        ("two-class-decision-jungle", "Two-Class Decision Jungle", _CLASSIFICATION),
        ("multiclass-decision-jungle", "Multiclass Decision Jungle", _CLASSIFICATION),
        ("two-class-neural-network", "Two-Class Neural Network", _CLASSIFICATION),
        ("two-class-support-vector-machine", "Two-Class Support Vector Machine", _CLASSIFICATION),
        (
            "two-class-locally-deep-support-vector-machine",
            "Two-Class Locally Deep Support Vector Machine",
            _CLASSIFICATION,
        ),
        ("two-class-bayes-point-machine", "Two-Class Bayes Point Machine", _CLASSIFICATION),
        ("two-class-averaged-perceptron", "Two-Class Averaged Perceptron", _CLASSIFICATION),
        ("multiclass-logistic-regression", "Multiclass Logistic Regression", _CLASSIFICATION),
        ("multiclass-decision-forest", "Multiclass Decision Forest", _CLASSIFICATION),
        ("multiclass-neural-network", "Multiclass Neural Network", _CLASSIFICATION),
        ("one-vs-all-multiclass", "One-vs-All Multiclass", _CLASSIFICATION),
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
        ("one-vs-all-multiclass", {"untrained_model": "UntrainedModel"}, {"untrained_model": "UntrainedModel"}),
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


_LOGISTIC = {
    "Optimization tolerance": 1e-7,
    "L1 regularization weight": 1.0,
    "L2 regularization weight": 1.0,
    "Memory size for L-BFGS": 20,
    "Random number seed": None,
    "Allow unknown categorical levels": True,
}
_FOREST = {
    "Resampling method": "Bagging",
    "Number of decision trees": 8,
    "Maximum depth of the decision trees": 32,
    "Number of random splits per node": 128,
    "Minimum number of samples per leaf node": 1,
    "Allow unknown values for categorical features": True,
}
_JUNGLE = {
    "Resampling method": "Bagging",
    "Number of decision DAGs": 8,
    "Maximum depth of the decision DAGs": 32,
    "Maximum width of the decision DAGs": 128,
    "Number of optimization steps per decision DAG layer": 2048,
    "Allow unknown values for categorical features": True,
}
_NETWORK = {
    "Hidden layer specification": "Fully-connected case",
    "Number of hidden nodes": 100,
    "Neural network definition": "",
    "The initial learning weights diameter": 0.1,
    "Number of learning iterations": 100,
    "The momentum": 0.0,
    "The type of normalizer": "Min-Max normalizer",
    "Shuffle examples": True,
    "Random number seed": None,
    "Allow unknown categorical levels": True,
}


@pytest.mark.parametrize(
    ("name", "defaults"),
    [
        ("two-class-logistic-regression", _LOGISTIC),
        ("multiclass-logistic-regression", _LOGISTIC),
        ("two-class-decision-forest", _FOREST),
        ("multiclass-decision-forest", _FOREST),
        ("two-class-decision-jungle", _JUNGLE),
        ("multiclass-decision-jungle", _JUNGLE),
        ("two-class-neural-network", _NETWORK | {"Learning rate": 0.1}),
        ("multiclass-neural-network", _NETWORK | {"The learning rate": 0.1}),
        (
            "two-class-support-vector-machine",
            {
                "Number of iterations": 1,
                "Lambda": 0.001,
                "Normalize features": True,
                "Project to the unit-sphere": False,
                "Random number seed": None,
                "Allow unknown categorical levels": True,
            },
        ),
        (
            "two-class-averaged-perceptron",
            {
                "Learning rate": 1.0,
                "Maximum number of iterations": 10,
                "Random number seed": None,
                "Allow unknown categorical levels": True,
            },
        ),
        (
            "two-class-locally-deep-support-vector-machine",
            {
                "Depth of the tree": 3,
                "Lambda W": 0.1,
                "Lambda Theta": 0.01,
                "Lambda Theta Prime": 0.01,
                "Sigmoid sharpness": 1.0,
                "Feature normalizer": "Min-Max normalizer",
                "Number of iterations": 15_000,
                "Random number seed": None,
                "Allow unknown categorical levels": True,
            },
        ),
        (
            "two-class-bayes-point-machine",
            {
                "Number of training iterations": 30,
                "Include bias": True,
                "Allow unknown values in categorical features": True,
            },
        ),
        ("one-vs-all-multiclass", {}),
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
    spec = catalogue.get(name)
    single = [each for each in spec.parameters if each.name != "trainer_mode" and not each.name.endswith("_range")]
    assert {parameter.title: parameter.default for parameter in single} == defaults


def test_other_spellings_of_old_graphs() -> None:
    spec = catalogue.get("multiclass-neural-network")
    given = spec.convert({"Learning rate": "0.5", "The type of normalizer": "Minimum-maximum normalizer"})
    assert (given["learning_rate"], given["normalizer"]) == (0.5, "Min-Max normalizer")
    forest = catalogue.get("two-class-decision-forest").convert({"Allow unknown categorical levels": "False"})
    assert forest["allow_unknown_levels"] is False


@pytest.mark.parametrize("name", _CLASSIFIERS)
def test_ranges(name: str) -> None:
    """In range mode only the ranges count; their first values are the settings, and all are what a sweep tries."""
    spec = catalogue.get(name)
    ranges = [each for each in spec.parameters if each.name.endswith("_range")]
    assert len(ranges) >= 2
    in_range = spec.convert({"Create trainer mode": "Parameter Range"})
    plain = spec.as_plain(in_range)
    learner = spec.function(**in_range)
    assert [each.name for each in learner.sweep()] == [each.name.removesuffix("_range") for each in ranges]
    for setting in learner.sweep():
        single = spec.parameter(setting.name)
        assert single is not None
        assert single.name not in plain
        assert spec.parameter(f"Range for {single.title[0].lower()}{single.title[1:]}") or single.title[:2] in (
            "L1",
            "L2",
        )
        texts = plain[f"{setting.name}_range"].split(";")
        assert setting.values == tuple(single.type(text) for text in texts)
        assert learner.describe()["settings"][setting.name] == setting.values[0]
    in_single = spec.function(**spec.convert({}))
    assert in_single.sweep() == learner.sweep()
    assert in_single.with_settings({ranges[0].name.removesuffix("_range"): 1}).sweep() == ()
    assert not {each.name for each in ranges} & set(spec.as_plain(spec.convert({})))


@pytest.mark.parametrize("name", _CLASSIFIERS)
@pytest.mark.parametrize(("text", "code"), [(" ; ", "0003"), ("1; many", "0002"), ("-1", "0004 0005 0008")])
def test_ranges_that_cannot_be(name: str, text: str, code: str) -> None:
    spec = catalogue.get(name)
    first = next(each.name for each in spec.parameters if each.name.endswith("_range"))
    with pytest.raises(BottegaError) as caught:
        spec.function(**spec.convert({"trainer_mode": "Parameter Range", first: text}))
    assert caught.value.code in code


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
        ("two-class-decision-forest", {"trees": 0}, "0008"),
        ("multiclass-decision-forest", {"resampling": "Boosting"}, "0002"),
        ("two-class-neural-network", {"learning_rate": 1.5}, "0007"),
        ("two-class-neural-network", {"weights_diameter": 0}, "0004"),
        ("multiclass-neural-network", {"momentum": 1.1}, "0008"),
        ("multiclass-neural-network", {"iterations": 0}, "0008"),
        ("two-class-support-vector-machine", {"Lambda": 0}, "0004"),
        ("two-class-averaged-perceptron", {"learning_rate": 0}, "0004"),
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
    assert len(settings) >= 3
    for setting in settings:
        for value in (float("inf"), "-inf", "1e400", 10**400):
            with pytest.raises(BottegaError) as caught:
                spec.convert({setting.name: value})
            assert caught.value.code in {"0002", "0004", "0007", "0008"}


@pytest.mark.parametrize("name", _LEARNERS)
def test_a_learner_describes_the_settings_it_was_given(name: str) -> None:
    spec = catalogue.get(name)
    values = spec.convert({"allow unknown categorical levels": "false"} | ({} if name in _SEEDLESS else {"seed": 7}))
    described = spec.function(**values).describe()
    assert described["learner"] == spec.title
    assert described["settings"] == {
        key: value for key, value in values.items() if key != "trainer_mode" and not key.endswith("_range")
    }
    assert values["allow_unknown_levels"] is False
