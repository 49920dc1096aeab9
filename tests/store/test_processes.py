"""Several processes on one workspace, and processes that are killed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from bottega.store.digest import bytes_digest
from bottega.store.workspace import Workspace

WORKER = Path(__file__).with_name("worker.py")


def _worker(verb: str, folder: Path, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(WORKER), verb, str(folder), *map(str, arguments)]
    return subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True)


def _ended(worker: subprocess.Popen[str]) -> str:
    told, errors = worker.communicate(timeout=120)
    assert worker.returncode == 0, errors
    return told


@pytest.mark.slow
def test_recording_pruning_and_reading_at_once(folder: Path) -> None:
    recorders = [_worker("record", folder, name, 6, 8) for name in ("x", "y")]
    others = [_worker("prune", folder), _worker("read", folder, 15)]
    told = [_ended(worker) for worker in recorders]
    pruned, read = [_ended(worker) for worker in others]
    assert [len(lines.splitlines()) for lines in told] == [48, 48]
    assert read == "read\n"
    with Workspace.open(folder) as workspace:
        assert workspace.upkeep.verify(lambda *_: None) == []
        assert workspace.runs.interrupted() == []
        assert int(pruned) > 0
        assert len(workspace.runs.list()) + int(pruned) == 12
        last = {run.experiment: run.id for run in reversed(workspace.runs.list())}
        assert last == {name: lines.splitlines()[-1].split()[0] for name, lines in zip("xy", told, strict=True)}
        workspace.upkeep.prune(keep_runs=1)
        assert len(workspace.runs.list()) == 2
        assert workspace.upkeep.verify(lambda *_: None) == []
        assert len(list(workspace.blobs.digests())) == 2 * 8 * 2
    assert list((folder / "files" / "tmp").iterdir()) == []


def _killed(folder: Path, name: str, lines: int) -> list[list[str]]:
    """The steps that a recorder told of before it was killed, some way into the next."""
    worker = _worker("record", folder, name, 1, 10_000)
    assert worker.stdout
    told = [worker.stdout.readline() for _ in range(lines)]
    worker.send_signal(signal.SIGKILL)
    rest = list(worker.stdout)  # `communicate` would pass over what was read ahead
    _, errors = worker.communicate()
    assert worker.returncode == -signal.SIGKILL, errors
    return [line.split() for line in [*told, *rest] if line.endswith("\n")]


@pytest.mark.slow
def test_what_a_killed_process_told_is_there(folder: Path) -> None:
    chance = random.Random(1)
    for number in range(6):
        told = _killed(folder, f"e{number}", chance.randint(1, 40))
        (run_id,) = {run for run, _ in told}
        with Workspace.open(folder) as workspace:
            steps = {step.node: step for step in workspace.runs.get(run_id).steps}
            assert {node for _, node in told} <= set(steps)
            assert len(steps) <= len(told) + 1
            for step in steps.values():
                for output in step.outputs:
                    assert bytes_digest(workspace.blobs.read(output.digest)) == output.digest
                assert workspace.results.find([step.fingerprint]) == {step.fingerprint: step}
            assert [run.id for run in workspace.runs.interrupted()] == [run_id]
            assert workspace.runs.get(run_id).interrupted
            assert workspace.upkeep.verify(lambda *_: None) == []
            assert workspace.upkeep.prune()["runs"] == 0
            assert list((folder / "files" / "tmp").iterdir()) == []


def test_a_run_of_a_killed_process_no_longer_keeps_pruning_away(folder: Path) -> None:
    _killed(folder, "e", 1)
    with Workspace.open(folder) as workspace:
        workspace.upkeep.prune(wait=0)
        assert len(workspace.runs.interrupted()) == 1
