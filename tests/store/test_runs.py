"""Runs: recorded step by step, fixed when they have ended, Failed when their process is gone."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.errors import BottegaError
from bottega.store.records import Column, Output, Picture, Run, Step
from bottega.store.workspace import Workspace
from tests.store.helpers import FULL, blob, code_of, digest, past_run, rows, start, step


def _store_all(workspace: Workspace, *steps: Step) -> None:
    """Something under every digest that the steps name."""
    workspace.blobs.put_many([(name, b"x") for each in steps for name in each.digests])


def test_a_run_comes_back(workspace: Workspace) -> None:
    _store_all(workspace, FULL)
    run_id = workspace.runs.start("Rank", "Rank features", "bottega: 1\n", ("rank",), ("seed=1",))
    running = workspace.runs.get(run_id)
    assert (running.status, running.ended, running.steps) == ("Running", None, ())
    workspace.runs.record(run_id, [FULL])
    workspace.runs.finish(run_id, "Finished")
    run = workspace.runs.get(run_id)
    assert run.steps == (FULL,)
    assert (run.experiment, run.title, run.document) == ("Rank", "Rank features", "bottega: 1\n")
    assert (run.target, run.settings) == (("rank",), ("seed=1",))
    assert run.ended is not None
    assert run.ended >= run.started
    assert not run.interrupted


@pytest.mark.parametrize(
    ("status", "target", "text"),
    [
        ("Finished", (), "Finished"),
        ("Finished", ("a",), "Finished (Partial run)"),
        ("Failed", ("a",), "Failed (Partial run)"),
        ("Canceled", ("a",), "Canceled"),
        ("Running", ("a",), "Running"),
    ],
)
def test_the_status_of_a_partial_run_says_so(status: str, target: tuple[str, ...], text: str) -> None:
    run = Run("id", "e", "t", "d", target, (), status, 1.0, None, interrupted=False)
    assert run.partial is bool(target)
    assert run.status_text == text


def test_steps_keep_the_order_in_which_they_ended(workspace: Workspace) -> None:
    run_id = start(workspace)
    workspace.runs.record(run_id, [step("b"), step("c")])
    workspace.runs.record(run_id, [step("a")])
    assert [each.node for each in workspace.runs.get(run_id).steps] == ["b", "c", "a"]


def test_a_node_recorded_again_takes_the_place_of_its_former_step(workspace: Workspace) -> None:
    run_id = start(workspace)
    workspace.runs.record(run_id, [step("a", status="Running"), step("b")])
    workspace.runs.record(run_id, [step("a", status="Failed"), step("a", log="last")])
    assert workspace.runs.get(run_id).steps == (step("b"), step("a", log="last"))


def test_ids_sort_by_time_and_lists_are_newest_first(workspace: Workspace) -> None:
    made = [past_run(workspace, experiment=name) for name in "ababa"]
    assert made == sorted(made)
    assert [run.id for run in workspace.runs.list()] == made[::-1]
    assert [run.id for run in workspace.runs.list("b")] == [made[3], made[1]]
    assert [run.id for run in workspace.runs.list("a", limit=2)] == [made[4], made[2]]
    last = workspace.runs.last("b")
    assert last is not None
    assert last.id == made[3]
    assert workspace.runs.last("c") is None


def test_headers_are_runs_without_their_steps(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    for experiment in ("a", "b", "a"):
        run_id = start(workspace, experiment)
        workspace.runs.record(run_id, [step("n")])
        workspace.runs.finish(run_id, "Failed", "why")
    whole = {name: workspace.runs.list(name) for name in ("a", "b", None)}
    monkeypatch.setattr("bottega.store.steps.of_runs", None)  # none are read
    for name, runs in whole.items():
        assert all(run.steps and run.reason == "why" for run in runs)
        assert workspace.runs.headers(name) == [replace(run, steps=()) for run in runs]
    assert [run.id for run in workspace.runs.headers(limit=2)] == [run.id for run in whole[None][:2]]


def test_unknown_runs_are_told(workspace: Workspace) -> None:
    for ask in (
        lambda: workspace.runs.get("none"),
        lambda: workspace.runs.record("none", [step("a")]),
        lambda: workspace.runs.finish("none", "Finished"),
    ):
        with pytest.raises(BottegaError) as caught:
            ask()
        assert code_of(caught) == "usage"


def test_a_run_that_has_ended_takes_nothing_more(workspace: Workspace) -> None:
    run_id = past_run(workspace, step("a"))
    asks: list[Callable[[], object]] = [
        lambda: workspace.runs.record(run_id, [step("b")]),
        lambda: workspace.runs.record(run_id, []),
        lambda: workspace.runs.finish(run_id, "Failed"),
    ]
    for ask in asks:
        with pytest.raises(BottegaError) as caught:
            ask()
        assert code_of(caught) == "usage"
        assert "has ended" in str(caught.value)
    assert workspace.runs.get(run_id).steps == (step("a"),)


@pytest.mark.parametrize("status", ["Running", "Draft", "Skipped", "Done"])
def test_a_run_ends_in_one_of_three_ways(workspace: Workspace, status: str) -> None:
    run_id = start(workspace)
    with pytest.raises(ValueError, match="does not end"):
        workspace.runs.finish(run_id, status)


_CHANGES = [
    "UPDATE run SET status = 'Running'",
    "UPDATE run SET title = 'x'",
    "DELETE FROM run",
    "UPDATE step SET body = '{}'",
    "DELETE FROM step",
    "INSERT INTO step SELECT 99, run, experiment, 'z', status, fingerprint, cacheable, body FROM step LIMIT 1",
    "UPDATE step_blob SET digest = 'x'",
    "DELETE FROM step_blob",
    "INSERT INTO step_blob VALUES (1, 'x')",
]


@pytest.mark.parametrize("change", _CHANGES)
def test_the_database_itself_keeps_ended_runs_as_they_are(workspace: Workspace, change: str) -> None:
    past_run(workspace, step("a", b"1"), contents=(b"1",))
    with pytest.raises(sqlite3.IntegrityError, match="fixed"):
        rows(workspace, change)


@pytest.mark.parametrize("change", _CHANGES)
def test_runs_under_way_are_not_fixed(workspace: Workspace, change: str) -> None:
    run_id = start(workspace)
    workspace.runs.record(run_id, [step("a", b"1")], [blob(b"1")])
    rows(workspace, change)  # rolled back with its connection


def test_no_step_names_a_file_that_is_not_there(workspace: Workspace) -> None:
    run_id = start(workspace)
    drawn = step("b", pictures=(Picture("p.png", "0" * 64),))
    for wrong in (step("a", b"never stored"), drawn):
        with pytest.raises(BottegaError) as caught:
            workspace.runs.record(run_id, [step("good"), wrong], [blob(b"other")])
        assert code_of(caught) == "blob-missing"
    assert workspace.runs.get(run_id).steps == ()


def test_a_step_may_name_a_file_that_was_there_before(workspace: Workspace) -> None:
    past_run(workspace, step("a", b"1"), contents=(b"1",))
    past_run(workspace, step("a", b"1", cached=True))
    assert workspace.blobs.total_size() == 1


def test_all_steps_of_one_call_or_none(workspace: Workspace) -> None:
    run_id = start(workspace)
    unwritable: Any = step("b", parts={"x": object()})
    with pytest.raises(TypeError):
        workspace.runs.record(run_id, [step("a"), unwritable])
    assert workspace.runs.get(run_id).steps == ()
    assert workspace.results.find(["f-a"]) == {}


def test_a_living_run_is_not_interrupted(folder: Path) -> None:
    with Workspace.open(folder) as mine, Workspace.open(folder) as other:
        run_id = start(mine)
        assert mine.runs.interrupted() == []
        assert other.runs.interrupted() == []
        mine.runs.finish(run_id, "Finished")
        assert other.runs.interrupted() == []


def test_interrupted_runs_are_told_once_and_failed(folder: Path) -> None:
    with Workspace.open(folder) as dead:
        ids = [start(dead), start(dead)]
        dead.runs.record(ids[0], [step("a", b"1")], [blob(b"1")])
    with Workspace.open(folder) as workspace:
        alive = start(workspace)
        found = workspace.runs.interrupted()
        assert [run.id for run in found] == ids
        assert all(run.interrupted and run.status == "Failed" and run.ended for run in found)
        assert found[0].steps == (step("a", b"1"),)
        assert workspace.runs.interrupted() == []
        assert workspace.results.find(["f-a"])["f-a"].outputs[0].digest == digest(b"1")
        assert workspace.runs.get(alive).status == "Running"


def test_a_lost_lock_file_means_nobody_holds_it(folder: Path) -> None:
    with Workspace.open(folder) as dead:
        run_id = start(dead)
    for path in (folder / "locks").iterdir():
        path.unlink()
    with Workspace.open(folder) as workspace:
        assert [run.id for run in workspace.runs.interrupted()] == [run_id]


def test_an_ended_run_leaves_no_lock_file(workspace: Workspace) -> None:
    past_run(workspace)
    assert [path.name for path in (workspace.folder / "locks").glob("run-*")] == []


def test_locks_that_cannot_be_used_are_told(workspace: Workspace) -> None:
    (workspace.folder / "locks").rename(workspace.folder / "elsewhere")
    (workspace.folder / "locks").write_text("")
    with pytest.raises(BottegaError) as caught:
        start(workspace)
    assert code_of(caught) == "store-failed"
    assert workspace.runs.list() == []


def test_threads_may_record_at_once(workspace: Workspace) -> None:
    run_id = start(workspace)

    def record(number: int) -> None:
        data = str(number).encode()
        workspace.runs.record(run_id, [step(f"n{number}", data)], [blob(data)])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(record, range(40)))
    steps = workspace.runs.get(run_id).steps
    assert {each.node for each in steps} == {f"n{number}" for number in range(40)}
    assert all(workspace.blobs.read(each.outputs[0].digest).decode() == each.node[1:] for each in steps)


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), 1 << 63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=5,
)
_PARTS = st.dictionaries(_TEXT, _PLAIN, max_size=3)
_KEY = st.just("a" * 64)
_OUTPUTS = st.builds(
    Output,
    _TEXT,
    _TEXT,
    _KEY,
    st.integers(0, 1 << 60),
    st.none() | st.integers(0, 1 << 60),
    st.none() | st.lists(st.builds(Column, _TEXT, _TEXT, _TEXT), max_size=3).map(tuple),
    st.none() | _PARTS,
)
_STEPS = st.builds(
    Step,
    node=_TEXT,
    module=_TEXT,
    status=st.sampled_from(["Finished", "Failed", "Skipped"]),
    cached=st.booleans(),
    fingerprint=_TEXT,
    parts=_PARTS,
    outputs=st.lists(_OUTPUTS, max_size=2).map(tuple),
    error=st.none() | _PARTS,
    log=_TEXT,
    notes=st.lists(_TEXT, max_size=2).map(tuple),
    pictures=st.lists(st.builds(Picture, _TEXT, _KEY), max_size=2).map(tuple),
    because=st.none() | _TEXT,
)


@settings(max_examples=30, deadline=None)
@given(st.lists(_STEPS, max_size=4, unique_by=lambda each: each.node), _TEXT, st.lists(_TEXT, max_size=3))
def test_any_run_comes_back(steps: list[Step], text: str, target: list[str]) -> None:
    with _shared() as workspace:
        run_id = workspace.runs.start(text, text, text, target, target)
        workspace.runs.record(run_id, steps, [("a" * 64, b"x")])
        workspace.runs.finish(run_id, "Failed")
        run = workspace.runs.get(run_id)
    assert run.steps == tuple(steps)
    assert (run.experiment, run.title, run.document, run.target) == (text, text, text, tuple(target))


_FOLDER = tempfile.TemporaryDirectory()


def _shared() -> Workspace:
    """One workspace for all examples."""
    return Workspace.open(Path(_FOLDER.name) / "workspace")
