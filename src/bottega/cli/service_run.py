"""Running an experiment for what `bottega service` makes of it: checked, with progress, whole."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bottega.cli import exits
from bottega.cli.check import show_problems
from bottega.cli.run import cancel_on_signals
from bottega.cli.stream import Stream
from bottega.cli.words import error as told
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.cli.opened import Opened
    from bottega.graph.document import Experiment
    from bottega.graph.problem import Problem
    from bottega.store.records import Run


class Unfinished(BottegaError):  # noqa: N818 - what became of a run
    """`usage`: the experiment did not run to its end, so there is nothing to go on with."""

    def __init__(self, reason: str, exit_code: int) -> None:
        super().__init__("usage", reason=reason)
        self.exit_code = exit_code


def run_whole(opened: Opened, experiment: Experiment, name: str, *, quiet: bool) -> Run:
    """Run it, reusing what there is. Raises Unfinished where it has problems, fails or is canceled.

    name  by which the workspace knows it
    """
    from bottega.cli.running import Display
    from bottega.engine import run as engine
    from bottega.engine.check import check
    from bottega.engine.prepared import prepare
    from bottega.graph import writing

    is_file = experiment is opened.experiment and experiment == opened.loaded.experiment
    problems = check(opened.loaded if is_file else experiment, opened.workspace, name)
    _refuse(opened, [each for each in problems if each.severity == "error"], quiet=quiet)
    text = opened.loaded.text if is_file else writing.dumps(experiment)
    request = engine.Request(name, experiment.title, text)
    display = Display(quiet=quiet)
    try:
        with cancel_on_signals() as cancel:
            run = engine.run(prepare(experiment), request, opened.workspace, opened.outside(),
                             engine.Options(cancel=cancel), display.event)  # fmt: skip
    finally:
        display.close()
    if not quiet:
        display.summary(run)
    if run.status != "Finished":
        wrong = next(
            (f"{step.node}: {told(step.error)}" for step in run.steps if step.error is not None), "it was canceled"
        )
        code = exits.INTERRUPTED if run.status == "Canceled" else exits.FAILED
        raise Unfinished(f"The experiment did not finish: {wrong}", code)
    return run


def _refuse(opened: Opened, problems: Sequence[Problem], *, quiet: bool) -> None:
    if not problems:
        return
    if quiet:
        reasons = "; ".join(problem.message.rstrip(".") for problem in problems[:5])
        raise Unfinished(f"The experiment has problems: {reasons}", exits.USAGE)
    show_problems(opened.path, problems)
    raise Unfinished("The experiment has problems", exits.USAGE)


def say(text: str, *, quiet: bool) -> None:
    """Tell something beside the result."""
    if not quiet:
        Stream(sys.stderr).line(text)
