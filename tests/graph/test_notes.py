"""Notes and groups: read, written, kept in step with their nodes, and of no meaning."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bottega.graph.diff import diff
from bottega.graph.document import Experiment, Note
from bottega.graph.file import dumps, loads, update
from bottega.sdk import catalogue

TEXT = """\
bottega: 1
nodes:
  patients:
    dataset: iris
  split:
    module: split-data
    inputs: {dataset: patients}
notes:
  why: {text: Half of them are enough, at: [10, -20.5]}
  long: {text: "a\\nb", at: [0, 0], size: [300, 80]}
groups:
  Prepare the data: [patients, split]
"""


def test_read() -> None:
    loaded = loads(TEXT)
    assert not loaded.problems
    assert loaded.experiment.notes == {
        "why": Note("Half of them are enough", (10, -20.5)),
        "long": Note("a\nb", (0, 0), (300, 80)),
    }
    assert loaded.experiment.groups == {"Prepare the data": ("patients", "split")}
    assert loads(dumps(loaded.experiment)).experiment == loaded.experiment


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("notes:\n  n: {text: x}", "`at: [x, y]`"),
        ("notes:\n  n: {text: x, at: [1, 2], size: [0, 5]}", "`at: [x, y]`"),
        ("notes:\n  n: {text: [x], at: [1, 2]}", "`at: [x, y]`"),
        ("notes:\n  n: {text: x, at: [1, .inf]}", "`at: [x, y]`"),
        ("notes:\n  n: {text: x, at: [1, 2], colour: red}", "`colour:`"),
        ("groups:\n  g: a", "a list of nodes"),
        ("groups:\n  g: [a, b]", "no such node"),
        ("groups:\n  g: [a]\n  h: [a]", "in a group already"),
    ],
)
def test_what_cannot_be_understood_is_told(section: str, told: str) -> None:
    loaded = loads(f"bottega: 1\nnodes:\n  a: {{dataset: iris}}\n{section}\n")
    assert told in loaded.problems[0].message
    assert loaded.problems[0].line == (6 if "h:" in section else 5)


def test_groups_follow_their_nodes() -> None:
    experiment = loads(TEXT).experiment
    assert experiment.rename("split", "halves").groups == {"Prepare the data": ("patients", "halves")}
    assert experiment.remove("split").groups == {"Prepare the data": ("patients",)}
    assert experiment.remove("split").remove("patients").groups == {}


def test_an_edit_touches_its_own_lines() -> None:
    experiment = loads(TEXT).experiment
    moved = replace(experiment, notes={**experiment.notes, "why": Note("Half of them are enough", (10, 40))})
    assert update(TEXT, moved) == TEXT.replace("[10, -20.5]", "[10, 40]")
    commented = TEXT.replace("  why:", "  # asked by Ann\n  why:")
    assert update(commented, moved) == commented.replace("[10, -20.5]", "[10, 40]")


def test_told_as_comments() -> None:
    old = loads(TEXT).experiment
    new = replace(old, groups={"Prepare the data": ("split",)}, notes={"why": Note("All", (0, 0))})
    told = [(each.kind, each.node, each.subject, each.after) for each in diff(old, new, catalogue.find)]
    assert told == [
        ("comment", None, "Prepare the data", ["split"]),
        ("comment", None, "why", "All"),
        ("comment", None, "long", None),
    ]
    aside = replace(old, notes={**old.notes, "why": Note("Half of them are enough", (9, 9))})
    assert diff(old, aside, catalogue.find) == []


def test_an_empty_group_is_told_as_nothing() -> None:
    assert loads("bottega: 1\nnodes: {}\ngroups:\n  g: []\n").experiment == Experiment()
