"""`bottega run --output`: mistakes are told before anything runs, and what was not written after it."""

from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path

import pytest

from tests.cli import experiment as people
from tests.cli.experiment import told
from tests.cli.helpers import bottega

pytestmark = pytest.mark.slow  # many processes


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The experiment, once run."""
    path = people.write(tmp_path_factory.mktemp("people") / "home")
    told("run", path)
    return path


@pytest.fixture
def experiment(ran: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its copy, in the current folder."""
    path = people.copied(ran, tmp_path)
    monkeypatch.chdir(path.parent)
    return path


def _runs(path: Path) -> int:
    with sqlite3.connect(path.parent / ".bottega" / "bottega.db") as database:
        [(count,)] = database.execute("SELECT count(*) FROM run")
    database.close()
    return int(count)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--output", "some=o.xyz"], "tells no format"),
        (["--output", "people=o"], "tells no format"),
        (["--to", "some", "--output", "script=o.csv"], "script is not among the nodes"),
        (["--output", "script.python_device=people.csv"], "it is there and no folder"),
        (["--output", "script.python_device=people.csv/below"], "people.csv is no folder"),
        (["--output", "some=none/o.csv"], "its folder does not exist"),
        (["--output", "some=taken.csv"], "no regular file"),
        (["--output", "some=o.csv", "--output", "people=./o.csv"], "some goes to the same place"),
    ],
    ids=range(8),
)
def test_mistakes_are_told_before_anything_runs(experiment: Path, arguments: list[str], says: str) -> None:
    (experiment.parent / "taken.csv").mkdir()
    answer = told("run", experiment, "--fresh", *arguments, code=2)
    assert (answer["run"], answer["nodes"]) == (None, [])
    assert says in answer["error"]["message"]
    assert _runs(experiment) == 1


def test_each_type_is_written_as_what_it_is(experiment: Path) -> None:
    outputs = ["--output", "some=some.csv", "--output", "script.python_device=device", "--output", "script.files=f.zip"]
    answer = told("run", experiment, *outputs)
    assert answer["written"] == ["some.csv", "device/drawn.svg", "device/log.txt", "f.zip"]
    assert answer["unwritten"] == []
    here = experiment.parent
    assert (here / "some.csv").read_text().splitlines()[0] == "age,bmi"
    assert (here / "device" / "drawn.svg").read_text().startswith("<svg")
    assert (here / "device" / "log.txt").read_text() == "three people\n"
    with zipfile.ZipFile(here / "f.zip") as archive:
        assert archive.read("note.txt") == b"kept"
    assert told("run", experiment, *outputs)["written"] == answer["written"]  # over what is there


def test_a_bundle_is_written_by_any_name(experiment: Path) -> None:
    with zipfile.ZipFile(experiment.parent / "b.zip", "w") as archive:
        archive.writestr("m.py", "x = 1\n")
    experiment.write_text("bottega: 1\nnodes:\n  bundle:\n    dataset: {file: b.zip}\n")
    assert told("run", experiment, "--output", "bundle=again.bin")["written"] == ["again.bin"]
    assert (experiment.parent / "again.bin").read_bytes() == (experiment.parent / "b.zip").read_bytes()


def test_what_gave_nothing_is_told_and_the_rest_written(experiment: Path) -> None:
    outputs = ["--output", "script.result_dataset2=o.csv", "--output", "some=some.csv"]
    answer = told("run", experiment, *outputs, code=1)
    assert answer["status"] == "Finished"
    assert answer["written"] == ["some.csv"]
    [unwritten] = answer["unwritten"]
    assert unwritten["path"] == "o.csv"
    assert "nothing at script.result_dataset2: the node left it out" in unwritten["message"]
    done = bottega("run", experiment, *outputs)
    assert done.returncode == 1
    assert "Finished in" in done.stdout
    assert "written  some.csv" in done.stdout
    assert "o.csv was not written: There is nothing at script.result_dataset2" in done.stderr


def test_an_output_that_its_format_cannot_hold_keeps_the_report(experiment: Path) -> None:
    answer = told("run", experiment, "--output", "people=o.svm", "--output", "some=some.csv", code=1)
    assert answer["status"] == "Finished"
    assert [node["status"] for node in answer["nodes"]] == ["Finished"] * 3
    assert answer["written"] == ["some.csv"]
    assert [each["path"] for each in answer["unwritten"]] == ["o.svm"]
    assert answer["unwritten"][0]["message"].startswith("Error 00")
    assert not (experiment.parent / "o.svm").exists()


def test_a_failed_node_is_told_and_what_it_printed_is_written(experiment: Path) -> None:
    experiment.write_text(people.TEXT.replace("people['age'] * 2", "people['none']"))
    outputs = ["--output", "script=o.csv", "--output", "script.python_device=device"]
    answer = told("run", experiment, *outputs, code=1)
    assert answer["status"] == "Failed"
    [unwritten] = answer["unwritten"]
    assert unwritten["path"] == "o.csv"
    assert "the node failed: Error 0085, line 8: KeyError" in unwritten["message"]
    assert (experiment.parent / "device" / "log.txt").read_text().startswith("three people\n")
