"""The rest of the native API: the catalogue, environments, the workspace, and its own description."""

from __future__ import annotations

from typing import Any

import pytest

from bottega.sandbox.host.environment import Environment
from bottega.sdk import catalogue
from bottega.server.routes.v1.openapi import declared
from tests.server.helpers import Served


def test_modules(server: Served) -> None:
    told = server.v1("GET", "/modules")
    assert {each["name"] for each in told} == set(catalogue.names())
    category = told[0]["category"]
    some = server.v1("GET", "/modules", params={"category": category})
    assert some == [each for each in told if each["category"] == category]


@pytest.mark.parametrize("name", ["split-data", "Split Data", "split%20data"])
def test_a_module(server: Served, name: str) -> None:
    told = server.v1("GET", f"/modules/{name}")
    assert (told["name"], told["title"]) == ("split-data", "Split Data")
    assert [port["name"] for port in told["inputs"]] == ["dataset"]
    assert told["parameters"] == catalogue.get("split-data").json_schema()


def test_no_module(server: Served) -> None:
    server.v1("GET", "/modules/split-atoms", 404)


def test_environments(server: Served, environment: Environment) -> None:
    told = {each["name"]: each["digest"] for each in server.v1("GET", "/environments")}
    assert told["default"] == environment.digest
    assert server.v1("GET", "/environments/default")["packages"] == dict(environment.packages)
    for name in ("none", "..", "%2e%2e%2fnames"):
        server.v1("GET", f"/environments/{name}", 404)


def test_workspace(server: Served) -> None:
    told = server.v1("GET", "/workspace")
    assert told["id"] == server.workspace.id
    assert told["size"]["runs"] == 0
    assert told["settings"]["allow_local_files"] is False
    assert server.token not in str(told)


def test_settings(server: Served) -> None:
    change = {"allow_private_addresses": True, "storage_accounts": {"acct": "http://127.0.0.1:10000/acct"}}
    told = server.v1("PATCH", "/workspace/settings", json=change)
    assert {name: told[name] for name in change} == change
    assert server.workspace.settings.get("allow_private_addresses") is True
    assert server.v1("PATCH", "/workspace/settings", json={}) == told
    for wrong in (
        {"allow_local_files": 1},
        {"none": True},
        {"storage_accounts": {"acct": "ftp://x"}},
        {"network": {"x": "y"}},
    ):
        server.v1("PATCH", "/workspace/settings", 400, json=wrong)
    assert server.v1("GET", "/workspace")["settings"] == told


def test_the_description_tells_every_operation(server: Served) -> None:
    told = server.client.get("/v1/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    assert told["servers"] == [{"url": "http://testserver"}]
    described = {(path, method.upper()) for path, methods in told["paths"].items() for method in methods}
    assert described == {(each.path, each.method) for each in declared()}
    names = [operation["operationId"] for methods in told["paths"].values() for operation in methods.values()]
    assert len(set(names)) == len(names)
    assert all(
        operation["summary"].endswith(".") for methods in told["paths"].values() for operation in methods.values()
    )


def test_every_operation_wants_a_token(server: Served) -> None:
    # To sign in and out the token stands in the body, and a session in a cookie.
    for each in [each for each in declared() if each.path != "/v1/session" or each.method == "GET"]:
        path = each.path
        for place in each.places:
            path = path.replace(f"{{{place}}}", "x")
        answer = server.client.request(each.method, path, headers={"x-forwarded-for": "1.2.3.4"})
        assert answer.status_code == 401, (each.method, path)


def test_references_lead_somewhere(server: Served) -> None:
    told = server.client.get("/v1/openapi.json").json()

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [
                *([value["$ref"]] if "$ref" in value else []),
                *(each for one in value.values() for each in references(one)),
            ]
        return [each for one in value for each in references(one)] if isinstance(value, list) else []

    assert {each.rpartition("/")[2] for each in references(told)} <= set(told["components"]["schemas"])
