"""Files that are wrong: refused, or told with the line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.errors import BottegaError
from bottega.graph.file import load, loads


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "empty"),
        ("# nothing\n", 1, "empty"),
        ("null\n", 1, "empty"),
        ("just words\n", 1, "begins with"),
        ("- a\n- b\n", 1, "begins with"),
        ("bottega: 1\nnodes: [a\n", 3, "expected"),
        ("bottega: 1\n\tnodes:\n", 2, "token"),
        ("bottega: 1\nnodes:\n  a: b: c\n", 3, "not allowed"),
        ("bottega: 1\ntitle: \x00\n", 2, "not allowed"),
        ("bottega: 2\nnodes: {}\n", 1, "newer"),
        ("bottega: 1\nnodes:\n  a: &x {module: m}\n  b: *x\n", 3, "anchors"),
        ("bottega: 1\nnodes: *x\n", 2, "anchors"),
        ("bottega: 1\ntitle: !!python/name:os.system x\n", 2, "tags"),
        ("bottega: 1\nnodes: !mine {}\n", 2, "tags"),
        ("bottega: 1\n---\nbottega: 1\n", 2, "more than one document"),
        ("bottega: 1\n? [a]\n: 1\n", 2, "key"),
        ("bottega: 1\nx: " + "[" * 200 + "]" * 200, 2, "nested"),
        ('bottega: 1\ntitle: "\\UFFFFFFFF"\n', 1, "no YAML"),
    ],
    ids=str,
)
def test_a_text_that_is_no_experiment_is_refused_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(BottegaError) as caught:
        loads(text, path="x.yaml")
    assert caught.value.code == "experiment-invalid"
    assert caught.value.facts["path"] == "x.yaml"
    assert caught.value.facts["line"] == line
    assert reason in str(caught.value.facts["reason"])


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    with pytest.raises(BottegaError, match="aliases"):
        loads("\n".join(lines))


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate((16 << 20) + 1)
    with pytest.raises(BottegaError, match="16 MiB"):
        load(path)
    with pytest.raises(BottegaError, match="16 MiB"):
        loads("#" * ((16 << 20) + 1))


def test_a_file_that_is_no_text_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"bottega: 1\ntitle: \xff\xfe\n")
    with pytest.raises(BottegaError) as caught:
        load(path)
    assert caught.value.facts == {"path": str(path), "line": 2, "reason": "it is no text in UTF-8"}


def test_too_many_nodes_are_refused() -> None:
    text = "bottega: 1\nnodes:\n" + "".join(f"  n{index}: {{module: m}}\n" for index in range(10_001))
    with pytest.raises(BottegaError, match="10,000 nodes") as caught:
        loads(text)
    assert caught.value.facts["line"] == 10_003


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("title: x\nnodes: {}", 1, "bottega: 1"),
        ("bottega: one\nnodes: {}", 1, "bottega: 1"),
        ("bottega: true\nnodes: {}", 1, "bottega: 1"),
        ("bottega: 0\nnodes: {}", 1, "bottega: 1"),
        ("bottega: 1\nnode: {}", 2, "did you mean nodes"),
        ("bottega: 1\nzzz: {}", 2, "there are bottega, title"),
        ("bottega: 1\ntitle: [x]", 2, "title takes a text"),
        ("bottega: 1\nnodes: [a]", 2, "nodes takes"),
        ("bottega: 1\nnodes: {1a: {module: m}}", 2, "cannot be the id"),
        ("bottega: 1\nnodes: {a.b: {module: m}}", 2, "cannot be the id"),
        ("bottega: 1\nnodes:\n  a:\n", 3, "neither"),
        ("bottega: 1\nnodes:\n  a: 5\n", 3, "takes `name: value`"),
        ("bottega: 1\nnodes:\n  a:\n    modul: m\n", 4, "did you mean module?"),
        ("bottega: 1\nnodes:\n  a:\n    comment: c\n", 3, "neither"),
        ("bottega: 1\nnodes:\n  a:\n    dataset: d\n    module: m\n", 5, "takes no `module:`"),
        ("bottega: 1\nnodes:\n  a:\n    dataset: d\n    inputs: {x: a}\n", 5, "takes no `inputs:`"),
        ("bottega: 1\nnodes:\n  a:\n    dataset: [d]\n", 4, "{file: PATH}"),
        ("bottega: 1\nnodes:\n  a:\n    dataset:\n", 4, "{file: PATH}"),
        ("bottega: 1\nnodes:\n  a:\n    module: m\n    inputs:\n      x: [a]\n", 6, "NODE.PORT"),
        ("bottega: 1\nnodes:\n  a:\n    module: m\n    inputs:\n      x: a.\n", 6, "NODE.PORT"),
        ("bottega: 1\nnodes:\n  a:\n    module: m\n    inputs:\n      x:\n", 6, "NODE.PORT"),
        ("bottega: 1\nnodes:\n  a:\n    module: m\n    inputs: a\n", 5, "inputs takes"),
        ("bottega: 1\nnodes:\n  a:\n    module: m\n    parameters: [1]\n", 5, "parameters takes"),
        ("bottega: 1\nnodes:\n  a:\n    module: m\n    module: n\n", 5, "module is there twice"),
        ("bottega: 1\nnodes:\n  a:\n    module: m\n    parameters:\n      p: 1\n      p: 2\n", 7, "p is there twice"),
        ("bottega: 1\nnodes:\n  a:\n    module: m\n    parameters:\n      p: {k: 1, k: 2}\n", 6, "twice"),
        ("bottega: 1\nnodes:\n  a:\n    module: m\n    parameters:\n      p: {'': 1}\n", 6, "no name"),
        ("bottega: 1\nnodes: {}\nlayout: {b: [1, 2]}", 3, "no such node"),
        ("bottega: 1\nnodes: {a: {module: m}}\nlayout: {a: [1]}", 3, "two numbers"),
        ("bottega: 1\nnodes: {a: {module: m}}\nlayout: {a: [.nan, 1]}", 3, "two numbers"),
        ("bottega: 1\nnodes: {a: {module: m}}\nlayout: {a: [1, true]}", 3, "two numbers"),
        ("bottega: 1\nnodes: {a: {module: m}}\nlayout: {a: [1, 1" + "0" * 400 + "]}", 3, "two numbers"),
    ],
    ids=str,
)
def test_what_cannot_be_understood_is_told_with_its_line(text: str, line: int, words: str) -> None:
    problems = loads(text).problems
    assert any(words in problem.message and problem.line == line for problem in problems), problems


def test_all_is_told_at_once_and_the_first_of_equal_keys_counts() -> None:
    text = "bottega: 1\ntitel: x\nnodes:\n  a: {module: m, x: 1}\n  a: {module: n}\n  b: {}\nlayout: {c: [1, 2]}\n"
    loaded = loads(text)
    assert [problem.line for problem in loaded.problems] == [2, 4, 5, 6, 7]
    assert [problem.severity for problem in loaded.problems] == ["error"] * 4 + ["warning"]
    assert loaded.experiment.nodes["a"].module == "m"
    assert loaded.problems[1].as_json() == {
        "code": "experiment-invalid",
        "message": loaded.problems[1].message,
        "node": "a",
        "port": None,
        "parameter": None,
        "line": 4,
        "severity": "error",
    }


def test_nothing_stands_for_empty() -> None:
    loaded = loads("bottega: 1\ntitle:\nnodes:\n  a:\n    module: m\n    inputs:\n    parameters: ~\nlayout:\n")
    assert loaded.problems == ()
    assert loaded.experiment.nodes["a"].parameters == {}


def test_lines() -> None:
    text = "bottega: 1\nnodes:\n\n  a:\n    module: m\n    inputs: {x: a,\n      y: b}\n"
    text += "    parameters:\n      p: |  # c\n        1\n        2\n"
    lines = loads(text).lines
    assert lines.node("a") == 4
    assert lines.input("a", "y") == 7
    assert lines.parameter("a", "p") == 9
    assert lines.in_text("a", "p", 2) == 11
    assert lines.node("b") is None
    assert lines.input("a", "z") is None
    assert lines.parameter("b", "p") is None
    assert lines.in_text("a", "x", 1) is None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40) | st.text("bottega: 1\nndes:{}[]-|>&*!?'\"#%@,.0", max_size=60).map("bottega: 1\n".__add__))
def test_whatever_the_text_it_is_read_or_refused(text: str) -> None:
    try:
        loads(text)
    except BottegaError as error:
        if error.code != "experiment-invalid":
            raise
