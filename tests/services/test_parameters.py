"""Web service parameters: names, types, shared ones, and errors that tell no secrets."""

from __future__ import annotations

from typing import Any

import pytest

from bottega.services import parameters
from bottega.services.errors import ServiceError
from bottega.services.program import Node, Parameter, Program

PROGRAM = Program(
    title="Test",
    nodes=(
        Node("learner", "two-class-logistic-regression", {"l2_weight": 1.0}),
        Node("other", "two-class-logistic-regression", {"l2_weight": 2.0}),
        Node("split", "split-data", {"fraction": 0.5}),
        Node("load", "import-data", {"url": "http://host/"}),
        Node("query", "apply-sql-transformation", {"query": "SELECT 1"}),
    ),
    parameters=(
        Parameter("penalty", ("learner.l2_weight", "other.l2_weight")),
        Parameter("fraction", ("split.fraction",)),
        Parameter("address", ("load.url",)),
        Parameter("sql", ("query.query",)),
    ),
)


def refusal(given: dict[str, Any], program: Program = PROGRAM) -> tuple[str, str, str, str]:
    with pytest.raises(ServiceError) as caught:
        parameters.resolve(program, given)
    error = caught.value
    assert error.status == 400
    return error.code, error.details[0].code, error.details[0].target, str(error)


def test_nothing_given_changes_nothing() -> None:
    assert parameters.resolve(PROGRAM, {}) == {}


def test_a_shared_parameter_changes_all_its_places() -> None:
    found = parameters.resolve(PROGRAM, {"penalty": "0.5"})
    assert {node: settings.values["l2_weight"] for node, settings in found.items()} == {"learner": 0.5, "other": 0.5}
    assert found["learner"].plain["l2_weight"] == 0.5


@pytest.mark.parametrize("value", [0.25, "0.25", " 0.25 "], ids=repr)
def test_values_as_json_and_as_text(value: object) -> None:
    assert parameters.resolve(PROGRAM, {"fraction": value})["split"].values["fraction"] == 0.25


def test_null_is_as_if_it_were_not_there() -> None:
    assert parameters.resolve(PROGRAM, {"penalty": None}) == {}


@pytest.mark.parametrize("value", ["much", [1], {"a": 1}, True, "", 1.5, -1], ids=repr)
def test_values_that_do_not_fit(value: object) -> None:
    code, detail, target, message = refusal({"fraction": value})
    assert (code, detail, target) == ("BadUserArgument", "UserParameterInvalid", "fraction")
    assert "Parameter fraction" in message


def test_unknown_names() -> None:
    assert refusal({"penalti": 1})[:3] == ("BadUserArgument", "UnexpectedParameter", "penalti")
    assert "it has none" in refusal({"x": 1}, Program(title="None"))[3]


def test_required_ones() -> None:
    program = Program(
        title="Test", nodes=PROGRAM.nodes, parameters=(Parameter("p", ("split.fraction",), required=True),)
    )
    assert refusal({}, program)[1:3] == ("MissingRequiredGlobalParameters", "p")
    assert refusal({"p": None}, program)[1] == "MissingRequiredGlobalParameters"
    assert parameters.resolve(program, {"p": 0.1})["split"].values["fraction"] == 0.1


def test_a_secret_is_not_told() -> None:
    assert "s3cret" not in refusal({"address": ["http://user:s3cret@host/"]})[3]


def test_a_text_is_only_a_text() -> None:
    """What looks like a reference to a file, or like a list of columns, names none."""
    found = parameters.resolve(PROGRAM, {"sql": "{file: /etc/passwd}"})
    assert found["query"].values["query"] == "{file: /etc/passwd}"
    assert refusal({"sql": {"file": "/etc/passwd"}})[1] == "UserParameterInvalid"


def test_a_call_chooses_no_packages_but_those_that_were_published() -> None:
    """An experiment may offer the environment of a script; what is not there would be built for whoever has a key."""
    program = Program(
        title="Test",
        nodes=(Node("one", "execute-python-script", {"script": "def azureml_main(): pass", "environment": "mine"}),
               Node("two", "execute-python-script", {"script": "def azureml_main(): pass", "environment": "other"})),
        parameters=(Parameter("packages", ("one.environment",)),),
        environments={"mine": "a", "other": "b"},
    )  # fmt: skip
    for name in ("anaconda", "classic", "default", "../mine", "x" * 5000, "mine\0"):
        code, detail, target, message = refusal({"packages": name}, program)
        assert (code, detail, target) == ("BadUserArgument", "UserParameterInvalid", "packages")
        assert "was not published with" in message
    for name in ("mine", " other ", ""):
        assert parameters.resolve(program, {"packages": name})["one"].values["environment"] == name
