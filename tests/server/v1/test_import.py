"""`POST /v1/import`: files become experiments."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bottega.graph import classic, reading
from bottega.server.studio.assets import WorkspaceAssets
from tests.graph.classic import shapes
from tests.server.helpers import Served

FILE = """\
bottega: 1
title: Mine
nodes:
  iris: {dataset: iris}
  half:
    module: split-data
    inputs: {dataset: iris}
"""


def imported(server: Served, body: str, status: int = 201, name: str = "") -> Any:
    return server.v1("POST", "/import", status, params={"name": name}, content=body.encode())


def exported(server: Served) -> dict[str, Any]:
    """The same as classic told it."""
    told = classic.encode(reading.loads(FILE).experiment, WorkspaceAssets(server.workspace), client={})
    return {"ExperimentGraph": told.graph, "WebService": told.web_service}


def test_a_file_of_ours(server: Served) -> None:
    made = imported(server, FILE, name="mine.yaml")
    assert made["title"] == "Mine"
    assert made["document"] == FILE
    tree = {"bottega": 1, "title": "As JSON", "nodes": {"iris": {"dataset": "iris"}}}
    assert imported(server, json.dumps(tree))["title"] == "As JSON"
    assert len(server.v1("GET", "/experiments")) == 2


@pytest.mark.parametrize("name", ["ExperimentGraph", "Graph", ""])
def test_an_experiment_of_classic(server: Served, name: str) -> None:
    fields = exported(server)
    graph = fields.pop("ExperimentGraph")
    content = {name: graph, "Description": "Old", "Summary": "From before", **fields} if name else graph
    made = imported(server, "\ufeff" + json.dumps(content), name="Old one.json")
    experiment = reading.loads(made["document"]).experiment
    assert (made["title"], made["summary"]) == (("Old", "From before") if name else ("Old one", ""))
    assert sorted(node.module for node in experiment.nodes.values()) == ["saved-dataset", "split-data"]
    (split,) = (node for node in experiment.nodes.values() if node.module == "split-data")
    assert [source.node for source in split.inputs.values()] == ["iris"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "nonsense",
        "[1, 2]",
        "{}",
        '{"Graph": 3}',
        '{"Graph": {"ModuleNodes": [{}]}}',
        '{"Graph": {"ModuleNodes": [',
        "{" * 2000,
        "\x00",
    ],
)
def test_what_is_none_is_told(server: Served, body: str) -> None:
    told = imported(server, body, 400)
    assert told["code"] == "experiment-invalid"
    assert server.v1("GET", "/experiments") == []


def test_a_module_of_unknown_id_is_recognised(server: Served) -> None:
    tables: dict[str, tuple[str, str] | None] = dict.fromkeys(("Table1", "Table2", "Table3"))
    query = shapes.parameter("SQL Query Script", "select 1 as a;")
    node = shapes.module(1, "cd" * 16, [query], tables, ["Results dataset"])
    made = imported(server, json.dumps({"ModuleNodes": node}), name="mine.json")
    assert made["title"] == "mine"
    assert "module: apply-sql-transformation" in made["document"]
