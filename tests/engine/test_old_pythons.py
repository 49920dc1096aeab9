"""An experiment whose scripts run on an old Python: registered, checked, run, and used again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bottega.engine.check import check
from bottega.graph.document import Experiment
from bottega.sandbox.host import registered, shelf
from tests import old_pythons
from tests.clients import venv
from tests.engine.helpers import Bench, people, statuses

# Of its time: a statement that prints, and an index that is gone.
SOURCE = """
def azureml_main(dataframe1 = None, dataframe2 = None):
    print 'rows', len(dataframe1)
    dataframe1['first'] = dataframe1.ix[0, 'age']
    return dataframe1,
"""


@pytest.fixture(scope="module")
def old() -> Iterator[str]:
    """The name of an environment of Python 2.7 that is registered for a while."""
    name, version = old_pythons.OLD_27
    python = venv.interpreter(version)
    if python is None:
        pytest.skip(f"this machine has no Python {version}")
    name = f"test-old-{os.getpid()}"
    registered.register(name, venv.virtual_with(f"{old_pythons.OLD_27[0]}.lock", python), lambda _: None)
    yield name
    shelf.remove(name)


def _experiment(folder: Path, environment: str) -> Experiment:
    experiment = people(folder).add("old", "execute-python-script", inputs={"dataset1": "people"}, script=SOURCE)
    return replace(experiment, environment=environment)


def test_it_is_checked_and_run_by_its_own_python(bench: Bench, tmp_path: Path, old: str) -> None:
    experiment = _experiment(tmp_path, old)
    assert check(experiment, bench.workspace, "test") == []
    run = bench.run(experiment)
    assert run.status == "Finished", run
    assert bench.rows(run, "old") == {
        "name": ["Ann", "Bob", "Cleo"], "age": [31, None, 27], "first": [31.0, 31.0, 31.0],
    }  # fmt: skip
    again = bench.run(experiment)
    assert statuses(again)["old"] == "reused"


def test_in_todays_python_it_does_not_parse(bench: Bench, tmp_path: Path) -> None:
    [problem] = check(_experiment(tmp_path, ""), bench.workspace, "test")
    assert problem.node == "old"
    assert "print" in problem.message
