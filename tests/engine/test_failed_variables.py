"""What the variables of a script held when it failed is kept with its run, as long as that."""

from __future__ import annotations

from pathlib import Path

import pytest

from bottega.engine import look
from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from bottega.store.records import Step
from bottega.store.workspace import Workspace
from tests.engine.helpers import Bench, people, script, steps


def _failing(folder: Path, body: str = "here = df\nraise ValueError('no')") -> Experiment:
    return people(folder).add("bad", "execute-python-script", inputs={"dataset1": "people"}, script=script(body))


@pytest.fixture
def bad(bench: Bench, tmp_path: Path) -> Step:
    return steps(bench.run(_failing(tmp_path)))["bad"]


def test_kept_with_the_step(bench: Bench, bad: Step) -> None:
    assert bad.error is not None
    assert "variables" not in bad.error
    assert bad.variables in bad.digests
    frames = look.variables(bench.workspace, bad)
    assert frames is not None
    (frame,) = frames
    assert (frame.function, frame.file, frame.line) == ("azureml_main", "bad.py", 3)
    table = next(each.table for each in frame.variables if each.name == "here")
    assert table is not None
    assert (table.shape, table.rows[1]) == ((3, 2), ["Bob", None])


def test_of_a_script_that_ends_well_nothing_is(bench: Bench, tmp_path: Path) -> None:
    step = steps(bench.run(_failing(tmp_path, "return df,")))["bad"]
    assert step.variables is None
    assert look.variables(bench.workspace, step) is None


def test_in_backups_and_found_whole(bench: Bench, bad: Step, tmp_path: Path) -> None:
    assert bench.workspace.upkeep.verify(look.is_whole) == []
    bench.workspace.upkeep.backup(tmp_path / "backup.tar")
    with Workspace.restore(tmp_path / "backup.tar", tmp_path / "restored") as restored:
        assert look.variables(restored, bad) == look.variables(bench.workspace, bad)


def test_pruned_with_the_run(bench: Bench, bad: Step, tmp_path: Path) -> None:
    assert bad.variables is not None
    bench.run(_failing(tmp_path, "return df,"))
    bench.workspace.upkeep.prune(keep_runs=1)
    assert not bench.workspace.blobs.has(bad.variables)
    with pytest.raises(BottegaError) as raised:
        look.variables(bench.workspace, bad)
    assert raised.value.code == "blob-missing"
