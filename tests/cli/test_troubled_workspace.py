"""Damaged files, a full disk, one that is read-only: what the command line says and what still works."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli import experiment
from tests.cli.experiment import copied, refused, said, told
from tests.cli.helpers import bottega
from tests.store.disks import disk


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = experiment.write(tmp_path_factory.mktemp("troubled"))
    assert bottega("run", path).returncode == 0
    return path


def at(path: Path) -> tuple[str, Path]:
    return "--workspace", path.parent / ".bottega"


def stored(path: Path) -> list[Path]:
    return sorted((path.parent / ".bottega" / "files").glob("??/*"))


def _flipped(content: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in content)


def _text_flipped(content: bytes) -> bytes:
    """Arrow's own frame stays as it was, and what tells the entries of a zip."""
    for text in (b"annbobcyd", b"three people", b"<svg"):
        content = content.replace(text, _flipped(text))
    return content


def _emptied(_: bytes) -> bytes:
    return b""


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _cut_after_its_schema(content: bytes) -> bytes:
    """A stream of which nothing but the schema is left is one of no rows."""
    if not content.startswith(b"\xff\xff\xff\xff"):
        return content[:-1]
    return content[: 8 + int.from_bytes(content[4:8], "little")]


DAMAGES = [_flipped, _text_flipped, _emptied, _cut, _cut_after_its_schema]


def _damage(path: Path, change: Callable[[bytes], bytes]) -> None:
    for file in stored(path):
        file.chmod(0o600)
        file.write_bytes(change(file.read_bytes()))


@pytest.mark.slow
@pytest.mark.parametrize("change", DAMAGES)
def test_damage_is_told_wherever_it_is_looked_at(ran: Path, tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    path = copied(ran, tmp_path)
    _damage(path, change)
    for output in ("people", "script.files", "script.python_device"):
        digest = str(told("show", ran, output)["digest"])
        if change is _text_flipped and output == "script.files":
            continue
        for more in ((), ("--json",), ("--output", tmp_path / "written.csv")):
            done = bottega("show", path, output, *more)
            assert (done.returncode, "Traceback" in done.stderr) == (2, False)
            assert f"The stored data {digest} is damaged. Run `bottega workspace verify --repair`" in (
                done.stdout + done.stderr
            )
    assert not (tmp_path / "written.csv").exists()


@pytest.mark.slow
@pytest.mark.parametrize("change", DAMAGES)
def test_what_is_damaged_is_computed_again_after_a_repair(
    ran: Path, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    path = copied(ran, tmp_path)
    whole = {file.name: file.read_bytes() for file in stored(path)}
    _damage(path, change)
    problems = told("workspace", "verify", *at(path), code=1)["problems"]
    assert problems
    assert not [line for line in problems if "Return a table" in line]
    told("workspace", "verify", "--repair", *at(path), code=1)
    nodes = {node["id"]: node["cached"] for node in told("run", path)["nodes"]}
    assert nodes["people"] is False
    assert {file.name: file.read_bytes() for file in stored(path)} == whole
    assert told("workspace", "verify", *at(path))["problems"] == []
    assert all(node["cached"] for node in told("run", path)["nodes"])
    assert told("show", path, "people")["rows"][0][0] == "ann"


@pytest.mark.slow
@pytest.mark.parametrize("more", [(), ("--fresh",)], ids=["run", "fresh"])
def test_what_was_cut_is_computed_again_by_itself(ran: Path, tmp_path: Path, more: tuple[str, ...]) -> None:
    path = copied(ran, tmp_path)
    whole = {file.name: file.read_bytes() for file in stored(path)}
    _damage(path, _cut)
    assert not any(node["cached"] for node in told("run", path, *more)["nodes"])
    assert {file.name: file.read_bytes() for file in stored(path)} == whole


LOOKING = [("show",), ("show", "people"), ("check",), ("why",)]


@pytest.mark.slow
def test_a_full_disk(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "2m") as small:
        path = experiment.write(small.folder)
        assert bottega("run", path).returncode == 0
        expected = _looked(path)
        small.fill()
        assert _looked(path) == expected
        assert "No space left on device" in refused("workspace", "allow", "local-files", *at(path))
        assert "No space left on device" in refused("run", path, "--fresh")
        assert told("workspace", "prune", "--keep-runs", 0, *at(path))["runs"] == 1
        small.empty()
        assert bottega("run", path).returncode == 0


@pytest.mark.slow
def test_a_disk_that_a_run_fills(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "2m") as small:
        path = small.folder / "e.yaml"
        path.write_text(
            "bottega: 1\nnodes:\n  big:\n    module: execute-python-script\n    parameters:\n      script: |\n"
            "        import pandas as pd\n        def azureml_main():\n            return pd.DataFrame({'a': range(10**6)}),\n"
        )
        assert "No space left on device" in bottega("run", path).stderr
        small.fill()
        assert "e.yaml" in said("workspace", "runs", *at(path))
        assert told("workspace", "prune", "--keep-runs", 0, *at(path))["runs"] == 1


@pytest.mark.slow
def test_a_read_only_disk(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "4m") as small:
        path = experiment.write(small.folder)
        assert bottega("run", path).returncode == 0
        expected = _looked(path)
        with small.read_only():
            assert _looked(path) == expected
            assert told("workspace", "verify", *at(path))["problems"] == []
            for work in (("run", path, "--fresh"), ("workspace", "prune", *at(path)),
                         ("workspace", "verify", "--repair", *at(path)),
                         ("workspace", "allow", "local-files", *at(path))):  # fmt: skip
                assert "read-only" in refused(*work).lower()


def _looked(path: Path) -> list[str]:
    return [said(verb, path, *more) for verb, *more in LOOKING] + [
        said("workspace", verb, *at(path)) for verb in ("show", "runs")
    ]


@pytest.fixture
def without_results(ran: Path, tmp_path: Path) -> Path:
    path = copied(ran, tmp_path)
    connection = sqlite3.connect(path.parent / ".bottega" / "bottega.db", isolation_level=None)
    connection.execute("DROP TABLE result")
    connection.close()
    return path


def test_a_table_that_is_gone_is_told_as_damage(without_results: Path) -> None:
    message = refused("run", without_results)
    assert (
        f"The database of the workspace {without_results.parent / '.bottega'} is damaged: no such table: result"
        in message
    )
    assert "workspace restore" in message
