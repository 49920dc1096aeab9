"""Names that classic's JSON has for parameters: ranges under the name of the single value, and what only classic has."""

from __future__ import annotations

from typing import Any

import pytest

from bottega.graph.classic import client_data, decode, encode, families
from tests.graph.classic.shapes import NOTHING, module, parameter

_TREES = "two-class-boosted-decision-tree"


def _graph(slug: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    return {"ModuleNodes": [module(1, families.family_id(slug), list(parameters), {}, ["Untrained model"])]}


def _parameters(slug: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    (node,) = decode(_graph(slug, *parameters), None, NOTHING).nodes.values()
    return dict(node.parameters)


@pytest.mark.parametrize("reverse", [False, True])
def test_ranges_have_the_names_of_single_values(reverse: bool) -> None:
    given = [parameter("Create trainer mode", "Parameter Range"), parameter("Learning rate", "0.1; 0.2")]
    found = _parameters(_TREES, *(reversed(given) if reverse else given))
    assert found == {"trainer_mode": "Parameter Range", "learning_rate_range": "0.1; 0.2"}
    graph = encode(decode(_graph(_TREES, *given), None, NOTHING), NOTHING).graph
    assert dict(decode(graph, None, NOTHING).nodes.popitem()[1].parameters) == found  # type: ignore[attr-defined]


def test_single_values_are_single() -> None:
    given = [parameter("Create trainer mode", "Single Parameter"), parameter("Learning rate", "0.1")]
    assert _parameters(_TREES, *given) == {"learning_rate": 0.1}


def test_what_only_classic_has_may_go_without_saying() -> None:
    slug, name = "assign-data-to-clusters", "Specify parameter sweeping mode"
    graph = _graph(slug, parameter(name, "Entire grid"))
    experiment = decode(graph, None, NOTHING)
    (node,) = experiment.nodes.values()
    assert dict(node.parameters) == {}
    names = [each["Name"] for each in encode(experiment, NOTHING).graph["ModuleNodes"][0]["ModuleParameters"]]
    assert name not in names
    told = encode(experiment, NOTHING, client=client_data(graph, None)).graph["ModuleNodes"][0]["ModuleParameters"]
    assert {each["Name"]: each["Value"] for each in told}[name] == "Entire grid"
