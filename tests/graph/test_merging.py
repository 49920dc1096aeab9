"""What a browser sends goes into the text that is kept, and leaves alone what it did not change."""

from __future__ import annotations

from bottega.graph.file import loads
from bottega.graph.merging import merged

TEXT = """\
bottega: 1
# by hand
nodes:
  b:
    module: split-data
    inputs: {dataset: a}
    parameters: {fraction: 1.0, list: [1.0, 2], deep: {x: 3.0}, yes: true}   # all
  a: {dataset: iris}
"""


def _told(**values: object) -> str:
    experiment = loads(TEXT).experiment
    for name, value in values.items():
        experiment = experiment.set("b", name, value)
    return merged(TEXT, experiment)


def test_one_is_no_change_of_one_point_nought() -> None:
    assert _told(fraction=1, list=[1, 2.0], deep={"x": 3}) == TEXT


def test_other_numbers_are() -> None:
    assert _told(fraction=0.5, list=[1, 3]) == TEXT.replace("fraction: 1.0", "fraction: 0.5").replace(", 2]", ", 3]")
    assert _told(fraction=True) == TEXT.replace("fraction: 1.0", "fraction: true")
    assert _told(yes=1) == TEXT.replace("yes: true", "yes: 1")


def test_a_new_node_and_a_gone_one() -> None:
    experiment = loads(TEXT).experiment.remove("a").add("c", "m", x=1)
    text = merged(TEXT, experiment)
    assert loads(text).experiment == experiment
    assert "# by hand" in text
