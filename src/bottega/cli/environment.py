"""`bottega environment create|list|show`: the packages that scripts run with."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bottega.cli import exits
from bottega.cli.terminal import Progress
from bottega.errors import BottegaError, describe
from bottega.sandbox.host import build, environment, interpreter
from bottega.sandbox.host.environment import Environment


def main(arguments: Sequence[str]) -> int:
    """Create, list or show environments."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except BottegaError as error:
        if options.json:
            print(json.dumps({"error": {"code": error.code, "message": describe(error)}}))
        else:
            print(f"bottega environment: {describe(error)}", file=sys.stderr)
        return exits.of_error(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bottega environment", description="Named, locked sets of packages that scripts run with."
    )
    verbs = parser.add_subparsers(required=True, metavar="create|list|show")
    create = verbs.add_parser("create", help="resolve a requirements file, install it, give it a name")
    create.add_argument("name", metavar="NAME")
    create.add_argument(
        "--requirements", metavar="FILE", help="as pip reads it; not needed for `default` and `bottega`"
    )
    create.add_argument("--python", metavar="PATH", help="the Python to build on (default: the one that runs Bottega)")
    create.set_defaults(run=_create)
    listing = verbs.add_parser("list", help="the environments that are built")
    listing.set_defaults(run=_list)
    show = verbs.add_parser("show", help="the packages of one environment")
    show.add_argument("name", metavar="NAME")
    show.set_defaults(run=_show)
    for verb in (create, listing, show):
        verb.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    return parser


def _create(options: argparse.Namespace) -> int:
    progress = Progress(quiet=options.json)
    try:
        if options.name in environment.SHIPPED and options.requirements is None:
            built = build.ensure(options.name, progress.phase)
        elif options.requirements is None:
            raise BottegaError("usage", reason="Name the packages: --requirements FILE")
        else:
            environment.check_name(options.name)
            python = interpreter.ask(options.python) if options.python else interpreter.base()
            lock = build.lock(Path(options.requirements), python, progress.phase)
            built = build.create(options.name, lock, python, progress.phase)
    finally:
        progress.close()
    if options.json:
        print(json.dumps(_facts(built)))
    else:
        print(f"environment {built.name}: {len(built.packages)} packages on Python {built.interpreter.version}")
    return exits.OK


def _list(options: argparse.Namespace) -> int:
    built = [found for name in environment.names() if (found := environment.find(name)) is not None]
    if options.json:
        print(json.dumps({"environments": [_facts(each) for each in built]}))
    elif not built:
        print("no environment is built yet; `bottega environment create default` builds the standard one")
    for each in [] if options.json else built:
        print(
            f"{each.name:<20} Python {each.interpreter.version:<8} {len(each.packages):>4} packages  {each.digest[:12]}"
        )
    return exits.OK


def _show(options: argparse.Namespace) -> int:
    found = environment.get(options.name)
    if options.json:
        print(json.dumps(_facts(found) | {"packages": dict(found.packages)}))
    else:
        print(f"{found.name}: Python {found.interpreter.version}, {found.folder}")
        for package, version in found.packages:
            print(f"  {package} {version}")
    return exits.OK


def _facts(built: Environment) -> dict[str, Any]:
    return {
        "name": built.name,
        "digest": built.digest,
        "python": built.interpreter.version,
        "packages": len(built.packages),
        "folder": str(built.folder),
    }
