"""`bottega import` and `bottega export --classic`: experiments of the classic Studio, and back to its JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bottega.graph.file import load
from tests.cli.experiment import refused, said, told
from tests.cli.helpers import EXAMPLES, bottega
from tests.graph.classic import shapes
from tests.graph.classic.shapes import FIRST, GLOBAL

CUSTOM = f"{GLOBAL}.{'ab' * 16}.v1-default-99"


def document(**more: Any) -> dict[str, Any]:
    """A whole experiment as clients get it, with things that nobody asked for."""
    return {
        "ExperimentId": "x", "Description": "Income", "Summary": "Who earns much?", "Etag": "1", "NodeStatuses": [],
        "Graph": shapes.graph(), "WebService": shapes.web_service(), "Status": {"StatusCode": "Finished"}, **more,
    }  # fmt: skip


def write(folder: Path, tree: Any, encoding: str = "utf-8") -> Path:
    path = folder / "graph.json"
    path.write_text(json.dumps(tree), encoding=encoding)
    return path


def test_a_whole_experiment_with_its_report(tmp_path: Path) -> None:
    tree = document()
    tree["Graph"]["ModuleNodes"].append(
        shapes.module(5, "ab" * 16, [shapes.parameter("Strength", "7"), shapes.parameter("Way", "up")], {}, ["Out"])
    )
    path = write(tmp_path, tree)
    found = told("import", path, "-o", tmp_path / "mine.yaml", "--workspace", tmp_path / "none")
    assert (found["file"], found["title"]) == (str(tmp_path / "mine.yaml"), "Income")
    assert [(each["module"], each["fate"]) for each in found["modules"]] == [
        ("select-columns-in-dataset", "mapped"), ("split-data", "mapped"), ("score-model", "mapped"),
        ("execute-python-script", "mapped"), (f"unknown-{GLOBAL}.{'ab' * 16}.v1-default-1642", "placeholder"),
    ]  # fmt: skip
    placeholder = found["modules"][-1]
    assert placeholder["kept"] == 2
    assert "custom module" in placeholder["reason"]
    assert [(each["kind"], each["name"], each["known"]) for each in found["assets"]] == [
        ("dataset", shapes.DATASET, False), ("trained-model", shapes.MODEL, False),
    ]  # fmt: skip
    experiment = load(tmp_path / "mine.yaml").experiment
    node = experiment.nodes[f"n-{FIRST}5"]
    assert dict(node.parameters) == {"Strength": "7", "Way": "up"}
    assert experiment.nodes[f"n-{FIRST}2"].parameters["fraction"] == 0.7
    assert experiment.layout[f"n-{FIRST}1"] == (10, 140)
    text = said("import", path, "-o", tmp_path / "mine.yaml", "--force", "--workspace", tmp_path / "none")
    assert "4 of 5 modules mapped, 0 of 2 datasets and models found" in text
    assert "2 parameters kept" in text
    assert "--asset ID=NAME" in text


def test_ids_are_told_on_the_command_line(tmp_path: Path) -> None:
    tree = document()
    tree["Graph"]["ModuleNodes"][0]["ModuleId"] = CUSTOM
    found = told(
        "import", write(tmp_path, tree), "-o", tmp_path / "mine.yaml", "--workspace", tmp_path / "none",
        "--module", f"{'AB' * 16}=Select Columns in Dataset", "--asset", f"{shapes.DATASET}=iris", "--asset", f"{shapes.MODEL}=mine",
    )  # fmt: skip
    assert {each["fate"] for each in found["modules"]} == {"mapped"}
    assert [(each["name"], each["known"]) for each in found["assets"]] == [("iris", True), ("mine", True)]
    assert load(tmp_path / "mine.yaml").experiment.nodes["iris"].dataset == "iris"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_graph_alone_as_powershell_writes_it(tmp_path: Path, encoding: str) -> None:
    tree = shapes.graph()
    tree["SerializedClientData"] = tree["SerializedClientData"].replace("'", '"').replace("><", ">\r\n  <")
    for name in ("PublishInfo", "Parameters"):
        del tree[name]
    path = write(tmp_path, [tree], encoding)
    bottega_ = bottega("import", path.name, "--workspace", tmp_path / "none")
    assert bottega_.returncode == 2  # it lies elsewhere
    found = told("import", path, "-o", tmp_path / "mine.yaml", "--workspace", tmp_path / "none")
    assert found["title"] == "graph"
    experiment = load(tmp_path / "mine.yaml").experiment
    assert experiment.layout[f"n-{FIRST}2"] == (10.5, 260)


def test_a_module_of_unknown_id_is_recognised_by_what_it_says(tmp_path: Path) -> None:
    tree = shapes.graph()
    tree["ModuleNodes"].append(
        shapes.module(5, "cd" * 16, [shapes.parameter("SQL Query Script", "select 1 as a from t1;")],
                      {"Table1": ("DataSourceId", shapes.DATASET), "Table2": None, "Table3": None}, ["Results dataset"])
    )  # fmt: skip
    found = told("import", write(tmp_path, tree), "-o", tmp_path / "mine.yaml", "--workspace", tmp_path / "none")
    assert (found["modules"][-1]["module"], found["modules"][-1]["fate"]) == ("apply-sql-transformation", "recognised")
    assert load(tmp_path / "mine.yaml").experiment.nodes[f"n-{FIRST}5"].parameters == {
        "query": "select 1 as a from t1;"
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing that classic exported"),
        ("bottega: 1\n", "nothing that classic exported"),
        ("{}", "nothing that classic exported"),
        ("[1, 2]", "nothing that classic exported"),
        ('{"Graph": {"ModuleNodes": [', "it is no JSON"),
        ('{"ModuleNodes": 7}', "Graph.ModuleNodes"),
        ('{"ModuleNodes": [{"Id": "a"}]}', "ModuleId"),
        (
            '{"ModuleNodes": [], "EdgesInternal": [{"SourceOutputPortId": "a:b", "DestinationInputPortId": "c:d"}]}',
            "no node",
        ),
        ('{"ModuleNodes": [], "SerializedClientData": "<a><b></a>"}', "no XML"),
        ("[" * 100_000, "nothing that classic exported"),
    ],
)
def test_what_is_no_experiment(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "graph.json").write_text(text)
    message = refused("import", tmp_path / "graph.json", "-o", tmp_path / "mine.yaml")
    assert reason in message
    assert not (tmp_path / "mine.yaml").exists()


def test_files_and_options_that_cannot_be(tmp_path: Path) -> None:
    path = write(tmp_path, document())
    assert "Error 0048" in refused("import", tmp_path / "nothing.json")
    (tmp_path / "mine.yaml").write_text("mine")
    assert "Error 0057" in refused("import", path, "-o", tmp_path / "mine.yaml")
    assert (tmp_path / "mine.yaml").read_text() == "mine"
    (tmp_path / "folder.yaml").mkdir()
    assert "Error 0048" in refused("import", path, "-o", tmp_path / "folder.yaml", "--force")
    assert "Error 0048" in refused("import", path, "-o", tmp_path / "nowhere" / "mine.yaml")
    assert {each.name for each in tmp_path.iterdir()} == {"graph.json", "mine.yaml", "folder.yaml"}
    for given in ("--module", "--asset"):
        assert "ID=NAME" in refused("import", path, "-o", tmp_path / "other.yaml", given, "x")
    assert "There is no module" in refused("import", path, "-o", tmp_path / "other.yaml", "--module", "x=y")
    (tmp_path / "latin.json").write_bytes(b'{"Graph": "\xe4"}')
    assert "UTF-8" in refused("import", tmp_path / "latin.json", "-o", tmp_path / "other.yaml")


@pytest.mark.slow
def test_there_and_back_again(tmp_path: Path) -> None:
    """With data files, which travel by their paths."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    source, back = tmp_path / "examples" / "income.yaml", tmp_path / "examples" / "back.yaml"
    exported = told("export", source, "--classic", "-o", tmp_path / "graph.json")
    assert exported["file"] == str(tmp_path / "graph.json")
    assert any("text" in note for note in exported["notes"])
    report = told("import", tmp_path / "graph.json", "-o", back)
    assert {each["fate"] for each in report["modules"]} == {"mapped"}
    assert told("check", back)["problems"] == []
    assert report["problems"] == []
    assert told("diff", source, back)["changes"] == []
    assert told("export", back, "--classic", "-o", tmp_path / "again.json")["notes"] == []
    assert "Error 0057" in refused("export", source, "--classic", "-o", tmp_path / "graph.json")
    assert "without --to" in refused("export", source, "--classic", "--to", "tidy", "-o", tmp_path / "x.json")
