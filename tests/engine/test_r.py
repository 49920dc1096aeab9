"""Experiments with R: what a run records, what it reuses, and what happens where there is no R."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bottega.engine.plan import Action
from bottega.graph.document import Experiment
from bottega.sandbox.host import r_runtime
from bottega.sdk.ports import PortType
from tests.engine.helpers import Bench, people, steps

pytestmark = pytest.mark.skipif(r_runtime.find() is None, reason="there is no R here")
SCRIPT = """\
d <- maml.mapInputPort(1)
cat("rows:", nrow(d), "\\n")
plot(d$age)
d$older <- d$age + 1L
maml.mapOutputPort("d")
"""


def experiment(folder: Path, script: str = SCRIPT) -> Experiment:
    """Some people, and R."""
    return people(folder).add("r", "execute-r-script", script=script).connect("r", "dataset1", "people")


def test_a_run_keeps_the_table_the_text_and_the_pictures(bench: Bench, tmp_path: Path) -> None:
    run = bench.run(experiment(tmp_path))
    step = steps(run)["r"]
    assert step.error is None
    assert bench.rows(run, "r")["older"] == [32, None, 28]
    assert step.log == "rows: 3 \n"
    assert [picture.name for picture in step.pictures] == ["Rplot001.png"]
    assert [output.type for output in step.outputs] == [PortType.TABLE, PortType.DEVICE]


def test_a_failing_script_keeps_its_text_and_tells_its_line(bench: Bench, tmp_path: Path) -> None:
    step = steps(bench.run(experiment(tmp_path, 'cat("before\\n"); plot(1)\nstop("no good")\n')))["r"]
    assert step.error is not None
    assert (step.error["code"], step.error["line"]) == ("0063", 2)
    assert step.error["message"].startswith("The R script failed: line 2: no good")
    assert step.error["traceback"].splitlines() == ['1: stop("no good")', "Error, line 2: no good"]
    assert step.log.startswith("before\n")
    assert [picture.name for picture in step.pictures] == ["Rplot001.png"]


def test_a_result_is_reused_until_r_changes(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = experiment(tmp_path)
    bench.run(made)
    assert bench.plan(made)["r"].action is Action.REUSE
    monkeypatch.setattr(r_runtime.RRuntime, "name", "R 9.9.9")
    assert bench.plan(made)["r"].action is Action.RUN
    assert bench.plan(made)["people"].action is Action.REUSE


def test_without_r_its_node_alone_fails(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = experiment(tmp_path, SCRIPT + "# where none is\n")
    made = made.add("other", "clean-missing-data", columns=["age"], mode="Remove entire row").connect(
        "other", "dataset", "people"
    )
    monkeypatch.setitem(os.environ, r_runtime.VARIABLE, "")
    run = Bench(bench.workspace, None).run(made)  # in jails of its own, which see no R
    found = steps(run)
    assert found["r"].error is not None
    assert (found["r"].error["code"], "r-base-core" in found["r"].error["message"]) == ("r-missing", True)
    assert found["other"].error is None
