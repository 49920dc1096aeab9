"""Runs by the native API: begun, followed, looked at, canceled, told after a restart."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from bottega.sandbox.host.pool import Pool
from bottega.server.routes.v1 import runs
from bottega.store.workspace import Workspace
from tests.server.helpers import Served, serving, until
from tests.server.v1.test_experiments import DOCUMENT, made

SLOW = """bottega: 1
title: Slow
nodes:
  a:
    module: execute-python-script
    parameters:
      script: |
        import time
        def azureml_main(df=None, other=None):
            print("begun", flush=True)
            time.sleep(600)
"""


def ran(server: Served, document: str = DOCUMENT, **body: Any) -> dict[str, Any]:
    """Run to the end."""
    run = server.v1("POST", f"/experiments/{made(server, document)}/runs", 202, json=body)["id"]
    until(lambda: server.v1("GET", f"/runs/{run}")["ended"] is not None)
    until(lambda: not server.context.runs.is_active(run))
    told: dict[str, Any] = server.v1("GET", f"/runs/{run}")
    return told


def events(server: Served, run: str, **headers: str) -> list[tuple[int, str, dict[str, Any]]]:
    text = server.v1("GET", f"/runs/{run}/events", headers=headers).text
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return found


def test_begun_and_ended(server: Served) -> None:
    run = ran(server)
    assert (run["status"], run["title"], run["targets"], run["running"]) == ("Finished", "People", [], [])
    assert [(step["node"], step["status"]) for step in run["steps"]] == [("people", "Finished"), ("some", "Finished")]
    assert run["steps"][1]["outputs"][0]["columns"] == [{"name": "age", "type": "Integer", "role": "feature"}]
    (listed,) = server.v1("GET", "/runs", params={"experiment": run["experiment"]})
    assert listed["id"] == run["id"]
    stored = server.v1("GET", f"/experiments/{run['experiment']}")
    assert (stored["status"], stored["last_run"]) == ("Finished", run["id"])


def test_targets_and_settings(server: Served) -> None:
    run = ran(server, targets=["some"], settings=["some.columns=[name]"])
    assert (run["partial"], run["settings"]) == (True, ["some.columns=[name]"])
    assert run["steps"][1]["outputs"][0]["columns"][0]["name"] == "name"


def test_told_live_and_from_the_record(server: Served) -> None:
    run = ran(server)["id"]
    live = events(server, run)
    assert (live[0][1], live[-1][1]) == ("run-started", "run-ended")
    assert [number for number, _, _ in live] == list(range(1, len(live) + 1))
    assert events(server, run, **{"Last-Event-ID": "2"}) == live[2:]
    server.context.runs._feeds.clear()  # as after a restart
    told = events(server, run)
    assert [name for _, name, _ in told] == ["run-started", "node-ended", "node-ended", "run-ended"]
    assert told[-1][2]["status"] == "Finished"
    assert events(server, run, **{"Last-Event-ID": "40"})[0][0] == 41


def test_who_signs_out_is_told_no_more(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_BEAT_SECONDS", 0.02)
    sessions, looks = server.context.sessions, iter([True, True])
    monkeypatch.setattr(sessions, "holds", lambda _: next(looks, False))
    run = server.workspace.runs.start(made(server), "People", DOCUMENT)
    told: list[str] = []
    cookie = {"Cookie": f"bottega_session_{server.workspace.id[:8]}=mine"}
    follow = threading.Thread(
        target=lambda: told.append(server.client.get(f"/v1/runs/{run}/events", headers=cookie).text), daemon=True
    )
    follow.start()
    follow.join(5)
    is_over = not follow.is_alive()
    server.workspace.runs.finish(run, "Canceled")  # which would end it anyway
    follow.join(10)
    assert is_over
    assert ("run-started" in told[0], told[0].count("alive"), "run-ended" in told[0]) == (True, 1, False)


def test_canceled_and_the_next_in_line(tmp_path: Path, pool: Pool) -> None:
    with serving(tmp_path / "workspace", pool, runs_at_once=1) as server:
        experiment = made(server, SLOW)
        first = server.v1("POST", f"/experiments/{experiment}/runs", 202, json={})["id"]
        second = server.v1("POST", f"/experiments/{made(server)}/runs", 202, json={})["id"]
        until(lambda: server.v1("GET", f"/runs/{first}")["running"] == ["a"])
        server.v1("DELETE", f"/experiments/{experiment}", 409)
        assert server.v1("GET", f"/runs/{second}")["steps"] == []
        server.v1("POST", f"/runs/{first}/cancel", 202)
        until(lambda: server.v1("GET", f"/runs/{second}")["status"] == "Finished")
        assert server.v1("GET", f"/runs/{first}")["status"] == "Canceled"
        assert "ended already" in server.v1("POST", f"/runs/{first}/cancel", 409)["detail"]
        assert server.v1("GET", f"/experiments/{experiment}")["status"] == "Canceled"


def test_canceled_while_it_waits(tmp_path: Path, pool: Pool) -> None:
    with serving(tmp_path / "workspace", pool, runs_at_once=1) as server:
        first, second = (
            server.v1("POST", f"/experiments/{made(server, SLOW)}/runs", 202, json={})["id"] for _ in range(2)
        )
        server.v1("POST", f"/runs/{second}/cancel", 202)
        server.v1("POST", f"/runs/{first}/cancel", 202)
        until(lambda: server.v1("GET", f"/runs/{second}")["ended"] is not None)
        assert [server.v1("GET", f"/runs/{run}")["status"] for run in (first, second)] == ["Canceled", "Canceled"]
        until(lambda: server.context.runs.active == 0)
        assert events(server, second)[-1][2]["status"] == "Canceled"


def test_the_end_of_a_server_cancels(tmp_path: Path, pool: Pool) -> None:
    with serving(tmp_path / "workspace", pool) as server:
        run = server.v1("POST", f"/experiments/{made(server, SLOW)}/runs", 202, json={})["id"]
        until(lambda: server.v1("GET", f"/runs/{run}")["running"] == ["a"])
    with Workspace.open(tmp_path / "workspace") as workspace:
        assert workspace.runs.get(run).status == "Canceled"
        assert workspace.runs.interrupted() == []


def test_interrupted_runs_are_told(tmp_path: Path, pool: Pool) -> None:
    with Workspace.open(tmp_path / "workspace") as workspace:
        stored = workspace.experiments.create(DOCUMENT, title="People")
        run = workspace.runs.start(stored.id, "People", DOCUMENT)
        workspace.experiments.update(stored.id, last_run=run, status="Running")
    with serving(tmp_path / "workspace", pool) as server:
        assert [each.id for each in server.context.runs.recover()] == [run]
        told = server.v1("GET", f"/runs/{run}")
        assert (told["status"], told["interrupted"]) == ("Failed", True)
        assert server.v1("GET", f"/experiments/{stored.id}")["status"] == "Failed"


def test_a_failed_node(server: Served) -> None:
    run = ran(server, SLOW.replace("time.sleep(600)", "print(1)\n            raise KeyError('none')"))
    error = run["steps"][0]["error"]
    assert (run["status"], error["code"], error["type"], error["line"]) == ("Failed", "0085", "KeyError", 5)
    log = server.v1("GET", f"/runs/{run['id']}/nodes/a/log")
    assert log["text"].startswith("begun\n1\n")


@pytest.mark.parametrize(
    "body",
    ['{"targets": ["none"]}', '{"settings": ["none.x=1"]}', '{"settings": ["x"]}', '{"target": []}', "[]", "{", '{"fresh": 1}',
     '{"targets": [""]}'],
    ids=["no node", "no setting", "no form", "no key", "list", "cut", "type", "empty"],
)  # fmt: skip
def test_refused(server: Served, body: str) -> None:
    experiment = made(server)
    told = server.v1("POST", f"/experiments/{experiment}/runs", 400, content=body)
    assert told["detail"]
    assert server.v1("GET", "/runs") == []


def test_problems_are_told_before(server: Served) -> None:
    experiment = made(server, DOCUMENT.replace("[age]", "[size]").replace("dataset: people", "dataset: nobody"))
    told = server.v1("POST", f"/experiments/{experiment}/runs", 400, json={})
    assert "nobody" in told["detail"]


def test_unknown(server: Served) -> None:
    for method, path in (("GET", ""), ("POST", "/cancel"), ("GET", "/events"), ("GET", "/nodes/a/log"),
                         ("GET", "/outputs/a/b")):  # fmt: skip
        assert server.v1(method, f"/runs/none{path}", 404)["status"] == 404
