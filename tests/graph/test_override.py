"""`--set` and `NODE.PORT`."""

from __future__ import annotations

from typing import Any

import pytest

from bottega.errors import BottegaError
from bottega.graph.document import Experiment, FileRef
from bottega.graph.override import apply, split_port
from tests.graph.modules import find

CHAIN = (
    Experiment()
    .add_dataset("data", "iris")
    .add("my-half", "halve", inputs={"dataset": "data"}, fraction=0.7)
    .add("script", "script", inputs={"dataset1": "my-half"})
    .add("train", "train")
    .add("learner", "learner")
    .add("sink", "sink", inputs={"dataset": "data"})
    .add("odd", "no such module")
)


@pytest.mark.parametrize(
    ("setting", "name", "value"),
    [
        ("script.seed=5", "seed", 5),
        ("script.Random seed = 5", "seed", 5),
        ("My_Half.Fraction of rows=.25", "fraction", 0.25),
        ("my-half.strict=yes", "strict", "yes"),
        ("my-half.strict=true", "strict", True),
        ("my-half.mode=Regular Expression", "mode", "Regular Expression"),
        ("my-half.expression=0123", "expression", "0123"),
        ("my-half.expression=1e5", "expression", "1e5"),
        ("my-half.expression=a=b: [c", "expression", "a=b: [c"),
        ("my-half.expression=[a-z]", "expression", "[a-z]"),
        ("my-half.expression='5'", "expression", "5"),
        ("my-half.expression=null", "expression", "null"),
        ("my-half.expression=", "expression", ""),
        ("my-half.expression={file: x.txt}", "expression", FileRef("x.txt")),
        ("script.script={file: x.py}", "script", FileRef("x.py")),
        ("data.dataset=2019", "dataset", "2019"),
        ("data.dataset={file: a.csv}", "dataset", FileRef("a.csv")),
        ("train.label=age", "label", "age"),
        ("train.label=2019", "label", "2019"),
        ("train.label=[age]", "label", ["age"]),
        ("train.features={begin: all columns}", "features", {"begin": "all columns"}),
        ("learner.note=a.b=c", "note", "a.b=c"),
    ],
)
def test_values(setting: str, name: str, value: Any) -> None:
    node = setting.partition(".")[0].lower().replace("_", "-")
    found = apply(CHAIN, [setting], find).nodes[node].parameters
    assert found[name] == value
    assert type(found[name]) is type(value)


def test_one_spelling_is_left_and_defaults_are_not_written() -> None:
    twice = CHAIN.set("my-half", "fraction", 0.1).set("my-half", "Fraction of rows", 0.2)
    assert apply(twice, ["my-half.fraction=0.3"], find).nodes["my-half"].parameters == {"fraction": 0.3}
    assert "seed" not in apply(CHAIN.set("script", "seed", 4), ["script.seed=null"], find).nodes["script"].parameters
    assert apply(CHAIN, ["script.seed=4", "script.seed=5"], find).nodes["script"].parameters == {"seed": 5}
    assert apply(CHAIN, [], find) == CHAIN


@pytest.mark.parametrize(
    ("setting", "code", "words"),
    [
        ("script", "usage", "NODE.PARAMETER=VALUE"),
        ("script.seed", "usage", "NODE.PARAMETER=VALUE"),
        ("seed=5", "usage", "NODE.PARAMETER=VALUE"),
        (".seed=5", "usage", "NODE.PARAMETER=VALUE"),
        ("scrip.seed=5", "usage", "did you mean script?"),
        ("zzzzzz.seed=5", "usage", "the nodes are data, my-half"),
        ("script.sed=5", "usage", "its parameters are script, seed"),
        ("sink.x=5", "usage", "has no parameter"),
        ("odd.x=5", "usage", "module no such module"),
        ("script.seed=five", "0002", "Random seed"),
        ("script.seed=[1", "usage", "cannot be read"),
        ("script.seed=&a 5", "usage", "anchors"),
        ("my-half.fraction=7", "0008", "range"),
        ("my-half.mode=Thirds", "0002", "Split Rows"),
        ("train.label={rule: 1}", "0002", "Label column"),
    ],
)
def test_what_cannot_be_set(setting: str, code: str, words: str) -> None:
    with pytest.raises(BottegaError) as caught:
        apply(CHAIN, [setting], find)
    assert caught.value.code == code
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("reference", "place"),
    [
        ("data", ("data", "dataset")),
        ("my-half", ("my-half", "first")),
        ("My_Half.second", ("my-half", "second")),
        ("my-half.Results dataset2", ("my-half", "second")),
        (" script.result-dataset ", ("script", "result_dataset")),
    ],
)
def test_ports(reference: str, place: tuple[str, str]) -> None:
    assert split_port(reference, CHAIN, find) == place


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("dta", "did you mean data?"),
        ("", "the nodes are"),
        ("my-half.third", "its outputs are first, second"),
        ("my-half.", "its outputs are first, second"),
        ("sink", "has no outputs"),
        ("odd", "unknown"),
    ],
)
def test_ports_that_are_not_there(reference: str, words: str) -> None:
    with pytest.raises(BottegaError) as caught:
        split_port(reference, CHAIN, find)
    assert caught.value.code == "usage"
    assert words in str(caught.value)
