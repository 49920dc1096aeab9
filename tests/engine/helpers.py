"""Small experiments, and running them against a workspace as the command line does."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bottega.engine import run as engine
from bottega.engine.events import Event
from bottega.engine.plan import Decision, Planner
from bottega.engine.prepared import prepare
from bottega.engine.reach import Outside
from bottega.engine.stored import table
from bottega.graph import writing
from bottega.graph.document import Experiment, FileRef
from bottega.sandbox.host.pool import Pool
from bottega.store.records import Run, Step
from bottega.store.workspace import Workspace

PEOPLE = "name,age\nAnn,31\nBob,\nCleo,27\n"


def script(body: str) -> str:
    """A script whose function is one expression or a few lines over `df`."""
    lines = body.strip().splitlines()
    return "def azureml_main(df=None, other=None):\n" + "\n".join(f"    {line}" for line in lines) + "\n"


def people(folder: Path, text: str = PEOPLE) -> Experiment:
    """An experiment with one data file."""
    (folder / "people.csv").write_text(text)
    return Experiment(title="Test", folder=folder).add_dataset("people", FileRef("people.csv"))


@dataclass
class Bench:
    """A workspace, jails, and what the runs told."""

    workspace: Workspace
    pool: Pool | None
    events: list[Event] = field(default_factory=list)

    def run(self, experiment: Experiment, *targets: str, listener: Callable[[Event], None] | None = None,
            outside: Outside | None = None, name: str = "test", **options: Any) -> Run:  # fmt: skip
        """Run and return the record."""
        self.events.clear()

        def follow(event: Event) -> None:
            self.events.append(event)
            if listener is not None:
                listener(event)

        folder = experiment.folder or Path()
        return engine.run(
            prepare(experiment, targets),
            engine.Request(name, experiment.title, writing.dumps(experiment), tuple(targets)),
            self.workspace,
            outside or Outside(folder),
            engine.Options(pool=self.pool, **options),
            follow,
        )

    def plan(self, experiment: Experiment, name: str = "test") -> dict[str, Decision]:
        """What a run would do."""
        return Planner(self.workspace, name).plan(prepare(experiment))

    def rows(self, run: Run, node: str, port: str | None = None) -> dict[str, list[object]]:
        """A table that a run gave, as plain columns."""
        step = steps(run)[node]
        output = step.outputs[0] if port is None else next(each for each in step.outputs if each.port == port)
        return table(self.workspace, output).arrow.to_pydict()


def steps(run: Run) -> dict[str, Step]:
    """By node."""
    return {step.node: step for step in run.steps}


def statuses(run: Run) -> dict[str, str]:
    """By node, `reused` for what was not run."""
    return {step.node: "reused" if step.cached else step.status for step in run.steps}


class Canceler:
    """A descriptor that a test makes readable."""

    def __init__(self) -> None:
        self.descriptor, self._input = os.pipe()

    def __call__(self) -> None:
        os.write(self._input, b"x")
