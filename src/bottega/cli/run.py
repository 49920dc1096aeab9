"""`bottega run`: run an experiment, with live progress; what has not changed is reused."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.check import problems_json, problems_of, show_problems
from bottega.cli.opened import Opened, add_options, opened
from bottega.cli.stream import Stream, answer
from bottega.cli.terminal import harmless
from bottega.errors import BottegaError, describe, sentence

if TYPE_CHECKING:
    from bottega.engine.run import Options
    from bottega.graph.problem import Problem
    from bottega.store.records import Run


def main(arguments: Sequence[str]) -> int:
    """Check, run, write the outputs asked for, tell what came of it."""
    options = _parser().parse_args(arguments)
    try:
        with opened(options, options.set, options.environment) as experiment:
            problems = problems_of(experiment, options.to)
            if problems:
                return _told(experiment, problems, as_json=options.json)
            return _run(experiment, options)
    except BottegaError as error:
        return _refused(error, as_json=options.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bottega run",
        description="Run an experiment. A node whose code, parameters, inputs and packages are unchanged is not run again.",
        epilog="Exit codes: 0 finished; 1 a node failed, or an output was not written; 2 the experiment has problems or "
        "cannot be read; 4 no jail; 130 canceled.",
    )
    add_options(parser)
    parser.add_argument(
        "--to",
        metavar="NODE",
        action="append",
        default=[],
        help="run only this node and what it needs (again for more)",
    )
    parser.add_argument("--set", metavar="NODE.PARAMETER=VALUE", action="append", default=[],
                        help="another value for this run alone, in YAML (again for more)")  # fmt: skip
    parser.add_argument(
        "--environment", metavar="NAME",
        help="the packages of scripts that name none themselves, in place of the experiment's `environment:`",
    )  # fmt: skip
    parser.add_argument("--output", metavar="NODE[.PORT]=FILE", action="append", default=[],
                        help="write an output: a table in the format of the extension, text and pictures to a folder "
                        "(again for more)")  # fmt: skip
    parser.add_argument("--fresh", action="store_true", help="run every node anew")
    parser.add_argument("--fail-fast", action="store_true", help="end at the first failure; else other branches finish")
    parser.add_argument("--parallel", metavar="N", type=int, help="nodes at once (default: the number of cores)")
    parser.add_argument("--timeout", metavar="S", type=float, help="seconds that one node may take (default 3600)")
    parser.add_argument("--memory", metavar="SIZE", help="memory that one node may use (default 4G)")
    return parser


def _run(experiment: Opened, options: argparse.Namespace) -> int:
    from bottega.cli import wanted
    from bottega.cli.running import Display
    from bottega.engine import run as engine
    from bottega.engine.prepared import prepare
    from bottega.graph import writing

    targets = list(options.to)
    prepared = prepare(experiment.experiment, targets)
    outputs = wanted.wanted(options.output, experiment.experiment, prepared, experiment.workspace)
    is_as_written = experiment.experiment == experiment.loaded.experiment
    text = experiment.loaded.text if is_as_written and not options.set else writing.dumps(experiment.experiment)
    request = engine.Request(experiment.name, experiment.experiment.title, text, tuple(targets), tuple(options.set))
    display = Display(quiet=options.json)
    try:
        with cancel_on_signals() as cancel:
            run = engine.run(
                prepared, request, experiment.workspace, experiment.outside(), _options(options, cancel), display.event
            )
    finally:
        display.close()
    written, unwritten = wanted.write(run, outputs, experiment.workspace)
    finished = exits.FAILED if unwritten else exits.OK
    code = {"Finished": finished, "Canceled": exits.INTERRUPTED}.get(run.status, exits.FAILED)
    if options.json:
        told = report(run) | {"written": written, "unwritten": unwritten}
        return code if answer("run", told) else exits.FAILED
    display.summary(run)
    for path in written:
        display.out.line(harmless(f"written  {path}"))
    for each in unwritten:
        display.err.line(harmless(f"bottega run: {each['path']} was not written: {each['message']}"))
    return code


def _options(options: argparse.Namespace, cancel: int) -> Options:
    from bottega.engine.run import Options
    from bottega.sandbox.host.limits import Limits, parse_size

    limits: dict[str, Any] = {}
    if options.timeout is not None:
        limits["wall_seconds"] = options.timeout
    if options.memory is not None:
        limits["memory"] = parse_size(options.memory)
    if options.parallel is not None and options.parallel < 1:
        raise BottegaError("usage", reason=f"--parallel is {options.parallel}; it must be at least 1")
    return Options(
        parallel=options.parallel,
        fail_fast=options.fail_fast,
        fresh=options.fresh,
        limits=Limits(**limits),
        cancel=cancel,
    )


@contextlib.contextmanager
def cancel_on_signals() -> Iterator[int]:
    """A descriptor that becomes readable at Ctrl-C or SIGTERM; the second one ends us at once."""
    output, input_ = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def cancel(*_: object) -> None:
        os.write(input_, b"x")
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, cancel)
    try:
        yield output
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(output)
        os.close(input_)


def report(run: Run) -> dict[str, Any]:
    """The object that `--json` prints."""
    return {
        "run": run.id,
        "status": run.status,
        "nodes": [
            {
                "id": step.node,
                "module": step.module,
                "status": step.status,
                "cached": step.cached,
                "seconds": round(step.seconds, 6),
                "error": step.error,
                "because": step.because,
                "notes": list(step.notes),
                "outputs": [
                    {
                        "port": output.port,
                        "type": output.type,
                        "digest": output.digest,
                        "rows": output.rows,
                        "columns": len(output.columns) if output.columns is not None else None,
                    }
                    for output in step.outputs
                ],
            }
            for step in run.steps
        ],
        "seconds": round((run.ended or run.started) - run.started, 6),
    }


def _told(experiment: Opened, problems: Sequence[Problem], *, as_json: bool) -> int:
    if as_json:
        told = problems_json(problems)
        answer("run", _nothing(told["error"]) | told)
    else:
        show_problems(experiment.path, problems)
    return exits.USAGE


def _nothing(error: dict[str, Any]) -> dict[str, Any]:
    return {"run": None, "status": "Failed", "nodes": [], "seconds": 0.0, "error": error}


def _refused(error: BottegaError, *, as_json: bool) -> int:
    if as_json:
        line = error.facts.get("line")
        told = {"code": error.code, "type": "BottegaError", "message": sentence(error), "line": line, "traceback": ""}
        answer("run", _nothing(told))
    else:
        Stream(sys.stderr).line(f"bottega run: {describe(error)}")
    return exits.of_error(error)
