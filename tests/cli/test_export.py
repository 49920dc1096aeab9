"""`bottega export` as a person uses it, by process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.helpers import bottega

pytestmark = pytest.mark.slow  # many processes

_EXPERIMENT = """\
bottega: 1
title: Try
nodes:
  people:
    dataset: {file: people.csv}
  some:
    module: select-columns-in-dataset
    inputs: {dataset: people}
    parameters: {columns: [age]}
    comment: Only what counts
  other:
    module: split-data
    inputs: {dataset: people}
"""


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text("name,age\nAnn,31\nBob,\n")
    (tmp_path / "try.yaml").write_text(_EXPERIMENT)
    return tmp_path / "try.yaml"


def _here(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The command line in that folder."""
    return subprocess.run(
        [sys.executable, "-m", "bottega.cli.main", "export", *map(str, arguments)],
        capture_output=True, text=True, timeout=60, check=False, cwd=folder, env=dict(os.environ),
    )  # fmt: skip


def test_a_script_here_by_the_name_of_the_file(experiment: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    done = _here(here, experiment, "--script")
    assert done.returncode == 0, done.stderr
    assert sorted(path.relative_to(here).as_posix() for path in here.rglob("*")) == [
        "try.py", "try_data", "try_data/people.arrows",
    ]  # fmt: skip
    assert done.stdout.splitlines() == [f"written  {here / 'try_data/people.arrows'}", f"written  {here / 'try.py'}"]
    ran = subprocess.run([sys.executable, here / "try.py"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("some: Table(2 x 1; age: Integer)\n")
    assert '# Only what counts\nsome = select_columns_in_dataset(people, columns=Columns.named("age"))' in (
        (here / "try.py").read_text()
    )  # fmt: skip


def test_options(experiment: Path, tmp_path: Path) -> None:
    path = tmp_path / "else.ipynb"
    arguments = (
        "export",
        experiment,
        "--notebook",
        "-o",
        path,
        "--to",
        "some",
        "--set",
        "some.columns=[name]",
        "--json",
    )
    done = bottega(*arguments)
    told = json.loads(done.stdout)
    assert (done.returncode, told["file"], told["notes"]) == (0, str(path), [])
    assert told["data"] == [str(tmp_path / "else_data" / "people.arrows")]
    code = "".join("".join(cell["source"]) for cell in json.loads(path.read_text())["cells"])
    assert 'Columns.named("name")' in code
    assert "split_data" not in code
    again = bottega(*arguments)
    assert (again.returncode, json.loads(again.stdout)["error"]["code"]) == (2, "usage")
    assert "would be overwritten" in again.stdout
    assert bottega(*arguments, "--force").returncode == 0


def test_what_is_wrong_is_told_and_nothing_written(experiment: Path, tmp_path: Path) -> None:
    experiment.write_text(_EXPERIMENT.replace("dataset: people}", "dataset: nobody}"))
    done = bottega("export", experiment, "--script", "-o", tmp_path / "out.py")
    assert done.returncode == 2
    assert "try.yaml:8: some.dataset" in done.stderr
    told = json.loads(bottega("export", experiment, "--script", "-o", tmp_path / "out.py", "--json").stdout)
    assert told["error"]["code"] == "experiment-problems"
    assert {problem["node"] for problem in told["problems"]} == {"some", "other"}
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--script", "--to", "nobody"], "There is no node nobody"),
        (["--script", "--set", "some.colour=1"], "has no parameter colour"),
        (["--script", "-o", "missing/out.py"], "its folder does not exist"),
        ([], "one of the arguments --script --notebook --classic is required"),
        (["--script", "--notebook"], "not allowed with argument --script"),
    ],
)
def test_misuse(experiment: Path, arguments: list[str], told: str) -> None:
    done = _here(experiment.parent, experiment, *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_no_such_file(tmp_path: Path) -> None:
    done = bottega("export", tmp_path / "none.yaml", "--script")
    assert done.returncode == 2
    assert "Error 0048" in done.stderr
    assert not list(tmp_path.iterdir())
