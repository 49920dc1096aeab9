"""Calls run in the environment that their scripts had when they were published, with removed names or without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bottega.engine.inline_metadata import Inline
from bottega.graph.document import Experiment
from bottega.sandbox.host.environment import Environment
from bottega.services.program import Program
from tests.engine.environments import Names
from tests.engine.helpers import Bench, people, script
from tests.services.bench import call, hosting, published

BLOCK = '# /// script\n# dependencies = ["rich"]\n# ///\n'
INLINE = Inline(("pandas", "pyarrow", "rich"))


def service(folder: Path, text: str, **parameters: Any) -> Experiment:
    made = people(folder).add("grow", "execute-python-script", inputs={"dataset1": "people"}, script=text, **parameters)
    return made.with_service_input("input1", "grow.dataset1").with_service_output("output1", "grow.result_dataset")


def test_removed_names_are_there_in_calls_too(bench: Bench, tmp_path: Path) -> None:
    text = script("import numpy\ndf['f'] = numpy.float(2)\nreturn df[['f']]")
    found = published(bench, service(tmp_path, text, old_names="On"))
    with hosting(bench) as host:
        assert call(host, found.endpoint.id, ["name", "age"], ["Ann", 3]) == [{"f": "2.0"}]


def test_a_service_of_a_script_that_asks_for_packages(
    bench: Bench, tmp_path: Path, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names(tmp_path / "home", environment, monkeypatch)
    names.give(INLINE.name, INLINE.requirements)
    found = published(bench, service(tmp_path, BLOCK + script("return df[['age']]")))
    program = Program.loads(found.version.program)
    assert list(program.environments) == list(program.locks) == [INLINE.name]
    assert program.node("grow").parameters["environment"] == INLINE.name
    with hosting(bench) as host:
        assert call(host, found.endpoint.id, ["name", "age"], ["Ann", 3]) == [{"age": "3"}]
