"""`bottega environment remove` and `prune`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from bottega.cli import exits
from bottega.cli.terminal import harmless
from bottega.cli.words import count, size
from bottega.errors import BottegaError
from bottega.sandbox.host import build, environment, packages, shelf

if TYPE_CHECKING:
    from bottega.store.workspace import Workspace

Verb = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
_MOST_TOLD = 10


class _Program(msgspec.Struct):
    """What is looked at of a service's version."""

    environments: dict[str, str] = {}


def add(verb: Verb) -> None:
    """Add both to the parser."""
    from bottega.cli.environment import workspace_option

    remove = verb("remove", _remove, "forget an environment and remove its files; a shipped one can be built again")
    remove.add_argument("name", metavar="NAME")
    remove.add_argument("--force", action="store_true", help="although experiments or services use it")
    workspace_option(remove)
    prune = verb("prune", _prune, "remove older builds that no name stands for and no published service has")
    prune.add_argument(
        "--workspace", metavar="DIR", action="append",
        help="whose services keep their packages; more than once for several (default: BOTTEGA_WORKSPACE, else .bottega "
        "in this folder)",
    )  # fmt: skip
    prune.add_argument("--no-workspace", action="store_true", help="no service keeps anything")
    prune.add_argument("--dry-run", action="store_true", help="tell what would go, and keep it")


def _remove(options: argparse.Namespace) -> int:
    from bottega.cli.environment import called, told, users, workspace_there

    with workspace_there(options.workspace) as workspace:
        uses = users(environment.check_name(options.name), workspace)
    if uses and not options.force:
        names = ", ".join(f"{each.kind} {called(each)}" for each in uses[:_MOST_TOLD])
        more = f" and {len(uses) - _MOST_TOLD} more" if len(uses) > _MOST_TOLD else ""
        reason = f"Environment {options.name} is used by {names}{more}; --force removes it nevertheless"
        raise BottegaError("usage", reason=reason)
    freed = build.remove(options.name)
    if options.json:
        print(json.dumps({"name": options.name, "freed": freed, "users": told(uses)}))
    else:
        print(f"environment {options.name} is removed, which gave back {size(freed)}")
    return exits.OK


def _prune(options: argparse.Namespace) -> int:
    keep = set() if options.no_workspace else _frozen(options.workspace)
    if options.dry_run:
        gone = {digest: packages.freed(environment.root() / digest) for digest in shelf.unnamed(keep)}
    else:
        gone = build.prune(keep)
    if options.json:
        print(json.dumps({"removed": gone, "freed": sum(gone.values()), "dry_run": options.dry_run}))
        return exits.OK
    for digest, freed in gone.items():
        print(f"{digest}  {size(freed)}")
    verb = "would go" if options.dry_run else "removed"
    print(f"{count(len(gone), 'older build')} {verb}, {size(sum(gone.values()))}")
    return exits.OK


def _frozen(folders: list[str] | None) -> set[str]:
    """The digests of the packages that published services were frozen with. Raises `usage` where no workspace is meant."""
    from bottega.cli.environment import workspace_there

    found: set[str] = set()
    for folder in (*(folders or ()), *(() if folders else (None,))):
        with workspace_there(folder) as workspace:
            if workspace is None:
                reason = (
                    "There is no workspace here, and services of others may need older builds: name those whose services "
                    "keep theirs by --workspace DIR, or say --no-workspace"
                )
                raise BottegaError("usage", reason=reason)
            found |= set(_digests(workspace))
    return found


def _digests(workspace: Workspace) -> Iterator[str]:
    for service in workspace.services.list():
        for version in workspace.services.versions(service.id):
            try:
                yield from msgspec.json.decode(version.program, type=_Program).environments.values()
            except msgspec.DecodeError as error:
                told = harmless(f"{service.name}, version {version.number}")
                raise BottegaError(
                    "usage", reason=f"What service {told} needs cannot be read; nothing is removed"
                ) from error
