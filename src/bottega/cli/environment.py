"""`bottega environment …`: the packages that scripts run with, looked at; making and removing have files of their own."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.grid import grid
from bottega.cli.terminal import harmless
from bottega.cli.words import count, size
from bottega.errors import BottegaError, describe
from bottega.sandbox.host import build, environment
from bottega.sandbox.host.environment import SHIPPED, Environment

if TYPE_CHECKING:
    from bottega.engine.environment_use import Use
    from bottega.store.workspace import Workspace

Run = Callable[[argparse.Namespace], int]
_EPILOG = (
    "Bottega ships default, bottega, anaconda and classic, which are built where they are first asked for. "
    "Exit codes: 0 done; 2 bad usage; 4 it could not be built; 130 interrupted, with nothing left half-made."
)


def main(arguments: Sequence[str]) -> int:
    """Make, look at and remove environments."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except BottegaError as error:
        if options.json:
            print(json.dumps({"error": {"code": error.code, "message": describe(error)}}))
        else:
            print(harmless(f"bottega environment: {describe(error)}"), file=sys.stderr)
        return exits.of_error(error)


def _parser() -> argparse.ArgumentParser:
    from bottega.cli import environment_make, environment_remove

    parser = argparse.ArgumentParser(
        prog="bottega environment", description="Named, locked sets of packages that scripts run with.", epilog=_EPILOG
    )
    verbs = parser.add_subparsers(required=True, metavar="create|list|show|update|remove|export|prune")

    def verb(name: str, run: Run, what: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
        made.set_defaults(run=run)
        made.add_argument("--json", action="store_true", help="print one JSON object instead of text")
        return made

    environment_make.add(verb)
    verb("list", _list, "the environments that are there, and those that Bottega ships")
    show = verb("show", _show, "one environment: its packages, size, what it was made from and who uses it")
    show.add_argument("name", metavar="NAME")
    workspace_option(show)
    export = verb("export", _export, "its exact packages with hashes, for `create --lock` elsewhere")
    export.add_argument("name", metavar="NAME")
    export.add_argument("-o", "--output", metavar="FILE", help="write it there instead of printing it")
    environment_remove.add(verb)
    return parser


def workspace_option(parser: argparse.ArgumentParser) -> None:
    """The option of verbs that ask who uses an environment."""
    parser.add_argument(
        "--workspace",
        metavar="DIR",
        help="whose experiments and services are looked at (default: BOTTEGA_WORKSPACE, else .bottega in this folder)",
    )


@contextlib.contextmanager
def workspace_there(given: str | None) -> Iterator[Workspace | None]:
    """The workspace that is meant; None where none was named and none is here. Raises `usage` for one that is not there."""
    from bottega.cli.opened import opened_workspace, refuse_pandas
    from bottega.engine.place import workspace_folder
    from bottega.store.backup import DATABASE

    refuse_pandas()
    folder = workspace_folder(given, Path.cwd())
    if (folder / DATABASE).exists():
        with opened_workspace(given, Path.cwd()) as workspace:
            yield workspace
    elif given is not None:
        raise BottegaError("usage", reason=f"There is no workspace in {folder}; --workspace DIR names another folder")
    else:
        yield None


def users(name: str, workspace: Workspace | None) -> list[Use]:
    """Who uses an environment in a workspace; nobody where there is none."""
    from bottega.engine import environment_use

    return environment_use.users(workspace, name) if workspace is not None else []


def called(use: Use) -> str:
    """A user of an environment in words; experiments in files by their path, too, for titles are seldom changed."""
    if use.kind != "experiment" or use.title in ("", use.id):
        return use.title or use.id
    return f"{use.title} ({use.id})"


def told(users: Sequence[Use]) -> list[dict[str, str]]:
    """Users of an environment as plain values."""
    return [{"kind": each.kind, "id": each.id, "title": each.title} for each in users]


def facts(built: Environment) -> dict[str, Any]:
    """What is told of an environment that is there."""
    return {
        "name": built.name,
        "state": "ready",
        "kind": built.kind,
        "shipped": built.name in SHIPPED,
        "digest": built.digest,
        "python": built.interpreter.version,
        "packages": len(built.packages),
        "size": build.size(built),
        "old_names": built.compatibility,
        "folder": str(built.folder),
        "program": str(built.python),
    }


def _list(options: argparse.Namespace) -> int:
    there = [found for name in environment.names() if (found := environment.find(name)) is not None]
    absent = [name for name in SHIPPED if name not in {each.name for each in there}]
    if options.json:
        nothing = {
            "state": "absent",
            "kind": "built",
            "shipped": True,
            "digest": "",
            "python": "",
            "packages": 0,
            "size": 0,
        }
        listed = [*map(facts, there), *({"name": name} | nothing for name in absent)]
        print(json.dumps({"environments": listed}))
        return exits.OK
    rows = [
        [
            each.name,
            each.interpreter.version,
            f"{len(each.packages):,}",
            size(build.size(each)) if each.kind == "built" else "",
            ", ".join(_kind(each)),
            each.digest[:12],
        ]
        for each in there
    ]
    rows += [[name, "", "", "", "shipped, not built yet", ""] for name in absent]
    grid(["name", "Python", "packages", "size", "kind", "digest"], rows, [False, False, True, True])
    return exits.OK


def _kind(built: Environment) -> Iterator[str]:
    yield "shipped" if built.name in SHIPPED else built.kind
    if built.compatibility:
        yield "old names"


def _show(options: argparse.Namespace) -> int:
    found = _there(options.name)
    with workspace_there(options.workspace) as workspace:
        uses = users(options.name, workspace)
    if options.json:
        more = {"packages": dict(found.packages), "requirements": found.requirements, "users": told(uses)}
        print(json.dumps(facts(found) | more))
        return exits.OK
    print(f"{found.name}: {', '.join(_kind(found))}, Python {found.interpreter.version}, {size(build.size(found))}")
    print(f"  in      {found.folder if found.kind == 'built' else found.program}")
    print(f"  digest  {found.digest}")
    _print_requirements(found)
    for each in uses:
        print(harmless(f"  used by {each.kind} {called(each)}"))
    print(f"  {count(len(found.packages), 'package')}:")
    for package, version in found.packages:
        print(harmless(f"    {package} {version}"))
    return exits.OK


def _there(name: str) -> Environment:
    """The environment of a name. Raises `environment-unknown`, and `usage` for a shipped one that is not built."""
    if name in SHIPPED and environment.find(name) is None:
        reason = f"Environment {name} is shipped with Bottega and not built yet: bottega environment create {name}"
        raise BottegaError("usage", reason=reason)
    return environment.get(name)


def _print_requirements(found: Environment) -> None:
    asked = [line.strip() for line in found.requirements.splitlines()]
    asked = [line for line in asked if line and not line.startswith("#")]
    if asked and found.name not in SHIPPED:
        print("  made from")
        for line in asked:
            print(harmless(f"    {line}"))


def _export(options: argparse.Namespace) -> int:
    found = _there(options.name)
    text = build.lock_text(found)
    if options.output is not None:
        try:
            Path(options.output).write_text(text)
        except OSError as error:
            raise BottegaError("0048", path=options.output, reason=error.strerror or str(error)) from error
    if options.json:
        lock = {"lock": text} if options.output is None else {"output": options.output}
        print(json.dumps({"name": found.name, "digest": found.digest, **lock}))
    elif options.output is None:
        print(text, end="")
    else:
        print(
            f"{options.output}: {count(len(found.packages), 'package')}; `bottega environment create NAME --lock` makes it elsewhere"
        )
    return exits.OK
