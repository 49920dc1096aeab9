"""What `check` knows beyond the file itself: columns of results, of small data files, of saved datasets."""

from __future__ import annotations

from pathlib import Path

from bottega.engine.check import check
from bottega.graph.document import Experiment
from tests.engine.helpers import Bench, people, script, steps


def codes(bench: Bench, experiment: Experiment) -> list[tuple[str | None, str]]:
    return [(problem.node, problem.code) for problem in check(experiment, bench.workspace, "test")]


def picked(experiment: Experiment, source: str, *columns: str) -> Experiment:
    return experiment.add("pick", "select-columns-in-dataset", inputs={"dataset": source}, columns=list(columns))


def test_a_small_data_file_is_known_before_any_run(bench: Bench, tmp_path: Path) -> None:
    assert codes(bench, picked(people(tmp_path), "people", "age")) == []
    assert codes(bench, picked(people(tmp_path), "people", "height")) == [("pick", "0001")]


def test_columns_are_foretold_through_modules(bench: Bench, tmp_path: Path) -> None:
    experiment = picked(people(tmp_path), "people", "age").add(
        "again", "select-columns-in-dataset", inputs={"dataset": "pick"}, columns=["name"]
    )
    assert codes(bench, experiment) == [("again", "0001")]


def test_what_a_script_gives_is_known_once_it_ran(bench: Bench, tmp_path: Path) -> None:
    experiment = people(tmp_path).add(
        "grow", "execute-python-script", inputs={"dataset1": "people"}, script=script("df['height'] = 1\nreturn df")
    )
    assert codes(bench, picked(experiment, "grow", "weight")) == []
    bench.run(experiment)
    assert codes(bench, picked(experiment, "grow", "weight")) == [("pick", "0001")]
    assert codes(bench, picked(experiment, "grow", "height")) == []
    # With another script nothing is known again.
    changed = picked(experiment.set("grow", "script", script("return df[['name']]")), "grow", "weight")
    assert codes(bench, changed) == []


def test_saved_datasets_are_known_by_name_and_columns(bench: Bench, tmp_path: Path) -> None:
    experiment = Experiment().add_dataset("data", "mine")
    [problem] = check(experiment, bench.workspace, "test")
    assert problem.message.startswith("There is no dataset mine")
    output = steps(bench.run(people(tmp_path)))["people"].outputs[0]
    bench.workspace.datasets.save("mine", output)
    assert codes(bench, picked(experiment, "data", "age")) == []
    assert codes(bench, picked(experiment, "data", "height")) == [("pick", "0001")]


def test_a_cycle_and_an_unreadable_file_are_told_not_raised(bench: Bench, tmp_path: Path) -> None:
    experiment = picked(people(tmp_path), "people", "age")
    (tmp_path / "people.csv").write_bytes(b"\xff\xfe\x00")
    assert codes(bench, experiment) == []
    looped = experiment.add("other", "select-columns-in-dataset", inputs={"dataset": "pick"}, columns=["age"])
    found = check(looped.connect("pick", "dataset", "other"), bench.workspace, "test")
    assert any("circle" in problem.message for problem in found)
