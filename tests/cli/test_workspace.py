"""`bottega workspace`: what is kept, who may do what, pruning, checking, backups."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from tests.cli import experiment
from tests.cli.experiment import copied, refused, said, told
from tests.cli.helpers import bottega

pytestmark = pytest.mark.slow  # each test starts a process

NONE = {"local-files": False, "private-addresses": False}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = experiment.write(tmp_path_factory.mktemp("workspace"))
    assert bottega("run", path).returncode == 0
    assert bottega("run", path, "--to", "some", "--set", "some.columns=[age]").returncode == 0
    return path


def at(path: Path) -> tuple[str, Path]:
    return "--workspace", path.parent / ".bottega"


def stored(path: Path) -> list[Path]:
    return sorted(file for file in (path.parent / ".bottega" / "files").rglob("*") if file.is_file())


def test_what_it_holds(ran: Path) -> None:
    shown = told("workspace", "show", *at(ran))
    files = stored(ran)
    assert (shown["files"], shown["bytes"]) == (len(files), sum(file.stat().st_size for file in files))
    assert (shown["runs"], shown["datasets"], shown["allowed"]) == (2, 0, NONE)
    assert shown["folder"] == str(ran.parent / ".bottega")
    assert f"folder    {shown['folder']}\n" in said("workspace", "show", *at(ran))


def test_runs_newest_first(ran: Path) -> None:
    second, first = told("workspace", "runs", *at(ran))["runs"]
    assert first["id"] < second["id"]
    assert (second["target"], second["settings"], second["partial"]) == (["some"], ["some.columns=[age]"], True)
    assert {run["experiment"] for run in (first, second)} == {"people.yaml"}
    lines = said("workspace", "runs", *at(ran)).splitlines()
    assert [line.split()[0] for line in lines[1:]] == [second["id"], first["id"]]
    assert len(told("workspace", "runs", "--limit", 1, *at(ran))["runs"]) == 1


def test_runs_of_one_experiment(ran: Path) -> None:
    assert len(told("workspace", "runs", "--experiment", ran, *at(ran))["runs"]) == 2
    assert told("workspace", "runs", "--experiment", ran.with_name("other.yaml"), *at(ran))["runs"] == []
    assert "no runs of other.yaml yet" in said(
        "workspace", "runs", "--experiment", ran.with_name("other.yaml"), *at(ran)
    )


def test_one_run(ran: Path) -> None:
    first = told("workspace", "runs", *at(ran))["runs"][1]["id"]
    run = told("workspace", "run", first, *at(ran))
    assert run["document"] == experiment.TEXT
    assert [node["id"] for node in run["nodes"]] == ["people", "some", "script"]
    assert told("workspace", "run", "last", *at(ran))["id"] > first
    assert told("workspace", "run", first[:22], *at(ran))["id"] == first
    assert "only some\nwith some.columns=[age]\n" in said("workspace", "run", "last", *at(ran))
    assert "runs begin with 2" in refused("workspace", "run", "2", *at(ran))
    assert "There is no run x" in refused("workspace", "run", "x", *at(ran))


def test_a_failed_node_is_told(ran: Path, tmp_path: Path) -> None:
    path = copied(ran, tmp_path)
    path.write_text(path.read_text().replace("age'] * 2", "none'] * 2"))
    assert bottega("run", path).returncode == 1
    text = said("workspace", "run", "last", *at(path))
    assert text.splitlines()[1].startswith("Failed; began ")
    assert text.endswith("script: Error 0085, line 8: KeyError: 'none'\n")


def test_permissions(tmp_path: Path) -> None:
    place = ("--workspace", tmp_path / "new")
    assert told("workspace", "allow", "local-files", *place) == {"name": "local-files", "allowed": True}
    assert told("workspace", "show", *place)["allowed"] == {**NONE, "local-files": True}
    said("workspace", "allow", "private-addresses", *place)
    said("workspace", "deny", "local-files", *place)
    assert told("workspace", "show", *place)["allowed"] == {**NONE, "private-addresses": True}
    assert "invalid choice: 'everything'" in refused("workspace", "allow", "everything", *place)


def test_a_permission_is_what_experiments_go_by(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n")
    path = tmp_path / "e.yaml"
    path.write_text(
        "bottega: 1\nnodes:\n  data:\n    module: import-data\n    parameters: {source: Local file, path: t.csv, header: true}\n"
    )
    assert bottega("run", path).returncode == 1
    said("workspace", "allow", "local-files", *at(path))
    assert bottega("run", path).returncode == 0
    assert told("show", path, "data")["rows"] == [[1]]


def test_pruning(ran: Path, tmp_path: Path) -> None:
    path = copied(ran, tmp_path)
    before = stored(path)
    planned = told("workspace", "prune", "--keep-runs", 1, "--dry-run", *at(path))
    assert (planned["runs"], planned["dry_run"]) == (1, True)
    assert stored(path) == before
    assert "would go: 1 run, " in said("workspace", "prune", "--keep-runs", 1, "--dry-run", *at(path))
    gone = told("workspace", "prune", "--keep-runs", 1, *at(path))
    assert (gone["runs"], gone["files"], gone["bytes"]) == (1, planned["files"], planned["bytes"])
    assert len(stored(path)) == len(before) - gone["files"] < len(before)
    assert len(told("workspace", "runs", *at(path))["runs"]) == 1
    assert told("workspace", "verify", *at(path))["problems"] == []
    assert told("workspace", "prune", *at(path))["files"] == 0
    assert "cannot be -1" in refused("workspace", "prune", "--keep-runs", "-1", *at(path))


def test_verify_finds_what_is_damaged_or_gone(ran: Path, tmp_path: Path) -> None:
    path = copied(ran, tmp_path)
    assert told("workspace", "verify", *at(path)) == {"files": len(stored(path)), "problems": []}
    table = told("show", path, "people")["digest"]
    zipped = told("show", path, "script.files")["digest"]
    gone = told("show", path, "script.result_dataset")["digest"]
    found = {file.name: file for file in stored(path)}
    for digest in (table, zipped):
        found[digest].chmod(0o600)
    data = found[table].read_bytes()
    found[table].write_bytes(data.replace(b"annbobcyd", b"annbobcyc"))
    assert found[table].read_bytes() != data
    found[zipped].write_bytes(found[zipped].read_bytes() + b"x")
    found[gone].unlink()
    problems = told("workspace", "verify", *at(path), code=1)["problems"]
    assert sorted(problems) == [
        f"DataTable {digest}: {what}"
        for digest, what in sorted({table: "its content is not what it was", gone: "it is not there"}.items())
    ] + [f"Zip {zipped}: its content is not what it was"]
    assert f"DataTable {gone}: it is not there\n" in said("workspace", "verify", *at(path), code=1)


def test_verify_survives_a_table_that_is_rubbish(ran: Path, tmp_path: Path) -> None:
    path = copied(ran, tmp_path)
    file = path.parent / ".bottega" / "files"
    digest = told("show", path, "people")["digest"]
    (found,) = file.rglob(digest)
    found.chmod(0o600)
    for rubbish in (b"", b"rubbish", found.read_bytes()[:200], bytes(300)):
        found.write_bytes(rubbish)
        (problem,) = told("workspace", "verify", *at(path), code=1)["problems"]
        assert problem.startswith(f"DataTable {digest}: ")


def test_backup_and_restore(ran: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar"
    made = told("workspace", "backup", backup, *at(ran))
    assert made["bytes"] == backup.stat().st_size
    with tarfile.open(backup) as archive:
        assert "bottega.db" in archive.getnames()
    assert "Error 0057" in refused("workspace", "backup", backup, *at(ran))
    restored = told("workspace", "restore", backup, tmp_path / "there")
    assert restored["id"] == told("workspace", "show", *at(ran))["id"]
    old, new = (told("workspace", "runs", *place)["runs"] for place in (at(ran), ("--workspace", tmp_path / "there")))
    assert new == old
    assert told("workspace", "verify", "--workspace", tmp_path / "there")["problems"] == []
    assert "is not empty" in refused("workspace", "restore", backup, tmp_path)
    (tmp_path / "no.tar").write_bytes(b"none")
    assert "is no backup" in refused("workspace", "restore", tmp_path / "no.tar", tmp_path / "elsewhere")


@pytest.mark.parametrize("verb", ["show", "runs", "prune", "verify"])
def test_looking_makes_no_workspace(tmp_path: Path, verb: str) -> None:
    assert "There is no workspace in" in refused("workspace", verb, "--workspace", tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_limits_of_numbers(ran: Path) -> None:
    assert "must be at least 1" in refused("workspace", "runs", "--limit", "0", *at(ran))
