"""Nodes that a document pins: what one gave in an earlier run stands for its result, whatever was changed since."""

from __future__ import annotations

from collections.abc import Iterator

from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from bottega.graph.problem import INVALID, Problem
from bottega.store.records import Status, Step
from bottega.store.workspace import Workspace


def step_of(pinned: str, workspace: Workspace) -> Step | None:
    """The step that a pin names as RUN/NODE; None where there is none that finished, or its data is gone."""
    run, _, node = pinned.partition("/")
    try:
        steps = workspace.runs.get(run).steps
    except BottegaError:
        return None
    step = next((each for each in steps if each.node == node and each.status == Status.FINISHED), None)
    return step if step is not None and all(map(workspace.blobs.has, step.digests)) else None


def problems(experiment: Experiment, workspace: Workspace) -> Iterator[Problem]:
    """Pins that hold nothing any more: such a node neither runs nor has a result."""
    for node in experiment.nodes.values():
        if node.pinned and step_of(node.pinned, workspace) is None:
            message = f"It is pinned to {node.pinned}, whose data is not there any more; unpin it, and it runs again."
            yield Problem(INVALID, message, node.id)
