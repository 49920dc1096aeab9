"""What previews ask for: columns in detail, comparisons, evaluations, pictures, entries; saving, and taking elsewhere."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bottega.server.routes.v1 import _tables
from tests.server.helpers import Served
from tests.server.v1.test_data import DRAWING, uploaded
from tests.server.v1.test_runs import ran

LEARNING = """bottega: 1
title: Learning
nodes:
  cells: {dataset: breast-cancer}
  learner: {module: two-class-logistic-regression}
  train:
    module: train-model
    inputs: {untrained_model: learner, dataset: cells}
    parameters: {label: diagnosis}
  score:
    module: score-model
    inputs: {trained_model: train, dataset: cells}
  evaluate:
    module: evaluate-model
    inputs: {scored_dataset: score}
"""
SCRIPT = """bottega: 1
title: Script
nodes:
  people:
    module: enter-data-manually
    parameters: {data: "name,age\\nAnn,31\\n"}
  twice:
    module: execute-python-script
    inputs: {dataset2: people}
    parameters:
      script: |
        def azureml_main(first, second):
            import os
            os.makedirs("outputs", exist_ok=True)
            open("outputs/note.txt", "w").write("hello")
            open("outputs/raw.bin", "wb").write(bytes(range(256)))
            return first.assign(age=first.age * 2)
"""


@pytest.fixture
def learned(server: Served) -> str:
    """A run whose model was evaluated."""
    return str(ran(server, LEARNING)["id"])


def unzipped(answer: Any) -> zipfile.ZipFile:
    assert answer.headers["content-type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_columns_of_a_wide_table(server: Served) -> None:
    names = [f"c{number}" for number in range(30)]
    data = uploaded(server, f"{','.join(names)}\n{','.join(['12345678901'] * 30)}\n")["id"]
    page = server.v1("GET", f"/datasets/{data}/rows", params={"column": 28, "columns": 5})
    assert ([each["name"] for each in page["columns"]], page["total_columns"]) == (["c28", "c29"], 30)
    told = server.v1("GET", f"/datasets/{data}/profile", params={"column": 3, "columns": 1, "bins": 4})
    assert ([each["name"] for each in told["columns"]], told["total_columns"]) == (["c3"], 30)
    assert told["columns"][0]["role"] == "feature"


def test_a_large_page_is_refused_with_a_way_out(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_tables, "_MOST_CELLS", 6)
    monkeypatch.setattr(_tables, "_MOST_PROFILED", 3)
    data = uploaded(server, "a,b,c,d\n1,2,3,4\n5,6,7,8\n")["id"]
    told = server.v1("GET", f"/datasets/{data}/rows", 400)["detail"]
    assert "2 rows of 4 columns are 8 values" in told
    assert "column=0&columns=3" in told
    assert server.v1("GET", f"/datasets/{data}/rows", params={"columns": 3})["rows"] == [[1, 2, 3], [5, 6, 7]]
    assert server.v1("GET", f"/datasets/{data}/rows", params={"offset": 1})["rows"] == [[5, 6, 7, 8]]
    assert len(server.v1("GET", f"/datasets/{data}/rows", params={"limit": 0})["columns"]) == 4
    assert "column=0&columns=3, then for column=3" in server.v1("GET", f"/datasets/{data}/profile", 400)["detail"]
    told = server.v1("GET", f"/datasets/{data}/profile", params={"column": 1, "columns": 3})
    assert [each["name"] for each in told["columns"]] == ["b", "c", "d"]


def test_long_texts_are_cut_where_asked(server: Served) -> None:
    data = uploaded(server, f"t\n{'x' * 50}\n")["id"]
    assert server.v1("GET", f"/datasets/{data}/rows", params={"text": 10})["rows"] == [["x" * 9 + "…"]]
    assert server.v1("GET", f"/datasets/{data}/rows")["rows"] == [["x" * 50]]


def test_a_column_and_its_logarithm(server: Served) -> None:
    data = uploaded(server, "v\n1\n10\n100\n1000\n")["id"]
    plain, logarithm = (
        server.v1("GET", f"/datasets/{data}/column", params={"name": "v", "bins": 3, "log": log})
        for log in ("false", "true")
    )
    assert plain["histogram"]["counts"] == [3, 0, 1]
    assert logarithm["histogram"]["edges"] == pytest.approx([1, 10, 100, 1000])
    assert plain["box"]["outliers"] == 0
    server.v1("GET", f"/datasets/{data}/column", 400, params={"name": "none"})


def test_a_comparison(server: Served) -> None:
    data = uploaded(server)["id"]
    told = server.v1("GET", f"/datasets/{data}/compare", params={"x": "size", "y": "ok"})
    assert (told["kind"], [group["value"] for group in told["groups"]]) == ("boxes", ["True", "False"])
    server.v1("GET", f"/datasets/{data}/compare", 400, params={"x": "size", "y": "none"})


def test_an_evaluation(server: Served, learned: str) -> None:
    told = server.v1("GET", f"/runs/{learned}/nodes/evaluate/evaluation")
    (one,) = told["datasets"]
    assert (told["task"], one["node"], one["rows"]) == ("two-class", "score", 569)
    assert (one["positives"], one["negatives"]) == (212, 357)
    assert one["thresholds"] == sorted(one["thresholds"], reverse=True)
    assert (one["true_positives"][-1], one["false_positives"][-1]) == (212, 357)
    # The counts at one half are those that were measured.
    at_half = sum(threshold > 0.5 for threshold in one["thresholds"]) - 1
    assert one["true_positives"][at_half] == pytest.approx(one["metrics"]["True Positives"], abs=2)
    server.v1("GET", f"/runs/{learned}/nodes/score/evaluation", 400)


def test_evaluations_of_the_same_data_tell_their_own_nodes(server: Served) -> None:
    again = (
        LEARNING
        + """  score-again:
    module: score-model
    inputs: {trained_model: train, dataset: cells}
  evaluate-again:
    module: evaluate-model
    inputs: {scored_dataset: score-again}
"""
    )
    run = ran(server, again)["id"]
    told = [
        server.v1("GET", f"/runs/{run}/nodes/{node}/evaluation")["datasets"] for node in ("evaluate", "evaluate-again")
    ]
    assert [(one["node"], one["port"]) for (one,) in told] == [
        ("score", "scored_dataset"), ("score-again", "scored_dataset"),
    ]  # fmt: skip


def test_saved_by_name(server: Served, learned: str) -> None:
    for node, port, kind, place in (
        ("score", "scored_dataset", "dataset", "datasets"), ("train", "trained_model", "trained-model", "models"),
    ):  # fmt: skip
        path = f"/runs/{learned}/outputs/{node}/{port}/save"
        first, second = (server.v1("POST", path, 201, json={"name": "kept", "description": "it"}) for _ in range(2))
        assert (first["kind"], first["version"], second["version"]) == (kind, 1, 2)
        assert first["experiment"] == server.v1("GET", f"/runs/{learned}")["experiment"]
        assert server.v1("GET", f"/{place}") == [second]
        assert server.v1("GET", f"/{place}/{first['id']}/versions") == [first, second]
        assert server.v1("GET", f"/{place}/{first['id']}/link")["url"]
        server.v1("DELETE", f"/{place}/{first['id']}", 204)
        assert server.v1("GET", f"/{place}") == []
        server.v1("GET", f"/{place}/{first['id']}", 404)
    server.v1("POST", f"/runs/{learned}/outputs/learner/untrained_model/save", 400, json={"name": "kept"})
    server.v1("POST", f"/runs/{learned}/outputs/score/scored_dataset/save", 400, json={"name": "a/b"})


def test_a_picture(server: Served) -> None:
    run = ran(server, DRAWING)["id"]
    (picture,) = server.v1("GET", f"/runs/{run}/nodes/a/log")["pictures"]
    answer = server.v1("GET", f"/runs/{run}/nodes/a/pictures/{picture['name']}")
    assert answer.content.startswith(b"\x89PNG")
    assert answer.headers["content-type"] == "image/png"
    assert "sandbox" in answer.headers["content-security-policy"]
    server.v1("GET", f"/runs/{run}/nodes/a/pictures/none.png", 404)


def test_the_begin_of_a_file_in_a_zip(server: Served) -> None:
    run = ran(server, SCRIPT)["id"]
    path = f"/runs/{run}/outputs/twice/files"
    text = server.v1("GET", f"{path}/entry", params={"name": "note.txt"})
    assert text == {"name": "note.txt", "size": 5, "text": "hello", "cut": False}
    assert server.v1("GET", f"{path}/entry", params={"name": "raw.bin"})["text"] is None
    server.v1("GET", f"{path}/entry", 404, params={"name": "none"})
    server.v1("GET", f"/runs/{run}/outputs/twice/result_dataset/entry", 400, params={"name": "note.txt"})


def test_a_script_is_debugged_elsewhere(server: Served, tmp_path: Path) -> None:
    run = ran(server, SCRIPT)["id"]
    unzipped(server.v1("GET", f"/runs/{run}/nodes/twice/debug")).extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "reproduce.py", "--here"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "result_dataset: 1 rows, 2 columns" in done.stdout
    assert "pandas==" in (tmp_path / "requirements.txt").read_text()
    server.v1("GET", f"/runs/{run}/nodes/people/debug", 400)


def test_a_table_in_a_notebook(server: Served) -> None:
    run = ran(server, SCRIPT)["id"]
    parcel = unzipped(server.v1("GET", f"/runs/{run}/outputs/people/dataset/notebook"))
    cells = json.loads(parcel.read("people-dataset.ipynb"))["cells"]
    assert any("people-dataset.parquet" in "".join(cell["source"]) for cell in cells)
    frame = pd.read_parquet(io.BytesIO(parcel.read("people-dataset.parquet")))
    assert frame.to_dict("list") == {"name": ["Ann"], "age": [31]}


@pytest.mark.parametrize(("form", "extension"), [("notebook", ".ipynb"), ("script", ".py")])
def test_an_experiment_as_plain_python(server: Served, form: str, extension: str) -> None:
    run = ran(server, LEARNING)
    answer = server.v1("GET", f"/experiments/{run['experiment']}/export", params={"form": form})
    assert f"Learning{extension}" in unzipped(answer).namelist()


def test_formats_are_those_that_links_take(server: Served) -> None:
    data = uploaded(server)["id"]
    for each in server.v1("GET", "/formats"):
        assert server.v1("GET", f"/datasets/{data}/link", params={"format": each["extension"]})["url"]
