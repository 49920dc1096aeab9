"""Nodes that are pinned to a result: read, written, edited in their text, told as a difference."""

from __future__ import annotations

from dataclasses import replace

from bottega.graph import diff, editing, reading, writing
from bottega.graph.document import Experiment
from bottega.sdk import catalogue

TEXT = """bottega: 1
nodes:
  a:
    dataset: iris
  b:
    module: split-data  # a comment that stays
    inputs: {dataset: a}
"""
PIN = "20261121-120000-000000-abcdef/b"


def pinned(experiment: Experiment, node: str, to: str) -> Experiment:
    return replace(experiment, nodes={**experiment.nodes, node: replace(experiment.nodes[node], pinned=to)})


def test_written_and_read_again() -> None:
    experiment = pinned(reading.loads(TEXT).experiment, "b", PIN)
    loaded = reading.loads(writing.dumps(experiment))
    assert loaded.problems == ()
    assert loaded.experiment.nodes["b"].pinned == PIN
    assert loaded.experiment.nodes["a"].pinned == ""


def test_one_line_of_difference() -> None:
    before = reading.loads(TEXT).experiment
    edited = editing.update(TEXT, pinned(before, "b", PIN))
    assert edited == f'{TEXT}    pinned: "{PIN}"\n'
    assert editing.update(edited, before) == TEXT
    (change,) = diff.diff(before, reading.loads(edited).experiment, catalogue.find)
    assert (change.kind, change.node, change.before, change.after) == ("pinned", "b", None, PIN)


def test_a_dataset_can_be_pinned_too() -> None:
    experiment = pinned(reading.loads(TEXT).experiment, "a", PIN)
    assert reading.loads(writing.dumps(experiment)).experiment.nodes["a"].pinned == PIN


def test_renaming_keeps_it() -> None:
    experiment = pinned(reading.loads(TEXT).experiment, "b", PIN).rename("b", "c")
    assert experiment.nodes["c"].pinned == PIN
