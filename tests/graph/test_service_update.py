"""An edit of a web service touches its own lines and no other."""

from __future__ import annotations

from collections.abc import Callable
from difflib import SequenceMatcher

import pytest

from bottega.graph.document import Experiment
from bottega.graph.file import loads, update

NODES = "bottega: 1\nnodes:\n    a: {module: m}   # a\n    b: {module: m}\n"
HAND = (
    NODES
    + """\

# What callers see
web_service:
    inputs:
        one: a.x   # first
        many:   # both
        - a.y
        - b.y   # second

    outputs: {out: b, rest: 'a.z'}
    # what they set
    parameters:
        p:   # shared
            sets: [a.p, b.p]
            default: 1   # one
        q: "a.q"
# the end
layout: {a: [1, 2]}
"""
)
Edit = Callable[[Experiment], Experiment]


def _gone(before: str, after: str) -> list[str]:
    one, other = before.splitlines(), after.splitlines()
    codes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return [line for tag, begin, end, _, _ in codes if tag in {"delete", "replace"} for line in one[begin:end]]


EDITS: dict[str, tuple[Edit, list[str]]] = {
    "new input": (lambda e: e.with_service_input("three", "b.x"), []),
    "another port": (lambda e: e.with_service_input("one", "b.x"), ["        one: a.x   # first"]),
    "one more port": (lambda e: e.with_service_input("many", "a.y", "b.y", "b.z"), []),
    "two ports": (lambda e: e.with_service_input("one", "a.x", "b.x"), ["        one: a.x   # first"]),
    "no input": (lambda e: e.without_service("input", "one"), ["        one: a.x   # first"]),
    "output": (lambda e: e.with_service_output("rest", "b.z"), ["    outputs: {out: b, rest: 'a.z'}"]),
    "no output": (lambda e: e.without_service("output", "out"), ["    outputs: {out: b, rest: 'a.z'}"]),
    "default": (
        lambda e: e.with_service_parameter("p", "a.p", "b.p", default=2),
        ["            default: 1   # one"],
    ),
    "description": (lambda e: e.with_service_parameter("p", "a.p", "b.p", default=1, description="x"), []),
    "required": (
        lambda e: e.with_service_parameter("p", "a.p", "b.p", required=True),
        ["            default: 1   # one"],
    ),
    "renamed": (
        lambda e: e.rename("a", "c"),
        [
            "    a: {module: m}   # a",
            "        one: a.x   # first",
            "        - a.y",
            "    outputs: {out: b, rest: 'a.z'}",
            "            sets: [a.p, b.p]",
            '        q: "a.q"',
            "layout: {a: [1, 2]}",
        ],
    ),
    "removed": (
        lambda e: e.remove("b"),
        [
            "    b: {module: m}",
            "        many:   # both",
            "        - a.y",
            "        - b.y   # second",
            "    outputs: {out: b, rest: 'a.z'}",
            "            sets: [a.p, b.p]",
        ],
    ),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["unix", "dos"])
def test_exactly_these_lines_go(edit: str, ends: str) -> None:
    text = HAND.replace("\n", ends)
    change, lines = EDITS[edit]
    edited = change(loads(HAND).experiment)
    after = update(text, edited)
    assert loads(after).experiment == edited
    assert _gone(text, after) == lines
    assert after.count(ends) == after.count("\n")


def test_a_new_section_stands_between_nodes_and_layout() -> None:
    text = NODES + "layout: {a: [1, 2]}   # end\n"
    edited = loads(text).experiment.with_service_input("input1", "a.x")
    after = update(text, edited)
    assert after == text.replace("layout", "web_service:\n    inputs:\n        input1: a.x\nlayout")
    assert update(after, edited.without_service("input", "input1")) == text
