"""`bottega export`: an experiment as a notebook or as plain Python, with its inputs beside it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bottega.cli import exits
from bottega.cli.check import problems_json, problems_of, refused, show_problems
from bottega.cli.opened import Opened, add_options, opened
from bottega.cli.terminal import Progress, harmless
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.engine.export.export import Exported


def main(arguments: Sequence[str]) -> int:
    """Check the experiment, write it, tell what was written."""
    options = _parser().parse_args(arguments)
    try:
        with opened(options, options.set) as experiment:
            problems = problems_of(experiment, options.to)
            if problems and options.json:
                print(json.dumps(problems_json(problems), ensure_ascii=False))
            elif problems:
                show_problems(experiment.path, problems)
            if problems:
                return exits.USAGE
            exported = _export(experiment, options)
    except BottegaError as error:
        return refused("export", error, as_json=options.json)
    if options.json:
        data = [str(path) for path in exported.data]
        told = {"file": str(exported.path), "data": data, "notes": list(exported.notes)}
        print(json.dumps(told, ensure_ascii=False))
    else:
        for note in exported.notes:
            print(f"note: {harmless(note)}", file=sys.stderr)
        for path in (*exported.data, exported.path):
            print(f"written  {harmless(str(path))}")
    return exits.OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bottega export",
        description="Write an experiment as plain Python that calls its modules one by one, and its inputs in a folder beside it.",
        epilog="Exit codes: 0 written; 2 the experiment has problems, cannot be exported, or something is there already.",
    )
    add_options(parser)
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--script", action="store_const", const=".py", dest="form", help="one file of Python")
    form.add_argument("--notebook", action="store_const", const=".ipynb", dest="form", help="a Jupyter notebook")
    parser.add_argument("-o", "--output", metavar="PATH", help="where to write it (default: here, by the file's name)")
    parser.add_argument("--to", metavar="NODE", action="append", default=[],
                        help="export only this node and what it needs (again for more)")  # fmt: skip
    parser.add_argument("--set", metavar="NODE.PARAMETER=VALUE", action="append", default=[],
                        help="another value, in YAML (again for more)")  # fmt: skip
    parser.add_argument("--force", action="store_true", help="write over what is there")
    return parser


def _export(experiment: Opened, options: argparse.Namespace) -> Exported:
    from bottega.engine.export.export import Form, export
    from bottega.engine.prepared import prepare

    progress = Progress(quiet=options.json)
    try:
        return export(
            prepare(experiment.experiment, options.to),
            experiment.experiment,
            experiment.workspace,
            experiment.outside(),
            source=experiment.path.name,
            form=Form(options.form),
            path=Path(options.output) if options.output else None,
            force=options.force,
            tell=progress.phase,
        )
    finally:
        progress.close()
