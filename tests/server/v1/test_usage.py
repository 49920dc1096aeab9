"""Which experiments and web services hang on what the workspace keeps."""

from __future__ import annotations

from tests.server.helpers import Served, until
from tests.server.v1.test_experiments import made
from tests.server.v1.test_runs import ran
from tests.server.v1.test_services import TRAINING

TABLE = b"name,age\nAnn,3\nBob,4\n"
READS = """bottega: 1
title: Reads
nodes:
  data: {dataset: 'Ann''s "people"'}
  some: {module: select-columns-in-dataset, inputs: {dataset: data}, parameters: {columns: [age]}}
"""


def kept(server: Served, name: str) -> None:
    server.v1("POST", "/datasets", 201, params={"name": name, "file_name": "a.csv"}, content=TABLE)


def used(server: Served, name: str) -> dict[str, list[str]]:
    told = server.v1("GET", "/used-by", params={"kind": "dataset", "name": name})
    return {kind: [each["title"] for each in users] for kind, users in told.items()}


def test_by_experiments(server: Served) -> None:
    kept(server, 'Ann\'s "people"')
    kept(server, "people")
    made(server, READS)
    made(server, "bottega: 1\ntitle: Other\nnodes:\n  data: {dataset: other}\n")
    assert used(server, 'Ann\'s "people"') == {"experiments": ["Reads"], "services": []}
    assert used(server, "people") == {"experiments": [], "services": []}


def test_by_a_title_of_the_module(server: Served) -> None:
    kept(server, "people")
    made(server, "bottega: 1\ntitle: T\nnodes:\n  data: {module: Saved dataset, parameters: {Dataset: people}}\n")
    assert used(server, "people")["experiments"] == ["T"]


def test_by_services(server: Served) -> None:
    trained = ran(server, TRAINING)["experiment"]
    made_of = server.v1("POST", f"/experiments/{trained}/set-up", json={"save": True})
    (model,) = made_of["saved"]
    server.v1("POST", f"/experiments/{made_of['experiment']}/runs", 202, json={})
    until(lambda: server.v1("GET", f"/experiments/{made_of['experiment']}")["status"] == "Finished")
    service = server.v1("POST", "/services", 201, json={"experiment": made_of["experiment"], "name": "Petals"})[
        "service"
    ]
    told = server.v1("GET", "/used-by", params={"kind": "trained-model", "name": model["name"]})
    assert [each["id"] for each in told["experiments"]] == [made_of["experiment"]]
    assert told["services"] == [{"id": service["id"], "title": "Petals"}]


def test_unknown(server: Served) -> None:
    server.v1("GET", "/used-by", 404, params={"kind": "trained-model", "name": "none"})
    server.v1("GET", "/used-by", 400, params={"kind": "file", "name": "none"})
