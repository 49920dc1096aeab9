"""Workspaces on full and on read-only disks: all can be looked at, and the truth is told of the rest."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.store.workspace import Workspace
from tests.store.disks import Disk, disk
from tests.store.helpers import blob, code_of, digest, output, past_run, publish, rows, start, step

BIG = bytes(100_000)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    with disk(tmp_path / "disk") as made:
        yield made


@pytest.fixture
def used(small: Disk) -> Path:
    """A workspace with a run, a dataset, a loose file and a run that died."""
    folder = small.folder / "w"
    with Workspace.open(folder) as workspace:
        past_run(workspace, step("a", BIG), contents=(BIG,))
        workspace.datasets.save("d", output(b"data"), blobs=[blob(b"data"), blob(b"loose")])
        workspace.jobs.create(publish(workspace).default, {"token": workspace.tokens.primary})
        workspace.runs.record(start(workspace), [step("b", b"1")], [blob(b"1")])
    return folder


def _look(folder: Path) -> None:
    """All that looking is."""
    with Workspace.open(folder) as workspace:
        (dead,) = workspace.runs.interrupted()
        assert (dead.interrupted, dead.status, [each.node for each in dead.steps]) == (True, "Failed", ["b"])
        assert [each.node for run in workspace.runs.list() for each in run.steps] == ["b", "a"]
        assert set(workspace.results.find(["f-a", "f-b", "f-c"])) == {"f-a", "f-b"}
        assert workspace.blobs.read(workspace.datasets.get("d").output.digest) == b"data"
        assert workspace.settings.all()["allow_local_files"] is False
        assert workspace.upkeep.size()["files"] == 4
        (job,) = workspace.jobs.list()
        assert workspace.tokens.is_valid(job.request["token"])
        assert len(workspace.services.keys(job.endpoint)) == 2
        assert workspace.services.stamp() == workspace.services.stamp() > 0
        assert workspace.upkeep.verify(lambda *_: None) == []


def _refused(work: Callable[[], object]) -> str:
    with pytest.raises(BottegaError) as caught:
        work()
    assert code_of(caught) == "store-failed"
    return str(caught.value)


def _writes(workspace: Workspace) -> list[Callable[[], object]]:
    return [
        lambda: workspace.settings.set("allow_local_files", value=True),
        lambda: workspace.datasets.delete("d"),
        lambda: workspace.runs.start("e", "t", "x" * 1_000_000),
        lambda: workspace.blobs.put(*blob(BIG + b"x")),
        lambda: workspace.experiments.create("x" * 1_000_000, title="t"),
        lambda: workspace.tokens.rotate("primary"),
        lambda: workspace.services.create("s", "x" * 1_000_000, []),
        lambda: workspace.uploads.append(workspace.uploads.begin("Zip"), BIG),
    ]


def test_a_full_disk_can_be_looked_at_and_pruned(small: Disk, used: Path) -> None:
    small.fill()
    for _ in range(2):  # what died is told each time, for it cannot be marked
        _look(used)
    with Workspace.open(used) as workspace:
        for work in _writes(workspace):
            assert "No space left on device" in _refused(work)
        assert workspace.upkeep.prune(dry_run=True)["files"] == 1
        assert workspace.upkeep.prune()["files"] == 1
        assert len(workspace.runs.interrupted()) == 1
        assert workspace.upkeep.prune(keep_runs=0)["runs"] == 2
        assert workspace.runs.interrupted() == []
        assert [each.name for each in workspace.datasets.list()] == ["d"]
        assert list(workspace.blobs.digests()) == [digest(b"data")]
    assert (used / "reserve").stat().st_size > 0
    with Workspace.open(used) as workspace:
        past_run(workspace, step("c", b"3"), contents=(b"3",))


def test_pruning_leaves_what_the_next_pruning_needs(small: Disk, used: Path) -> None:
    for data in (b"1", b"2", b"3"):
        small.empty()
        with Workspace.open(used) as workspace:
            workspace.blobs.put(*blob(data + b" loose"))
        for freed in (True, False):
            small.fill()
            with Workspace.open(used) as workspace:
                assert (workspace.upkeep.prune()["files"] > 0) is freed


def test_a_full_disk_has_room_for_no_new_workspace(small: Disk) -> None:
    small.fill()
    assert "No space" in _refused(lambda: Workspace.open(small.folder / "w"))


def test_a_full_disk_with_others_at_work(small: Disk, used: Path) -> None:
    """Then what they wrote last lies beside the database, and is read."""
    with Workspace.open(used) as other:
        other.settings.set("allow_local_files", value=True)
        small.fill()
        with Workspace.open(used) as workspace:
            assert workspace.settings.get("allow_local_files") is True


def test_a_full_disk_after_the_power_was_lost(small: Disk, used: Path) -> None:
    """What was synced lies beside the database, and the index of it is gone."""
    with Workspace.open(used) as other:
        other.settings.set("allow_local_files", value=True)
        copied = {path.name: path.read_bytes() for path in used.glob("bottega.db*")}
    for name in ("bottega.db", "bottega.db-wal"):
        (used / name).write_bytes(copied[name])
    assert not (used / "bottega.db-shm").exists()
    small.fill()
    with Workspace.open(used) as workspace:
        assert workspace.settings.get("allow_local_files") is True
        assert workspace.upkeep.prune()["files"] == 1
    assert (used / "reserve").exists()


def test_a_read_only_disk_can_be_looked_at(small: Disk, used: Path) -> None:
    with small.read_only():
        for _ in range(2):
            _look(used)
        with Workspace.open(used) as workspace:
            workspace.upkeep.backup(used.parent.parent / "backup.tar")
            for work in [*_writes(workspace), workspace.upkeep.prune]:
                assert "read-only" in _refused(work).lower()
    with Workspace.open(used) as workspace:
        assert len(workspace.runs.interrupted()) == 1
        assert workspace.runs.interrupted() == []


def test_a_backup_that_was_restored_can_be_verified_where_nothing_can_be_written(small: Disk, used: Path) -> None:
    with Workspace.open(used) as workspace:
        workspace.upkeep.backup(used.parent.parent / "backup.tar")
    shutil.rmtree(used)
    Workspace.restore(used.parent.parent / "backup.tar", used).close()
    with small.read_only(), Workspace.open(used) as workspace:
        assert workspace.upkeep.verify(lambda *_: None) == []


def test_a_read_only_disk_with_what_was_last_written_beside_the_database(small: Disk, used: Path) -> None:
    with Workspace.open(used) as other:
        other.settings.set("allow_local_files", value=True)
        copied = {path.name: path.read_bytes() for path in used.glob("bottega.db*")}
    for name, content in copied.items():
        (used / name).write_bytes(content)
    with small.read_only(), Workspace.open(used) as workspace:
        assert workspace.settings.get("allow_local_files") is True
    for name, content in copied.items():
        (used / name).write_bytes(content)
    (used / "bottega.db-shm").unlink()
    with small.read_only(), pytest.raises(BottegaError) as caught:
        Workspace.open(used)
    assert code_of(caught) == "0048"
    assert "can only be read where it can be written" in str(caught.value)


@contextmanager
def _as_nobody() -> Iterator[None]:
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root turns into others")
def test_who_has_no_right_to_write_may_look_if_he_has_the_right_to_read(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        past_run(workspace, step("a", b"1"), contents=(b"1",))
        workspace.runs.record(start(workspace), [])
    with tempfile.TemporaryDirectory() as public:
        copy = Path(shutil.copytree(folder, Path(public, "w")))
        for path in (Path(public), copy, *copy.rglob("*")):
            path.chmod(0o755)
        with _as_nobody(), Workspace.open(copy) as workspace:
            assert set(workspace.results.find(["f-a"])) == {"f-a"}
            assert len(workspace.runs.interrupted()) == 1
            assert "no right to write" in _refused(lambda: workspace.settings.set("allow_local_files", value=True))
        (copy / "bottega.db").chmod(0o600)
        with _as_nobody(), pytest.raises(BottegaError) as caught:
            Workspace.open(copy)
        assert code_of(caught) == "0048"
        assert "Permission denied" in str(caught.value)


def test_a_path_may_hold_what_addresses_give_a_meaning(small: Disk) -> None:
    folder = small.folder / "a b?c=d#e%41&f"
    with Workspace.open(folder) as workspace:
        workspace.settings.set("allow_local_files", value=True)
    with small.read_only(), Workspace.open(folder) as workspace:
        assert workspace.settings.get("allow_local_files") is True
        assert rows(workspace, "SELECT 1") == [(1,)]
