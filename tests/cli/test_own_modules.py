"""`bottega modules add|list|remove|new`: modules of one's own, from the skeleton to a run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bottega.cli import check
from bottega.errors import BottegaError
from tests.cli.experiment import refused, said, told
from tests.cli.helpers import bottega

EXPERIMENT = """bottega: 1
nodes:
  people:
    dataset: {file: people.csv}
  scale:
    module: scale-it
    inputs: {dataset: people}
    parameters: {factor: 3}
"""


@pytest.mark.slow
def test_from_the_skeleton_to_a_run(tmp_path: Path) -> None:
    space = ["--workspace", tmp_path / "space"]
    written = told("modules", "new", "Scale It", "--folder", tmp_path / "mine")["written"]
    assert written == [str(tmp_path / "mine" / "scale_it.py"), str(tmp_path / "mine" / "test_scale_it.py")]
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path / "mine", tmp_path / "mine"],
        capture_output=True, text=True, check=False, cwd=tmp_path, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "4 passed" in tested.stdout
    assert told("modules", "add", tmp_path / "mine", *space) == {
        "added": [{"name": "scale-it", "title": "Scale It", "version": 1}]
    }
    assert "scale-it" in said("modules", "list", *space)
    (listed,) = told("modules", "list", *space)["modules"]
    assert (listed["name"], listed["version"], listed["source"]) == ("scale-it", 1, str(tmp_path / "mine"))
    assert said("modules", "Scale It", *space).startswith("# Scale It\n")
    assert "My Modules" in said("modules", *space).splitlines()
    (tmp_path / "people.csv").write_text("name,age\nann,1\nbob,\n")
    (tmp_path / "e.yaml").write_text(EXPERIMENT)
    assert told("check", tmp_path / "e.yaml", *space)["problems"] == []
    assert told("run", tmp_path / "e.yaml", *space, "--set", "scale.factor=4")["status"] == "Finished"
    shown = told("show", tmp_path / "e.yaml", "scale", *space)
    assert "4" in str(shown)
    assert "will" not in refused("modules", "Scale It")  # the workspace here is another one
    told("export", tmp_path / "e.yaml", "--classic", "-o", tmp_path / "graph.json", *space)
    report = told("import", tmp_path / "graph.json", "-o", tmp_path / "back.yaml", *space)
    assert [(each["module"], each["fate"]) for each in report["modules"]] == [("scale-it", "mapped")]
    assert told("modules", "remove", "scale-it", *space) == {"removed": "scale-it", "versions": 1}
    assert told("modules", "list", *space) == {"modules": []}
    assert told("check", tmp_path / "e.yaml", *space, code=1)["problems"][0]["code"] == "module-unknown"


def test_pages_in_docs_are_of_shipped_modules_alone(tmp_path: Path) -> None:
    said("modules", "new", "scale-it", "--folder", tmp_path)
    said("modules", "add", tmp_path / "scale_it.py", "--workspace", tmp_path / "space")
    said("modules", "--write", tmp_path / "pages", "--workspace", tmp_path / "space")
    assert not (tmp_path / "pages" / "scale-it.md").exists()
    assert (tmp_path / "pages" / "split-data.md").exists()


@pytest.mark.parametrize("name", ["", "1st", "a/b", "class", "..", "x" * 65, "ä", "test-it"])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    assert "no name for a module" in refused("modules", "new", name, "--folder", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    said("modules", "new", "scale-it", "--folder", tmp_path)
    assert "Error 0057" in refused("modules", "new", "scale_it", "--folder", tmp_path)


def test_what_cannot_be_added(tmp_path: Path) -> None:
    space = ["--workspace", tmp_path / "space"]
    (tmp_path / "broken.py").write_text("x = (\n")
    assert "broken.py, line 1: SyntaxError" in refused("modules", "add", tmp_path / "broken.py", *space)
    assert told("modules", "add", tmp_path / "broken.py", *space, code=2)["error"]["code"] == "0114"
    assert "no such file" in refused("modules", "add", tmp_path / "nothing", *space)
    assert "There is no module named" in refused("modules", "remove", "nothing", *space)
    assert bottega("modules", "add").returncode == 2


def test_what_a_refusal_says_is_harmless_and_bounded(capsys: pytest.CaptureFixture[str]) -> None:
    error = BottegaError("0114", reason="\x1b]0;title\x07\x1b[2J" + "x" * 1_000_000)
    check.refused("modules", error, as_json=False)
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "\\x1b]0;title" in said
    assert len(said) < 11_000
    check.refused("modules", error, as_json=True)
    assert len(capsys.readouterr().out) < 11_000
