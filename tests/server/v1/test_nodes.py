"""How nodes stand, what comes in at them, why they run; pins; two runs against each other."""

from __future__ import annotations

from typing import Any

from tests.server.helpers import Served, until
from tests.server.v1.test_experiments import DOCUMENT, made
from tests.server.v1.test_runs import ran

CHANGED = DOCUMENT.replace("[age]", "[name]")


def states(server: Served, experiment: str) -> dict[str, dict[str, Any]]:
    return {each["node"]: each for each in server.v1("GET", f"/experiments/{experiment}/nodes")}


def again(server: Served, experiment: str, document: str) -> str:
    """Another document in its place, run to the end."""
    server.v1("PUT", f"/experiments/{experiment}", content=document)
    run = str(server.v1("POST", f"/experiments/{experiment}/runs", 202, json={})["id"])
    until(lambda: not server.context.runs.is_active(run))
    return run


def test_before_the_first_run(server: Served) -> None:
    found = states(server, made(server))
    assert [(each["action"], each["current"], each["last"]) for each in found.values()] == [
        ("run", False, None), ("wait", False, None),
    ]  # fmt: skip
    assert found["some"]["outputs"] == []


def test_after_a_run_and_after_a_change(server: Served) -> None:
    run = ran(server)
    experiment = run["experiment"]
    found = states(server, experiment)["some"]
    assert (found["action"], found["current"]) == ("reuse", True)
    assert (found["last"]["run"], found["last"]["status"], found["last"]["cached"]) == (run["id"], "Finished", False)
    (output,) = found["outputs"]
    assert output["source"] == f"/v1/runs/{run['id']}/outputs/some/{output['port']}"
    assert server.v1("GET", f"{output['source'].removeprefix('/v1')}/rows")["total"] == output["rows"]

    server.v1("PUT", f"/experiments/{experiment}", content=CHANGED)
    changed = states(server, experiment)["some"]
    assert (changed["action"], changed["current"]) == ("run", False)
    assert changed["outputs"] == found["outputs"]  # the last ones can still be looked at

    second = again(server, experiment, CHANGED)
    server.v1("PUT", f"/experiments/{experiment}", content=DOCUMENT)
    back = states(server, experiment)["some"]  # results return with the document that they are of
    assert (back["current"], back["last"]["run"]) == (True, second)
    assert back["outputs"] == found["outputs"]


def test_a_copy_takes_what_the_original_has_computed(server: Served) -> None:
    run = ran(server)
    copy = server.v1("POST", f"/experiments/{run['experiment']}/duplicate", 201, json={})
    assert (copy["title"], copy["parent"]) == ("People (copy)", run["experiment"])
    found = states(server, copy["id"])["some"]
    assert (found["current"], found["last"]) == (True, None)
    assert found["outputs"][0]["source"].startswith(f"/v1/runs/{run['id']}/")


def test_what_comes_in(server: Served) -> None:
    experiment = made(server)
    (before,) = server.v1("GET", f"/experiments/{experiment}/nodes/some/inputs")
    assert (before["source"], before["columns"]) == ("people.dataset", None)
    again(server, experiment, DOCUMENT)
    (after,) = server.v1("GET", f"/experiments/{experiment}/nodes/some/inputs")
    assert [column["name"] for column in after["columns"]] == ["name", "age"]
    server.v1("GET", f"/experiments/{experiment}/nodes/none/inputs", 404)


def test_columns_of_a_sample_before_the_first_run(server: Served) -> None:
    document = "bottega: 1\nnodes:\n  a: {dataset: iris}\n  b: {module: split-data, inputs: {dataset: a}}\n"
    (told,) = server.v1("GET", f"/experiments/{made(server, document)}/nodes/b/inputs")
    assert [each["name"] for each in told["columns"]][-1] == "species"


def test_why_now_and_then(server: Served) -> None:
    first = ran(server)
    experiment = first["experiment"]
    then = server.v1("GET", f"/runs/{first['id']}/nodes/some/why")
    assert (then["action"], then["reason"], then["compared"]) == ("run", "it had not run before", None)

    server.v1("PUT", f"/experiments/{experiment}", content=CHANGED)
    now = server.v1("GET", f"/experiments/{experiment}/nodes/some/why")
    assert (now["action"], now["compared"]) == ("run", first["id"])
    assert [part["part"] for part in now["parts"] if part["changed"]] == ["parameter columns"]

    second = again(server, experiment, CHANGED)
    then = server.v1("GET", f"/runs/{second}/nodes/some/why")
    assert (then["compared"], then["reason"]) == (first["id"], "something it depends on had changed")
    assert [part["part"] for part in then["parts"] if part["changed"]] == ["parameter columns"]
    reused = server.v1("GET", f"/runs/{second}/nodes/people/why")
    assert (reused["action"], reused["reason"]) == ("reuse", "nothing it depends on has changed")
    server.v1("GET", f"/runs/{second}/nodes/none/why", 404)


def test_two_runs_compared(server: Served) -> None:
    first = ran(server)
    second = again(server, first["experiment"], CHANGED)
    told = server.v1("GET", f"/runs/{first['id']}/compare", params={"other": second})
    assert [(each["kind"], each["node"], each["subject"]) for each in told["changes"]] == [
        ("parameter", "some", "columns")
    ]
    assert {each["node"]: each["same"] for each in told["nodes"]} == {"people": True, "some": False}
    assert told["metrics"] == []
    server.v1("GET", f"/runs/{first['id']}/compare", 404, params={"other": "none"})


def test_a_pin_holds_a_result(server: Served) -> None:
    first = ran(server)
    experiment = first["experiment"]
    pinned = CHANGED.replace(
        "    parameters:\n      columns", f"    pinned: {first['id']}/some\n    parameters:\n      columns"
    )
    assert pinned != CHANGED
    server.v1("PUT", f"/experiments/{experiment}", content=pinned)
    found = states(server, experiment)["some"]
    assert (found["pinned"], found["current"], found["action"]) == (True, True, "reuse")
    second = again(server, experiment, pinned)
    rows = [server.v1("GET", f"/runs/{run}/outputs/some/results_dataset/rows") for run in (first["id"], second)]
    assert rows[0] == rows[1]

    gone = pinned.replace(first["id"], "20000101-000000-000000-000000")
    server.v1("PUT", f"/experiments/{experiment}", content=gone)
    (problem,) = server.v1("POST", f"/experiments/{experiment}/check", json={})["problems"]
    assert problem["node"] == "some"
    assert "pinned" in problem["message"]
    server.v1("POST", f"/experiments/{experiment}/runs", 400, json={})
