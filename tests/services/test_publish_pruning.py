"""Publishing while somebody prunes: nothing goes that a service is about to name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bottega.errors import BottegaError
from bottega.services import publish
from bottega.services import set_up as setting_up
from bottega.services.compile import compile as compiled
from tests.engine.helpers import Bench, people, script
from tests.services import training
from tests.services.bench import call, hosting


def test_what_a_program_names_outlives_pruning(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The constant of a service is named by nothing but the run until the version is there."""
    experiment = (
        people(tmp_path)
        .add("known", "execute-python-script", inputs={"dataset1": "people"}, script=script("return df.head(1)"))
        .add("both", "execute-python-script", inputs={"dataset1": "people", "dataset2": "known"},
             script=script("df['first'] = other['name'][0]\nreturn df"))
        .with_service_input("input1", "both.dataset1").with_service_output("output1", "both")
    )  # fmt: skip
    run = bench.run(experiment)
    monkeypatch.setattr(publish, "compiled", refused_pruning(bench, compiled))
    made = publish.publish(bench.workspace, experiment, run)
    bench.workspace.upkeep.prune(keep_runs=0)
    with hosting(bench) as host:
        (record,) = call(host, made.endpoint.id, ["name", "age"], ["Zoe", 1])
    assert record["first"] != "Zoe"


def test_what_setting_up_saves_outlives_pruning(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = training.whole(tmp_path)
    run = bench.run(experiment)
    monkeypatch.setattr(setting_up, "keep", refused_pruning(bench, setting_up.keep))
    made = publish.set_up(experiment, run, bench.workspace)
    bench.workspace.upkeep.prune(keep_runs=0)
    assert made.saved
    assert bench.run(made.experiment).status == "Finished"


def refused_pruning(bench: Bench, work: Callable[..., Any]) -> Callable[..., Any]:
    """The same, but somebody would prune before and after it."""

    def prune() -> None:
        with pytest.raises(BottegaError, match="under way"):
            bench.workspace.upkeep.prune(keep_runs=0, wait=0)

    def pruned(*arguments: Any, **options: Any) -> Any:
        prune()
        made = work(*arguments, **options)
        prune()
        return made

    return pruned
