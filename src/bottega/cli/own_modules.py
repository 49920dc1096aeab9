"""`bottega modules add|list|remove|new`: the modules that a workspace has of its own."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.check import refused
from bottega.cli.opened import opened_workspace, refuse_pandas
from bottega.cli.terminal import Progress, harmless
from bottega.cli.words import moment
from bottega.engine.place import workspace_folder
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.store.records import Dataset

VERBS = ("add", "list", "remove", "new")


def main(arguments: Sequence[str]) -> int:
    """Add, list, remove or begin one."""
    options = _parser().parse_args(arguments)
    refuse_pandas()
    try:
        options.run(options)
    except BottegaError as error:
        return refused("modules", error, as_json=options.json)
    return exits.OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bottega modules", description="Modules of your own. Their code runs in the jail alone, never in Bottega itself.",
        epilog="Exit codes: 0 done; 2 a module is wrong, or there is none of this name; 4 there is no jail.",
    )  # fmt: skip
    verbs = parser.add_subparsers(required=True, metavar="|".join(VERBS))
    add = _verb(verbs, "add", _add, "add the modules of a file or a folder to the workspace, or their next version")
    add.add_argument("path", metavar="FOLDER|FILE.py", help="modules, and the helpers (_*.py) beside them")
    _verb(verbs, "list", _list, "those of the workspace")
    remove = _verb(verbs, "remove", _remove, "take one away; services that were published with it go on")
    remove.add_argument("name", metavar="NAME")
    new = _verb(verbs, "new", _new, "write a module that works, with its test, to begin with", workspace=False)
    new.add_argument("name", metavar="NAME", help="such as clip-peaks")
    new.add_argument("--folder", metavar="DIR", default=".", help="where to (default: here)")
    return parser


def _verb(
    verbs: Any, name: str, run: Callable[[argparse.Namespace], None], what: str, *, workspace: bool = True
) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
    verb.set_defaults(run=run)
    if workspace:
        verb.add_argument(
            "--workspace", metavar="DIR", help="which one (default: BOTTEGA_WORKSPACE, else .bottega here)"
        )
    verb.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    return verb


def _add(options: argparse.Namespace) -> None:
    from bottega.engine import own_modules

    path = Path(options.path)
    if not path.exists():
        raise BottegaError("0048", path=str(path), reason="there is no such file or folder")
    progress = Progress(quiet=options.json)
    try:
        with opened_workspace(options.workspace, Path.cwd()) as workspace:
            added = own_modules.add(workspace, path, progress.phase)
            versions = {spec.name: workspace.modules.get(spec.name).version for spec in added}
    finally:
        progress.close()
    if options.json:
        told = [{"name": spec.name, "title": spec.title, "version": versions[spec.name]} for spec in added]
        print(json.dumps({"added": told}, ensure_ascii=False))
        return
    for spec in added:
        print(harmless(f"{spec.name}, version {versions[spec.name]}: {spec.summary}"))


def _list(options: argparse.Namespace) -> None:
    from bottega.cli.grid import WIDE, grid
    from bottega.store.backup import DATABASE

    found: list[Dataset] = []
    if (workspace_folder(options.workspace, Path.cwd()) / DATABASE).exists():  # looking makes none
        with opened_workspace(options.workspace, Path.cwd()) as workspace:
            found = workspace.modules.list()
    if options.json:
        told = [
            {"name": each.name, "title": each.description, "version": each.version, "source": each.source,
             "added": each.created, "digest": each.output.digest}
            for each in found
        ]  # fmt: skip
        print(json.dumps({"modules": told}, ensure_ascii=False))
    elif found:
        rows = [[each.name, str(each.version), moment(each.created), each.description] for each in found]
        grid(["module", "version", "added", "title"], rows, [False, True], widest=WIDE)
    else:
        print("this workspace has no modules of its own; `bottega modules add FOLDER` adds some")


def _remove(options: argparse.Namespace) -> None:
    from bottega.engine import own_modules

    with opened_workspace(options.workspace, Path.cwd()) as workspace:
        gone = own_modules.remove(workspace, options.name)
    if options.json:
        print(json.dumps({"removed": gone.name, "versions": gone.version}, ensure_ascii=False))
    else:
        print(harmless(f"{gone.name} is removed; services that were published with it go on"))


def _new(options: argparse.Namespace) -> None:
    from bottega.cli.skeleton import write

    written = write(options.name, Path(options.folder))
    if options.json:
        print(json.dumps({"written": [str(path) for path in written]}, ensure_ascii=False))
        return
    module, test = written
    print(harmless(f"{module} and {test} written\n"))
    print(harmless(f"  pytest {test}"))
    print(harmless(f"  bottega modules add {module}"))
