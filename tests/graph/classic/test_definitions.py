"""What classic's JSON tells of parameters themselves."""

from __future__ import annotations

import json

import pytest

from bottega.graph.classic.definitions import definition, parameter_type
from bottega.sdk import catalogue

WORDS = {"String", "Int", "Double", "Boolean", "Enumerated", "Script", "Mode", "Credential", "ColumnPicker"}


@pytest.mark.parametrize(
    ("module", "name", "word"),
    [
        ("split-data", "mode", "Mode"),
        ("split-data", "fraction", "Double"),
        ("split-data", "seed", "Int"),
        ("split-data", "randomized", "Boolean"),
        ("split-data", "regular_expression", "String"),
        ("split-data", "key_column", "ColumnPicker"),
        ("edit-metadata", "data_type", "Enumerated"),
        ("execute-python-script", "script", "Script"),
        ("import-data", "url", "String"),
    ],
)
def test_types(module: str, name: str, word: str) -> None:
    spec = catalogue.get(module)
    parameter = spec.parameter(name)
    assert parameter is not None
    assert parameter_type(spec, parameter) == word


def test_rules_and_defaults() -> None:
    spec = catalogue.get("split-data")
    told = {parameter.name: definition(spec, parameter) for parameter in spec.parameters}
    assert told["fraction"]["ParameterRules"] == [{"Min": 0.0, "Max": 1.0, "Values": None}]
    assert (told["fraction"]["DefaultValue"], told["fraction"]["HasDefaultValue"], told["fraction"]["HasRules"]) == (
        "0.5",
        True,
        True,
    )
    assert told["mode"]["ParameterRules"][0]["Values"][:1] == ["Split Rows"]
    assert told["regular_expression"]["ParameterRules"] == []
    script = catalogue.get("execute-python-script")
    parameter = script.parameter("script")
    assert parameter is not None
    assert (definition(script, parameter)["Name"], definition(script, parameter)["HasDefaultValue"]) == (
        "Python Script",
        False,
    )


@pytest.mark.parametrize("name", catalogue.names())
def test_every_parameter_is_told(name: str) -> None:
    spec = catalogue.get(name)
    for parameter in spec.parameters:
        told = definition(spec, parameter)
        assert told["ParameterType"] in WORDS
        assert json.loads(json.dumps(told)) == told
