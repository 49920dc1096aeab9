"""Runs that cannot go on for a reason that is no node's: told in the record, to followers, in the log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bottega.engine.run import _Execution
from bottega.errors import BottegaError
from bottega.server import logs
from tests.server.helpers import Served
from tests.server.v1.test_runs import events, ran

JAIL = BottegaError("jail-broken", reason="it leaks")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure(stream, level=logging.ERROR)
    yield stream
    logs.configure(level=logging.ERROR)


def failing(error: Exception) -> Any:
    def fail(*_: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("place", "error", "told"),
    [
        ("_execute", JAIL, "it leaks"),
        ("_execute", ZeroDivisionError("by zero"), "ZeroDivisionError: by zero"),
        ("__init__", JAIL, "it leaks"),
        ("__init__", ZeroDivisionError("by zero"), "its log tells more"),
    ],
    ids=["on the way", "on the way, a fault of ours", "before", "before, a fault of ours"],
)
def test_the_reason_is_told(
    server: Served, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, place: str, error: Exception, told: str
) -> None:  # fmt: skip
    monkeypatch.setattr(_Execution, place, failing(error))
    run = ran(server)
    assert (run["status"], run["steps"]) == ("Failed", [])
    assert told in run["reason"]
    (listed,) = server.v1("GET", "/runs")
    assert listed["reason"] == run["reason"]
    (*_, (_, name, ended)) = events(server, run["id"])
    assert (name, ended["status"]) == ("run-ended", "Failed")
    assert ended["reason"]
    (line,) = [json.loads(each) for each in log.getvalue().splitlines()]
    assert (line["run"], line["event"]) == (run["id"], "a run could not go on")
    assert told in log.getvalue() or str(error) in log.getvalue()
    stored = server.v1("GET", f"/experiments/{run['experiment']}")
    assert (stored["status"], stored["last_run"]) == ("Failed", run["id"])


def test_from_the_record_it_is_told_as_well(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Execution, "_execute", failing(JAIL))
    run = ran(server)
    server.context.runs._feeds.clear()
    assert events(server, run["id"])[-1][2]["reason"] == run["reason"]
    told = server.client.get(
        f"/api/workspaces/{server.workspace.id}/experiments/{_own(server, run)}", headers=server.studio
    )
    assert told.json()["Status"]["StatusDetail"] == run["reason"]


def test_a_run_that_ends_well_has_none(server: Served) -> None:
    run = ran(server)
    assert (run["status"], run["reason"]) == ("Finished", None)
    assert events(server, run["id"])[-1][2]["reason"] is None


def _own(server: Served, run: dict[str, Any]) -> str:
    return f"{server.workspace.id}.f-id.{run['experiment']}"
