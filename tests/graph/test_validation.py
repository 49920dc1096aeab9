"""Every problem of an experiment, at once and each at its line."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from bottega.dataset.table import Column
from bottega.dataset.types import ColumnType, Kind, Role
from bottega.errors import BottegaError
from bottega.graph.document import Experiment, FileRef, Node, Source
from bottega.graph.file import loads
from bottega.graph.validation import Problem, validate
from bottega.sdk.declaration import ModuleSpec
from tests.graph.modules import find

DATA = "bottega: 1\nnodes:\n  data:\n    dataset: iris\n"  # four lines
NUMBER = ColumnType(Kind.DOUBLE)
IRIS = (
    Column("width", NUMBER, Role.FEATURE),
    Column("length", NUMBER, Role.FEATURE),
    Column("species", ColumnType(Kind.STRING), Role.LABEL),
)


def _parse(scripts: Mapping[str, str]) -> dict[str, tuple[int, str] | None]:
    found: dict[str, tuple[int, str] | None] = {}
    for key, text in scripts.items():
        try:
            ast.parse(text)
            found[key] = None
        except SyntaxError as error:
            found[key] = error.lineno or 1, error.msg
    return found


def _schema(node: str, port: str) -> tuple[Column, ...] | None:
    return IRIS if (node, port) == ("data", "dataset") else None


def _problems(text: str, folder: Path | None = None) -> list[Problem]:
    return validate(
        loads(text, folder),
        find_module=find,
        parse_python=_parse,
        schema_of=_schema,
        dataset_known=lambda name: name == "iris",
        dataset_names=lambda: ["iris"],
    )


def _node(module: str, inputs: str = "", **parameters: str) -> str:
    """A node x that begins in line 5: module in 6, inputs in 7, parameters from 9."""
    text = DATA + f"  x:\n    module: {module}\n    inputs: {{{inputs}}}\n    parameters:\n"
    return text + "".join(f"      {name}: {value}\n" for name, value in parameters.items())


def test_a_sound_experiment_has_no_problems() -> None:
    text = _node("halve", "dataset: data", fraction="0.25", mode="split rows")
    text += "  learner:\n    module: Learner\n  train:\n    module: train\n"
    text += "    inputs: {untrained: learner, dataset: data.Dataset}\n    parameters: {label: species}\n"
    text += "  script:\n    module: script\n    inputs: {dataset1: x.first, Dataset2: csv}\n"
    text += "  csv:\n    module: to-csv\n    inputs: {dataset: x.second}\n"
    assert _problems(text) == []


@pytest.mark.parametrize(
    ("text", "line", "code", "words"),
    [
        ("bottega: 1\nnodes: {}\n", None, "experiment-invalid", "empty"),
        (_node("halv"), 5, "module-unknown", "There is no module halv"),
        (_node("select-columns-in-datasets"), 5, "module-unknown", "select-columns-in-dataset"),
        (_node("zzzzzzz"), 5, "module-unknown", "bottega modules"),
        (_node("halve"), 5, "0003", "input Dataset is empty or not connected"),
        (_node("halve", "datasett: data"), 7, "experiment-invalid", "did you mean dataset?"),
        (_node("script", "zzz: data"), 7, "experiment-invalid", "its inputs are dataset1, dataset2"),
        (_node("learner", "zzz: data"), 7, "experiment-invalid", "it has no inputs"),
        (_node("halve", "dataset: dat"), 7, "experiment-invalid", "no node dat to feed dataset; did you mean data?"),
        (_node("halve", "dataset: data.datase"), 7, "experiment-invalid", "did you mean dataset?"),
        (_node("halve", "dataset: data.zzz"), 7, "experiment-invalid", "its outputs are dataset"),
        (_node("script", "dataset1: x"), 5, "experiment-invalid", "in a circle: x → x"),
        (_node("script", "dataset1: data, Dataset 1: data"), 7, "experiment-invalid", "are the same input"),
        (_node("script", "dataset1: a.b.c"), 7, "experiment-invalid", "no node a"),
        (_node("train", "untrained: data, dataset: data", label="species"), 7, "experiment-invalid",
         "Untrained model of x takes UntrainedModel, but Dataset of data gives DataTable"),
        (_node("script", frction="1"), 9, "experiment-invalid", "no parameter frction; its parameters are script, seed"),
        (_node("script", sed="1"), 9, "experiment-invalid", "did you mean seed?"),
        (_node("script", seed="x"), 9, "0002", "'x'"),
        (_node("script", seed="[1]"), 9, "0002", "[1]"),
        (_node("script", seed="1", Seed="2"), 10, "experiment-invalid", "same parameter"),
        (_node("halve", "dataset: data", fraction="2"), 9, "0008", "outside the range"),
        (_node("halve", "dataset: data", mode="Thirds"), 9, "0002", "Thirds"),
        (_node("halve", "dataset: data", mode="regular expression"), 5, "0003", "parameter Regular expression has no value"),
        (_node("train", "dataset: data", label="species"), 5, "0003", "Untrained model"),
        (DATA.replace("iris", "iriss"), 4, "dataset-unknown", "did you mean iris?"),
        (DATA.replace("iris", "zzzzz"), 4, "dataset-unknown", "There is no dataset zzzzz."),
        (DATA.replace("iris", "{file: none.csv}"), 4, "0048", "none.csv"),
        (DATA.replace("iris", "{file: data.unknown}"), 4, "usage", "The name of data.unknown tells no format"),
        (DATA.replace("iris", "{file: data.json}"), 4, "usage", "The name of data.json tells no format"),
        (DATA.replace("iris", "{file: csv}"), 4, "usage", "The name of csv tells no format"),
        (DATA.replace("iris", "{file: pipe.csv}"), 4, "0048", "it is no file"),
        (_node("script", script="{file: pipe.csv}"), 9, "0048", "it is no file"),
        (_node("script", script="{file: ../x.py}"), 9, "0048", "../x.py"),
        (_node("script", script="'x = ('"), 9, "0085", "line 1 of the script of x"),
        (_node("script", script="|\n        a = 1\n        b = = 2"), 11, "0085", "line 2 of the script of x"),
        (_node("script", script="{file: bad.py}"), 9, "0085", "line 3 of bad.py"),
        (DATA + "  x:\n    dataset: iris\n    title: x\n", 7, "experiment-invalid", "has no `title:`"),
    ],
    ids=range(37),
)  # fmt: skip
def test_each_kind_of_problem(tmp_path: Path, text: str, line: int | None, code: str, words: str) -> None:
    (tmp_path / "bad.py").write_text("a\nb\n  c\n")
    for name in ("data.unknown", "data.json", "csv"):
        (tmp_path / name).write_text("a\n1\n")
    os.mkfifo(tmp_path / "pipe.csv")
    problems = _problems(text, tmp_path)
    found = [each for each in problems if words in each.message]
    assert [(each.line, each.code) for each in found] == [(line, code)], problems
    assert not any(each.message.startswith("Error ") for each in problems)  # the code is beside it
    if "train" not in text and "datasett" not in text:
        assert problems == found


@pytest.mark.parametrize("name", ["a.zip", "a.ZIP", "a.csv", "A.NH.TSV", "a.parquet", "a.xlsx"])
def test_data_files_whose_names_tell_what_they_are(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert _problems(DATA.replace("iris", f"{{file: {name}}}"), tmp_path) == []


@pytest.mark.parametrize(
    ("selection", "code"),
    [
        ("weight", "0001"), ("None", "0011"), ("[width, length]", "0022"), ("NumericAll", "0022"),
        ("{rules: [include: {indices: x}]}", "0059"), ("{rules: [include: {indices: 2-4}]}", "0060"),
        ("{rules: [include: {types: Boolean}]}", "0011"), ("{rule: x}", "0002"),
    ],
)  # fmt: skip
def test_a_column_that_cannot_be_is_told(selection: str, code: str) -> None:
    text = _node("train", "untrained: learner, dataset: data", label=selection) + "  learner: {module: learner}\n"
    assert [(each.code, each.line, each.parameter) for each in _problems(text)] == [(code, 9, "label")]


def test_columns_are_followed_from_node_to_node() -> None:
    text = _node("halve", "dataset: data", keep="2") + "  learner: {module: learner}\n"
    text += "  first: {module: train, inputs: {untrained: learner, dataset: x}, parameters: {label: species}}\n"
    text += "  other: {module: train, inputs: {untrained: learner, dataset: x.second}, parameters: {label: gone}}\n"
    assert [(each.code, each.node) for each in _problems(text)] == [("0001", "first")]
    assert "width, length" in _problems(text)[0].message


def test_what_does_not_count_is_not_asked_for_columns() -> None:
    text = _node("train", "untrained: learner, dataset: data", label="species", pattern="gone")
    text += "  learner: {module: learner}\n"
    assert _problems(text) == []
    found = _problems(text.replace("pattern: gone", "pattern: gone\n      use_pattern: yes"))
    assert [(each.code, each.parameter) for each in found] == [("0001", "pattern")]


def test_what_a_module_foretells_to_fail_is_told_at_its_node() -> None:
    text = _node("halve", "dataset: data", keep="0") + "  y: {module: halve, inputs: {dataset: x}}\n"
    assert [(each.code, each.node, each.line) for each in _problems(text)] == [("0020", "y", 10)]


def test_a_real_module() -> None:
    text = (
        DATA
        + "  x:\n    module: Select Columns in Dataset\n    inputs: {dataset: data}\n    parameters: {columns: gone}\n"
    )

    def both(name: str) -> ModuleSpec | None:
        from bottega.sdk import catalogue

        return find(name) or catalogue.find(name)

    found = validate(loads(text), find_module=both, schema_of=_schema)
    assert [(each.code, each.line) for each in found] == [("0001", 8)]


def test_all_problems_are_told_in_one_pass_by_line() -> None:
    text = (
        DATA.replace("iris", "irs") + "  a: {module: halve, inputs: {dataset: dta}, parameters: {fraction: 3, x: 1}}\n"
    )
    text += "  b: {modul: script}\n  b: {module: script}\n  c: {module: nothing}\n"
    text += "  d: {module: script, inputs: {dataset1: e}, parameters: {script: '('}}\n  e: {module: script, inputs: {dataset1: d}}\n"
    found = [(each.line, each.node) for each in _problems(text)]
    assert found == [(4, "data"), *[(5, "a")] * 3, (6, "b"), (6, "b"), (7, None), (8, "c"), (9, "d"), (9, "d")]


def test_targets_leave_out_what_they_do_not_need() -> None:
    text = _node("halve", "dataset: data", fraction="2") + "  y: {module: nothing}\n  z: {modul: w}\n"
    loaded = loads(text)
    assert [each.node for each in validate(loaded, find_module=find, targets=["data"])] == []
    assert [each.node for each in validate(loaded, find_module=find, targets=["x"])] == ["x"]
    with pytest.raises(BottegaError, match="no node"):
        validate(loaded, find_module=find, targets=["none"])


def test_an_experiment_without_a_file() -> None:
    experiment = Experiment().add("a", "halve").add_dataset("b", FileRef("x.csv"))
    found = validate(experiment, find_module=find)
    assert [(each.code, each.node, each.line) for each in found] == [("0003", "a", None), ("0048", "b", None)]
    assert [each.code for each in validate(Experiment(nodes={"a": Node("a", "")}), find_module=find)] == [
        "experiment-invalid"
    ]


def test_a_thousand_nodes_ask_for_each_module_once() -> None:
    nodes = {"n0": Node("n0", "saved-dataset", {}, {"dataset": "iris"})}
    for index in range(1, 1000):
        nodes[f"n{index}"] = Node(f"n{index}", "halve", {"dataset": Source(f"n{index - 1}")})
    asked = []

    def counting(name: str) -> ModuleSpec | None:
        asked.append(name)
        return find(name)

    assert validate(Experiment(nodes=nodes), find_module=counting, schema_of=_schema) == []
    assert sorted(asked) == ["halve", "saved-dataset"]
