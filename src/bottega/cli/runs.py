"""The runs that a workspace remembers, as `bottega workspace runs` and `run` tell them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.grid import WIDE, grid
from bottega.cli.run import report
from bottega.cli.terminal import harmless
from bottega.cli.words import error, moment
from bottega.engine.place import experiment_name
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.store.records import Run, Step
    from bottega.store.workspace import Workspace

_LAST = "last"
_FAR = 10_000


def show_runs(workspace: Workspace, options: argparse.Namespace) -> int:
    """The newest runs, of one experiment or of all."""
    if options.limit < 1:
        raise BottegaError("usage", reason=f"--limit is {options.limit}; it must be at least 1")
    name = (
        None if options.experiment is None else experiment_name(Path(options.experiment).absolute(), workspace.folder)
    )
    if options.json:
        found = workspace.runs.headers(name, options.limit)
        print(json.dumps({"runs": [_facts(run) for run in found]}, ensure_ascii=False))
    elif runs := workspace.runs.list(name, options.limit):
        grid(["run", "experiment", "status", "began", "seconds", "nodes", "reused"], [_row(run) for run in runs],
             [False, False, False, False, True, True, True], widest=WIDE)  # fmt: skip
    else:
        print("no runs yet" if name is None else f"no runs of {name} yet")
    return exits.OK


def show_run(workspace: Workspace, options: argparse.Namespace) -> int:
    """One run, node by node."""
    run = find(workspace, options.id)
    if options.json:
        print(json.dumps(_facts(run) | report(run) | {"document": run.document}, ensure_ascii=False))
        return exits.OK
    print(harmless(f"{run.id}  {run.experiment}{f': {run.title}' if run.title else ''}"))
    print(
        f"{run.status_text}{', interrupted' if run.interrupted else ''}; began {moment(run.started)}, {_seconds(run)} s"
    )
    for word, texts in (("only", run.target), ("with", run.settings)):
        if texts:
            print(harmless(f"{word} {', '.join(texts)}"))
    print()
    grid(["node", "module", "status", "seconds", "output"], [_step(step) for step in run.steps],
         [False, False, False, True], widest=WIDE)  # fmt: skip
    for step in run.steps:
        if step.error is not None:
            print(harmless(f"{step.node}: {error(step.error)}"))
    if run.reason is not None:
        print(harmless(run.reason))
    return exits.OK


def find(workspace: Workspace, text: str) -> Run:
    """The run of that id, the one whose id begins so, or the last one. Raises `usage`."""
    if text != _LAST:
        fitting = [run.id for run in workspace.runs.headers(limit=_FAR) if run.id.startswith(text)]
        if len(fitting) > 1 and text not in fitting:
            raise BottegaError("usage", reason=f"{len(fitting)} runs begin with {text}: {', '.join(fitting[:5])}")
        return workspace.runs.get(fitting[0] if len(fitting) == 1 else text)
    for newest in workspace.runs.list(limit=1):
        return newest
    raise BottegaError("usage", reason=f"There are no runs in {workspace.folder} yet")


def _facts(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "experiment": run.experiment,
        "title": run.title,
        "status": run.status,
        "partial": run.partial,
        "target": list(run.target),
        "settings": list(run.settings),
        "started": run.started,
        "ended": run.ended,
        "interrupted": run.interrupted,
        "reason": run.reason,
    }


def _row(run: Run) -> list[str]:
    done = sum(step.status == "Finished" for step in run.steps)
    status = "interrupted" if run.interrupted else run.status_text
    reused = sum(step.cached for step in run.steps)
    return [run.id, run.experiment, status, moment(run.started), _seconds(run), f"{done}/{len(run.steps)}", str(reused)]


def _step(step: Step) -> list[str]:
    from bottega.cli.output import extent

    how = "reused" if step.cached else f"{step.seconds:.2f}"
    about = step.because or extent(step.outputs)
    return [step.node, step.module, step.status, how, about]


def _seconds(run: Run) -> str:
    return "" if run.ended is None else f"{run.ended - run.started:.2f}"
