"""Writing and reading again; ruamel's own reading is the second opinion."""

from __future__ import annotations

import math
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bottega.dataset.selection import Columns
from bottega.errors import BottegaError
from bottega.graph.document import Experiment, FileRef
from bottega.graph.file import dumps, load, loads, save, update
from tests.graph.strategies import TEXTS, VALUES, experiments

CANONICAL = """\
bottega: 1
title: Rank features
nodes:
  patients:
    dataset: breast-cancer
  people:
    dataset: {file: people.csv}
  rank:
    module: execute-python-script
    inputs: {dataset1: patients, dataset2: people.Results dataset2}
    parameters:
      script: |
        def azureml_main(a, b):

            return a
      seed: 5
      note: "5"
      columns: {begin: all columns, rules: [{exclude: {names: [a, "b, c"]}}]}
    comment: Ranks by F value.
layout:
  rank: [240, 120.5]
"""


def _example() -> Experiment:
    return (
        Experiment("Rank features")
        .add_dataset("patients", "breast-cancer")
        .add_dataset("people", FileRef("people.csv"))
        .add(
            "rank",
            "execute-python-script",
            inputs={"dataset1": "patients", "dataset2": "people.Results dataset2"},
            position=(240, 120.5),
            comment="Ranks by F value.",
            script="def azureml_main(a, b):\n\n    return a\n",
            seed=5,
            note="5",
            columns={"begin": "all columns", "rules": [{"exclude": {"names": ["a", "b, c"]}}]},
        )
    )


def test_the_canonical_text() -> None:
    assert dumps(_example()) == CANONICAL
    assert loads(CANONICAL).experiment == _example()
    assert loads(CANONICAL).problems == ()


def test_long_edges_and_values_take_lines_of_their_own() -> None:
    names = [f"a column with a long name {number}" for number in range(6)]
    experiment = Experiment().add_dataset("data", "d")
    experiment = experiment.add(
        "x", "m", inputs={f"an input with a long name {n}": "data" for n in range(4)}, columns=names
    )
    lines = dumps(experiment).splitlines()
    assert "      an input with a long name 3: data" in lines
    assert "        - a column with a long name 5" in lines
    assert max(map(len, lines)) <= 100
    assert loads(dumps(experiment)).experiment == experiment


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(experiments())
def test_any_experiment_is_read_as_it_was_written(experiment: Experiment) -> None:
    text = dumps(experiment)
    loaded = loads(text)
    assert loaded.problems == ()
    assert loaded.experiment == experiment
    assert dumps(loaded.experiment) == text
    assert update(text, loaded.experiment) == text


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["a", "script", "true", "on", "1"]), VALUES, max_size=4), TEXTS)
def test_another_reader_of_yaml_sees_the_same_values(parameters: dict[str, Any], title: str) -> None:
    experiment = Experiment(title).add("node", "module")
    for name, value in parameters.items():
        experiment = experiment.set("node", name, value)
    read = YAML(typ="safe", pure=True).load(dumps(experiment))
    assert read.get("title", "") == title
    told = {
        k: {"file": v.path} if isinstance(v, FileRef) else v for k, v in experiment.nodes["node"].parameters.items()
    }
    assert read["nodes"]["node"].get("parameters", {}) == told


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5", 5), ("-0", 0), ("0o17", 15), ("0x1F", 31), ("1e3", 1000.0), (".5", 0.5), ("5.", 5.0), ("true", True),
        ("False", False), ("null", None), ("~", None), ("", None), ("yes", "yes"), ("on", "on"), ("2001-01-01", "2001-01-01"),
        ("1_000", "1_000"), ("0b1", "0b1"), ("12:30", "12:30"), ("-.inf", -math.inf), ("'5'", "5"), ('"a\\tb"', "a\tb"),
        ("=", "="), ("[1, a]", [1, "a"]), ("{a: 1, b: }", {"a": 1, "b": None}), ("{file: x.py}", FileRef("x.py")),
        ("9" * 5000, "9" * 5000),
    ],
    ids=str,
)  # fmt: skip
def test_plain_values_are_those_of_yaml_1_2(written: str, value: object) -> None:
    loaded = loads(f"bottega: 1\nnodes:\n  n:\n    module: m\n    parameters:\n      p: {written}\n")
    read = loaded.experiment.nodes["n"].parameters["p"]
    assert read == value
    assert type(read) is type(value)


def test_the_example_of_the_documentation_is_canonical() -> None:
    page = Path(__file__).parents[2] / "docs" / "experiments.md"
    example, service, notes, selection = re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
    assert loads(example).problems == ()
    assert dumps(loads(example).experiment) == example
    shown = loads("bottega: 1\nnodes: {}\n" + service)
    assert shown.problems == ()
    assert list(shown.experiment.web_service.parameters) == ["penalty", "cutoff", "rows"]
    assert loads(dumps(shown.experiment)).experiment == shown.experiment
    beside = "bottega: 1\nnodes:\n  patients:\n    dataset: iris\n  split:\n    module: split-data\n" + notes
    assert loads(beside).problems == ()
    assert dumps(loads(beside).experiment) == beside
    columns = Columns.parse(YAML(typ="safe", pure=True).load(selection)["columns"])
    assert columns.begin_with_all
    assert columns.keep
    assert len(columns.rules) == 4


def test_names_are_texts_even_where_they_look_like_numbers() -> None:
    text = (
        "bottega: 1\ntitle: 2019\nnodes:\n  data:\n    dataset: 1e3\n  null:\n    module: 07\n    inputs: {1: data.2}\n"
    )
    experiment = loads(text).experiment
    assert experiment.title == "2019"
    assert experiment.nodes["data"].dataset == "1e3"
    assert experiment.nodes["null"].module == "07"
    assert str(experiment.nodes["null"].inputs["1"]) == "data.2"
    assert loads(dumps(experiment)).experiment == experiment


def test_saving_and_loading_a_file(tmp_path: Path) -> None:
    path = tmp_path / "rank.yaml"
    save(path, _example())
    assert path.read_text() == CANONICAL
    loaded = load(path)
    assert loaded.experiment.folder == tmp_path
    path.chmod(0o640)
    path.write_text("# mine\n" + CANONICAL)
    save(path, loaded.experiment.set("rank", "seed", 6))
    assert path.read_text() == "# mine\n" + CANONICAL.replace("seed: 5", "seed: 6")
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["rank.yaml"]


def test_a_new_file_may_be_read_by_others_as_usual(tmp_path: Path) -> None:
    save(tmp_path / "a.yaml", _example())
    (tmp_path / "b").touch()
    assert (tmp_path / "a.yaml").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_saving_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text(CANONICAL)
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    save(tmp_path / "link.yaml", _example().set("rank", "seed", 6))
    assert (tmp_path / "link.yaml").is_symlink()
    assert "seed: 6" in (tmp_path / "real.yaml").read_text()


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(BottegaError) as caught:
        save(tmp_path / "none" / "a.yaml", _example())
    assert caught.value.code == "0048"


def test_where_nothing_can_be_read(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none.yaml"):
        with pytest.raises(BottegaError) as caught:
            load(place)
        assert caught.value.code == "0048"


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for read in (lambda: load(tmp_path / "pipe"), lambda: save(tmp_path / "pipe", _example())):
        with pytest.raises(BottegaError, match="it is no regular file") as caught:
            read()
        assert caught.value.code == "0048"


def test_a_byte_order_mark_and_other_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + CANONICAL.replace("\n", "\r\n").encode())
    loaded = load(path)
    assert loaded.experiment.nodes == _example().nodes
    save(path, loaded.experiment.set("rank", "script", "a\nb\n"))
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfbottega: 1\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert load(path).experiment.nodes["rank"].parameters["script"] == "a\nb\n"
