"""The experiment's own environment in its file."""

from __future__ import annotations

from dataclasses import replace

from bottega.graph.diff import Change, diff
from bottega.graph.document import Experiment
from bottega.graph.editing import update
from bottega.graph.file import loads
from bottega.graph.merging import merged
from bottega.graph.writing import dumps, tree
from tests.graph.modules import find

TEXT = """\
bottega: 1
title: Old
environment: classic  # as it was
nodes:
  data: {dataset: iris}
"""


def test_it_is_read_with_its_line_and_written_again() -> None:
    loaded = loads(TEXT)
    assert loaded.problems == ()
    assert loaded.experiment.environment == "classic"
    assert loaded.lines.top["environment"] == 3
    assert tree(loaded.experiment)["environment"] == "classic"
    assert loads(dumps(loaded.experiment)).experiment == loaded.experiment
    assert "environment" not in tree(Experiment("None"))


def test_an_edit_changes_its_line_alone() -> None:
    experiment = loads(TEXT).experiment
    assert update(TEXT, replace(experiment, environment="mine")) == TEXT.replace("classic", "mine")
    assert loads(update(TEXT, replace(experiment, environment=""))).experiment.environment == ""
    plain = TEXT.replace("environment: classic  # as it was\n", "")
    assert loads(update(plain, experiment)).experiment == experiment


def test_a_client_that_says_json_keeps_it() -> None:
    experiment = loads(TEXT).experiment
    assert merged(TEXT, replace(experiment, title="New")) == TEXT.replace("Old", "New")


def test_what_is_no_name_is_told() -> None:
    loaded = loads(TEXT.replace("classic", "[a, b]"))
    assert [(each.line, each.message) for each in loaded.problems] == [(3, "environment takes a text.")]
    assert loads(TEXT.replace("classic", "3.9")).experiment.environment == "3.9"


def test_another_one_is_a_change() -> None:
    experiment = loads(TEXT).experiment
    other = replace(experiment, environment="")
    assert diff(experiment, other, find) == [Change("environment", None, None, "classic", None)]
    assert diff(experiment, experiment, find) == []
