"""Differences in the words of modules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bottega.graph.diff import Change, diff
from bottega.graph.document import Experiment, FileRef
from bottega.graph.file import loads
from tests.graph.modules import find

SCRIPT = "def azureml_main(a):\n    return a\n"
OLD = (
    Experiment("Old")
    .add_dataset("data", "iris", position=(0, 0))
    .add("half", "halve", inputs={"dataset": "data"}, fraction=0.7, position=(1, 1))
    .add("script", "script", inputs={"dataset1": "half", "dataset2": "half.second"}, script=SCRIPT)
)
Edit = Callable[[Experiment], Experiment]


@pytest.mark.parametrize(
    "edit",
    [
        lambda e: e,
        lambda e: e.set("half", "fraction", "0.70"),
        lambda e: e.unset("half", "fraction").set("half", "Fraction of rows", 0.7),
        lambda e: e.set("half", "mode", "splitrows"),
        lambda e: e.set("half", "strict", "no").set("half", "keep", "1"),
        lambda e: e.connect("script", "dataset1", "half.Results dataset1"),
        lambda e: e.disconnect("script", "dataset1").connect("script", "Dataset 1", "half"),
        lambda e: replace(e, nodes=dict(reversed(e.nodes.items()))),
        lambda e: replace(e, nodes={**e.nodes, "half": replace(e.nodes["half"], module="Old Halve")}),
        lambda e: replace(e, folder=Path("/elsewhere")),
        lambda e: e.set("script", "seed", None),
    ],
    ids=range(11),
)
def test_other_words_for_the_same_are_no_change(edit: Edit) -> None:
    assert diff(OLD, edit(OLD), find) == []
    assert diff(edit(OLD), OLD, find) == []


@pytest.mark.parametrize(
    ("edit", "change"),
    [
        (lambda e: replace(e, title="New"), Change("title", before="Old", after="New")),
        (lambda e: replace(e, description="x"), Change("description", after="x")),
        (lambda e: e.remove("script"), Change("node removed", "script", before={
            "module": "script", "inputs": {"dataset1": "half", "dataset2": "half.second"}, "parameters": {"script": SCRIPT}})),
        (lambda e: e.add_dataset("d", FileRef("x")), Change("node added", "d", after={"dataset": {"file": "x"}})),
        (lambda e: e.rename("data", "iris"), Change("node renamed", "iris", before="data", after="iris")),
        (lambda e: e.rename("half", "h"), Change("node renamed", "h", before="half", after="h")),
        (lambda e: e.set("half", "Fraction", 0.8), Change("parameter", "half", "fraction", 0.7, 0.8)),
        (lambda e: e.unset("half", "fraction"), Change("parameter", "half", "fraction", 0.7, 0.5)),
        (lambda e: e.set("half", "strict", "yes"), Change("parameter", "half", "strict", before=False, after=True)),
        (lambda e: e.set("half", "keep", "many"), Change("parameter", "half", "keep", 1, "many")),
        (lambda e: e.set("half", "odd", 1), Change("parameter", "half", "odd", None, 1)),
        (lambda e: e.set("data", "dataset", "wine"), Change("parameter", "data", "dataset", "iris", "wine")),
        (lambda e: e.set("data", "dataset", FileRef("x")), Change("parameter", "data", "dataset", "iris", {"file": "x"})),
        (lambda e: e.connect("script", "Dataset1", "data"), Change("input", "script", "dataset1", "half.first", "data.dataset")),
        (lambda e: e.disconnect("script", "dataset2"), Change("input", "script", "dataset2", "half.second")),
        (lambda e: e.connect("half", "odd", "data"), Change("input", "half", "odd", None, "data.dataset")),
        (lambda e: _with(e, "half", comment="c"), Change("comment", "half", after="c")),
        (lambda e: e.move("half", 5, 1), Change("moved", "half", before=[1, 1], after=[5, 1])),
        (lambda e: e.move("script", 5, 1), Change("moved", "script", before=None, after=[5, 1])),
    ],
    ids=range(19),
)  # fmt: skip
def test_each_kind_of_change(edit: Edit, change: Change) -> None:
    assert diff(OLD, edit(OLD), find) == [change]


def test_another_module() -> None:
    new = _with(OLD, "half", module="sink").unset("half", "fraction")
    found = diff(OLD, new, find)
    assert found[:2] == [
        Change("module", "half", before="halve", after="sink"),
        Change("parameter", "half", "fraction", 0.7),
    ]


def _with(experiment: Experiment, node: str, **changes: Any) -> Experiment:
    return replace(experiment, nodes={**experiment.nodes, node: replace(experiment.nodes[node], **changes)})


def test_scripts_are_compared_line_by_line_wherever_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SCRIPT.replace("\n", "\r\n"))
    inside = replace(OLD, folder=tmp_path)
    outside = inside.set("script", "script", FileRef("a.py"))
    assert diff(inside, outside, find) == []
    (tmp_path / "a.py").write_text(SCRIPT.replace("return a", "return a * 2"))
    (change,) = diff(inside, outside, find)
    assert change.subject == "script"
    assert change.detail == ("@@ -1,2 +1,2 @@", " def azureml_main(a):", "-    return a", "+    return a * 2")
    assert change.as_json()["detail"] == list(change.detail)
    (change,) = diff(inside, inside.set("script", "script", FileRef("none.py")), find)
    assert change.after == {"file": "none.py"}


def test_a_renamed_chain_is_no_rewiring() -> None:
    new = OLD.rename("data", "d").rename("half", "h").rename("script", "s").set("s", "script", SCRIPT)
    assert [(change.kind, change.node) for change in diff(OLD, new, find)] == [
        ("node renamed", "d"),
        ("node renamed", "h"),
        ("node renamed", "s"),
    ]


def test_of_twins_one_is_renamed_and_one_removed() -> None:
    twins = Experiment().add_dataset("a", "iris").add_dataset("b", "iris")
    found = diff(twins, Experiment().add_dataset("c", "iris"), find)
    assert [(change.kind, change.node) for change in found] == [("node removed", "b"), ("node renamed", "c")]


def test_moves_come_last() -> None:
    new = replace(OLD.move("data", 9, 9), title="New").set("script", "seed", 3)
    assert [change.kind for change in diff(OLD, new, find)] == ["title", "parameter", "moved"]


def test_unknown_modules_are_compared_as_written() -> None:
    old = Experiment().add("a", "no such", p=1, q={"file": "x"})
    found = diff(old, old.set("a", "p", 1.0).connect("a", "in", "a.out"), find)
    assert found == [Change("parameter", "a", "p", 1, 1.0), Change("input", "a", "in", None, "a.out")]


def test_experiments_from_files() -> None:
    one = loads("bottega: 1\nnodes: {a: {module: script, parameters: {seed: 5}}}").experiment
    other = loads("bottega: 1\nnodes:\n  a:\n    module: Script\n    parameters:\n      Random seed: '5'\n").experiment
    assert diff(one, other, find) == []
