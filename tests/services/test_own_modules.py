"""Modules of a workspace's own in published services: alone in their jail, and frozen with the version."""

from __future__ import annotations

from pathlib import Path

import pytest

from bottega.engine import own_modules
from bottega.engine.own_shelf import shelved
from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from bottega.services.errors import ModuleFailure
from bottega.services.stages import Way
from tests.engine import own
from tests.engine.helpers import Bench, people
from tests.engine.own import LEARNER, added, shelf, write
from tests.services.bench import call, hosting, published
from tests.services.experiments import answer, load, program_of

MODES = ("request", "service")


def _served(folder: Path) -> Experiment:
    return (
        people(folder)
        .add("some", "select-columns-in-dataset", inputs={"dataset": "people"}, columns=["age"])
        .add("grow", "grow", inputs={"dataset": "some"}, column="age", by=10)
        .add("last", "select-columns-in-dataset", inputs={"dataset": "grow"}, columns=["age"])
        .with_service_input("input1", "some.dataset")
        .with_service_output("output1", "last")
        .with_service_parameter("by", "grow.by")
    )


@pytest.mark.parametrize("mode", MODES)
def test_it_is_alone_in_its_jail(bench: Bench, tmp_path: Path, mode: str) -> None:
    with shelf(bench, own.grow(tmp_path)):
        program = program_of(bench, _served(tmp_path))
        with load(bench, program, mode=mode) as loaded:
            assert [stage.way for stage, _ in loaded.stages] == [Way.MODULES, Way.OWN, Way.MODULES]
            assert answer(loaded, ["Eve", 7], ["Finn", None]) == {"age": [17.0, None]}
            assert answer(loaded, ["Eve", 8], by="1") == {"age": [9.0]}


def test_a_version_keeps_the_code_that_it_was_published_with(bench: Bench, tmp_path: Path) -> None:
    folder = own.grow(tmp_path)
    with shelf(bench, folder) as found:
        made = published(bench, _served(tmp_path))
        (folder / "_later.py").write_text("def add(values, by):\n    return values\n")
        added(bench, folder)
        found.look_again()
        with hosting(bench) as host:
            assert call(host, made.endpoint.id, ["name", "age"], ["Zoe", 1]) == [{"age": "11.0"}]
        own_modules.remove(bench.workspace, "grow")
        bench.workspace.upkeep.prune(keep_runs=0)
    with shelved(bench.workspace), hosting(bench) as host:  # as in another process
        assert call(host, made.endpoint.id, ["name", "age"], ["Zoe", 1]) == [{"age": "11.0"}]


def test_an_error_in_a_call_is_its_authors(bench: Bench, tmp_path: Path) -> None:
    folder = own.grow(tmp_path)
    (folder / "_later.py").write_text(
        "def add(values, by):\n    if by > 50:\n        raise ValueError('too much')\n    return values\n"
    )
    with shelf(bench, folder), load(bench, program_of(bench, _served(tmp_path))) as loaded:
        with pytest.raises(ModuleFailure, match="too much"):
            answer(loaded, ["Eve", 7], by="51")
        assert answer(loaded, ["Eve", 7]) == {"age": [7]}


@pytest.mark.parametrize("mode", MODES)
def test_what_it_does_to_its_process_is_no_other_modules(bench: Bench, tmp_path: Path, mode: str) -> None:
    body = """
    @module(title="Spoils", category="Mine")
    def spoils(dataset: Table) -> Table:
        "Spoils."
        import sys

        import pyarrow.compute

        pyarrow.compute.add = pyarrow.compute.subtract
        for name in [each for each in sys.modules if each.startswith("bottega.modules")]:
            for value in vars(sys.modules[name]).values():
                if hasattr(value, "__bottega_module__"):
                    value.__bottega_module__ = None
        return dataset
    """
    experiment = (
        people(tmp_path)
        .add("spoils", "spoils", inputs={"dataset": "people"})
        .add("some", "select-columns-in-dataset", inputs={"dataset": "spoils"}, columns=["age"])
        .with_service_input("input1", "spoils.dataset")
        .with_service_output("output1", "some")
    )
    with (
        shelf(bench, write(tmp_path / "m", spoils=body)),
        load(bench, program_of(bench, experiment), mode=mode) as loaded,
    ):
        for age in (7, 8):
            assert answer(loaded, ["Eve", age]) == {"age": [age]}


def test_a_service_whose_code_is_gone_says_so(bench: Bench, tmp_path: Path) -> None:
    with shelf(bench, own.grow(tmp_path)):
        program = program_of(bench, _served(tmp_path))
    with pytest.raises(BottegaError) as caught:  # no shelf is put up
        load(bench, program)
    assert caught.value.code == "module-unknown"


def test_a_model_of_its_own_is_opened_alone(bench: Bench, tmp_path: Path) -> None:
    experiment = (
        people(tmp_path, "name,age\nAnn,yes\nBob,no\nCyd,yes\n")
        .add("learner", "most-frequent")
        .add("train", "train-model", inputs={"untrained_model": "learner", "dataset": "people"}, label="age")
        .add("some", "select-columns-in-dataset", inputs={"dataset": "people"}, columns=["name"])
        .add("score", "score-model", inputs={"trained_model": "train", "dataset": "some"})
        .add("last", "select-columns-in-dataset", inputs={"dataset": "score"}, columns=["Scored Labels"])
        .with_service_input("input1", "some.dataset")
        .with_service_output("output1", "last")
    )
    with shelf(bench, write(tmp_path / "m", most_frequent=LEARNER)):
        program = program_of(bench, experiment)
        with load(bench, program) as loaded:
            assert [stage.way for stage, _ in loaded.stages] == [Way.MODULES, Way.OWN, Way.MODULES]
            assert answer(loaded, ["Eve", "no"]) == {"Scored Labels": ["yes"]}
