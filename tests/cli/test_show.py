"""`bottega show`: what was computed, from which run, and whether it still holds."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import pty
import re
import sys
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli import experiment
from tests.cli.experiment import copied, refused, said, told
from tests.cli.helpers import bottega

pytestmark = pytest.mark.slow  # many processes


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = experiment.write(tmp_path_factory.mktemp("show"))
    assert bottega("run", path).returncode == 0
    return path


def test_a_table_with_rows_types_and_profile(ran: Path) -> None:
    shown = told("show", ran, "people")
    assert (shown["node"], shown["port"], shown["type"]) == ("people", "dataset", "DataTable")
    assert shown["shape"] == [3, 3]
    assert [column["type"] for column in shown["columns"]] == ["String", "Integer", "Double"]
    assert shown["rows"] == [["ann", 31, 22.5], ["bob", 45, None], ["cyd", 29, 30.1]]
    age, bmi = shown["profile"][1:]
    assert (age["min"], age["max"], age["mean"], age["distinct"]) == (29, 45, 35.0, 3)
    assert (bmi["missing"], bmi["count"]) == (1, 2)
    assert bmi["mean"] == pytest.approx(26.3)


def test_a_table_as_text(ran: Path) -> None:
    lines = said("show", ran, "people", "--rows", 2).splitlines()
    assert lines[0] == "people.dataset  DataTable, 3 rows × 3 columns"
    assert lines[2] == "up to date"
    assert [line.split() for line in lines[4:8]] == [
        ["name", "age", "bmi"], ["String", "Integer", "Double"], ["ann", "31", "22.5"], ["bob", "45"],
    ]  # fmt: skip
    assert lines[8] == "… 1 more row"
    assert next(line for line in lines if line.startswith("bmi")).split()[1:3] == ["1", "2"]


def test_rows_and_columns_as_asked_for(ran: Path) -> None:
    shown = told("show", ran, "script", "--columns", "twice,age", "--rows", 1, "--no-profile")
    assert [column["name"] for column in shown["columns"]] == ["twice", "age"]
    assert shown["rows"] == [[62, 31]]
    assert "profile" not in shown
    text = said("show", ran, "people", "--columns", "bmi", "--columns", "name", "--rows", 0, "--no-profile")
    assert [line.split() for line in text.splitlines()[4:]] == [["bmi", "name"], ["Double", "String"]]


def test_the_run_that_it_is_from(ran: Path) -> None:
    shown = told("show", ran, "some")
    runs = told("workspace", "runs", "--workspace", ran.parent / ".bottega")["runs"]
    assert shown["run"] == runs[0]["id"]
    assert shown["current"] is True
    assert runs[0]["started"] <= shown["computed"] <= runs[0]["ended"]


def test_a_reused_result_tells_when_it_was_computed(ran: Path, tmp_path: Path) -> None:
    path = copied(ran, tmp_path)
    first = told("show", path, "script")
    assert bottega("run", path).returncode == 0
    second = told("show", path, "script")
    assert second["cached"] is True
    assert second["run"] > first["run"]
    assert (second["computed"], second["seconds"]) == (first["computed"], first["seconds"])


def test_text_and_pictures_of_a_script(ran: Path, tmp_path: Path) -> None:
    shown = told("show", ran, "script.python_device", "--output", tmp_path / "device")
    assert shown["log"] == "three people\n"
    assert shown["pictures"] == ["drawn.svg"]
    assert (tmp_path / "device" / "drawn.svg").read_text().startswith("<svg")
    assert (tmp_path / "device" / "log.txt").read_text() == "three people\n"
    text = said("show", ran, "script.device")
    assert "three people\npicture  drawn.svg\n" in text


def test_entries_of_a_zip(ran: Path, tmp_path: Path) -> None:
    shown = told("show", ran, "script.files", "--output", tmp_path / "files.zip")
    assert shown["entries"] == [{"name": "note.txt", "bytes": 4}]
    with zipfile.ZipFile(tmp_path / "files.zip") as archive:
        assert archive.read("note.txt") == b"kept"
    assert re.search(r"note\.txt +4\n", said("show", ran, "script.files"))


@pytest.mark.slow
def test_what_is_told_of_a_model(tmp_path: Path) -> None:
    path = tmp_path / "learner.yaml"
    path.write_text("bottega: 1\nnodes:\n  learner:\n    module: linear-regression\n")
    assert bottega("run", path).returncode == 0
    shown = told("show", path, "learner")
    assert shown["type"] == "UntrainedModel"
    assert shown["described"]["learner"] == "Linear Regression"
    assert "learner: Linear Regression\n" in said("show", path, "learner")


def test_output_in_the_format_of_the_extension(ran: Path, tmp_path: Path) -> None:
    assert told("show", ran, "some", "--output", tmp_path / "some.parquet")["written"] == [
        str(tmp_path / "some.parquet")
    ]
    assert pq.read_table(tmp_path / "some.parquet").to_pydict() == {"age": [31, 45, 29], "bmi": [22.5, None, 30.1]}
    said("show", ran, "some", "--output", tmp_path / "some.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "some.csv").read_text())))
    assert rows == [["age", "bmi"], ["31", "22.5"], ["45", ""], ["29", "30.1"]]


def test_out_of_date_after_a_change(ran: Path, tmp_path: Path) -> None:
    path = copied(ran, tmp_path)
    path.write_text(path.read_text().replace("[age, bmi]", "[age]"))
    shown = told("show", path, "some")
    assert shown["current"] is False
    assert "parameter columns changed from ['age', 'bmi'] to ['age']" in shown["reason"]
    assert "out of date: parameter columns" in said("show", path, "some")
    assert "some" in told("show", path, "script")["reason"]


def test_every_node(ran: Path, tmp_path: Path) -> None:
    path = copied(ran, tmp_path)
    path.write_text(path.read_text().replace("age'] * 2", "no such column'] * 2"))
    assert bottega("run", path).returncode == 1
    nodes = {each["node"]: each for each in told("show", path)["nodes"]}
    assert list(nodes) == ["people", "some", "script"]
    assert nodes["some"]["outputs"] == [{"port": "results_dataset", "type": "DataTable", "rows": 3, "columns": 2}]
    assert (nodes["some"]["status"], nodes["some"]["current"]) == ("Finished", True)
    assert (nodes["script"]["status"], nodes["script"]["current"]) == ("Failed", False)
    assert nodes["script"]["last"]["error"]["code"] == "0085"
    assert nodes["script"]["run"] < nodes["script"]["last"]["run"]
    line = next(line for line in said("show", path).splitlines() if line.startswith("script"))
    assert line.split()[:3] == ["script", "execute-python-script", "Failed"]
    assert "it failed (Error 0085, line 8: KeyError: 'no such column')" in said("show", path, "script")


def test_a_saved_dataset_needs_no_run(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n2\n")
    said("dataset", "add", "numbers", tmp_path / "t.csv", "--workspace", tmp_path / ".bottega")
    path = tmp_path / "e.yaml"
    path.write_text("bottega: 1\nnodes:\n  numbers:\n    dataset: numbers\n")
    shown = told("show", path, "numbers")
    assert (shown["rows"], shown["run"], shown["current"]) == ([[1], [2]], None, True)


def test_nothing_computed_yet_tells_the_command(tmp_path: Path) -> None:
    path = experiment.write(tmp_path / "a folder")
    assert f"bottega run '{path}' --to some" in refused("show", path, "some")
    assert told("show", path, "some", code=2)["error"]["code"] == "usage"
    nodes = told("show", path)["nodes"]
    assert {each["status"] for each in nodes} == {"Draft"}
    assert "not run yet" in said("show", path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scrip"], "did you mean script?"),
        (["some.other"], "has no output other"),
        (["script.result_dataset2"], "gave nothing at result_dataset2"),
        (["some", "--columns", "agee"], "Error 0001"),
        (["some", "--rows", "-1"], "cannot be less than 0"),
        (["--output", "x.csv"], "--output needs the node"),
        (["some", "--output", "/nowhere/x.csv"], "its folder does not exist"),
        (["some", "--output", "x.unknown"], "tells no format"),
    ],
)
def test_what_cannot_be_shown(ran: Path, arguments: list[str], message: str) -> None:
    assert message in refused("show", ran, *arguments)


def test_an_experiment_that_cannot_run_still_shows_what_there_is(ran: Path, tmp_path: Path) -> None:
    path = copied(ran, tmp_path)
    path.write_text(path.read_text().replace("columns: [age, bmi]", "colums: [age, bmi]"))
    shown = told("show", path, "some")
    assert shown["shape"] == [3, 2]
    assert (shown["current"], "bottega check" in shown["reason"]) == (False, True)


def test_data_that_is_gone_is_told(ran: Path, tmp_path: Path) -> None:
    path = copied(ran, tmp_path)
    for file in (path.parent / ".bottega" / "files").rglob("*"):
        if file.is_file():
            file.unlink()
    assert "is not in the workspace" in refused("show", path, "some")


def test_nothing_that_a_terminal_obeys_comes_out(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('"a\x1b[2J","b\nc"\n"x\x1b]0;title\x07",1\n"y\rz",2\n')
    path = tmp_path / "e.yaml"
    path.write_text("bottega: 1\nnodes:\n  data:\n    dataset: {file: t.csv}\n")
    assert bottega("run", path).returncode == 0
    text = said("show", path, "data")
    assert set(text) & {"\x1b", "\x07", "\r"} == set()
    assert re.search(r"a\\x1b\[2J +b⏎c", text)


def test_a_single_row_as_pairs(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,x\n")
    said("dataset", "add", "t", tmp_path / "t.csv", "--workspace", tmp_path / "kept")
    lines = said("dataset", "show", "t", "--workspace", tmp_path / "kept").splitlines()
    assert [line.split() for line in lines[-2:]] == [["a", "Integer", "1"], ["b", "String", "x"]]


def test_on_a_terminal(ran: Path) -> None:
    pid, terminal = pty.fork()
    if not pid:
        os.execve(sys.executable, [sys.executable, "-m", "bottega.cli.main", "show", str(ran), "people"],
                  {**os.environ, "COLUMNS": "100", "TERM": "xterm"})  # fmt: skip
    data = b""
    with contextlib.suppress(OSError):  # the other side is closed
        while block := os.read(terminal, 1 << 16):
            data += block
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    text = re.sub(r"\x1b\[[0-9;]*m", "", data.decode())
    assert re.search(r"ann +│ +31 +│ +22\.5", text)
    assert re.search(r"age +│ +0 +│ +3 +│ +29 +│ +45 +│ +35", text)
