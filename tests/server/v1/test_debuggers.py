"""What failed scripts held, and debuggers of scripts of runs, as pages ask for them."""

from __future__ import annotations

import io
import json
import socket
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from bottega.server import debuggers
from bottega.server.debuggers import Debuggers
from tests.sandbox.dap import SECONDS, Client
from tests.server.helpers import Served, until
from tests.server.v1.test_runs import ran

DOCUMENT = """bottega: 1
nodes:
  good:
    module: execute-python-script
    parameters:
      script: |
        import pandas as pd
        def azureml_main():
            return pd.DataFrame({"age": [31, 29]}),
  bad:
    module: execute-python-script
    inputs: {dataset1: good}
    parameters:
      script: |
        def azureml_main(people):
            ages = people["age"]
            return people["nope"],
  some:
    module: select-columns-in-dataset
    inputs: {dataset: good}
    parameters: {columns: [age]}
  after:
    module: execute-python-script
    inputs: {dataset1: bad}
    parameters:
      script: "def azureml_main(df): return df"
"""


@pytest.fixture
def nodes(server: Served) -> Iterator[str]:
    """The path of a run's nodes."""
    run = ran(server, DOCUMENT)
    yield f"/runs/{run['id']}/nodes"
    for node in ("good", "bad"):
        server.client.request("DELETE", f"/v1/runs/{run['id']}/nodes/{node}/debugger", headers=server.bearer)


def test_what_the_variables_held(server: Served, nodes: str) -> None:
    (frame,) = server.v1("GET", f"{nodes}/bad/variables")
    assert (frame["function"], frame["line"], frame["file"]) == ("azureml_main", 3, "bad.py")
    people = next(each for each in frame["variables"] if each["name"] == "people")
    assert people["table"] == {
        "columns": [{"name": "age", "type": "int64"}], "rows": [["31"], ["29"]], "shape": [2, 1],
    }  # fmt: skip
    for node in ("good", "some", "after", "none"):
        server.v1("GET", f"{nodes}/{node}/variables", 404)
    assert server.client.get(f"/v1{nodes}/bad/variables").status_code == 401


def test_an_editor_attaches(server: Served, nodes: str) -> None:
    server.v1("GET", f"{nodes}/bad/debugger", 404)
    begun = server.v1("POST", f"{nodes}/bad/debugger", 201, json={})
    assert begun["host"] == "127.0.0.1"
    configuration = begun["configuration"]
    assert configuration["connect"] == {"host": begun["host"], "port": begun["port"]}
    assert server.v1("POST", f"{nodes}/bad/debugger", 201)["id"] == begun["id"]  # one a node
    until(lambda: server.v1("GET", f"{nodes}/bad/debugger")["state"] == "waiting", SECONDS)
    local = configuration["pathMappings"][0]["localRoot"] = "/home/somebody/script"
    with Client(socket.create_connection((begun["host"], begun["port"]), SECONDS)) as client:
        client.attach(configuration, f"{local}/bad.py", 3)
        reason, _, frames = client.stop()
        assert (reason, frames[0]["source"]["path"]) == ("breakpoint", f"{local}/bad.py")
        assert client.evaluate("list(people['age'])", frames[0]["id"]) == "[31, 29]"
        assert server.v1("GET", f"{nodes}/bad/debugger")["state"] == "attached"
        client.ask("disconnect", terminateDebuggee=False)
    until(lambda: server.v1("GET", f"{nodes}/bad/debugger")["state"] == "ended", SECONDS)
    assert server.v1("GET", f"{nodes}/bad/debugger")["error"].startswith("KeyError:")
    server.v1("DELETE", f"{nodes}/bad/debugger", 204)
    server.v1("GET", f"{nodes}/bad/debugger", 404)
    server.v1("DELETE", f"{nodes}/bad/debugger", 404)


def test_it_is_ended(server: Served, nodes: str) -> None:
    begun = server.v1("POST", f"{nodes}/good/debugger", 201)
    server.v1("DELETE", f"{nodes}/good/debugger", 204)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((begun["host"], begun["port"]), SECONDS)


def test_so_many_at_once(server: Served, nodes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debuggers, "Debuggers", lambda workspace: Debuggers(workspace, at_once=1))
    server.v1("POST", f"{nodes}/good/debugger", 201)
    assert "as many as may" in server.v1("POST", f"{nodes}/bad/debugger", 503)["detail"]
    server.v1("DELETE", f"{nodes}/good/debugger", 204)
    server.v1("POST", f"{nodes}/bad/debugger", 201)


def test_one_that_nobody_uses_ends_by_itself(server: Served, nodes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debuggers, "Debuggers", lambda workspace: Debuggers(workspace, idle_seconds=0.2))
    server.v1("POST", f"{nodes}/good/debugger", 201)
    until(lambda: server.v1("GET", f"{nodes}/good/debugger")["state"] == "ended", SECONDS)


def test_what_cannot_be_debugged(server: Served, nodes: str) -> None:
    assert "only scripts" in server.v1("POST", f"{nodes}/some/debugger", 400)["detail"]
    assert "run up to after first" in server.v1("POST", f"{nodes}/after/debugger", 409)["detail"]
    server.v1("POST", f"{nodes}/none/debugger", 404)
    server.v1("POST", "/runs/none/nodes/bad/debugger", 404)
    server.v1("GET", f"{nodes}/some/debug", 400)
    server.v1("GET", f"{nodes}/after/debug", 409)
    assert server.client.post(f"/v1{nodes}/bad/debugger").status_code == 401


def test_what_reproduces_it_elsewhere(server: Served, nodes: str) -> None:
    answer: Any = server.v1("GET", f"{nodes}/bad/debug")
    assert 'filename="bad-reproduce.zip"' in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parcel:
        told = json.loads(parcel.read("recorded.json"))
        names = set(parcel.namelist())
    assert told["error"].startswith("KeyError")
    assert {"script/bad.py", "inputs/dataset1.parquet", "requirements.txt", "reproduce.py", "README.md"} <= names
