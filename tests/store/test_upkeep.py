"""What pruning takes and what it spares; what verifying finds."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bottega.errors import BottegaError
from bottega.store.records import Output, Picture
from bottega.store.workspace import Workspace
from tests.store.helpers import blob, code_of, digest, output, past_run, publish, rows, start, step, tree

EMPTY = {
    "files": 0, "bytes": 0, "datasets": 0, "trained_models": 0, "transforms": 0, "runs": 0, "results": 0,
    "experiments": 0, "services": 0, "jobs": 0,
}  # fmt: skip
NOTHING = {"runs": 0, "results": 0, "files": 0, "bytes": 0, "temporaries": 0, "locks": 0}


def _there(workspace: Workspace, *contents: bytes) -> list[bytes]:
    return [data for data in contents if workspace.blobs.has(digest(data))]


def test_the_size(workspace: Workspace) -> None:
    assert workspace.upkeep.size() == EMPTY
    past_run(workspace, step("a", b"1"), step("b", b"22", status="Failed"), contents=(b"1", b"22"))
    for _ in range(2):
        workspace.datasets.save("d", output(b"333"), blobs=[blob(b"333")])
    assert workspace.upkeep.size() == {**EMPTY, "files": 3, "bytes": 6, "datasets": 1, "runs": 1, "results": 1}


def test_the_size_counts_models_services_jobs_and_uploads(workspace: Workspace) -> None:
    for kind in (workspace.trained_models, workspace.transforms):
        kind.save("m", output(b"1"), blobs=[blob(b"1")])
    workspace.experiments.create("bottega: 1", title="T")
    endpoint = publish(workspace).default
    workspace.jobs.create(endpoint, {})
    workspace.uploads.append(workspace.uploads.begin("Zip"), b"333")
    size = workspace.upkeep.size()
    more = {"trained_models": 1, "transforms": 1, "experiments": 1, "services": 1, "jobs": 1, "files": 1}
    assert size.pop("bytes") == 1 + 3 + len("Zip")
    assert size == {**{name: count for name, count in EMPTY.items() if name != "bytes"}, **more}


def test_only_what_nothing_names_goes(workspace: Workspace) -> None:
    drawn = step("b", pictures=(Picture("p", digest(b"picture")),))
    past_run(workspace, step("a", b"output"), drawn, contents=(b"output", b"picture"))
    workspace.datasets.save("d", output(b"dataset"), blobs=[blob(b"dataset")])
    workspace.blobs.put_many([blob(b"loose"), blob(b"loose too")])
    dry = workspace.upkeep.prune(dry_run=True)
    assert dry == {**NOTHING, "files": 2, "bytes": 14}
    assert _there(workspace, b"loose", b"loose too") == [b"loose", b"loose too"]
    assert workspace.upkeep.prune() == dry
    assert list(workspace.blobs.digests()) == sorted(map(digest, (b"output", b"picture", b"dataset")))
    assert workspace.upkeep.prune() == NOTHING


def test_files_of_deleted_datasets_go_but_for_those_that_others_name(workspace: Workspace) -> None:
    workspace.datasets.save("a", output(b"shared"), blobs=[blob(b"shared")])
    workspace.datasets.save("a", output(b"own"), blobs=[blob(b"own")])
    workspace.datasets.save("b", output(b"shared"))
    workspace.datasets.delete("a")
    workspace.upkeep.prune()
    assert _there(workspace, b"shared", b"own") == [b"shared"]


def test_all_but_the_newest_runs_of_each_experiment_go(workspace: Workspace) -> None:
    ids = {
        (name, number): past_run(workspace, step(f"{name}{number}", data := f"{name}{number}".encode()),
                                 experiment=name, contents=(data,))
        for number in range(3)
        for name in "xy"
    }  # fmt: skip
    told = workspace.upkeep.prune(keep_runs=2, dry_run=True)
    assert told == {**NOTHING, "runs": 2, "results": 2, "files": 2, "bytes": 4}
    assert len(workspace.runs.list()) == 6
    assert workspace.upkeep.prune(keep_runs=2) == told
    assert {run.id for run in workspace.runs.list()} == {ids[name, number] for name in "xy" for number in (1, 2)}
    assert set(workspace.results.find([f"f-{name}{number}" for name in "xy" for number in range(3)])) == {
        "f-x1", "f-x2", "f-y1", "f-y2",
    }  # fmt: skip
    assert _there(workspace, b"x0", b"x1", b"y0", b"y2") == [b"x1", b"y2"]
    assert rows(workspace, "SELECT * FROM pruning") == []
    assert workspace.upkeep.prune(keep_runs=0)["runs"] == 4
    assert workspace.upkeep.size() == EMPTY


def test_a_result_stays_while_a_run_that_took_it_stays(workspace: Workspace) -> None:
    past_run(workspace, step("a", b"1"), step("b", b"2"), contents=(b"1", b"2"))
    past_run(workspace, step("a", b"1", cached=True))
    assert workspace.upkeep.prune(keep_runs=1) == {**NOTHING, "runs": 1, "results": 1, "files": 1, "bytes": 1}
    assert workspace.results.find(["f-a", "f-b"]) == {"f-a": step("a", b"1", cached=True)}
    assert workspace.results.latest("e", "b") is None


def test_a_failed_step_of_the_same_fingerprint_inherits_nothing(workspace: Workspace) -> None:
    past_run(workspace, step("a", b"1"), contents=(b"1",))
    past_run(workspace, step("a", status="Failed"), step("c", fingerprint="f-a", cacheable=False))
    assert workspace.upkeep.prune(keep_runs=1)["results"] == 1
    assert workspace.results.find(["f-a"]) == {}


def test_runs_that_were_pruned_do_not_lend_their_place(workspace: Workspace) -> None:
    past_run(workspace, step("a"))
    workspace.upkeep.prune(keep_runs=0)
    later = past_run(workspace, step("b"))
    assert workspace.runs.get(later).steps == (step("b"),)
    assert rows(workspace, "SELECT number FROM run") == [(2,)]


def test_a_run_under_way_keeps_pruning_away(folder: Path) -> None:
    with Workspace.open(folder) as workspace, Workspace.open(folder) as other:
        run_id = start(workspace)
        workspace.blobs.put(*blob(b"put, not yet recorded"))
        for each in (workspace, other):
            with pytest.raises(BottegaError) as caught:
                each.upkeep.prune(wait=0.05)
            assert code_of(caught) == "usage"
            assert "under way" in str(caught.value)
        workspace.runs.record(run_id, [step("a", b"put, not yet recorded")])
        workspace.runs.finish(run_id, "Finished")
        assert other.upkeep.prune(wait=0) == NOTHING


def test_a_block_keeps_pruning_away(workspace: Workspace) -> None:
    with workspace.unpruned():
        workspace.blobs.put(*blob(b"x"))
        with pytest.raises(BottegaError):
            workspace.upkeep.prune(wait=0)
        workspace.datasets.save("d", output(b"x"))
    assert workspace.upkeep.prune(wait=0) == NOTHING


def _save(workspace: Workspace) -> None:
    workspace.datasets.save("d", output(b"x"), blobs=[blob(b"x")])


@pytest.mark.parametrize(
    ("owner", "method", "work"),
    [
        (lambda workspace: workspace.blobs._storage, "put", lambda workspace: workspace.blobs.put(*blob(b"x"))),
        (lambda workspace: workspace.blobs, "put_many", _save),
        (
            lambda workspace: workspace._database,
            "copy_to",
            lambda workspace: workspace.upkeep.backup(workspace.folder.parent / "b.tar"),
        ),
        (lambda workspace: workspace._database, "problems", None),
    ],
    ids=["writing-a-file", "saving-a-dataset", "backing-up", "verifying"],
)
def test_nothing_is_pruned_amid_other_work(
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    owner: Callable[[Workspace], object],
    method: str,
    work: Callable[[Workspace], object] | None,
) -> None:
    """Right after the method of the owner another process tries."""
    refused = []
    original = getattr(owner(workspace), method)

    def followed_by_pruning(*arguments: Any) -> Any:
        done = original(*arguments)
        with Workspace.open(workspace.folder) as other, pytest.raises(BottegaError) as caught:
            other.upkeep.prune(wait=0)
        refused.append("under way" in str(caught.value))
        return done

    monkeypatch.setattr(owner(workspace), method, followed_by_pruning)
    (work or (lambda each: each.upkeep.verify(_plain)))(workspace)
    assert refused == [True]


def test_runs_that_have_not_ended_are_spared(folder: Path) -> None:
    with Workspace.open(folder) as dead:
        run_id = start(dead)
        dead.runs.record(run_id, [step("a", b"1")], [blob(b"1")])
    with Workspace.open(folder) as workspace:
        assert workspace.upkeep.prune(keep_runs=0) == NOTHING
        assert [run.id for run in workspace.runs.interrupted()] == [run_id]
        assert workspace.upkeep.prune(keep_runs=0)["runs"] == 1


def test_what_was_left_half_done_goes(workspace: Workspace) -> None:
    workspace.blobs.put(*blob(b"x"))
    (workspace.folder / "files" / "tmp" / "1-abc").write_bytes(b"half")
    (workspace.folder / "locks" / "run-20200101").write_bytes(b"")
    told = {**NOTHING, "files": 1, "bytes": 1, "temporaries": 1, "locks": 1}
    assert workspace.upkeep.prune(dry_run=True) == told
    assert workspace.upkeep.prune() == told
    assert tree(workspace.folder / "files") == set()
    assert tree(workspace.folder / "locks").isdisjoint({"run-20200101"})


def test_a_number_of_runs_below_zero_is_refused(workspace: Workspace) -> None:
    with pytest.raises(BottegaError) as caught:
        workspace.upkeep.prune(keep_runs=-1)
    assert code_of(caught) == "usage"


def test_pruning_gives_the_room_of_runs_back(workspace: Workspace) -> None:
    past_run(workspace, step("a", log="x" * 2_000_000))
    before = rows(workspace, "PRAGMA page_count")[0][0]
    workspace.upkeep.prune(keep_runs=0)
    assert rows(workspace, "PRAGMA page_count")[0][0] < before / 4


def test_pruning_files_that_lie_elsewhere(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w", files_url=f"memory://{tmp_path.name}") as workspace:
        past_run(workspace, step("a", b"1"), contents=(b"1", b"loose"))
        assert workspace.upkeep.prune() == {**NOTHING, "files": 1, "bytes": 5}
        assert list(workspace.blobs.digests()) == [digest(b"1")]


def _plain(*_: object) -> None:
    return None


def _damage(workspace: Workspace, data: bytes, content: bytes) -> None:
    path = workspace.blobs.path(digest(data))
    assert path
    os.chmod(path, 0o600)
    path.write_bytes(content)


def test_a_sound_workspace_has_no_problems(workspace: Workspace) -> None:
    drawn = step("a", b"1", pictures=(Picture("p", digest(b"2")),))
    past_run(workspace, drawn, contents=(b"1", b"2"))
    workspace.datasets.save("d", output(b"3"), blobs=[blob(b"3")])
    workspace.datasets.save("e", Output("o", "Zip", digest(b"4") + ".zip", 1), blobs=[(digest(b"4") + ".zip", b"4")])
    assert workspace.upkeep.verify(_plain) == []


@pytest.mark.parametrize("content", [b"2", b"", b"11"], ids=["changed", "emptied", "grown"])
def test_damage_is_found(workspace: Workspace, content: bytes) -> None:
    past_run(workspace, step("a", b"1"), step("b", b"fine"), contents=(b"1", b"fine"))
    _damage(workspace, b"1", content)
    assert workspace.upkeep.verify(_plain) == [f"Zip {digest(b'1')}: its content is not what it was"]


def test_what_is_damaged_or_gone_is_made_again_after_a_repair(workspace: Workspace) -> None:
    drawn = step("c", pictures=(Picture("p", digest(b"picture")),))
    contents = (b"1", b"gone", b"fine", b"picture")
    past_run(workspace, step("a", b"1"), step("b", b"gone"), step("d", b"fine"), drawn, contents=contents)
    _damage(workspace, b"1", b"2")
    _damage(workspace, b"picture", b"PICTURE")
    workspace.blobs.remove(digest(b"gone"))
    assert set(workspace.results.find(["f-a", "f-b", "f-c", "f-d"])) == {"f-a", "f-c", "f-d"}
    found = workspace.upkeep.verify(_plain)
    assert len(found) == 3
    again = "; the next run that needs it computes it again"
    assert workspace.upkeep.verify(_plain, repair=True) == [line + again for line in found]
    assert set(workspace.results.find(["f-a", "f-b", "f-c", "f-d"])) == {"f-d"}
    assert rows(workspace, "SELECT fingerprint FROM result") == [("f-d",)]
    past_run(workspace, step("a", b"1"), step("b", b"gone"), drawn, contents=contents)
    assert workspace.upkeep.verify(_plain, repair=True) == []
    assert set(workspace.results.find(["f-a", "f-b", "f-c", "f-d"])) == {"f-a", "f-b", "f-c", "f-d"}
    assert workspace.blobs.read(digest(b"1")) == b"1"


def test_a_damaged_dataset_is_set_aside_and_named(workspace: Workspace) -> None:
    for data in (b"old", b"new"):
        workspace.datasets.save("d", output(data), blobs=[blob(data)])
    _damage(workspace, b"old", b"OLD")
    (line,) = workspace.upkeep.verify(_plain, repair=True)
    assert line.endswith("; it is dataset d, version 1, whose file has to be added again")
    aside = workspace.folder / "files" / "damaged" / digest(b"old")
    assert aside.read_bytes() == b"OLD"
    workspace.datasets.save("d", output(b"old"), blobs=[blob(b"old")])
    assert workspace.upkeep.verify(_plain) == []
    assert workspace.upkeep.prune() == {**NOTHING, "temporaries": 1}
    assert not aside.exists()


def _served(workspace: Workspace) -> None:
    """Files that a version, an endpoint, a job and an upload name, each its own."""
    made = publish(workspace, b"constant", name="Score")
    workspace.blobs.put(*blob(b"patched"))
    resource = {"digest": digest(b"patched"), "type": "ILearner", "size": 7}
    workspace.services.change_endpoint(made.default, resources={"m": resource})
    job = workspace.jobs.create(made.default, {})
    workspace.jobs.finish(job.id, "Finished", digests={digest(b"out"): "GenericCsv"}, blobs=[blob(b"out")])
    workspace.trained_models.save("m", output(b"4"), blobs=[blob(b"4"), blob(b"raw")], raw=digest(b"raw"), raw_size=3)


def test_files_of_services_jobs_and_uploads_are_verified(workspace: Workspace) -> None:
    _served(workspace)
    assert workspace.upkeep.verify(_plain) == []
    kinds = {b"constant": "Zip", b"patched": "ILearner", b"out": "GenericCsv", b"raw": "Upload", b"4": "Zip"}
    for data in kinds:
        _damage(workspace, data, b"damaged")
    found = workspace.upkeep.verify(_plain)
    assert sorted(found) == sorted(
        f"{kind} {digest(data)}: its content is not what it was" for data, kind in kinds.items()
    )
    mended = {
        line.split()[1].rstrip(":"): line.partition("; ")[2] for line in workspace.upkeep.verify(_plain, repair=True)
    }
    assert mended == {
        digest(b"constant"): "version 1 of web service Score needs it and has to be published again",
        digest(b"patched"): "it is a resource of endpoint default of web service Score, which has to be updated again",
        digest(b"out"): f"it is a result of job {workspace.jobs.list()[0].id}, which has to be asked for again",
        digest(b"raw"): "it is what was uploaded as trained model m, version 1, and has to be uploaded again",
        digest(b"4"): "it is trained model m, version 1, whose file has to be added again",
    }


def test_what_is_no_plain_file_is_verified_as_what_the_program_says(workspace: Workspace) -> None:
    key = "a" * 64
    workspace.blobs.put_many([(key, b"table"), ("b" * 64, b"other table")])
    constants = {"n.out": {"digest": key, "type": "DataTable", "size": 5, "described": None}}
    workspace.services.create("s", json.dumps({"constants": constants}), {key})
    workspace.services.create("t", "no json", {"b" * 64: "DataTable"})
    past_run(workspace, step("a", b"known"), contents=(b"known",))
    workspace.services.create("u", "{}", [digest(b"known")])
    asked: list[tuple[str, str]] = []

    def check(name: str, kind: str, _: Path | bytes) -> bool:
        asked.append((name, kind))
        return True

    assert workspace.upkeep.verify(check) == []
    assert sorted(asked) == sorted([(digest(b"known"), "Zip"), (key, "DataTable"), ("b" * 64, "DataTable")])


def test_nothing_is_repaired_while_a_run_may_rely_on_it(folder: Path) -> None:
    with Workspace.open(folder) as workspace, Workspace.open(folder) as other:
        start(workspace)
        with pytest.raises(BottegaError) as caught:
            other.upkeep.verify(_plain, repair=True, wait=0.05)
        assert code_of(caught) == "usage"
        assert "under way" in str(caught.value)


def test_missing_files_of_all_records_are_found(workspace: Workspace) -> None:
    drawn = step("a", b"1", pictures=(Picture("p", digest(b"2")),))
    past_run(workspace, drawn, contents=(b"1", b"2"))
    workspace.datasets.save("d", output(b"3"), blobs=[blob(b"3")])
    for data in (b"1", b"2", b"3"):
        workspace.blobs.remove(digest(data))
    problems = workspace.upkeep.verify(_plain)
    assert sorted(problems) == sorted(
        [f"{kind} {digest(data)}: it is not there" for kind, data in (("Picture", b"2"), ("Zip", b"1"), ("Zip", b"3"))]
    )


def test_the_check_is_asked_with_the_type_and_the_file(workspace: Workspace) -> None:
    past_run(workspace, step("a", b"1"), contents=(b"1",))
    workspace.datasets.save("d", Output("o", "DataTable", "a" * 64, 1), blobs=[("a" * 64, b"table")])
    asked: list[tuple[str, str, object]] = []

    def check(key: str, kind: str, source: Path | bytes) -> bool | None:
        asked.append((key, kind, source))
        return False if kind == "DataTable" else None

    assert workspace.upkeep.verify(check) == [f"DataTable {'a' * 64}: its content is not what it was"]
    assert sorted(asked) == sorted(
        [
            ("a" * 64, "DataTable", workspace.blobs.path("a" * 64)),
            (digest(b"1"), "Zip", workspace.blobs.path(digest(b"1"))),
        ]
    )


def test_a_check_that_cannot_read_tells_why(workspace: Workspace) -> None:
    past_run(workspace, step("a", b"1"), contents=(b"1",))

    def check(*_: object) -> bool:
        raise ValueError("not an Arrow file")

    assert workspace.upkeep.verify(check) == [f"Zip {digest(b'1')}: it cannot be read: not an Arrow file"]


def test_files_that_lie_elsewhere_are_verified(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w", files_url=f"memory://{tmp_path.name}") as workspace:
        past_run(workspace, step("a", b"1"), step("b", b"2"), contents=(b"1", b"2"))
        workspace.blobs.remove(digest(b"1"))
        assert workspace.upkeep.verify(_plain) == [f"Zip {digest(b'1')}: it is not there"]


def test_a_damaged_database_is_found(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        rows(workspace, "PRAGMA wal_checkpoint(TRUNCATE)")
        root = rows(workspace, "SELECT rootpage FROM sqlite_master WHERE name = 'ix_step_newest'")[0][0]
        size = rows(workspace, "PRAGMA page_size")[0][0]
    with (folder / "bottega.db").open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    with Workspace.open(folder) as workspace:
        try:
            problems = workspace.upkeep.verify(_plain)
        except BottegaError as error:
            problems = [str(error)]
    assert problems
