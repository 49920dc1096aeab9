"""Bottega from Python and from notebooks: load, check and run experiments, look at what came out.

>>> experiment = bottega.load("rank.yaml")
>>> result = bottega.run(experiment.set("rank", "seed", 7))
>>> result["rank"]
Table(30 x 2; Feature: String, Accuracy: Double)
"""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.dataset.table import Table
from bottega.engine import check as checking
from bottega.engine import place, stored
from bottega.engine import run as engine
from bottega.engine.events import Listener, silent
from bottega.engine.own_shelf import shelved
from bottega.engine.prepared import prepare
from bottega.errors import BottegaError
from bottega.graph import file, override, topology, writing
from bottega.graph.document import Experiment, FileRef, plain
from bottega.graph.problem import Problem
from bottega.graph.reading import Loaded
from bottega.graph.spelling import same_key
from bottega.sdk import catalogue
from bottega.sdk.ports import PortType
from bottega.sdk.values import FILES, Device
from bottega.services.errors import ServiceError
from bottega.services.function_service import FunctionService, publish, service
from bottega.store.records import Output, Run, Step
from bottega.store.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "BottegaError", "Experiment", "FileRef", "FunctionService", "Problem", "Result", "ServiceError", "Table", "check", "load",
    "publish", "run", "save", "service",
]  # fmt: skip
_UNNAMED = "experiment"
AnyPath = str | os.PathLike[str]


class NodeError(BottegaError):
    """What went wrong in a node: code and message of its error, the line in its script, and the script's traceback."""

    def __init__(self, step: Step, error: Mapping[str, Any]) -> None:
        facts = {"message": _message(error), "line": error.get("line"), "traceback": error.get("traceback")}
        super().__init__(str(error["code"]), node=step.node, module=step.module, **facts)

    def __str__(self) -> str:
        facts = self.facts
        line = f", line {facts['line']}" if facts["line"] else ""
        number = f"Error {self.code}: " if self.code.isdigit() else ""
        text = f"{facts['node']} ({facts['module']}{line}): {number}{facts['message']}"
        return f"{text}\n{facts['traceback']}".rstrip() if facts["traceback"] else text


@dataclass(frozen=True, repr=False)
class Result:
    """What came of a run.

    run         its record: every node with its outputs, log, notes and times
    experiment  as it ran
    workspace   the folder that holds what came out
    """

    run: Run
    experiment: Experiment
    workspace: Path

    @property
    def status(self) -> str:
        """`Finished`, `Failed` or `Canceled`."""
        return self.run.status

    @property
    def error(self) -> NodeError | None:
        """What went wrong first; None where nothing did."""
        return next((NodeError(step, step.error) for step in self.run.steps if step.error is not None), None)

    def raise_for_error(self) -> None:
        """Raise what went wrong, if anything did."""
        if self.error is not None:
            raise self.error
        if self.status != engine.FINISHED:
            raise BottegaError("canceled")

    def __getitem__(self, reference: str) -> Any:
        """What came out of `NODE.PORT`, or of a node's first port.

        A `Table`; of files and scripts' devices what the module's port carries; of models
        what they tell of themselves. Raises `usage` for what there is not, and `blob-missing`.
        """
        with _opened(self.workspace, create=False) as workspace:
            node, port = override.split_port(reference, self.experiment, catalogue.find)
            step = next((step for step in self.run.steps if step.node == node), None)
            output = next((each for each in step.outputs if each.port == port), None) if step is not None else None
            if output is None:
                raise BottegaError("usage", reason=f"There is nothing at {node}.{port}: {_why_not(node, step)}")
            return _value(workspace, output)

    def frame(self, reference: str) -> pd.DataFrame:
        """The table at `NODE.PORT`, or at a node's first port, as a pandas frame. Raises `usage` for what is no table."""
        value = self[reference]
        if not isinstance(value, Table):
            raise BottegaError("usage", reason=f"What came out of {reference} is no table, so it gives no frame")
        from bottega.dataset import frames

        return frames.to_pandas(value)

    def __repr__(self) -> str:
        widths = [max((len(each) for each in column), default=0) for column in zip(*self._rows(), strict=True)]
        rows = ("  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)) for row in self._rows())
        return "\n".join([self._head(), *(f"  {row}".rstrip() for row in rows)])

    def _repr_html_(self) -> str:
        rows = "".join(
            "<tr>" + "".join(f"<td style='text-align: left'>{html.escape(text)}</td>" for text in row) + "</tr>"
            for row in self._rows()
        )
        return f"<p>{html.escape(self._head())}</p><table>{rows}</table>"

    def _head(self) -> str:
        run = self.run
        seconds = (run.ended or run.started) - run.started
        return f"{run.title or run.experiment}: {run.status_text} in {seconds:.2f} s (run {run.id})"

    def _rows(self) -> list[tuple[str, str, str]]:
        return [(step.node, f"{step.status}, reused" if step.cached else step.status, _about(step))
                for step in self.run.steps]  # fmt: skip


def load(path: AnyPath) -> Experiment:
    """Read an experiment file. Raises `0048`, and `experiment-invalid` for the first thing that cannot be understood."""
    loaded = file.load(path)
    wrong = next((problem for problem in loaded.problems if problem.severity == "error"), None)
    if wrong is not None:
        raise BottegaError("experiment-invalid", path=str(path), line=wrong.line, reason=wrong.message.rstrip("."))
    return loaded.experiment


def save(path: AnyPath, experiment: Experiment) -> None:
    """Write an experiment; a file that is there keeps its comments. Raises `0048` and `experiment-invalid`."""
    file.save(path, experiment)


def check(experiment: Experiment | AnyPath, *, workspace: AnyPath | None = None) -> list[Problem]:
    """All problems of an experiment; an empty list where there are none. Raises `0048` and `experiment-invalid`."""
    given = _Given.of(experiment, workspace)
    with _opened(given.workspace) as opened:
        return checking.check(given.loaded or given.experiment, opened, given.name)


def run(
    experiment: Experiment | AnyPath, *, to: str | Iterable[str] | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - as the command line calls it
    workspace: AnyPath | None = None, fresh: bool = False, keep_going: bool = True, parallel: int | None = None,
    progress: Listener | None = None,
) -> Result:  # fmt: skip
    """Run an experiment; what has not changed is reused. What goes wrong in a node is in the result.

    to          the node or nodes that are asked for; None for all
    set         other values for this run alone, by `node.parameter`
    workspace   the folder of the workspace; else BOTTEGA_WORKSPACE, else `.bottega` beside the
                experiment, or here where it has no file
    fresh       reuse nothing
    keep_going  after a failure, run what does not hang on it
    parallel    nodes at once; None for as many as there are cores
    progress    hears each event (`bottega.engine.events`), from threads of the run

    Ctrl-C cancels the run and is raised when it has ended. Raises `usage` where the
    experiment has problems, and what `engine.run` does where there is no jail.
    """
    if parallel is not None and parallel < 1:
        raise BottegaError("usage", reason=f"The argument parallel is {parallel}; it must be at least 1")
    given = _Given.of(experiment, workspace)
    targets = (to,) if isinstance(to, str) else tuple(to or ())
    with _opened(given.workspace) as opened:
        given = given.with_settings(set or {})
        needed = topology.upstream(given.experiment, targets) if targets else frozenset(given.experiment.nodes)
        problems = checking.check(given.loaded or given.experiment, opened, given.name)
        _refuse_problems(each for each in problems if each.node is None or each.node in needed)
        prepared = prepare(given.experiment, targets)
        request = engine.Request(given.name, given.experiment.title, given.text, targets, given.settings)
        with _cancelable() as (cancel, until_done):
            options = engine.Options(parallel=parallel, fail_fast=not keep_going, fresh=fresh, cancel=cancel)
            outside = place.outside(given.folder, opened)
            done = until_done(engine.run, prepared, request, opened, outside, options, progress or silent)
    return Result(done, given.experiment, given.workspace)


@dataclass(frozen=True)
class _Given:
    """An experiment as someone gave it.

    loaded    its file, where it has one and nothing was set
    text      as records keep it
    folder    where it lies, or the current one
    name      of it in the workspace
    settings  what was set, as the command line writes it
    """

    experiment: Experiment
    loaded: Loaded | None
    text: str
    folder: Path
    workspace: Path
    name: str
    settings: tuple[str, ...] = ()

    @classmethod
    def of(cls, experiment: Experiment | AnyPath, workspace: AnyPath | None) -> _Given:
        if isinstance(experiment, Experiment):
            folder = experiment.folder or Path.cwd()
            name = experiment.title.strip() or _UNNAMED
            there = place.workspace_folder(workspace, folder)
            return cls(experiment, None, writing.dumps(experiment), folder, there, name)
        path = Path(experiment).absolute()
        loaded = file.load(path)
        there = place.workspace_folder(workspace, path.parent)
        return cls(loaded.experiment, loaded, loaded.text, path.parent, there, place.experiment_name(path, there))

    def with_settings(self, given: Mapping[str, Any]) -> _Given:
        if not given:
            return self
        settings = tuple(_setting(self.experiment, place, value) for place, value in given.items())
        experiment = override.apply(self.experiment, settings, catalogue.find)
        return _Given(experiment, None, writing.dumps(experiment), self.folder, self.workspace, self.name, settings)


def _setting(experiment: Experiment, place: str, value: Any) -> str:
    """A value as the command line takes it. Raises `usage` for None where it is no value."""
    if value is None:
        name, _, spelling = place.partition(".")
        node = experiment.nodes.get(same_key(name, experiment.nodes) or "")
        spec = catalogue.find(node.module) if node else None
        parameter = spec.parameter(spelling) if spec else None
        if parameter is not None and not parameter.optional:
            raise BottegaError("usage", reason=f"Parameter {place} cannot be None: it is {parameter.type_text}")
    return f"{place}={writing.flow(writing.plain_value(plain(value)), as_json=True)}"


def _refuse_problems(problems: Iterable[Problem]) -> None:
    wrong = [problem for problem in problems if problem.severity == "error"]
    if not wrong:
        return
    told = []
    for problem in wrong[:10]:
        place = ".".join(part for part in (problem.node, problem.port or problem.parameter) if part)
        told.append(f"{place}: {problem.message}" if place else problem.message)
    count = f"{len(wrong)} problem{'s' if len(wrong) > 1 else ''}"
    raise BottegaError("usage", reason=f"The experiment has {count}:\n" + "\n".join(told))


@contextmanager
def _opened(folder: Path, *, create: bool = True) -> Iterator[Workspace]:
    """The workspace; the catalogue has its modules meanwhile."""
    with Workspace.open(folder, create=create) as workspace, shelved(workspace):
        yield workspace


@contextmanager
def _cancelable() -> Iterator[tuple[int, Any]]:
    """A descriptor that tells of Ctrl-C, and a function that calls another one and can be interrupted.

    The call is in a thread of its own, so that the handler of signals stays whatever it is:
    that of Python, or a notebook's.
    """
    output, input_ = os.pipe2(os.O_CLOEXEC)
    with ThreadPoolExecutor(1, "run") as thread:

        def until_done(function: Any, *arguments: Any) -> Any:
            future = thread.submit(function, *arguments)
            try:
                return future.result()
            except KeyboardInterrupt:
                os.write(input_, b"x")
                wait([future])
                raise

        try:
            yield output, until_done
        finally:
            thread.shutdown()
            os.close(output)
            os.close(input_)


def _value(workspace: Workspace, output: Output) -> Any:
    if output.type == PortType.TABLE:
        return stored.table(workspace, output)
    if output.type in (PortType.UNTRAINED_MODEL, PortType.TRAINED_MODEL, PortType.TRANSFORM):
        return output.described
    data = workspace.blobs.read(output.digest)
    if output.type == PortType.DEVICE:
        told = json.loads(data)
        return Device(told["log"], tuple((name, workspace.blobs.read(digest)) for name, digest in told["pictures"]))
    return FILES[PortType(output.type)](data)


def _message(error: Mapping[str, Any]) -> str:
    """What went wrong, with the exception's type where it is a script's own."""
    kind = error.get("type", "BottegaError")
    return str(error["message"]) if kind == "BottegaError" else f"{kind}: {error['message']}"


def _why_not(node: str, step: Step | None) -> str:
    if step is None:
        return "it was not asked for"
    if step.error is not None:
        return f"it failed: {_message(step.error)}"
    return step.because or (f"{node} left it out" if step.status == engine.FINISHED else step.status.lower())


def _about(step: Step) -> str:
    if step.error is not None:
        return _message(step.error)
    if step.because:
        return step.because
    tables = [output for output in step.outputs if output.rows is not None and output.columns is not None]
    return ", ".join(f"{output.rows:,} × {len(output.columns or ())}" for output in tables)
