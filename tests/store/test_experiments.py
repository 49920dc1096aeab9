"""Experiments that the workspace keeps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.store.experiments import Changed, Running
from bottega.store.naming import Taken
from bottega.store.workspace import Workspace
from tests.store.helpers import code_of, past_run, start, step

TEXT = "bottega: 1\ntitle: Età\n"


def test_an_experiment_comes_back(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        made = workspace.experiments.create(
            TEXT, title="Età", summary="s", creator="c", category="", parent="p", client={"xml": "<a b='1'/>", "n": [1]}
        )
        assert (made.title, made.summary, made.document, made.creator, made.category, made.parent) == (
            "Età", "s", TEXT, "c", "", "p",
        )  # fmt: skip
        assert (made.status, made.archived, made.last_run, made.client) == (
            "InDraft", False, None, {"xml": "<a b='1'/>", "n": [1]},
        )  # fmt: skip
        assert made.created == made.updated
    with Workspace.open(folder) as workspace:
        assert workspace.experiments.get(made.id) == workspace.experiments.find(made.id) == made


def test_ids_can_be_chosen_once(workspace: Workspace) -> None:
    assert workspace.experiments.create(TEXT, title="a", id="a" * 32).id == "a" * 32
    with pytest.raises(Taken):
        workspace.experiments.create(TEXT, title="b", id="a" * 32)
    with pytest.raises(BottegaError) as caught:
        workspace.experiments.create(TEXT, title="b", id="../x")
    assert code_of(caught) == "usage"
    assert [each.title for each in workspace.experiments.list()] == ["a"]


def test_the_list_is_the_newest_first_without_the_archive(workspace: Workspace) -> None:
    ids = [workspace.experiments.create(TEXT, title=str(number)).id for number in range(3)]
    workspace.experiments.update(ids[1], archived=True)
    assert [each.id for each in workspace.experiments.list()] == [ids[2], ids[0]]
    assert [each.id for each in workspace.experiments.list(archived=True)] == ids[::-1]


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "x"), ("summary", "x"), ("document", "x"), ("creator", "x"), ("category", ""), ("parent", "x"),
     ("archived", True), ("client", {"a": None})],
)  # fmt: skip
def test_an_edit_gives_another_etag(workspace: Workspace, field: str, value: object) -> None:
    made = workspace.experiments.create(TEXT, title="t")
    changed = workspace.experiments.update(made.id, etag=made.etag, **{field: value})
    assert workspace.experiments.get(made.id) == changed
    assert getattr(changed, field) == value
    assert changed.etag != made.etag
    assert changed.updated > made.updated
    with pytest.raises(Changed) as caught:
        workspace.experiments.update(made.id, etag=made.etag, title="later")
    assert caught.value.code == "usage"
    assert workspace.experiments.get(made.id) == changed


def test_a_run_leaves_the_etag_as_it_is(workspace: Workspace) -> None:
    made = workspace.experiments.create(TEXT, title="t")
    changed = workspace.experiments.update(made.id, status="Finished", last_run="r")
    assert (changed.etag, changed.updated) == (made.etag, made.updated)
    assert (changed.status, changed.last_run) == ("Finished", "r")
    assert workspace.experiments.update(made.id, etag=made.etag) == changed


@pytest.mark.parametrize("field", ["id", "etag_", "created", "colour"])
def test_what_does_not_change_is_refused(workspace: Workspace, field: str) -> None:
    made = workspace.experiments.create(TEXT, title="t")
    with pytest.raises(TypeError):
        workspace.experiments.update(made.id, **{field: "x"})


def test_only_one_of_two_editors_wins(folder: Path) -> None:
    with Workspace.open(folder) as workspace, Workspace.open(folder) as other:
        made = workspace.experiments.create(TEXT, title="t")
        other.experiments.update(made.id, etag=made.etag, title="first")
        with pytest.raises(Changed):
            workspace.experiments.update(made.id, etag=made.etag, title="second")
        assert workspace.experiments.get(made.id).title == "first"


def test_a_deleted_experiment_takes_its_runs_along(workspace: Workspace) -> None:
    made = workspace.experiments.create(TEXT, title="t")
    past_run(workspace, step("a", b"own"), step("b", b"shared"), experiment=made.id, contents=(b"own", b"shared"))
    kept = past_run(workspace, step("b", b"shared", cached=True), experiment="other")
    lasting = start(workspace, made.id)
    workspace.experiments.delete(made.id)
    assert workspace.experiments.find(made.id) is None
    assert {run.id for run in workspace.runs.list()} == {kept, lasting}
    assert set(workspace.results.find(["f-a", "f-b"])) == {"f-b"}
    workspace.runs.finish(lasting, "Canceled")
    assert workspace.upkeep.prune()["files"] == 1


def test_what_was_changed_or_runs_is_not_deleted(workspace: Workspace) -> None:
    made = workspace.experiments.create(TEXT, title="t")
    changed = workspace.experiments.update(made.id, title="later")
    with pytest.raises(Changed) as late:
        workspace.experiments.delete(made.id, etag=made.etag)
    assert late.value.etag == changed.etag
    run = start(workspace, made.id)
    with pytest.raises(Running, match=run):
        workspace.experiments.delete(made.id, etag=changed.etag, idle=True)
    assert workspace.experiments.find(made.id) == changed
    workspace.runs.finish(run, "Canceled")
    workspace.experiments.delete(made.id, etag=changed.etag, idle=True)
    assert workspace.experiments.find(made.id) is None


def test_what_is_not_there_is_told_and_nothing_deleted(workspace: Workspace) -> None:
    past_run(workspace, step("a"), experiment="e.yaml")
    works: list[Callable[[], object]] = [
        lambda: workspace.experiments.get("e.yaml"),
        lambda: workspace.experiments.update("e.yaml", title="x"),
        lambda: workspace.experiments.update("e.yaml"),
        lambda: workspace.experiments.delete("e.yaml"),
    ]
    for work in works:
        with pytest.raises(BottegaError) as caught:
            work()
        assert code_of(caught) == "usage"
    assert workspace.experiments.find("e.yaml") is None
    assert len(workspace.runs.list()) == 1
