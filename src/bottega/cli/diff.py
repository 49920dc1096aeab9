"""`bottega diff`: what changed in meaning between two experiments, or since a run."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.check import refused
from bottega.cli.opened import add_options, opened, refuse_pandas
from bottega.cli.terminal import harmless
from bottega.cli.words import count
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.graph.diff import Change
    from bottega.graph.reading import Loaded
    from bottega.store.records import Run

_LAST = "last"
_SERVICE = "web service"
_COLORS = {"+": "32", "-": "31", "@": "36"}


def main(arguments: Sequence[str]) -> int:
    """Compare two files, or a file with the document of a run."""
    options = _parser().parse_args(arguments)
    try:
        if (options.other is None) == (options.run is None):
            raise BottegaError(
                "usage", reason="Name a second file, or --run for what an earlier run had; one of the two"
            )
        old, new = _pair(options)
        changes = _changes(old, new)
    except BottegaError as error:
        return refused("diff", error, as_json=options.json)
    meant = [change for change in changes if change.kind != "moved"]
    moved = [change.node for change in changes if change.kind == "moved"]
    if options.json:
        told = {"same": not meant, "changes": [change.as_json() for change in meant], "moved": moved}
        print(json.dumps(told, ensure_ascii=False))
    else:
        show_changes(meant, len(moved))
    return exits.FAILED if meant else exits.OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bottega diff",
        description="Tell what changed in meaning from FILE to OTHER; order, spelling and places on the canvas mean nothing.",
        epilog="Exit codes: 0 they mean the same; 1 they differ; 2 one of them cannot be read.",
    )
    add_options(parser)
    parser.add_argument("other", metavar="OTHER", nargs="?", help="the newer experiment")
    parser.add_argument(
        "--run",
        metavar="ID",
        nargs="?",
        const=_LAST,
        help="what changed in FILE since this run of it (default: the last)",
    )
    return parser


def _pair(options: argparse.Namespace) -> tuple[Loaded, Loaded]:
    from bottega.graph import file

    refuse_pandas()
    if options.other is not None:
        old, new = (file.load(Path(path).absolute()) for path in (options.file, options.other))
        _warn(options.file, old)
        _warn(options.other, new)
        return old, new
    with opened(options) as experiment:
        runs = experiment.workspace.runs
        run: Run | None = runs.last(experiment.name) if options.run == _LAST else runs.get(options.run)
        if run is None:
            raise BottegaError(
                "usage", reason=f"{options.file} has not run yet, so there is nothing to compare it with"
            )
        _warn(options.file, experiment.loaded)
        return file.loads(run.document, experiment.path.parent, path=f"run {run.id}"), experiment.loaded


def _warn(path: str, loaded: Loaded) -> None:
    if loaded.problems:
        message = f"{path} has {count(len(loaded.problems), 'problem')} and is compared as far as it can be read"
        print(f"note: {message}; see: bottega check {path}", file=sys.stderr)


def _changes(old: Loaded, new: Loaded) -> list[Change]:
    from bottega.graph.diff import diff
    from bottega.sdk import catalogue

    return diff(old.experiment, new.experiment, catalogue.find)


def show_changes(changes: Sequence[Change], moved: int) -> None:
    """Changes of the experiment, node by node, of its web service, then how many places changed."""
    heading = None
    for change in changes:
        whole = change.kind in ("node added", "node removed")
        own = None if whole else _heading(change)
        if own is not None and own != heading:
            print(harmless(own))
        heading = own
        indent = "" if heading is None else "  "
        for line in _lines(change):
            print(indent + _colored(harmless(line)))
    if moved:
        print(f"layout: {count(moved, 'node')} moved")
    elif not changes:
        print("no difference in meaning")


def _heading(change: Change) -> str | None:
    """What several changes stand under; no node is called as a web service is, for ids have no blanks."""
    return _SERVICE if change.kind.startswith(_SERVICE) else change.node


def _lines(change: Change) -> Iterator[str]:
    if change.kind == "node added":
        yield from _node_lines("+", change.node or "", change.after)
    elif change.kind == "node removed":
        yield from _node_lines("-", change.node or "", change.before)
    elif change.kind == "node renamed":
        yield f"renamed from {change.before}"
    else:
        word = {"parameter": ""}.get(change.kind, change.kind).removeprefix(_SERVICE).strip()
        subject = f"{word} {change.subject or ''}".strip()
        if change.detail:
            yield f"{subject}:"
            yield from change.detail
        elif change.kind == f"{_SERVICE} parameter" and change.before and change.after:
            yield from _member_lines(subject, change.before, change.after)
        else:
            yield f"{subject}: {_value(change.before)} → {_value(change.after)}"


def _member_lines(subject: str, before: Any, after: Any) -> Iterator[str]:
    """What changed of a parameter that stayed; without options it is written as what it sets."""
    old, new = (each if isinstance(each, dict) else {"sets": each} for each in (before, after))
    for name in dict.fromkeys([*old, *new]):
        if (name in old, old.get(name)) != (name in new, new.get(name)):
            told = (_value(each[name]) if name in each else _value(None) for each in (old, new))
            yield f"{subject}, {name}: {' → '.join(told)}"


def _node_lines(sign: str, node: str, told: Any) -> Iterator[str]:
    from bottega.graph.writing import entry_lines

    for line in entry_lines(node, told, 0, ("nodes", node)):
        yield f"{sign} {line}"


def _value(value: Any) -> str:
    from bottega.graph.writing import flow

    return "(none)" if value is None else flow(value)


def _colored(line: str) -> str:
    """On a terminal, in the color of its sign; a node's id or a parameter never begins with one."""
    color = _COLORS.get(line[:1]) if sys.stdout.isatty() else None
    return f"\x1b[{color}m{line}\x1b[0m" if color else line
