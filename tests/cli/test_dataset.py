"""`bottega dataset`: saving files, versions, samples."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cli.experiment import refused, said, told
from tests.cli.helpers import bottega

pytestmark = pytest.mark.slow  # many processes


@pytest.fixture
def place(tmp_path: Path) -> tuple[str, Path]:
    return "--workspace", tmp_path / "kept"


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,x\n2,y\n")
    return path


def test_saved_listed_shown_removed(place: tuple[str, Path], csv: Path) -> None:
    saved = told("dataset", "add", "my table", csv, "--description", "of two rows", *place)
    assert (saved["name"], saved["version"], saved["type"], saved["shape"]) == ("my table", 1, "DataTable", [2, 2])
    (listed,) = told("dataset", "list", *place)["datasets"]
    assert listed == saved
    shown = told("dataset", "show", "my table", *place)
    assert (shown["rows"], shown["description"], shown["source"]) == ([[1, "x"], [2, "y"]], "of two rows", "t.csv")
    assert shown["profile"][0]["mean"] == 1.5
    assert told("dataset", "remove", "my table", *place) == {"removed": "my table", "versions": 1}
    assert told("dataset", "list", *place)["datasets"] == []


def test_as_text(place: tuple[str, Path], csv: Path) -> None:
    assert said("dataset", "add", "t", csv, *place) == "t, version 1: DataTable, 2 rows × 2 columns\n"
    listed = said("dataset", "list", *place)
    assert next(line for line in listed.splitlines() if line.startswith("t ")).split()[:2] == ["t", "1"]
    text = said("dataset", "show", "t", "--columns", "b", "--no-profile", *place)
    assert [line.split() for line in text.splitlines()[-4:]] == [["b"], ["String"], ["x"], ["y"]]
    assert "t is removed" in said("dataset", "remove", "t", *place)


def test_a_name_that_is_there_gets_its_next_version(place: tuple[str, Path], csv: Path) -> None:
    said("dataset", "add", "t", csv, *place)
    csv.write_text("a\n7\n")
    assert told("dataset", "add", "t", csv, *place)["version"] == 2
    assert told("dataset", "show", "t", *place)["rows"] == [[7]]
    assert told("dataset", "show", "t", "--version", 1, *place)["rows"] == [[1, "x"], [2, "y"]]
    assert "has no version 3" in refused("dataset", "show", "t", "--version", 3, *place)


@pytest.mark.slow
def test_any_format_in_and_out(place: tuple[str, Path], tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": [1.5, None]}), tmp_path / "n.parquet")
    said("dataset", "add", "n", tmp_path / "n.parquet", *place)
    said("dataset", "show", "n", "--output", tmp_path / "n.jsonl", *place)
    assert [json.loads(line) for line in (tmp_path / "n.jsonl").read_text().splitlines()] == [{"n": 1.5}, {"n": None}]


@pytest.mark.slow
def test_a_zip_stays_as_it_is(place: tuple[str, Path], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as archive:
        archive.writestr("helper.py", "x = 1\n")
    assert told("dataset", "add", "bundle", tmp_path / "bundle.zip", *place)["type"] == "Zip"
    shown = told("dataset", "show", "bundle", "--output", tmp_path / "again.zip", *place)
    assert shown["entries"] == [{"name": "helper.py", "bytes": 6}]
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "bundle.zip").read_bytes()


def test_samples_are_listed_and_told(place: tuple[str, Path]) -> None:
    listed = told("dataset", "list", *place)
    assert "iris" in [sample["name"] for sample in listed["samples"]]
    assert told("dataset", "show", "iris", *place)["sample"] is True
    assert "`dataset: iris`" in said("dataset", "show", "iris", *place)
    assert "\niris " in said("dataset", "list", *place)


def test_a_dataset_comes_before_a_sample_of_its_name(place: tuple[str, Path], csv: Path) -> None:
    said("dataset", "add", "iris", csv, *place)
    assert told("dataset", "show", "iris", *place)["shape"] == [2, 2]
    assert said("dataset", "list", *place).count("iris") == 1


def test_an_experiment_of_the_same_workspace_names_it(place: tuple[str, Path], csv: Path, tmp_path: Path) -> None:
    said("dataset", "add", "t", csv, *place)
    path = tmp_path / "e.yaml"
    path.write_text("bottega: 1\nnodes:\n  data:\n    dataset: t\n")
    assert bottega("run", path, *place).returncode == 0
    assert told("show", path, "data", *place)["rows"] == [[1, "x"], [2, "y"]]


def test_looking_makes_no_workspace(place: tuple[str, Path]) -> None:
    told("dataset", "list", *place)
    refused("dataset", "show", "none", *place)
    refused("dataset", "remove", "none", *place)
    assert not place[1].exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.txt", b"a", "tells no format"),
        ("none.csv", None, "Error 0048"),
        ("bad.zip", b"no zip", "Error 0102"),
        ("bad.parquet", b"no parquet", "Error 00"),
        ("bad.csv", b"a,b\n1,2,3\n", "Error 0061"),
    ],
)
def test_files_that_are_none(
    place: tuple[str, Path], tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert message in refused("dataset", "add", "t", tmp_path / name, *place)


@pytest.mark.parametrize("name", ["", "a/b", "x" * 300, "line\nbreak"])
def test_names_that_are_none(place: tuple[str, Path], csv: Path, name: str) -> None:
    assert "cannot be the name of a dataset" in refused("dataset", "add", name, csv, *place)


def test_names_that_are_unknown(place: tuple[str, Path], csv: Path) -> None:
    said("dataset", "add", "t", csv, *place)
    assert "There is no dataset named u" in refused("dataset", "show", "u", *place)
    assert told("dataset", "remove", "u", *place, code=2)["error"]["code"] == "usage"
    assert "cannot be less than 0" in refused("dataset", "show", "t", "--rows", "-2", *place)
    assert "usage:" in refused("dataset")
