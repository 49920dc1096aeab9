"""Results of earlier runs, found by fingerprint and by node."""

from __future__ import annotations

import pytest

from bottega.store.records import Picture
from bottega.store.workspace import Workspace
from tests.store.helpers import blob, digest, past_run, start, step


def test_a_finished_step_is_found(workspace: Workspace) -> None:
    past_run(workspace, step("a", b"1"), step("b", b"2"), contents=(b"1", b"2"))
    assert workspace.results.find(["f-a", "f-none", "f-a"]) == {"f-a": step("a", b"1")}
    assert workspace.results.find([]) == {}


def test_it_is_found_while_its_run_goes_on(workspace: Workspace) -> None:
    run_id = start(workspace)
    workspace.runs.record(run_id, [step("a", b"1")], [blob(b"1")])
    assert set(workspace.results.find(["f-a"])) == {"f-a"}


@pytest.mark.parametrize(
    "changes",
    [{"status": "Failed"}, {"status": "Skipped"}, {"cacheable": False}, {"cached": True}, {"fingerprint": ""}],
    ids=["failed", "skipped", "not-deterministic", "itself-taken", "no-fingerprint"],
)
def test_other_steps_are_no_results(workspace: Workspace, changes: dict[str, object]) -> None:
    wrong = step("a", b"1", **changes)
    past_run(workspace, wrong, contents=(b"1",))
    assert workspace.results.find([wrong.fingerprint]) == {}


def test_the_newer_takes_the_place_of_the_older(workspace: Workspace) -> None:
    past_run(workspace, step("a", b"1"), contents=(b"1",))
    past_run(workspace, step("a", b"2"), contents=(b"2",))
    assert workspace.results.find(["f-a"]) == {"f-a": step("a", b"2")}


def test_a_step_that_was_taken_leaves_the_one_that_computed(workspace: Workspace) -> None:
    past_run(workspace, step("a", b"1", log="computed"), contents=(b"1",))
    past_run(workspace, step("a", b"1", cached=True))
    assert workspace.results.find(["f-a"])["f-a"].log == "computed"


def test_one_fingerprint_of_two_nodes_in_one_call(workspace: Workspace) -> None:
    same = {"fingerprint": "f"}
    past_run(workspace, step("a", b"1", **same), step("b", b"1", **same), contents=(b"1",))
    assert workspace.results.find(["f"])["f"].outputs[0].digest == digest(b"1")


def test_a_result_whose_file_is_gone_is_not_found(workspace: Workspace) -> None:
    drawn = step("c", pictures=(Picture("p.png", digest(b"3")),))
    past_run(workspace, step("a", b"1", b"2"), step("b", b"2"), drawn, contents=(b"1", b"2", b"3"))
    workspace.blobs.remove(digest(b"1"))
    assert set(workspace.results.find(["f-a", "f-b", "f-c"])) == {"f-b", "f-c"}
    workspace.blobs.remove(digest(b"3"))
    assert set(workspace.results.find(["f-a", "f-b", "f-c"])) == {"f-b"}


@pytest.mark.parametrize("content", [b"", b"1", b"123"], ids=["emptied", "cut", "grown"])
def test_a_result_whose_file_has_another_size_is_not_found_until_it_is_stored_again(
    workspace: Workspace, content: bytes
) -> None:
    past_run(workspace, step("a", b"12"), step("b", b"2"), contents=(b"12", b"2"))
    path = workspace.blobs.path(digest(b"12"))
    assert path
    path.chmod(0o600)
    path.write_bytes(content)
    assert set(workspace.results.find(["f-a", "f-b"])) == {"f-b"}
    past_run(workspace, step("a", b"12"), contents=(b"12",))
    assert set(workspace.results.find(["f-a", "f-b"])) == {"f-a", "f-b"}
    assert path.read_bytes() == b"12"


def test_what_is_forgotten_is_found_when_computed_again(workspace: Workspace) -> None:
    past_run(workspace, step("a", b"1"), contents=(b"1",))
    workspace.results.forget("f-a")
    workspace.results.forget("f-none")
    assert workspace.results.find(["f-a"]) == {}
    past_run(workspace, step("a", b"1", cached=True))
    assert workspace.results.find(["f-a"]) == {}
    past_run(workspace, step("a", b"1"))
    assert set(workspace.results.find(["f-a"])) == {"f-a"}


def test_thousands_are_found_at_once(workspace: Workspace) -> None:
    past_run(workspace, *[step(str(number), b"1") for number in range(2500)], contents=(b"1",))
    found = workspace.results.find([f"f-{number}" for number in range(0, 5000, 2)])
    assert {each.node for each in found.values()} == {str(number) for number in range(0, 2500, 2)}


def test_the_newest_finished_step_of_a_node(workspace: Workspace) -> None:
    past_run(workspace, step("a", log="1"), step("b", log="1"))
    past_run(workspace, step("a", log="2", cached=True), step("b", log="2", status="Failed"))
    past_run(workspace, step("a", log="other"), experiment="other")
    assert workspace.results.latest("e", "a") == step("a", log="2", cached=True)
    assert workspace.results.latest("e", "b") == step("b", log="1")
    assert workspace.results.latest("e", "c") is None
    assert workspace.results.latest("none", "a") is None
    assert workspace.results.latest_many("e") == {
        "a": step("a", log="2", cached=True),
        "b": step("b", log="1"),
    }
