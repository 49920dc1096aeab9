"""`bottega workspace set`, `unset`, `rotate` and `renew-secrets`: how a workspace is connected to the world, and its tokens."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.words import count
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.store.workspace import Workspace

# What a person calls a setting, and the setting.
NAMES = {"storage-account": "storage_accounts", "address": "addresses", "network": "network"}
_HELP = (
    "storage-account NAME URL: where its blobs lie; address HOST:PORT ADDRESS:PORT: where that is in truth; "
    "network EXPERIMENT HOST:PORT…: what the scripts of an experiment may reach"
)


def add(verb: Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]) -> None:
    """The verbs."""
    set_ = verb("set", change, "tell where storage accounts and hosts are, and what scripts may reach")
    set_.add_argument("name", metavar="NAME", choices=tuple(NAMES), help=_HELP)
    set_.add_argument("key", metavar="KEY", help="the account, the HOST:PORT, or the experiment's file or id")
    set_.add_argument("values", metavar="VALUE", nargs="+", help="the URL, the ADDRESS:PORT, or each HOST:PORT")
    unset = verb("unset", remove, "forget that again")
    unset.add_argument("name", metavar="NAME", choices=tuple(NAMES), help="storage-account, address or network")
    unset.add_argument("key", metavar="KEY", help="as it was set")
    rotate_ = verb("rotate", rotate, "make another token; the one before is valid no more")
    rotate_.add_argument("which", metavar="primary|secondary", choices=("primary", "secondary"))
    renew = verb(
        "renew-secrets", renew_secrets, "give up all tokens and keys for new ones: when secret.key is lost, or was seen"
    )
    renew.add_argument("--yes", action="store_true", help="do it; without this, only tell what would be lost")


def change(options: argparse.Namespace) -> int:
    """Set an entry; a workspace that is not there yet is made for it."""
    if options.name != "network" and len(options.values) > 1:
        raise BottegaError("usage", reason=f"{options.name} takes one value, not {len(options.values)}")
    value = list(options.values) if options.name == "network" else options.values[0]
    return _entry(options, value)


def remove(options: argparse.Namespace) -> int:
    """Remove an entry. Raises `usage` where there is none."""
    return _entry(options, None)


def rotate(options: argparse.Namespace) -> int:
    """Another token."""
    from bottega.cli.workspace import existing, tell

    with existing(options) as workspace:
        _ = workspace.tokens.primary, workspace.tokens.secondary  # both are there from now on
        token = workspace.tokens.rotate(options.which)
    tell(options, {f"{options.which}_token": token}, f"{options.which}  {token}")
    return exits.OK


def renew_secrets(options: argparse.Namespace) -> int:
    """Other secrets throughout. Raises `usage`, which tells what would be lost, without `--yes`."""
    from bottega.cli.workspace import existing, tell

    with existing(options) as workspace:
        endpoints, jobs, lost = _secrets(workspace)
        if not options.yes:
            raise BottegaError("usage", reason=f"This gives up for good {lost}. Say --yes to do it")
        workspace.renew_secrets()
        told = {
            "primary_token": workspace.tokens.primary, "secondary_token": workspace.tokens.secondary,
            "endpoints": endpoints, "jobs": jobs, "folder": str(workspace.folder),
        }  # fmt: skip
    tell(
        options, told, f"primary    {told['primary_token']}", f"secondary  {told['secondary_token']}", f"gave up    {lost}",
        *(["`bottega service endpoint keys SERVICE` tells the new keys of an endpoint"] if endpoints else []),
    )  # fmt: skip
    return exits.OK


def _secrets(workspace: Workspace) -> tuple[int, int, str]:
    """How many endpoints have keys, how many jobs have not ended, and all that is lost with the secrets."""
    services, status = workspace.services, workspace.jobs.counts()
    endpoints = sum(len(services.endpoints(each.id)) for each in services.list())
    jobs = sum(status.get(each, 0) for each in ("NotStarted", "Queued", "Running"))
    failing = f" ({count(jobs, 'job')} not ended will fail)" if jobs else ""
    lost = (
        f"both tokens of {workspace.folder}, the keys of {count(endpoints, 'endpoint')}, signed links, and what batch jobs "
        f"were asked for and gave{failing}"
    )
    return endpoints, jobs, lost


def lines(settings: Mapping[str, Any]) -> list[str]:
    """Settings with entries, for people."""
    told = []
    for name, setting in NAMES.items():
        for key, value in settings.get(setting, {}).items():
            told.append(f"{name}  {key}  {' '.join(value) if isinstance(value, list) else value}")
    return told


def _entry(options: argparse.Namespace, value: Any) -> int:
    from bottega.cli.opened import opened_workspace
    from bottega.cli.workspace import tell

    with opened_workspace(options.workspace, Path.cwd()) as workspace:
        setting = NAMES[options.name]
        key = _key(options, workspace) if setting == "network" else str(options.key)
        if value is None and key not in workspace.settings.get(setting):
            raise BottegaError("usage", reason=f"There is no {options.name} {key} in {workspace.folder}")
        workspace.settings.set_entry(setting, key, value)
        folder = workspace.folder
    shown = "is no longer set" if value is None else f"is {' '.join(options.values)}"
    tell(options, {"name": options.name, "key": key, "value": value}, f"{options.name} {key} {shown} in {folder}")
    return exits.OK


def _key(options: argparse.Namespace, workspace: Workspace) -> str:
    """The name that an experiment's runs have. Raises `usage` where nothing can be set for none."""
    from bottega.engine.place import experiment_name

    given, path = str(options.key), Path(options.key)
    name = experiment_name(path.absolute(), workspace.folder)
    known = workspace.settings.get("network")
    if path.is_file() or (name in known and given not in known):
        return name
    if given not in known and workspace.experiments.find(given) is None:
        raise BottegaError(
            "usage", reason=f"There is no experiment {given}: neither a file nor an id in this workspace"
        )
    return given
