"""Exported programs on disk: both file and folder or neither, and nothing of anyone else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bottega.dataset import formats
from bottega.engine.export.export import Form, default_name
from bottega.errors import BottegaError
from bottega.graph.document import FileRef
from bottega.store.workspace import Workspace
from tests.engine.exporting import code_of, exported, typed_in
from tests.engine.helpers import people


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with Workspace.open(tmp_path_factory.mktemp("export") / "workspace") as opened:
        yield opened


def test_nothing_is_overwritten_unless_forced(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "told.py"
    folder = tmp_path / "told_data"
    for there in (path, folder):
        if there is path:
            path.write_text("mine")
        else:
            path.unlink()
            folder.mkdir()
            (folder / "mine.txt").write_text("mine")
        with pytest.raises(BottegaError, match="would be overwritten") as caught:
            exported(people(tmp_path), workspace, path)
        assert caught.value.code == "usage"
    (folder / "people.arrows").write_text("old")
    exported(people(tmp_path), workspace, path, force=True)
    assert (folder / "mine.txt").read_text() == "mine"
    assert formats.read(folder / "people.arrows").num_rows == 3
    assert "people = formats.read" in code_of(path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["people.csv", "told.py", "told_data"]


@pytest.mark.parametrize("target", ["missing/told.py", "folder.py", "taken.py"])
def test_places_that_cannot_be_written(workspace: Workspace, tmp_path: Path, target: str) -> None:
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "taken_data").write_text("a file")
    with pytest.raises(BottegaError) as caught:
        exported(typed_in(), workspace, tmp_path / target, force=True)
    assert caught.value.code == "0048"


def test_an_input_that_cannot_be_read_leaves_nothing(workspace: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "bad.parquet").write_text("no parquet")
    experiment = people(tmp_path).add_dataset("bad", FileRef("bad.parquet"))
    with pytest.raises(BottegaError):
        exported(experiment, workspace, out / "told.py")
    assert not list(out.iterdir())


@pytest.mark.parametrize(
    ("source", "expected"),
    [("rank.yaml", "rank.py"), ("bottega.yaml", "bottega_experiment.py"), ("json.yml", "json_experiment.py"),
     ("pandas.yaml", "pandas_experiment.py"), ("my own.bottega.yaml", "my own.bottega.py")],
)  # fmt: skip
def test_a_name_hides_no_module(source: str, expected: str) -> None:
    assert default_name(source, Form.SCRIPT, frozenset(["pandas"])) == expected
