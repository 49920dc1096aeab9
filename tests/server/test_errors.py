"""Errors, in the form of each root; none tells of our insides."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bottega.errors import BottegaError
from bottega.server import routes
from bottega.server.errors import Detail, HttpError, answer, http_error
from bottega.services.errors import ServiceError
from bottega.store.experiments import Changed
from bottega.store.naming import Taken
from tests.server.helpers import Served

CASES = [
    (HttpError(409, message="No."), 409, "Conflict"),
    (BottegaError("usage", reason="no"), 400, "BadArgument"),
    (BottegaError("0001", column="a", columns="b"), 400, "BadArgument"),
    (BottegaError("dataset-unknown", name="a", names="b"), 404, "NotFound"),
    (BottegaError("input-too-large", input="a", size=9, limit=1), 413, "RequestTooLarge"),
    (BottegaError("sandbox-unavailable", reason="no", advice="no"), 503, "ServiceUnavailable"),
    (BottegaError("store-failed", path="/secret/place", reason="disk"), 503, "ServiceUnavailable"),
    (BottegaError("store-damaged", path="/secret/place", reason="disk"), 500, "InternalError"),
    (Changed("Mine", "e1"), 412, "PreconditionFailed"),
    (Taken("usage", reason="no"), 409, "Conflict"),
    (ServiceError(400, "ModuleExecutionError", "m", (Detail("85", "x RRS", "t"),)), 400, "ModuleExecutionError"),
    (ServiceError(503, "ServiceUnavailable", "m", retry_after=3), 503, "ServiceUnavailable"),
    (HTTPException(405), 405, "MethodNotAllowed"),
    (ZeroDivisionError("/secret/place"), 500, "InternalError"),
]  # fmt: skip
IDS = [str(status) + getattr(error, "code", type(error).__name__) for error, status, _ in CASES]


def told(path: str, error: Exception) -> Any:
    request = Request({"type": "http", "path": path, "headers": [], "method": "GET"})
    response = answer(request, error)
    assert b"/secret/place" not in response.body
    return response, json.loads(bytes(response.body))


@pytest.mark.parametrize(("error", "status", "code"), CASES, ids=IDS)
@pytest.mark.parametrize(
    "root", ["/api/workspaces/x/y", "/workspaces/x/services/y/execute", "/subscriptions/x", "/other"]
)
def test_classic(root: str, error: Exception, status: int, code: str) -> None:
    response, body = told(root, error)
    assert response.status_code == status
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    assert all(set(each) == {"code", "target", "message"} for each in body["error"]["details"])
    assert body["error"]["details"]  # never empty: clients read the first one


@pytest.mark.parametrize(("error", "status", "code"), CASES, ids=IDS)
def test_native(error: Exception, status: int, code: str) -> None:
    response, body = told("/v1/x", error)
    assert (response.status_code, response.media_type) == (status, "application/problem+json")
    assert (body["status"], bool(body["title"]), bool(body["detail"])) == (status, True, True)
    assert body["code"]


def test_headers_go_along() -> None:
    assert http_error(ServiceError(503, "ServiceUnavailable", "m", retry_after=3)).headers == {"retry-after": "3"}
    assert told("/api", HttpError(429, headers={"retry-after": "7"}))[0].headers["retry-after"] == "7"
    assert told("/api", HTTPException(405, headers={"Allow": "GET"}))[0].headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("POST", "/healthz", 405), ("DELETE", "/v1/modules", 405), ("TRACE", "/healthz", 405),
     ("HEAD", "/healthz", 200), ("HEAD", "/nothing", 404), ("OPTIONS", "/v1/experiments", 405)],
)  # fmt: skip
def test_every_answer_has_an_id(server: Served, method: str, path: str, status: int) -> None:
    response = server.client.request(method, path)
    assert response.status_code == status
    assert len(response.headers["x-ms-request-id"]) == 32
    assert response.headers["x-content-type-options"] == "nosniff"
    if status == 405:
        assert "GET" in response.headers["allow"]


def test_a_fault_of_ours(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("inside /secret/place")

    monkeypatch.setattr(server.workspace.settings, "all", fail)
    response = server.client.get("/readyz")
    assert response.status_code == 500
    assert "inside" not in response.text
    assert response.headers["x-ms-request-id"]


def test_all_routes_are_collected() -> None:
    from bottega.server.app import collected

    paths = {getattr(route, "path", "") for route in collected()}
    assert {"/healthz", "/v1/experiments", "/downloads/{digest}/{name}"} <= paths
    assert routes.__path__
