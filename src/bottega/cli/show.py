"""`bottega show`: look at what a node gave, or at the state of all nodes."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from bottega.cli import exits
from bottega.cli.check import refused
from bottega.cli.opened import Opened, add_options, opened
from bottega.cli.run_node import step_of
from bottega.cli.terminal import harmless
from bottega.cli.words import error, moment
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.engine.look import Past, Standing
    from bottega.store.records import Output, Step


def main(arguments: Sequence[str]) -> int:
    """Show one output, or the last state of every node."""
    options = _parser().parse_args(arguments)
    try:
        if options.rows < 0:
            raise BottegaError("usage", reason=f"--rows is {options.rows}; it cannot be less than 0")
        if options.output is not None and options.node is None:
            raise BottegaError("usage", reason="--output needs the node whose output it is to write")
        if options.variables:
            return _show_variables(options)
        with opened(options) as experiment:
            if options.node is None:
                _show_all(experiment, as_json=options.json)
            else:
                _show_one(experiment, options)
    except BottegaError as failure:
        return refused("show", failure, as_json=options.json)
    return exits.OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bottega show",
        description="Look at an output that was computed: rows, types and profile of a table; what is told of a model or a "
        "transform; text and pictures of a script; entries of a zip. Nothing is run.",
        epilog="Exit codes: 0 shown; 2 there is nothing to show, or the experiment cannot be read.",
    )
    add_options(parser)
    parser.add_argument("node", metavar="NODE[.PORT]", nargs="?", help="default: the state of all nodes")
    parser.add_argument("--rows", metavar="N", type=int, default=10, help="how many first rows (default 10)")
    parser.add_argument(
        "--columns", metavar="A,B", action="append", default=[], help="only these columns, in this order"
    )
    parser.add_argument(
        "--profile",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="statistics of each column (default: yes)",
    )
    parser.add_argument(
        "--output",
        metavar="PATH",
        help="write it: a table in the format of the extension, text and pictures to a folder",
    )
    parser.add_argument(
        "--variables", action="store_true",
        help="what the variables of a script held when it failed last, or in the run of RUN.NODE in place of FILE NODE; "
        "RUN is an id, its beginning, or last",
    )  # fmt: skip
    return parser


def _show_variables(options: argparse.Namespace) -> int:
    from bottega.cli import variables
    from bottega.engine import look

    with step_of(options) as (workspace, found, step):
        frames, run = look.variables(workspace, step), found.id
    if frames is None:
        reason = f"Of node {step.node} in run {run} no variables are kept: they are of scripts that failed"
        raise BottegaError("usage", reason=reason)
    plain = msgspec.to_builtins(frames)
    if options.json:
        print(json.dumps({"node": step.node, "run": run, "frames": plain}, ensure_ascii=False))
        return exits.OK
    print(harmless(f"{step.node} in run {run}: {error(step.error or {})}\n"))
    variables.show(plain)
    return exits.OK


def _show_one(experiment: Opened, options: argparse.Namespace) -> None:
    from bottega.cli import output as outputs
    from bottega.engine import look
    from bottega.graph import override
    from bottega.sdk import catalogue

    node, port = override.split_port(options.node, experiment.experiment, catalogue.find)
    past = look.pasts(experiment.workspace, experiment.name, [node])[node]
    document, name = experiment.experiment, experiment.name
    standing = look.standings(experiment.workspace, name, document, {node: past.done}, [node])[node]
    step = past.done or standing.step
    if step is None:
        raise BottegaError("usage", reason=_nothing_yet(node, past, options.file))
    output = _output(step, node, port)
    written = outputs.write(experiment.workspace, output, options.output) if options.output is not None else []
    how: dict[str, Any] = {"rows": options.rows, "columns": options.columns, "profile": options.profile}
    made = look.computed(experiment.workspace, step)
    if options.json:
        told = {"node": node, "port": port, **_facts(past, step, made, standing)}
        told |= outputs.as_json(experiment.workspace, output, **how) | {"written": written}
        print(json.dumps(told, ensure_ascii=False))
        return
    _head(f"{node}.{port}  {outputs.shape(output)}", past, step, made, standing)
    others = [f"{node}.{each.port}" for each in step.outputs if each.port != port]
    if others:
        print(f"other outputs: {', '.join(others)}")
    print()
    outputs.show(experiment.workspace, output, **how)
    for path in written:
        print(f"written  {path}")


def _output(step: Step, node: str, port: str) -> Output:
    for output in step.outputs:
        if output.port == port:
            return output
    there = ", ".join(f"{node}.{output.port}" for output in step.outputs) or "none"
    raise BottegaError("usage", reason=f"Node {node} ran, but gave nothing at {port}; what it gave: {there}")


def _nothing_yet(node: str, past: Past, file: str) -> str:
    command = f"bottega run {shlex.quote(file)} --to {node}"
    if past.last is None:
        return f"Node {node} has not run yet, so there is nothing to show; compute it with: {command}"
    return f"Node {node} has no result: {_trouble(past.last)} in run {past.last_run}; try again with: {command}"


def _trouble(step: Step) -> str:
    """What became of a step that did not finish."""
    if step.because:
        return f"it was skipped, for {step.because},"
    if step.error is not None:
        return f"it failed ({error(step.error)})"
    return f"it was {step.status.lower()}"


def _head(title: str, past: Past, step: Step, made: Step, standing: Standing) -> None:
    print(harmless(title))
    if past.done is None:
        print(f"not run here yet; {standing.reason}")
        return
    when = f"computed {moment(made.ended)} in {made.seconds:.2f} s"
    run = past.done_run or "an earlier one"
    print(f"run {run}: {'reused, ' if step.cached and made is not step else ''}{when}")
    print("up to date" if standing.current else harmless(f"out of date: {standing.reason}"))
    if past.last is not None and past.last.status != "Finished":
        print(harmless(f"note: newer, in run {past.last_run}, {_trouble(past.last).rstrip(',')}"))


def _facts(past: Past, step: Step, made: Step, standing: Standing) -> dict[str, Any]:
    return {
        "module": step.module,
        "run": past.done_run,
        "computed": made.ended if past.done is not None else None,
        "seconds": made.seconds,
        "cached": step.cached,
        "current": standing.current,
        "reason": standing.reason,
        "last": _last(past),
        "outputs": [output.port for output in step.outputs],
        "notes": list(step.notes),
    }


def _last(past: Past) -> dict[str, Any] | None:
    if past.last is None:
        return None
    last = past.last
    return {"run": past.last_run, "status": last.status, "error": last.error, "because": last.because}


def _show_all(experiment: Opened, *, as_json: bool) -> None:
    from bottega.engine import look

    nodes = experiment.experiment.nodes
    pasts = look.pasts(experiment.workspace, experiment.name, nodes)
    done = {name: past.done for name, past in pasts.items()}
    standings = look.standings(experiment.workspace, experiment.name, experiment.experiment, done)
    if as_json:
        told = [_state(name, nodes[name].module, pasts[name], standings[name]) for name in nodes]
        print(json.dumps({"file": str(experiment.path), "nodes": told}, ensure_ascii=False))
        return
    from bottega.cli.grid import WIDE, grid

    rows = [_row(name, nodes[name].module, pasts[name], standings[name]) for name in nodes]
    grid(["node", "module", "status", "output", "when", ""], rows, widest=WIDE)


def _state(name: str, module: str, past: Past, standing: Standing) -> dict[str, Any]:
    step = past.done
    outputs = [] if step is None else [
        {"port": each.port, "type": each.type, "rows": each.rows, "columns": None if each.columns is None else len(each.columns)}
        for each in step.outputs
    ]  # fmt: skip
    return {
        "node": name,
        "module": module,
        "status": "Draft" if past.last is None else past.last.status,
        "run": past.done_run,
        "last": _last(past),
        "computed": None if step is None else step.ended,
        "current": standing.current,
        "reason": standing.reason,
        "outputs": outputs,
    }


def _row(name: str, module: str, past: Past, standing: Standing) -> list[str]:
    from bottega.cli.output import extent

    status = "not run yet" if past.last is None else past.last.status
    step = past.done or standing.step
    first = extent(step.outputs) if step is not None else ""
    current = "up to date" if standing.current else f"out of date: {standing.reason}" if past.done else standing.reason
    return [name, module, status, first, moment(past.done.ended) if past.done else "", current]
