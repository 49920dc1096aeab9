"""Web services by the native API: published, versioned, their endpoints and keys."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.server.helpers import Served
from tests.server.v1.test_experiments import DOCUMENT, made
from tests.server.v1.test_runs import ran

SERVICE = DOCUMENT + "web_service:\n  inputs: {input1: some.dataset}\n  outputs: {output1: some.results_dataset}\n"

TRAINING = """bottega: 1
title: Iris
nodes:
  data: {dataset: iris}
  learner: {module: linear-regression}
  train: {module: train-model, inputs: {untrained_model: learner, dataset: data}, parameters: {label: sepal length (cm)}}
  score: {module: score-model, inputs: {trained_model: train, dataset: data}}
"""


def published(server: Served, **body: Any) -> dict[str, Any]:
    experiment = ran(server, SERVICE)["experiment"]
    told: dict[str, Any] = server.v1("POST", "/services", 201, json={"experiment": experiment, **body})
    return told


def test_published_and_called(server: Served) -> None:
    told = published(server)
    service, endpoint = told["service"], told["endpoint"]
    assert (service["name"], service["kind"], told["version"], endpoint["name"]) == (
        "People",
        "experiment",
        1,
        "default",
    )
    assert endpoint["api_location"] == f"http://testserver/workspaces/{server.workspace.id}/services/{endpoint['id']}"
    keys = server.v1("GET", f"/services/{service['id']}/endpoints/default/keys")
    assert keys == dict(zip(("primary", "secondary"), server.workspace.services.keys(endpoint["id"]), strict=True))
    call = {"Inputs": {"input1": {"ColumnNames": ["name", "age"], "Values": [["Dee", "40"]]}}, "GlobalParameters": {}}
    answer = server.context.hosting.execute(endpoint["id"], json.dumps(call).encode())
    assert json.loads(answer)["Results"]["output1"]["value"]["Values"] == [["40"]]
    assert server.v1("GET", "/services") == [service]
    assert server.v1("GET", f"/services/{service['id']}") == service


def test_not_yet_run(server: Served) -> None:
    assert "not run yet" in server.v1("POST", "/services", 409, json={"experiment": made(server, SERVICE)})["detail"]
    server.v1("POST", "/services", 404, json={"experiment": "0" * 32})
    server.v1("POST", "/services", 400, json={})
    other = ran(server, SERVICE)["id"]
    for run in (other, "none"):
        server.v1("POST", "/services", 404, json={"experiment": made(server, SERVICE), "run": run})


def test_without_outputs(server: Served) -> None:
    experiment = ran(server)["experiment"]
    assert server.v1("POST", "/services", 400, json={"experiment": experiment})["code"] == "usage"


def test_versions(server: Served) -> None:
    first = published(server, name="One")
    service = first["service"]["id"]
    second = published(server, service=service)
    assert (second["version"], second["endpoint"]["version"], second["service"]["name"]) == (2, 2, "One")
    assert [each["number"] for each in server.v1("GET", f"/services/{service}/versions")] == [1, 2]
    assert server.v1("POST", f"/services/{service}/roll-back", json={"version": 1})["version"] == 1
    server.v1("POST", f"/services/{service}/roll-back", 404, json={"version": 3})
    server.v1("POST", f"/services/{service}/roll-back", 400, json={"version": 0})


def test_renamed_and_deleted(server: Served) -> None:
    service = published(server)["service"]["id"]
    assert server.v1("PATCH", f"/services/{service}", json={"name": "Other"})["name"] == "Other"
    assert server.v1("PATCH", f"/services/{service}", json={"description": "why"})["name"] == "Other"
    server.v1("DELETE", f"/services/{service}", 204)
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/versions"), ("GET", "/endpoints"),
                         ("GET", "/endpoints/default"), ("GET", "/endpoints/default/keys")):  # fmt: skip
        server.v1(method, f"/services/{service}{path}", 404, json={})


def test_endpoints(server: Served) -> None:
    service = published(server)["service"]["id"]
    path = f"/services/{service}/endpoints"
    told = server.v1("PUT", f"{path}/second", json={"max_concurrent": 5, "mode": "service"})
    assert (told["max_concurrent"], told["mode"], told["is_default"]) == (5, "service", False)
    assert server.v1("PATCH", f"{path}/second", json={"description": "for us"})["max_concurrent"] == 5
    assert [each["name"] for each in server.v1("GET", path)] == ["default", "second"]
    published(server, service=service)
    assert server.v1("GET", f"{path}/second")["version"] == 1
    assert server.v1("POST", f"{path}/second/refresh", json={}) == {"changed": True}
    assert server.v1("POST", f"{path}/second/refresh", json={}) == {"changed": False}
    server.v1("DELETE", f"{path}/default", 400)
    server.v1("DELETE", f"{path}/second", 204)
    server.v1("DELETE", f"{path}/second", 404)
    server.v1("PUT", f"{path}/Not-A-Name", 400, json={})
    for wrong in ({"max_concurrent": 0}, {"max_concurrent": 201}, {"throttle": "Middle"}, {"mode": 1}, {"name": "x"}):
        server.v1("PUT", f"{path}/third", 400, json=wrong)


def test_keys_are_rotated(server: Served) -> None:
    told = published(server)
    path = f"/services/{told['service']['id']}/endpoints/default/keys"
    before = server.v1("GET", path)
    key = server.v1("POST", f"{path}/primary/rotate")["key"]
    assert server.v1("GET", path) == {"primary": key, "secondary": before["secondary"]}
    assert key != before["primary"]
    server.v1("POST", f"{path}/third/rotate", 400)


def test_jobs(server: Served) -> None:
    endpoint = published(server)["endpoint"]["id"]
    job = server.workspace.jobs.create(endpoint, {"Inputs": {"AccountKey": "secret"}}).id
    (listed,) = server.v1("GET", "/jobs", params={"endpoint": endpoint})
    assert (listed["id"], listed["status"], "secret" in str(listed)) == (job, "NotStarted", False)
    server.v1("DELETE", f"/jobs/{job}", 409)
    assert server.v1("POST", f"/jobs/{job}/cancel", 202)["status"] == "Cancelled"
    server.v1("POST", f"/jobs/{job}/cancel", 409)
    server.v1("DELETE", f"/jobs/{job}", 204)
    server.v1("GET", f"/jobs/{job}", 404)
    assert server.v1("GET", "/jobs") == []


@pytest.mark.slow
def test_set_up(server: Served) -> None:
    run = ran(server, TRAINING)
    assert run["status"] == "Finished"
    told = server.v1("POST", f"/experiments/{run['experiment']}/set-up", json={})
    assert told["experiment"] is None
    assert told["changes"]
    assert told["notes"] == []
    saved = server.v1("POST", f"/experiments/{run['experiment']}/set-up", json={"save": True})
    assert server.v1("GET", f"/experiments/{saved['experiment']}")["parent"] == run["experiment"]
