"""Experiments by the native API: kept, changed by one at a time, checked, compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bottega.graph import editing, merging
from bottega.server.routes.v1 import experiments
from tests.server.helpers import Served

DOCUMENT = """bottega: 1
title: People
# a comment that stays
nodes:
  people:
    module: enter-data-manually
    parameters:
      data: |
        name,age
        Ann,31
        Cleo,27
  some:
    module: select-columns-in-dataset
    inputs:
      dataset: people
    parameters:
      columns: [age]
"""


def made(server: Served, document: str = DOCUMENT) -> str:
    return str(server.v1("POST", "/experiments", 201, content=document)["id"])


def test_kept_as_written(server: Served) -> None:
    told = server.v1("POST", "/experiments", 201, content=DOCUMENT)
    assert (told["title"], told["status"], told["document"]) == ("People", "InDraft", DOCUMENT)
    assert server.v1("GET", f"/experiments/{told['id']}") == told
    (listed,) = server.v1("GET", "/experiments")
    assert listed | {"document": DOCUMENT} == told | {"run": None, "graph": listed["graph"]}
    assert [node["id"] for node in listed["graph"]["nodes"]] == ["people", "some"]
    answer = server.v1("GET", f"/experiments/{told['id']}/document")
    assert (answer.text, answer.headers["content-type"]) == (DOCUMENT, "application/yaml")


def test_json_is_the_same_document(server: Served) -> None:
    tree = {
        "bottega": 1,
        "title": "Ünter 🙂",
        "nodes": {"a": {"module": "enter-data-manually", "parameters": {"data": "x\n1\n"}}},
    }
    told = server.v1("POST", "/experiments", 201, content=json.dumps(tree))
    assert told["title"] == "Ünter 🙂"
    assert told["document"].startswith("bottega: 1\n")
    assert "x\n" in told["document"]


def test_json_is_worked_into_what_is_kept(server: Served) -> None:
    experiment = made(server)
    tree = {
        "bottega": 1,
        "title": "People",
        "nodes": {
            "people": {"module": "enter-data-manually", "parameters": {"data": "name,age\nAnn,31\nCleo,27\n"}},
            "some": {
                "module": "select-columns-in-dataset", "inputs": {"dataset": "people"}, "parameters": {"columns": ["name"]},
            },
        },
    }  # fmt: skip
    told = server.v1("PUT", f"/experiments/{experiment}", content=json.dumps(tree))
    assert told["document"] == DOCUMENT.replace("columns: [age]", "columns: [name]")


def test_changed_by_one_at_a_time(server: Served) -> None:
    experiment = made(server)
    first = server.v1("GET", f"/experiments/{experiment}")["etag"]
    changed = server.v1("PUT", f"/experiments/{experiment}", content=DOCUMENT.replace("People", "Folk"),
                        headers={"If-Match": f'"{first}"'})  # fmt: skip
    assert (changed["title"], changed["etag"] != first) == ("Folk", True)
    late = server.client.put(
        f"/v1/experiments/{experiment}", content=DOCUMENT, headers=server.bearer | {"If-Match": f'"{first}"'}
    )
    assert (late.status_code, late.headers["etag"]) == (412, f'"{changed["etag"]}"')
    server.v1("DELETE", f"/experiments/{experiment}", 412, headers={"If-Match": f'"{first}"'})
    assert server.v1("GET", f"/experiments/{experiment}")["title"] == "Folk"
    assert server.v1("PUT", f"/experiments/{experiment}", content=DOCUMENT)["title"] == "People"


def meanwhile(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, act: Callable[[], object]) -> None:
    """Let something happen right after the first call of a function."""
    original, acts = getattr(place, name), iter([act])

    def called(*given: Any, **more: Any) -> Any:
        found = original(*given, **more)
        next(acts, lambda: None)()
        return found

    monkeypatch.setattr(place, name, called)


def test_no_edit_is_lost_where_no_etag_is_sent(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment, stored = made(server), server.workspace.experiments
    theirs = DOCUMENT.replace("[age]", "[name]")
    meanwhile(monkeypatch, editing, "update", lambda: stored.update(experiment, document=theirs))
    told = server.v1("PATCH", f"/experiments/{experiment}", json={"title": "Folk"})
    assert (told["title"], told["document"]) == ("Folk", theirs.replace("People", "Folk"))

    tree = {
        "bottega": 1,
        "title": "Few",
        "nodes": {"people": {"module": "enter-data-manually", "parameters": {"data": "x\n"}}},
    }
    theirs = told["document"].replace("a comment", "another comment")
    meanwhile(monkeypatch, merging, "merged", lambda: stored.update(experiment, document=theirs))
    told = server.v1("PUT", f"/experiments/{experiment}", content=json.dumps(tree))
    assert told["title"] == "Few"
    assert "# another comment that stays" in told["document"]


def test_an_etag_that_was_sent_is_heeded_to_the_end(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment, stored = made(server), server.workspace.experiments
    for method, more in (("PATCH", {"json": {"archived": True}}), ("DELETE", {})):
        etag = stored.get(experiment).etag
        with monkeypatch.context() as patch:
            meanwhile(patch, experiments, "find", lambda: stored.update(experiment, title="Theirs"))
            server.v1(method, f"/experiments/{experiment}", 412, headers={"If-Match": f'"{etag}"'}, **more)
        assert (stored.get(experiment).title, stored.get(experiment).archived) == ("Theirs", False)


def test_a_run_that_has_just_begun_keeps_its_experiment(server: Served) -> None:
    experiment = made(server)
    run = server.workspace.runs.start(experiment, "People", DOCUMENT)
    assert run in server.v1("DELETE", f"/experiments/{experiment}", 409)["detail"]
    server.workspace.runs.finish(run, "Canceled")
    server.v1("DELETE", f"/experiments/{experiment}", 204)


def test_a_drawing_is_kept_by_version(server: Served) -> None:
    experiment = made(server)
    (one,) = server.v1("GET", "/experiments")
    server.v1("PUT", f"/experiments/{experiment}", content=DOCUMENT.replace("some:", "few:"))
    (other,) = server.v1("GET", "/experiments")
    assert [[node["id"] for node in each["graph"]["nodes"]] for each in (one, other)] == [
        ["people", "some"],
        ["people", "few"],
    ]
    kept = server.context.previews._drawings._values  # and not by its text, which may be long
    assert list(kept) == [(experiment, one["etag"]), (experiment, other["etag"])]


def test_deleted(server: Served) -> None:
    experiment = made(server)
    server.v1("DELETE", f"/experiments/{experiment}", 204)
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/check"), ("POST", "/runs")):
        told = server.v1(method, f"/experiments/{experiment}{path}", 404, json={})
        assert told["title"] == "Not Found"
    assert server.v1("GET", "/experiments") == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[1, 2]",
        "bottega: 99\nnodes: {}",
        "nodes: [",
        "a: &a [*a]",
        '{"bottega": 1, "nodes": {}, "oops": 1}',
        "{" * 100_000,
    ],
    ids=["empty", "list", "newer", "cut", "circle", "unknown key in JSON", "deep"],
)
def test_no_experiment(server: Served, body: str) -> None:
    told = server.v1("POST", "/experiments", 400, content=body)
    assert told["code"] == "experiment-invalid"
    assert "Traceback" not in json.dumps(told)


def test_no_text(server: Served) -> None:
    assert server.v1("POST", "/experiments", 400, content=b"\xff\xfe\x00")["errors"][0]["path"] == "body"


def test_problems(server: Served) -> None:
    wrong = DOCUMENT.replace("[age]", "[size]").replace("enter-data-manually", "enter-data")
    experiment = made(server, wrong)
    problems = server.v1("POST", f"/experiments/{experiment}/check")["problems"]
    assert problems[0]["node"] == "people"
    assert problems[0]["line"] == 5
    assert server.v1("POST", "/check", content=wrong)["problems"] == problems
    assert server.v1("POST", "/check", content=DOCUMENT)["problems"] == []


def test_files_of_the_server_are_out_of_reach(server: Served) -> None:
    document = "bottega: 1\nnodes:\n  secret:\n    dataset: {file: /etc/passwd}\n"
    experiment = made(server, document)
    problems = server.v1("POST", f"/experiments/{experiment}/check")["problems"]
    assert [each["severity"] for each in problems] == ["error"]
    assert server.v1("POST", f"/experiments/{experiment}/runs", 400, json={})["code"] == "usage"


def test_compared(server: Served) -> None:
    one, other = made(server), made(server, DOCUMENT.replace("[age]", "[name]"))
    (change,) = server.v1("GET", f"/experiments/{one}/diff", params={"other": other})["changes"]
    assert (change["kind"], change["node"], change["subject"]) == ("parameter", "some", "columns")
    server.v1("GET", f"/experiments/{one}/diff", 400)
    server.v1("GET", f"/experiments/{one}/diff", 404, params={"other": "0" * 32})
