"""Environments where the command line runs scripts: by option, by the experiment's file, by the script's own words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bottega.engine.inline_metadata import Inline
from bottega.graph import reading
from bottega.graph.file import load
from bottega.sandbox.host.environment import Environment
from bottega.store.workspace import Workspace
from tests.cli.experiment import refused, told, write
from tests.cli.helpers import bottega, script_json
from tests.engine.environments import Names
from tests.graph.classic import shapes

SCRIPT = "def azureml_main(df=None):\n    import pandas\n    return pandas.DataFrame({'x': [1]})\n"
BLOCK = '# /// script\n# dependencies = ["rich"]\n# ///\n'
TEXT = """\
bottega: 1
environment: gone
nodes:
  script:
    module: execute-python-script
    parameters:
      script: |
        import pandas
        def azureml_main():
            return pandas.DataFrame({"x": [1]})
"""
INLINE = Inline(("pandas", "pyarrow", "rich"))


@pytest.fixture
def names(tmp_path: Path, environment: Environment, monkeypatch: pytest.MonkeyPatch) -> Names:
    return Names(tmp_path / "home", environment, monkeypatch)


def test_run_in_another_environment(tmp_path: Path, names: Names) -> None:
    names.give("mine")
    path = tmp_path / "one.yaml"
    path.write_text(TEXT)
    message = refused("run", path)
    assert "one.yaml:2: There is no environment gone; there are " in message
    assert "There is no environment other" in refused("run", path, "--environment", "other")
    first = told("run", path, "--environment", "mine")
    assert first["status"] == "Finished"
    with Workspace.open(tmp_path / ".bottega") as workspace:
        assert reading.loads(workspace.runs.get(first["run"]).document).experiment.environment == "mine"
    assert path.read_text() == TEXT


def test_check_tells_the_line_of_a_script_s_own_words(tmp_path: Path) -> None:
    path = write(tmp_path / "experiment")
    path.write_text(
        path.read_text().replace(
            "        def azureml",
            "        # /// script\n        # dependencies = 3\n        # ///\n        def azureml",
        )
    )
    found = told("check", path, code=1)["problems"]
    assert [(each["code"], each["node"]) for each in found] == [("inline-metadata", "script")]
    assert path.read_text().splitlines()[found[0]["line"] - 1].strip() == "# dependencies = 3"


def test_a_script_s_own_environment_is_found_again(tmp_path: Path, names: Names) -> None:
    """And an option counts instead of what it asks for."""
    names.give(INLINE.name, INLINE.requirements)
    path = tmp_path / "step.py"
    path.write_text(BLOCK + SCRIPT)
    assert script_json(path)["status"] == "ok"
    path.write_text(BLOCK.replace("rich", "!") + SCRIPT)
    wrong = script_json(path, code=2)["error"]
    assert wrong["code"] == "inline-metadata"
    assert "line 2" in wrong["message"]
    assert script_json(path, "--environment", "default")["status"] == "ok"


@pytest.mark.slow  # it is built, from the package index
def test_a_script_s_own_environment_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTTEGA_HOME", str(tmp_path / "home"))
    path = tmp_path / "step.py"
    path.write_text('# /// script\n# dependencies = ["humanize"]\n# ///\nimport humanize\n' + SCRIPT)
    assert script_json(path)["status"] == "ok"
    built = json.loads(bottega("environment", "list", "--json").stdout)["environments"]
    [own] = [each for each in built if each["name"].startswith("script-")]
    again = script_json(path)
    assert again["results"][0]["rows"] == 1
    assert own["name"] == Inline(("humanize", "pandas", "pyarrow")).name


def test_import_chooses_the_environment_for_scripts_of_classic(tmp_path: Path) -> None:
    tree = {"Description": "Old", "Summary": "", "Graph": shapes.graph(), "WebService": None}
    (tmp_path / "graph.json").write_text(json.dumps(tree))
    found = told("import", tmp_path / "graph.json", "-o", tmp_path / "mine.yaml", "--workspace", tmp_path / "none")
    assert load(tmp_path / "mine.yaml").experiment.environment == "classic"
    first, second = found["notes"]
    assert first.startswith("Scripts ran on Anaconda 2.0/Python 2.7.7: `environment: classic`")
    assert second.startswith("Scripts in Python 2 (n-")


def test_packages_are_added_to_environments_of_one_s_own(names: Names) -> None:
    names.give("mine")
    assert "ships" in refused("environment", "update", "default", "--add", "rich")
    assert "Nothing tells what mine was made from" in refused("environment", "update", "mine", "--add", "rich")
    assert "no environment named other" in refused("environment", "update", "other", "--add", "rich")
    names.give("mine", "pandas\n")
    assert "@" in refused("environment", "update", "mine", "--add", "rich @ http://127.0.0.1:9/x.whl")
