"""Opening, making and refusing workspaces."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.store.workspace import Workspace
from tests.store.helpers import code_of, digest, output, rows, start, step


def test_a_new_workspace_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "workspace"
    with Workspace.open(folder) as workspace:
        assert workspace.folder == folder
        assert (folder / ".gitignore").read_text() == "*\n"
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {path.name for path in folder.iterdir()} >= {"bottega.db", "files", "locks", ".gitignore"}
        assert len(workspace.id) == 32
        assert int(workspace.id, 16) >= 0


def test_the_id_is_made_once(folder: Path, tmp_path: Path) -> None:
    with Workspace.open(folder) as first, Workspace.open(folder) as second, Workspace.open(tmp_path / "new") as other:
        assert first.id == second.id != other.id


def test_an_empty_folder_becomes_one(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir(mode=0o755)
    Workspace.open(tmp_path / "w").close()
    assert (tmp_path / "w").stat().st_mode & 0o777 == 0o700


def test_a_relative_path_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Workspace.open(Path("w")) as workspace:
        assert workspace.folder == tmp_path / "w"


def test_commits_are_synced_and_readers_do_not_block(workspace: Workspace) -> None:
    assert rows(workspace, "PRAGMA journal_mode") == [("wal",)]
    with workspace._database.plain() as connection:
        told = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "busy_timeout")}
    assert told == {"synchronous": 2, "busy_timeout": 30_000}


def _somebody_elses(folder: Path) -> None:
    (folder / "thesis.tex").write_text("")


def _only_files(folder: Path) -> None:
    (folder / "files").mkdir()


def _ours_and_others(folder: Path) -> None:
    (folder / "locks").mkdir()
    (folder / "notes.txt").write_text("")


@pytest.mark.parametrize("fill", [_somebody_elses, _only_files, _ours_and_others])
def test_a_folder_of_others_is_refused_and_left_alone(tmp_path: Path, fill: object) -> None:
    assert callable(fill)
    fill(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BottegaError) as caught:
        Workspace.open(tmp_path)
    assert code_of(caught) == "usage"
    assert "not empty" in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_file_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BottegaError) as caught:
        Workspace.open(tmp_path / "file")
    assert code_of(caught) == "usage"
    with pytest.raises(BottegaError) as caught:
        Workspace.open(tmp_path / "file" / "below")
    assert code_of(caught) == "store-failed"


def test_nothing_is_made_when_not_asked_for(tmp_path: Path) -> None:
    with pytest.raises(BottegaError) as caught:
        Workspace.open(tmp_path / "none", create=False)
    assert code_of(caught) == "usage"
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_there_opens_without_making(folder: Path) -> None:
    Workspace.open(folder, create=False).close()


def test_a_making_that_was_cut_short_is_continued(tmp_path: Path) -> None:
    (tmp_path / "locks").mkdir()
    (tmp_path / "files").mkdir()
    (tmp_path / ".gitignore.new").write_text("")
    Workspace.open(tmp_path).close()
    (tmp_path / "bottega.db").write_bytes(b"")  # the file was made, and nothing written to it
    for name in ("bottega.db-wal", "bottega.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    with Workspace.open(tmp_path) as workspace:
        assert workspace.runs.list() == []
    assert (tmp_path / ".gitignore").read_text() == "*\n"


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "bottega.db")
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    before = (tmp_path / "bottega.db").read_bytes()
    with pytest.raises(BottegaError) as caught:
        Workspace.open(tmp_path)
    assert code_of(caught) == "usage"
    assert "not one of a workspace" in str(caught.value)
    assert (tmp_path / "bottega.db").read_bytes() == before


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "bottega.db").write_bytes(b"no database at all " * 100)
    with pytest.raises(BottegaError) as caught:
        Workspace.open(tmp_path)
    assert code_of(caught) == "store-damaged"
    assert caught.value.facts == {"path": str(tmp_path), "reason": "file is not a database"}


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE result",
        "ALTER TABLE result RENAME COLUMN step TO other",
        "UPDATE step SET body = '{' WHERE 1",
        "UPDATE step SET body = CAST(x'ff22' AS TEXT) WHERE 1",
        "UPDATE run SET target = '[' WHERE 1",
    ],
    ids=["no-table", "no-column", "no-json", "no-text", "no-list"],
)
def test_a_database_that_lost_something_is_told_as_damaged(workspace: Workspace, change: str) -> None:
    run_id = start(workspace)
    workspace.runs.record(run_id, [step("a")])
    connection = sqlite3.connect(workspace.folder / "bottega.db", isolation_level=None)
    connection.execute(change)
    connection.close()
    told = set()
    for ask in (lambda: workspace.results.find(["f-a"]), lambda: workspace.runs.get(run_id)):
        try:
            ask()
        except BottegaError as error:
            told.add((error.code, error.facts["path"]))
    assert told == {("store-damaged", str(workspace.folder))}


def test_a_workspace_without_its_own_table_is_damaged(folder: Path) -> None:
    connection = sqlite3.connect(folder / "bottega.db", isolation_level=None)
    connection.execute("DROP TABLE workspace")
    connection.close()
    with pytest.raises(BottegaError) as caught:
        Workspace.open(folder)
    assert code_of(caught) == "store-damaged"


def test_the_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with Workspace.open(tmp_path / "w") as workspace:
            workspace.settings.set("allow_local_files", value=True)
            files = list(workspace.folder.glob("bottega.db*"))
            assert len(files) == 3
            assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
            assert (workspace.folder / "reserve").stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)


def test_a_newer_workspace_is_refused(folder: Path) -> None:
    connection = sqlite3.connect(folder / "bottega.db", isolation_level=None)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(BottegaError) as caught:
        Workspace.open(folder)
    assert code_of(caught) == "usage"
    assert "newer Bottega" in str(caught.value)


def test_many_may_make_one_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda _: Workspace.open(tmp_path / "w"), range(4)))
    assert len({workspace.id for workspace in opened}) == 1
    for workspace in opened:
        workspace.close()


def test_one_made_while_it_is_looked_for_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    listed = os.listdir

    def late(path: Path) -> list[str]:
        monkeypatch.setattr(os, "listdir", listed)
        with Workspace.open(folder):
            return listed(path)

    monkeypatch.setattr(os, "listdir", late)
    with Workspace.open(folder) as workspace:
        assert workspace.id


def test_several_are_made_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda number: Workspace.open(tmp_path / str(number)), range(4)))
    assert len({workspace.id for workspace in opened}) == 4
    for workspace in opened:
        workspace.close()


def test_opening_imports_neither_alembic_nor_fsspec(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bottega.store.workspace import Workspace\n"
        "Workspace.open(Path(sys.argv[1])).close()\n"
        "print({'alembic', 'fsspec', 'pandas', 'pyarrow'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"


def test_folders_that_a_copy_lost_are_made_again(folder: Path) -> None:
    shutil.rmtree(folder / "locks")
    shutil.rmtree(folder / "files")
    with Workspace.open(folder) as workspace:
        workspace.datasets.save("a", output(b"x"), blobs=[(digest(b"x"), b"x")])
        assert workspace.blobs.read(digest(b"x")) == b"x"


def test_files_may_be_kept_elsewhere(tmp_path: Path) -> None:
    url = f"file://{tmp_path}/elsewhere"
    with Workspace.open(tmp_path / "w", files_url=url) as workspace:
        workspace.datasets.save("a", output(b"x"), blobs=[(digest(b"x"), b"x")])
    assert (tmp_path / "elsewhere" / digest(b"x")[:2] / digest(b"x")).read_bytes() == b"x"
    with Workspace.open(tmp_path / "w") as workspace:  # remembered
        assert workspace.blobs.read(workspace.datasets.get("a").output.digest) == b"x"
    with pytest.raises(BottegaError) as caught:
        Workspace.open(tmp_path / "w", files_url="memory://other")
    assert code_of(caught) == "usage"


def test_a_full_disk_is_told(workspace: Workspace) -> None:
    with workspace._database.plain() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite's own way to have no room
        connection.execute("PRAGMA max_page_count")
    with pytest.raises(BottegaError) as caught:
        workspace.runs.start("e", "t", "x" * 1_000_000, (), ())
    assert code_of(caught) == "store-failed"
    assert "full" in str(caught.value)
    assert workspace.runs.list() == []
    assert [name for name in os.listdir(workspace.folder / "locks") if name.startswith("run-")] == []


def test_a_place_that_cannot_be_written_is_told() -> None:
    with pytest.raises(BottegaError) as caught:
        Workspace.open(Path("/proc/workspace"))  # where not even root makes folders
    assert code_of(caught) == "store-failed"
