"""A backup holds all that records name; a restored workspace is the same one."""

from __future__ import annotations

import base64
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.store.records import Picture
from bottega.store.workspace import Workspace
from tests.store.helpers import blob, code_of, digest, output, past_run, publish, start, step, tree


@pytest.fixture
def target(workspace: Workspace, tmp_path: Path) -> Path:
    """A backup of two steps, a picture and a dataset; one stored file is loose."""
    drawn = step("b", b"2", pictures=(Picture("p", digest(b"3")),))
    past_run(workspace, step("a", b"1"), drawn, contents=(b"1", b"2", b"3"))
    workspace.datasets.save("d", output(b"4"), blobs=[blob(b"4"), blob(b"loose")])
    workspace.settings.set("allow_local_files", True)
    assert workspace.tokens.primary
    workspace.upkeep.backup(tmp_path / "backup.tar")
    return tmp_path / "backup.tar"


def test_a_restored_workspace_is_the_same(workspace: Workspace, target: Path, tmp_path: Path) -> None:
    with Workspace.restore(target, tmp_path / "deep" / "restored") as restored:
        assert restored.folder == tmp_path / "deep" / "restored"
        assert restored.id == workspace.id
        assert restored.runs.list() == workspace.runs.list()
        assert restored.datasets.list() == workspace.datasets.list()
        assert restored.settings.all() == workspace.settings.all()
        assert restored.tokens.primary == workspace.tokens.primary
        assert restored.results.find(["f-a", "f-b"]) == workspace.results.find(["f-a", "f-b"])
        assert {restored.blobs.read(key) for key in restored.blobs.digests()} == {b"1", b"2", b"3", b"4"}
        assert restored.upkeep.verify(lambda *_: None) == []
        past_run(restored, step("c", b"5"), contents=(b"5",))
        assert restored.folder.stat().st_mode & 0o777 == 0o700


def test_the_file_holds_what_any_tar_and_sqlite_can_read(target: Path, tmp_path: Path) -> None:
    with tarfile.open(target) as archive:
        contents = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]
    for data in (b"1", b"2", b"3", b"4"):
        assert contents.pop(f"files/{digest(data)[:2]}/{digest(data)}") == data
    (tmp_path / "copy.db").write_bytes(contents.pop("bottega.db"))
    connection = sqlite3.connect(tmp_path / "copy.db")
    assert connection.execute("SELECT name FROM dataset").fetchall() == [("d",)]
    connection.close()
    assert json.loads(contents.pop("bottega-backup.json")) == {"format": 2, "files": 4, "key": 1}
    assert len(base64.b64decode(contents.pop("secret.key"))) == 32
    assert contents == {}
    assert target.stat().st_mode & 0o077 == 0


def test_a_backup_of_before_there_were_secrets_is_restored(workspace: Workspace, tmp_path: Path) -> None:
    past_run(workspace, step("a", b"1"), contents=(b"1",))
    workspace.upkeep.backup(tmp_path / "new.tar")
    head, *rest = _read(tmp_path / "new.tar")
    assert json.loads(head[1]) == {"format": 2, "files": 1, "key": 0}
    old = _write(tmp_path / "old.tar", [_member("bottega-backup.json", b'{"format": 1, "files": 1}'), *rest])
    with Workspace.restore(old, tmp_path / "restored") as restored:
        assert restored.blobs.read(digest(b"1")) == b"1"


def test_nothing_else_is_left_beside_it(target: Path) -> None:
    assert sorted(path.name for path in target.parent.iterdir()) == ["backup.tar", "workspace"]


def test_services_jobs_and_raw_files_are_in_it_and_uploads_are_not(workspace: Workspace, tmp_path: Path) -> None:
    made = publish(workspace, b"constant")
    workspace.blobs.put(*blob(b"patched"))
    workspace.services.change_endpoint(
        made.default, resources={"m": {"digest": digest(b"patched"), "type": "ILearner", "size": 7}}
    )
    workspace.datasets.save("d", output(b"parsed"), blobs=[blob(b"parsed"), blob(b"raw")], raw=digest(b"raw"))
    job = workspace.jobs.create(made.default, {"key": "secret"})
    workspace.jobs.finish(job.id, "Finished", results={"o": 1}, digests={digest(b"out"): "Zip"}, blobs=[blob(b"out")])
    upload = workspace.uploads.begin("Zip")
    workspace.uploads.append(upload, b"half")
    stored = workspace.experiments.create("bottega: 1", title="T")
    workspace.upkeep.backup(tmp_path / "backup.tar")
    with Workspace.restore(tmp_path / "backup.tar", tmp_path / "restored") as restored:
        assert {restored.blobs.read(key) for key in restored.blobs.digests()} == {
            b"constant", b"patched", b"parsed", b"raw", b"out",
        }  # fmt: skip
        assert restored.services.keys(made.default) == workspace.services.keys(made.default)
        assert restored.services.versions(made.id) == workspace.services.versions(made.id)
        assert restored.jobs.get(job.id) == workspace.jobs.get(job.id)
        assert restored.experiments.get(stored.id) == stored
        assert not (restored.folder / "uploads").exists()
        assert restored.upkeep.verify(lambda *_: None) == []


def test_a_run_under_way_is_interrupted_in_the_copy_alone(workspace: Workspace, tmp_path: Path) -> None:
    run_id = start(workspace)
    workspace.runs.record(run_id, [step("a", b"1")], [blob(b"1")])
    workspace.upkeep.backup(tmp_path / "backup.tar")
    workspace.runs.record(run_id, [step("b", b"2")], [blob(b"2")])
    workspace.runs.finish(run_id, "Finished")
    with Workspace.restore(tmp_path / "backup.tar", tmp_path / "restored") as restored:
        assert [run.id for run in restored.runs.interrupted()] == [run_id]
        assert restored.runs.get(run_id).steps == (step("a", b"1"),)


def test_files_that_lie_elsewhere_are_in_the_backup(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w", files_url=f"memory://{tmp_path.name}") as workspace:
        past_run(workspace, step("a", b"1"), contents=(b"1",))
        workspace.upkeep.backup(tmp_path / "backup.tar")
    with Workspace.restore(tmp_path / "backup.tar", tmp_path / "restored") as restored:
        assert restored.blobs.path(digest(b"1")) is not None


def test_what_was_missing_before_is_missing_in_the_copy(workspace: Workspace, tmp_path: Path) -> None:
    past_run(workspace, step("a", b"1"), step("b", b"2"), contents=(b"1", b"2"))
    workspace.blobs.remove(digest(b"1"))
    workspace.upkeep.backup(tmp_path / "backup.tar")
    with Workspace.restore(tmp_path / "backup.tar", tmp_path / "restored") as restored:
        assert set(restored.results.find(["f-a", "f-b"])) == {"f-b"}


def test_no_file_is_overwritten(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    with pytest.raises(BottegaError) as caught:
        workspace.upkeep.backup(tmp_path / "precious")
    assert code_of(caught) == "0057"
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_place_that_is_not_there_is_told(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(BottegaError) as caught:
        workspace.upkeep.backup(tmp_path / "nowhere" / "b.tar")
    assert code_of(caught) == "0048"


def test_nothing_is_restored_over_something(target: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    for place in (tmp_path / "full", target):
        with pytest.raises(BottegaError) as caught:
            Workspace.restore(target, place)
        assert code_of(caught) == "usage"
    assert tree(tmp_path / "full") == {"file"}


def test_an_empty_folder_takes_a_backup(target: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    Workspace.restore(target, tmp_path / "empty").close()
    assert (tmp_path / "empty" / "bottega.db").exists()


Members = list[tuple[tarfile.TarInfo, bytes]]


def _read(path: Path) -> Members:
    with tarfile.open(path) as archive:
        return [(member, archive.extractfile(member).read()) for member in archive]  # type: ignore[union-attr]


def _write(path: Path, members: Members) -> Path:
    with tarfile.open(path, "w") as archive:
        for member, data in members:
            archive.addfile(member, io.BytesIO(data))
    return path


def _member(name: str, data: bytes = b"evil", **changes: object) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    for key, value in changes.items():
        setattr(member, key, value)
    return member, data


def _last_replaced_by(member: tuple[tarfile.TarInfo, bytes]) -> Callable[[Members], Members]:
    return lambda members: [*members[:-1], member]


_KEY = "a" * 64
_HOSTILE: dict[str, Callable[[Members], Members]] = {
    "climbs-out": _last_replaced_by(_member("../evil")),
    "absolute": _last_replaced_by(_member("/tmp/evil")),
    "climbs-within": _last_replaced_by(_member(f"files/../../{_KEY}")),
    "other-file": _last_replaced_by(_member(".gitignore")),
    "other-folder": _last_replaced_by(_member(f"files/bb/{_KEY}")),
    "no-digest": _last_replaced_by(_member("files/aa/aa")),
    "symlink": _last_replaced_by(_member(f"files/aa/{_KEY}", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd")),
    "hard-link": _last_replaced_by(_member(f"files/aa/{_KEY}", b"", type=tarfile.LNKTYPE, linkname="bottega.db")),
    "device": _last_replaced_by(_member(f"files/aa/{_KEY}", b"", type=tarfile.CHRTYPE)),
    "fifo": _last_replaced_by(_member(f"files/aa/{_KEY}", b"", type=tarfile.FIFOTYPE)),
    "folder": _last_replaced_by(_member("files", b"", type=tarfile.DIRTYPE)),
    "twice": lambda members: [*members[:-1], members[-2]],
    "key-missing": lambda members: [each for each in members if each[0].name != "secret.key"],
    "key-not-told": lambda members: [_member("bottega-backup.json", b'{"format": 2, "files": 4}'), *members[1:]],
    "one-missing": lambda members: members[:-1],
    "no-database": lambda members: [members[0], *members[2:], _member(f"files/aa/{_KEY}")],
    "no-head": lambda members: members[1:],
    "head-no-json": lambda members: [_member("bottega-backup.json", b"{"), *members[1:]],
    "head-of-a-list": lambda members: [_member("bottega-backup.json", b"[]"), *members[1:]],
    "newer": lambda members: [_member("bottega-backup.json", b'{"format": 3, "files": 4}'), *members[1:]],
    "no-sqlite": lambda members: [members[0], _member("bottega.db", b"no database" * 100), *members[2:]],
    "other-sqlite": lambda members: [members[0], _member("bottega.db", _other_database()), *members[2:]],
    "empty": lambda _: [],
}


def _other_database() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE recipes (name TEXT)")
    content = bytes(connection.serialize())
    connection.close()
    return content


@pytest.mark.parametrize("name", _HOSTILE)
def test_what_no_backup_holds_is_refused_and_leaves_nothing(target: Path, tmp_path: Path, name: str) -> None:
    hostile = _write(tmp_path / "hostile.tar", _HOSTILE[name](_read(target)))
    before = tree(tmp_path)
    with pytest.raises(BottegaError) as caught:
        Workspace.restore(hostile, tmp_path / "restored")
    assert code_of(caught) == "usage"
    assert tree(tmp_path) == before
    assert not (tmp_path / "restored").exists()


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9])
def test_a_backup_that_was_cut_is_refused(target: Path, tmp_path: Path, share: float) -> None:
    content = target.read_bytes()
    (tmp_path / "cut.tar").write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BottegaError) as caught:
        Workspace.restore(tmp_path / "cut.tar", tmp_path / "restored")
    assert code_of(caught) == "usage"
    assert not (tmp_path / "restored").exists()


def test_a_backup_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BottegaError) as caught:
        Workspace.restore(tmp_path / "none.tar", tmp_path / "restored")
    assert code_of(caught) == "0048"
    assert list(tmp_path.iterdir()) == []
