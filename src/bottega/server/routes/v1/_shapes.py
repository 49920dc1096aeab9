"""What the native API says of things, and how the workspace's records become that."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from bottega.engine.events import Event, NodeEnded, NodePrinted, NodeStarted, Phase, RunEnded, RunStarted
from bottega.store import records

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Count = Annotated[int, Meta(ge=0, le=2**31)]


class Column(Struct):
    """A column of a table."""

    name: str
    type: str
    role: str


class Output(Struct):
    """What came out of a port. `rows` and `columns` are those of a table; `described` is what is told of a model."""

    port: str
    type: str
    digest: str
    size: int
    rows: int | None
    columns: list[Column] | None
    described: dict[str, Any] | None


class StepError(Struct):
    """What went wrong in a node; `line` is one of its script."""

    code: str
    type: str
    message: str
    line: int | None
    traceback: str


class Step(Struct):
    """What became of a node in a run. Times in seconds, since 1970 for `started` and `ended`; memory in bytes."""

    node: str
    module: str
    status: str
    cached: bool
    seconds: float
    peak_memory: int
    started: float
    ended: float
    error: StepError | None
    because: str | None
    notes: list[str]
    outputs: list[Output]
    pictures: list[str]


class RunSummary(Struct):
    """A run. `ended` is null while it waits or goes on; `partial` where only some nodes were asked for.

    `reason` tells why it could not go on, where that was no node's failure.
    """

    id: str
    experiment: str
    title: str
    status: str
    partial: bool
    targets: list[str]
    settings: list[str]
    started: float
    ended: float | None
    interrupted: bool
    reason: str | None


class Run(RunSummary):
    """A run with its nodes. `running` are those that work at this moment; `document` is the experiment as it was then."""

    running: list[str]
    steps: list[Step]
    document: str


class Change(Struct):
    """One difference between two experiments."""

    kind: str
    node: str | None
    subject: str | None
    before: Any
    after: Any
    detail: list[str]


class Problem(Struct):
    """What is wrong with an experiment, and where; with a warning it runs all the same."""

    code: str
    message: str
    node: str | None
    port: str | None
    parameter: str | None
    line: int | None
    severity: str


class Link(Struct):
    """An address that needs no token, and the seconds since 1970 at which it ends."""

    url: str
    expires: int


def output(given: records.Output) -> Output:
    """An output."""
    columns = None if given.columns is None else [Column(each.name, each.type, each.role) for each in given.columns]
    return Output(given.port, given.type, given.digest, given.size, given.rows, columns, given.described)


def step(given: records.Step) -> Step:
    """A step."""
    return Step(
        given.node, given.module, given.status, given.cached, given.seconds, given.peak_memory, given.started, given.ended,
        None if given.error is None else _error(given.error), given.because, list(given.notes),
        [output(each) for each in given.outputs], [each.name for each in given.pictures],
    )  # fmt: skip


def run_summary(given: records.Run) -> RunSummary:
    """A run without its nodes."""
    return RunSummary(**_run(given))


def run(given: records.Run, running: list[str]) -> Run:
    """A run with its nodes."""
    steps = [step(each) for each in given.steps]
    return Run(**_run(given), running=running, steps=steps, document=given.document)


def event(given: Event) -> tuple[str, dict[str, Any]]:
    """Name and content of what a run tells."""
    match given:
        case RunStarted():
            return "run-started", {"run": given.run, "nodes": given.nodes}
        case Phase():
            return "phase", {"text": given.text}
        case NodeStarted():
            return "node-started", {"node": given.node, "module": given.module}
        case NodePrinted():
            return "node-printed", {"node": given.node, "text": given.text}
        case NodeEnded():
            return "node-ended", {"step": step(given.step)}
        case RunEnded():
            told = {"run": given.run, "status": given.status, "seconds": given.seconds, "reason": given.reason}
            return "run-ended", told


def _run(given: records.Run) -> dict[str, Any]:
    same = ("id", "experiment", "title", "status", "partial", "started", "ended", "interrupted", "reason")
    told = {name: getattr(given, name) for name in same}
    return {**told, "targets": list(given.target), "settings": list(given.settings)}


def _error(given: dict[str, Any]) -> StepError:
    line = given.get("line")
    return StepError(
        str(given["code"]), str(given.get("type", "")), str(given["message"]), line if isinstance(line, int) else None,
        str(given.get("traceback") or ""),
    )  # fmt: skip
