"""Writing what steps made: together where they end together, and never later than the run's own end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bottega.engine import recorder
from bottega.engine.events import Event, NodeEnded
from bottega.engine.recorder import Recorder
from bottega.store.records import Step
from tests.engine.helpers import Bench


def step(node: str) -> Step:
    return Step(node=node, module="enter-data-manually", status="Finished", cached=False, fingerprint=node, parts={})


def test_steps_that_end_together_are_written_together(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "_GATHER_SECONDS", 3600.0)  # the end of a run does not wait for that
    told: list[Event] = []
    writes: list[list[str]] = []
    run = bench.workspace.runs.start("test", "Test", "")
    record = bench.workspace.runs.record

    def noting(run_id: str, steps: Sequence[Step], blobs: Any = ()) -> None:
        assert not told, "told before it was written"
        record(run_id, steps, blobs)
        writes.append([each.node for each in steps])

    monkeypatch.setattr(bench.workspace.runs, "record", noting)
    writer = Recorder(bench.workspace, run, told.append)
    for node in "abc":
        writer.add([step(node)])
    writer.finish()
    bench.workspace.runs.finish(run, "Finished")
    assert writes == [["a", "b", "c"]]
    assert [event.step.node for event in told if isinstance(event, NodeEnded)] == ["a", "b", "c"]
    assert [each.node for each in bench.workspace.runs.get(run).steps] == ["a", "b", "c"]
