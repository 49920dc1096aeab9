"""What the tests of several processes run: records, prunes or reads in a workspace.

worker.py record FOLDER EXPERIMENT RUNS STEPS    tells each step on a line once `record` has returned
worker.py prune FOLDER TIMES
worker.py read FOLDER TIMES
worker.py jobs FOLDER MOST                       takes and finishes jobs, at most so many at once, until none waits; tells each
"""

from __future__ import annotations

import select
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bottega.errors import BottegaError
from bottega.store.digest import bytes_digest
from bottega.store.records import Output, Step
from bottega.store.workspace import Workspace


def record(workspace: Workspace, experiment: str, runs: str, steps: str) -> None:
    for number in range(int(runs)):
        run_id = workspace.runs.start(experiment, "", "", (), ())
        for place in range(int(steps)):
            data = [f"{experiment}-{number}-{place}-{port}".encode() * 500 for port in range(2)]
            outputs = tuple(Output(str(port), "Zip", bytes_digest(each), len(each)) for port, each in enumerate(data))
            step = Step(f"n{place}", "m", "Finished", False, f"{experiment}-{number}-{place}", {}, outputs)
            workspace.runs.record(run_id, [step], [(bytes_digest(each), each) for each in data])
            print(run_id, step.node, flush=True)
        workspace.runs.finish(run_id, "Finished")
        time.sleep(0.05)  # for the pruner


def prune(workspace: Workspace) -> None:
    gone = 0
    last = False
    while not last:
        last = bool(select.select([sys.stdin], [], [], 0)[0])
        try:
            gone += workspace.upkeep.prune(keep_runs=1, wait=1.0)["runs"]
        except BottegaError as error:
            if error.code != "usage":
                raise
    print(gone)


def read(workspace: Workspace, times: str) -> None:
    for _ in range(int(times)):
        for run in workspace.runs.list():
            for step in run.steps:
                for output in step.outputs:
                    _read(workspace, run.id, output)
    print("read")


def _read(workspace: Workspace, run_id: str, output: Output) -> None:
    try:
        data = workspace.blobs.read(output.digest)
    except BottegaError as error:
        if error.code != "blob-missing" or any(run.id == run_id for run in workspace.runs.list()):
            raise
    else:
        assert bytes_digest(data) == output.digest


def jobs(workspace: Workspace, most: str) -> None:
    workspace.jobs.recover()
    while any(job.queued for job in workspace.jobs.list()):
        held = [job for _ in range(2) if (job := workspace.jobs.take(int(most)))]
        for job in held:
            workspace.jobs.progress(job.id, {"rows": 1})
            workspace.jobs.finish(job.id, "Finished", results={"by": job.id})
            print(job.id, flush=True)


VERBS: dict[str, Callable[..., None]] = {"record": record, "prune": prune, "read": read, "jobs": jobs}

if __name__ == "__main__":
    verb, folder, *arguments = sys.argv[1:]
    with Workspace.open(Path(folder)) as opened:
        VERBS[verb](opened, *arguments)
