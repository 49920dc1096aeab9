"""The log: one JSON object a line, with ids, without secrets."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bottega.server import logs
from tests.server.helpers import Served
from tests.server.test_signing import link, stored
from tests.server.v1.test_runs import ran


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    logs.configure(level=logging.ERROR)


def told(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_line_a_request(server: Served, lines: io.StringIO) -> None:
    answer = server.client.get("/v1/experiments/none?x=secretquery", headers=server.bearer)
    (line,) = told(lines)
    assert line["request"] == answer.headers["x-ms-request-id"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/v1/experiments/{experiment}", 404)
    assert line["milliseconds"] > 0
    assert line["time"].endswith("Z")
    assert list(line)[:4] == ["time", "level", "event", "request"]


def test_ids_go_along(server: Served, lines: io.StringIO) -> None:
    run = ran(server)["id"]
    server.v1("GET", f"/runs/{run}/outputs/some/results_dataset/rows")
    last = told(lines)[-1]
    assert (last["run"], last["node"]) == (run, "some")


def test_no_secrets(server: Served, lines: io.StringIO) -> None:
    url = link(server, stored(server), "a.bin")
    server.client.get(url)
    server.client.get("/v1/experiments", headers={"Authorization": "Bearer guessed-secret"})
    server.v1("POST", "/workspace/tokens/primary/rotate")
    server.v1("POST", "/check", content="bottega: 1\ntitle: secret-title\nnodes: {}\n")
    text = lines.getvalue()
    for secret in (url.partition("sig=")[2], "sig=", "guessed-secret", server.token, "secret-title"):
        assert secret not in text


def test_a_fault_of_ours_is_told_there(server: Served, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr(server.workspace.settings, "all", fail)
    answer = server.client.get("/readyz")
    fault, line = told(lines)
    assert "RuntimeError: inside" in fault["exception"]
    assert fault["request"] == line["request"] == answer.headers["x-ms-request-id"]


def test_libraries_speak_the_same(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").error("trouble %s", "there")
    (line,) = told(lines)
    assert (line["event"], line["level"], line["source"]) == ("trouble there", "error", "uvicorn.error")
