"""The outputs that `--output` asks a run for: checked before anything runs, written after it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bottega.cli import output as outputs
from bottega.cli.words import error as told
from bottega.errors import BottegaError, describe
from bottega.sdk.ports import PortType

if TYPE_CHECKING:
    from bottega.engine.prepared import Prepared, Ready
    from bottega.graph.document import Experiment
    from bottega.store.records import Output, Run, Step
    from bottega.store.workspace import Workspace


@dataclass(frozen=True)
class Wanted:
    """What to write where."""

    node: str
    port: str
    path: str


def wanted(given: Iterable[str], experiment: Experiment, prepared: Prepared, workspace: Workspace) -> list[Wanted]:
    """What was asked for, as `NODE[.PORT]=FILE`.

    Raises `usage` for what is no output of the nodes that run and for a path that is there
    twice or tells no format, and `0048` where nothing can be written.
    """
    from bottega.graph import override
    from bottega.sdk import catalogue

    found: list[Wanted] = []
    places: dict[str, str] = {}
    for text in given:
        reference, equals, path = text.partition("=")
        if not equals or not path:
            raise BottegaError("usage", reason=f"--output {text}: write NODE[.PORT]=FILE")
        node, port = override.split_port(reference, experiment, catalogue.find)
        if node not in prepared.nodes:
            raise BottegaError("usage", reason=f"--output {text}: {node} is not among the nodes that --to runs")
        outputs.check(_type(prepared.nodes[node], port, workspace), path)
        place = os.path.realpath(path)
        if place in places:
            raise BottegaError("usage", reason=f"--output {text}: {places[place]} goes to the same place")
        places[place] = reference
        found.append(Wanted(node, port, path))
    return found


def write(run: Run, wanted: Sequence[Wanted], workspace: Workspace) -> tuple[list[str], list[Mapping[str, str]]]:
    """Write what there is: the paths written, and path and message of each output that was not."""
    steps = {step.node: step for step in run.steps}
    written: list[str] = []
    unwritten: list[Mapping[str, str]] = []
    for each in wanted:
        try:
            written += outputs.write(workspace, _output(each, steps.get(each.node)), each.path)
        except BottegaError as error:
            unwritten.append({"path": each.path, "message": describe(error)})
    return written, unwritten


def _output(wanted: Wanted, step: Step | None) -> Output:
    """What came out. Raises `usage` that says why nothing did."""
    for output in step.outputs if step is not None else ():
        if output.port == wanted.port:
            return output
    raise BottegaError("usage", reason=f"There is nothing at {wanted.node}.{wanted.port}: {_why_not(step)}")


def _why_not(step: Step | None) -> str:
    if step is None:
        return "the node did not run"
    if step.error is not None:
        return f"the node failed: {told(step.error)}"
    return step.because or (
        "the node left it out" if step.status == "Finished" else f"the node was {step.status.lower()}"
    )


def _type(node: Ready, port: str, workspace: Workspace) -> PortType:
    """What a port will carry; of a dataset that is known once it is looked up."""
    from bottega.engine.saved import saved

    declared = next(each.type for each in node.spec.outputs if each.name == port)
    if declared is not PortType.ANY:
        return declared
    if node.file is not None:
        return PortType.ZIP if node.file.suffix.lower() == ".zip" else PortType.TABLE
    kept = saved(node, workspace)
    return PortType(kept.output.type) if kept is not None else PortType.TABLE
