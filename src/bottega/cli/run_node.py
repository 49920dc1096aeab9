"""A node of a run, as the command line names it: RUN.NODE, or an experiment's FILE and NODE for its newest run."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bottega.cli.opened import opened, opened_workspace, refuse_pandas
from bottega.cli.runs import find
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.store.records import Run, Step
    from bottega.store.workspace import Workspace


@contextmanager
def step_of(options: argparse.Namespace) -> Iterator[tuple[Workspace, Run, Step]]:
    """The run and the step that `file` and `node` mean; RUN is an id, its beginning, or `last`. Raises `usage` and `0048`."""
    if options.node is None:
        refuse_pandas()
        text, _, node = options.file.partition(".")
        if not node or Path(options.file).is_file():
            reason = f"{options.file[:200]} names no node of a run: write RUN.NODE, or the experiment's FILE and NODE"
            raise BottegaError("usage", reason=reason)
        with opened_workspace(options.workspace, Path.cwd()) as workspace:
            run = find(workspace, text)
            yield workspace, run, _step(run, node)
        return
    from bottega.engine import look

    with opened(options) as experiment:
        experiment.experiment.node(options.node)
        past = look.pasts(experiment.workspace, experiment.name, [options.node])[options.node]
        if past.last is None or past.last_run is None:
            command = f"bottega run {shlex.quote(options.file)} --to {options.node}"
            raise BottegaError("usage", reason=f"Node {options.node} has not run yet; run it with: {command}")
        yield experiment.workspace, experiment.workspace.runs.get(past.last_run), past.last


def _step(run: Run, node: str) -> Step:
    found = next((step for step in run.steps if step.node == node), None)
    if found is None:
        nodes = ", ".join(step.node for step in run.steps) or "none"
        raise BottegaError("usage", reason=f"Run {run.id} has no node {node!r}; its nodes: {nodes}")
    return found
