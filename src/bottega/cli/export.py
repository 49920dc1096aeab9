"""`bottega export`: an experiment as a notebook or as plain Python, with its inputs beside it; or as classic's JSON."""

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

_CLASSIC = ".json"


def main(arguments: Sequence[str]) -> int:
    """Check the experiment, write it, tell what was written."""
    options = _parser().parse_args(arguments)
    try:
        with opened(options, options.set) as experiment:
            if options.form == _CLASSIC:
                return _told(*_classic(experiment, options), as_json=options.json)
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
    return _told(exported.path, exported.data, exported.notes, as_json=options.json)


def _told(path: Path, data: Sequence[Path], notes: Sequence[str], *, as_json: bool) -> int:
    if as_json:
        told = {"file": str(path), "data": [str(each) for each in data], "notes": list(notes)}
        print(json.dumps(told, ensure_ascii=False))
    else:
        for note in notes:
            print(f"note: {harmless(note)}", file=sys.stderr)
        for each in (*data, path):
            print(f"written  {harmless(str(each))}")
    return exits.OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bottega export",
        description="Write an experiment as plain Python that calls its modules one by one, and its inputs in a folder beside it; "
        "or as the JSON of the classic Studio, which `bottega import` reads.",
        epilog="Exit codes: 0 written; 2 the experiment has problems, cannot be exported, or something is there already.",
    )
    add_options(parser)
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--script", action="store_const", const=".py", dest="form", help="one file of Python")
    form.add_argument("--notebook", action="store_const", const=".ipynb", dest="form", help="a Jupyter notebook")
    form.add_argument("--classic", action="store_const", const=_CLASSIC, dest="form", help="classic's graph JSON")
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


def _classic(experiment: Opened, options: argparse.Namespace) -> tuple[Path, tuple[Path, ...], list[str]]:
    """Write classic's JSON; where, nothing beside it, and what it cannot hold. Raises `usage`, `0048` and `0057`."""
    from bottega.graph import classic
    from bottega.graph.classic import data_files, exported
    from bottega.server.studio.assets import WorkspaceAssets

    if options.to:
        raise BottegaError("usage", reason="--classic writes the whole experiment, so it goes without --to")
    path = Path(options.output) if options.output else Path(experiment.path.stem + _CLASSIC)
    if path.exists() and not options.force:
        raise BottegaError("0057", path=str(path))
    document = experiment.experiment
    told = classic.encode(data_files.named(document), WorkspaceAssets(experiment.workspace))
    try:
        path.write_text(exported.dumps(document, told), encoding="utf-8")
    except OSError as error:
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error
    return path, (), exported.lost(document)
