"""`bottega workspace set`, `unset` and `rotate`: how a workspace is connected to the world, and its tokens."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bottega.cli import exits
from bottega.errors import BottegaError

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
        key = _key(options, workspace.folder)
        setting = NAMES[options.name]
        if value is None and key not in workspace.settings.get(setting):
            raise BottegaError("usage", reason=f"There is no {options.name} {key} in {workspace.folder}")
        workspace.settings.set_entry(setting, key, value)
        folder = workspace.folder
    shown = "is no longer set" if value is None else f"is {' '.join(options.values)}"
    tell(options, {"name": options.name, "key": key, "value": value}, f"{options.name} {key} {shown} in {folder}")
    return exits.OK


def _key(options: argparse.Namespace, folder: Path) -> str:
    """An experiment's file goes by the name that its runs have."""
    from bottega.engine.place import experiment_name

    path = Path(options.key)
    return (
        experiment_name(path.absolute(), folder) if options.name == "network" and path.is_file() else str(options.key)
    )
