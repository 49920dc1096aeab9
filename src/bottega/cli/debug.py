"""`bottega debug`: a script stops at breakpoints or where it fails, in the jail; at the terminal, or in an editor."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bottega.cli import exits, preview, script
from bottega.cli.debug_terminal import Plain, Terminal
from bottega.cli.opened import Opened, opened, refuse_pandas
from bottega.cli.terminal import harmless
from bottega.errors import BottegaError, describe

if TYPE_CHECKING:
    from bottega.engine.made import Made
    from bottega.engine.prepared import Ready
    from bottega.sandbox.host.debug import Debugger
    from bottega.store.records import Output

_T = TypeVar("_T")
_LOOPBACK = "127.0.0.1"
# What a node has in its experiment.
_OF_FILES = (
    "dataset1", "dataset2", "bundle", "out", "out2", "files", "device", "environment", "old_names", "mapping",
    "first_duplicate", "python2", "save",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Run a file's script, or that of an experiment's node, under a debugger."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        _check(options, parser)
        return _file(options) if options.node is None else _node(options)
    except BottegaError as error:
        print(f"bottega debug: {describe(error)}", file=sys.stderr)
        return exits.of_error(error)


def _parser() -> argparse.ArgumentParser:
    parser = script.parser()
    parser.prog = "bottega debug"
    parser.description = (
        "Run FILE's function azureml_main over tables, or the script of an experiment's NODE on what comes in at it, under a "
        "debugger in the jail. At the terminal that is pdb: it stops at --break, at breakpoint(), at Ctrl-C, and where an "
        "exception leaves the script. With --listen an editor such as VS Code attaches."
    )
    parser.epilog = (
        "While the script is stopped no time passes for --timeout; after an hour it is ended all the same. "
        "Exit codes: 0 done; 1 the script failed or was left; 2 bad usage or unreadable input; 4 the jail cannot be set up."
    )
    parser.add_argument(
        "node", metavar="NODE", nargs="?", help="of the experiment FILE: what it needs is run or reused first"
    )
    parser.add_argument("--workspace", metavar="DIR", help="of an experiment (default: .bottega beside it)")
    parser.add_argument("--break", metavar="LINE", dest="lines", type=int, action="append", default=[],
                        help="stop at this line of the script (again for more)")  # fmt: skip
    parser.add_argument(
        "--listen", metavar="[HOST:]PORT",
        help="wait for an editor instead, on this machine alone unless a HOST is given; port 0 is any that is free",
    )  # fmt: skip
    return parser


def _check(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Raise `usage` for what does not go together."""
    given = [name for name in _OF_FILES if getattr(options, name) != parser.get_default(name)]
    if options.node is not None and given:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise BottegaError(
            "usage", reason=f"{names}: for a script's file; node {options.node} has its own in {options.file}"
        )
    if options.node is None and options.workspace is not None:
        raise BottegaError("usage", reason="--workspace is an experiment's: write its FILE and NODE")
    if options.no_jail or options.json or options.variables is not None:
        raise BottegaError(
            "usage", reason="--no-jail, --json and --variables are for `bottega script`, not for debugging"
        )
    if options.listen is not None and options.lines:
        raise BottegaError("usage", reason="--break is for the terminal; an editor tells its breakpoints itself")
    if any(line < 1 for line in options.lines):
        raise BottegaError("usage", reason=f"--break is {min(options.lines)}; lines count from 1")


def _file(options: argparse.Namespace) -> int:
    with script.converted_where_asked(options):
        request = script.request_of(options)
        refuse_pandas()
        from bottega.engine import debugging
        from bottega.engine.script import file_name

        path = Path(request.script)
        if options.listen is not None and file_name(request.script) != path.name:
            raise BottegaError("usage", reason=f"An editor finds {path.name} only by a plain name that ends in .py")
        report = _debugged(options, path.name, path.parent, lambda it: debugging.of_file(request, it, Plain()))
    script.show(report.as_json() | {"preview": report.preview})
    return exits.OK if report.error is None else exits.of_failure(report.error["code"])


def _node(options: argparse.Namespace) -> int:
    from bottega.engine import debugging
    from bottega.engine.prepared import prepare
    from bottega.sandbox.host.limits import Limits

    with opened(options) as experiment, tempfile.TemporaryDirectory(prefix="bottega-debug-") as folder:
        node = prepare(experiment.experiment, [options.node]).nodes[options.node]
        debugging.refuse_other(node)
        inputs = _inputs(experiment, node)
        local = debugging.source_folder(node, Path(folder))
        limits = Limits(**script.limits_of(options))  # type: ignore[arg-type]  # as there
        made = _debugged(
            options, f"{node.id}.py", local,
            lambda it: debugging.of_node(node, inputs, experiment.workspace, experiment.name, it, Plain(), limits),
        )  # fmt: skip
    return _told(made)


def _inputs(experiment: Opened, node: Ready) -> dict[str, Output]:
    """What comes in at the node: run, or reused. Raises `usage` where it cannot be made."""
    from bottega.cli.running import Display
    from bottega.engine import run as engine
    from bottega.engine.prepared import prepare

    sources = sorted({source for source, _ in node.links.values()})
    if not sources:
        return {}
    title, text = experiment.experiment.title, experiment.loaded.text
    display = Display(quiet=True)
    try:
        run = engine.run(
            prepare(experiment.experiment, sources), engine.Request(experiment.name, title, text, tuple(sources)),
            experiment.workspace, experiment.outside(), engine.Options(), display.event,
        )  # fmt: skip
    finally:
        display.close()
    for step in run.steps:
        if step.error is not None:
            reason = f"What comes in at {node.id} cannot be made, for {step.node} failed: {step.error['message']}"
            raise BottegaError("usage", reason=reason)
    outputs = {(step.node, output.port): output for step in run.steps for output in step.outputs}
    return {port: outputs[link] for port, link in node.links.items()}


def _told(made: Made) -> int:
    for output in made.outputs:
        if output.rows is not None and output.columns is not None:
            print(f"{output.port}: {output.rows:,} rows × {len(output.columns):,} columns")
    for note in made.notes:
        print(f"note: {harmless(note)}", file=sys.stderr)
    if made.error is None:
        return exits.OK
    preview.error(dict(made.error))
    return exits.of_failure(str(made.error["code"]))


def _debugged(options: argparse.Namespace, name: str, folder: Path, work: Callable[[Debugger], _T]) -> _T:
    """Run the work under the debugger asked for; `folder` has the script's file, by that name."""
    from bottega.sandbox.host.debug import Debugger, Kind

    if options.listen is None:
        with Debugger(Kind.TERMINAL, lines=tuple(options.lines)) as debugger:
            return Terminal(debugger, lambda: work(debugger), talks=True).run()
    from bottega.sandbox.host.debug import SCRIPT_FOLDER
    from bottega.sandbox.host.debug_relay import Relay, configuration

    host, port = _place(options.listen)
    if host not in {_LOOPBACK, "localhost", "::1"}:
        print(f"note: who can reach {host} may attach, and then controls the script in its jail", file=sys.stderr)
    with Debugger(Kind.DAP) as debugger:
        relay = Relay(debugger, host, port)
        try:
            entry = configuration(f"Bottega: {name}", relay.host, relay.port, str(folder), SCRIPT_FOLDER)
            print(f"Waiting for an editor on {relay.host}:{relay.port}; in VS Code's launch.json:", file=sys.stderr)
            print(json.dumps(entry, indent=2), flush=True)
            return Terminal(debugger, lambda: work(debugger), talks=False).run()
        finally:
            relay.close()


def _place(text: str) -> tuple[str, int]:
    """Host and port. Raises `usage`."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise BottegaError("usage", reason=f"--listen is {text[:100]!r}; write a PORT from 0 to 65535, or HOST:PORT")
    return host.strip("[]") or _LOOPBACK, int(port)
