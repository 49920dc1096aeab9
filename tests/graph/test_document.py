"""Experiments as values: each edit gives another, and the one before stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import pytest

from bottega.dataset.selection import Columns
from bottega.errors import BottegaError
from bottega.graph.document import Experiment, FileRef, Node, Source


class Mode(StrEnum):
    ROWS = "Split Rows"


def _chain() -> Experiment:
    experiment = Experiment("Chain").add_dataset("data", "iris", position=(0, 0))
    experiment = experiment.add("split", "split-data", inputs={"dataset": "data"}, fraction=0.7)
    return experiment.add("script", "script", inputs={"dataset1": "split.second", "dataset2": "data"}, position=(1, 2))


def test_adding() -> None:
    chain = _chain()
    assert list(chain.nodes) == ["data", "split", "script"]
    assert chain.nodes["data"] == Node("data", "saved-dataset", {}, {"dataset": "iris"})
    assert chain.nodes["script"].inputs == {"dataset1": Source("split", "second"), "dataset2": Source("data")}
    assert [node.dataset for node in chain.nodes.values()] == ["iris", None, None]
    assert chain.layout == {"data": (0, 0), "script": (1, 2)}
    assert Experiment().nodes == {}


def test_removing_takes_the_edges_along() -> None:
    chain = _chain()
    assert chain.remove("data").nodes["script"].inputs == {"dataset1": Source("split", "second")}
    assert chain.remove("data").nodes["split"].inputs == {}
    assert chain.remove("data").layout == {"script": (1, 2)}
    assert "data" in chain.nodes


def test_renaming_takes_edges_place_and_order_along() -> None:
    renamed = _chain().rename("data", "flowers")
    assert list(renamed.nodes) == ["flowers", "split", "script"]
    assert renamed.nodes["flowers"].id == "flowers"
    assert renamed.nodes["script"].inputs["dataset2"] == Source("flowers")
    assert renamed.layout == {"flowers": (0.0, 0.0), "script": (1.0, 2.0)}
    assert renamed.rename("flowers", "flowers") == renamed


def test_parameters_and_edges_go_by_any_spelling() -> None:
    chain = _chain().set("split", "Fraction", 0.5).connect("script", "Dataset1", "data")
    assert chain.nodes["split"].parameters == {"fraction": 0.5}
    assert chain.nodes["script"].inputs["dataset1"] == Source("data")
    assert chain.unset("split", "FRACTION").nodes["split"].parameters == {}
    assert chain.disconnect("script", "data set 1").nodes["script"].inputs == {"dataset2": Source("data")}
    assert chain.unset("split", "none") == chain
    assert chain.disconnect("split", "none") == chain


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (Mode.ROWS, "Split Rows"), (Columns.named("a"), ["a"]), (("a", 1), ["a", 1]), ({"file": "x"}, FileRef("x")),
        ({"a": {"file": "x"}}, {"a": {"file": "x"}}), (True, True), (None, None), (1.5, 1.5),
    ],
    ids=str,
)  # fmt: skip
def test_values_become_plain(value: Any, kept: object) -> None:
    found = _chain().set("split", "p", value).nodes["split"].parameters["p"]
    assert found == kept
    assert type(found) is type(kept)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda e: e.remove("dat"), "did you mean data?"),
        (lambda e: e.remove("zzzzzz"), "no node zzzzzz"),
        (lambda e: e.rename("spli", "x"), "did you mean split?"),
        (lambda e: e.rename("split", "data"), "already"),
        (lambda e: e.rename("split", "1"), "cannot be the id"),
        (lambda e: e.add("a b", "m"), "cannot be the id"),
        (lambda e: e.add("", "m"), "cannot be the id"),
        (lambda e: e.add("data", "m"), "already"),
        (lambda e: e.add("x", " "), "needs a module"),
        (lambda e: e.add("x", "m", inputs={"a": "dta"}), "did you mean data?"),
        (lambda e: e.set("x", "p", 1), "no node x"),
        (lambda e: e.set("data", "", 1), "is no name"),
        (lambda e: e.set("data", "x" * 201, 1), "is no name"),
        (lambda e: e.set("data", "p", object()), "cannot be a parameter's value"),
        (lambda e: e.set("data", "p", {1: 2}), "is no name"),
        (lambda e: e.unset("x", "p"), "no node x"),
        (lambda e: e.connect("x", "p", "data"), "no node x"),
        (lambda e: e.connect("data", "p", "x.y"), "no node x"),
        (lambda e: e.connect("data", "p", "split."), "neither NODE nor NODE.PORT"),
        (lambda e: e.disconnect("x", "p"), "no node x"),
        (lambda e: e.move("x", 1, 2), "no node x"),
        (lambda e: e.move("data", float("nan"), 2), "no place"),
        (lambda e: e.move("data", 1, float("inf")), "no place"),
    ],
    ids=range(23),
)
def test_misuse_is_told(edit: Callable[[Experiment], Experiment], words: str) -> None:
    with pytest.raises(BottegaError) as caught:
        edit(_chain())
    assert caught.value.code == "usage"
    assert words in str(caught.value)


def test_a_value_nested_without_end_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(BottegaError, match="too deep"):
        _chain().set("data", "p", endless)


def test_too_many_nodes_are_refused() -> None:
    full = Experiment(nodes={f"n{index}": Node(f"n{index}", "m") for index in range(10_000)})
    with pytest.raises(BottegaError, match="10,000"):
        full.add("x", "m")


@pytest.mark.parametrize("text", ["a", "a.b", "a.Results dataset2", "a.b.c"])
def test_sources(text: str) -> None:
    assert str(Source.parse(text)) == text
    assert Source.parse(f" {text} ") == Source.parse(text)
