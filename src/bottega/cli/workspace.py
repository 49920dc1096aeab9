"""`bottega workspace …`: what is kept, and keeping it in order."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.check import refused
from bottega.cli.opened import add_options, opened_workspace, refuse_pandas
from bottega.cli.terminal import Progress, harmless
from bottega.cli.words import count, size
from bottega.cli.workspace_settings import lines as workspace_lines
from bottega.engine.place import workspace_folder
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.store.workspace import Workspace

# What the owner may allow, and the setting that holds it.
PERMISSIONS = {"local-files": "allow_local_files", "private-addresses": "allow_private_addresses"}


def main(arguments: Sequence[str]) -> int:
    """Look after a workspace."""
    options = _parser().parse_args(arguments)
    refuse_pandas()
    try:
        return int(options.run(options))
    except BottegaError as error:
        return refused("workspace", error, as_json=options.json)


def _parser() -> argparse.ArgumentParser:
    from bottega.cli import runs, workspace_settings

    parser = argparse.ArgumentParser(
        prog="bottega workspace", description="The folder that holds runs, their results, saved datasets and settings.",
        epilog="Without --workspace it is BOTTEGA_WORKSPACE, else .bottega in this folder. "
        "Exit codes: 0 done; 1 verify found something wrong; 2 there is no workspace, or bad usage.",
    )  # fmt: skip
    verbs = parser.add_subparsers(
        required=True, metavar="show|runs|run|allow|deny|set|unset|rotate|renew-secrets|prune|verify|backup|restore"
    )

    def verb(name: str, run: Callable[[argparse.Namespace], int], what: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=what)
        made.set_defaults(run=run)
        add_options(made, file=False)
        return made

    verb("show", _show, "where it is, how large, what it allows, and the tokens that clients need")
    listing = verb("runs", within(runs.show_runs), "the newest runs")
    listing.add_argument("--experiment", metavar="FILE", help="of this experiment alone")
    listing.add_argument("--limit", metavar="N", type=int, default=20, help="how many (default 20)")
    one = verb("run", within(runs.show_run), "one run, node by node")
    one.add_argument("id", metavar="ID", help="a run's id or how it begins, or `last`")
    for name, run, what in (("allow", _allow, "let experiments do this"), ("deny", _deny, "let them no longer")):
        verb(name, run, what).add_argument("name", metavar="NAME", choices=tuple(PERMISSIONS),
                                           help=" or ".join(PERMISSIONS))  # fmt: skip
    workspace_settings.add(verb)
    prune = verb("prune", within(_prune, make_room=True), "remove files that nothing names any more")
    prune.add_argument(
        "--keep-runs", metavar="N", type=int, help="of each experiment, forget all runs but the newest N"
    )
    prune.add_argument("--dry-run", action="store_true", help="tell what would go, and keep it")
    verify = verb("verify", within(_verify), "read all stored files and tell what is damaged or missing")
    verify.add_argument("--repair", action="store_true", help="set damaged files aside, so that the next run computes "
                        "them again; prune removes them")  # fmt: skip
    backup = verb("backup", within(_backup), "write all of it to one tar file")
    backup.add_argument("file", metavar="FILE")
    restore = verb("restore", _restore, "make a workspace from a backup")
    restore.add_argument("file", metavar="FILE")
    restore.add_argument("folder", metavar="DIR", help="an empty folder, or one that is not there yet")
    return parser


@contextmanager
def existing(options: argparse.Namespace, *, make_room: bool = False) -> Iterator[Workspace]:
    """The workspace; looking makes none. Raises `usage` where there is none."""
    from bottega.store.backup import DATABASE

    folder = workspace_folder(options.workspace, Path.cwd())
    if not (folder / DATABASE).exists():
        raise BottegaError("usage", reason=f"There is no workspace in {folder}; --workspace DIR names another folder")
    with opened_workspace(options.workspace, Path.cwd(), make_room=make_room) as workspace:
        yield workspace


def within(
    work: Callable[[Workspace, argparse.Namespace], int], *, make_room: bool = False
) -> Callable[[argparse.Namespace], int]:
    """What needs a workspace that is there."""

    def run(options: argparse.Namespace) -> int:
        with existing(options, make_room=make_room) as workspace:
            return work(workspace, options)

    return run


def tell(options: argparse.Namespace, told: dict[str, Any], *lines: str) -> None:
    """Print one object or these lines, as the options say."""
    if options.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(*map(harmless, lines), sep="\n")


def _show(options: argparse.Namespace) -> int:
    with existing(options) as workspace:
        sizes, settings = workspace.upkeep.size(), workspace.settings.all()
        folder, identity = str(workspace.folder), workspace.id
        tokens = _tokens(workspace)
    allowed = {name: settings.pop(setting) for name, setting in PERMISSIONS.items()}
    known = ", ".join(count(sizes[what + "s"], what) for what in ("dataset", "run", "result"))
    tell(
        options,
        {"id": identity, **tokens, "folder": folder, **sizes, "allowed": allowed, "settings": settings},
        f"folder    {folder}",
        f"id        {identity}",
        *[f"{name.partition('_')[0]:<9} {token}" for name, token in tokens.items() if token is not None],
        f"holds     {count(sizes['files'], 'file')}, {size(sizes['bytes'])}",
        f"knows     {known}",
        *[f"{'allows' if value else 'denies'}    {name}" for name, value in allowed.items()],
        *workspace_lines(settings),
    )
    return exits.OK


def _tokens(workspace: Workspace) -> dict[str, str | None]:
    """Both tokens; None where they can be neither read nor made, for what else there is is told all the same."""
    names = ("primary", "secondary")
    try:
        return {f"{name}_token": getattr(workspace.tokens, name) for name in names}
    except BottegaError as error:
        print(f"note: the tokens cannot be told: {error}", file=sys.stderr)
        return {f"{name}_token": None for name in names}


def _allow(options: argparse.Namespace) -> int:
    return _permit(options, value=True)


def _deny(options: argparse.Namespace) -> int:
    return _permit(options, value=False)


def _permit(options: argparse.Namespace, *, value: bool) -> int:
    """Change a permission; a workspace that is not there yet is made for it."""
    with opened_workspace(options.workspace, Path.cwd()) as workspace:
        workspace.settings.set(PERMISSIONS[options.name], value)
        folder = workspace.folder
    tell(
        options,
        {"name": options.name, "allowed": value},
        f"{options.name} {'allowed' if value else 'denied'} in {folder}",
    )
    return exits.OK


def _prune(workspace: Workspace, options: argparse.Namespace) -> int:
    with _progress(options, "pruning"):
        gone = workspace.upkeep.prune(keep_runs=options.keep_runs, dry_run=options.dry_run)
    files = f"{count(gone['files'], 'file')} ({size(gone['bytes'])})"
    parts = [count(gone["runs"], "run"), count(gone["results"], "result"), files]
    rest = gone["temporaries"] + gone["locks"]
    word = "would go" if options.dry_run else "removed"
    tell(options, gone | {"dry_run": options.dry_run}, f"{word}: {', '.join(parts)}, {count(rest, 'leftover')}")
    return exits.OK


def _verify(workspace: Workspace, options: argparse.Namespace) -> int:
    from bottega.engine.look import is_whole

    with _progress(options, "reading the database") as progress:
        checked = 0

        def check(digest: str, kind: str, source: Path | bytes) -> bool | None:
            nonlocal checked
            checked += 1
            progress.phase(f"reading stored file {checked}")
            return is_whole(digest, kind, source)

        problems = workspace.upkeep.verify(check, repair=options.repair)
    lines = problems or [f"{count(checked, 'stored file')} and the database are whole"]
    tell(options, {"files": checked, "problems": problems}, *lines)
    return exits.FAILED if problems else exits.OK


def _backup(workspace: Workspace, options: argparse.Namespace) -> int:
    target = Path(options.file)
    with _progress(options, f"writing {target}"):
        workspace.upkeep.backup(target)
    length = target.stat().st_size
    tell(options, {"file": str(target), "bytes": length}, f"{target}: {size(length)}")
    return exits.OK


def _restore(options: argparse.Namespace) -> int:
    from bottega.store.workspace import Workspace

    with (
        _progress(options, f"reading {options.file}"),
        Workspace.restore(Path(options.file), Path(options.folder)) as made,
    ):
        told = {"id": made.id, "folder": str(made.folder), **made.upkeep.size()}
    tell(options, told, f"{told['folder']}: {told['runs']:,} runs and {told['datasets']:,} datasets restored")
    return exits.OK


@contextmanager
def _progress(options: argparse.Namespace, phase: str) -> Iterator[Progress]:
    progress = Progress(quiet=options.json)
    progress.phase(phase)
    try:
        yield progress
    finally:
        progress.close()
