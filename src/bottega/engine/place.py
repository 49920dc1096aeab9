"""Where an experiment's workspace is, how it knows the experiment, and what it allows it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bottega.engine.reach import Outside
    from bottega.sandbox.host.network import Network
    from bottega.store.workspace import Workspace

_FOLDER = ".bottega"


def workspace_folder(given: str | os.PathLike[str] | None, beside: Path) -> Path:
    """The workspace's folder: as given, else of `BOTTEGA_WORKSPACE`, else in the folder told."""
    named = given or os.environ.get("BOTTEGA_WORKSPACE")
    return Path(named).absolute() if named else beside.absolute() / _FOLDER


def experiment_name(path: Path, workspace: Path) -> str:
    """How a workspace knows a file: from where the workspace lies, so that both can move together."""
    resolved, base = path.resolve(), workspace.resolve().parent
    return str(resolved.relative_to(base)) if resolved.is_relative_to(base) else str(resolved)


def outside(folder: Path, workspace: Workspace) -> Outside:
    """What the modules of an experiment in this folder may reach of the world."""
    from bottega.engine.reach import Outside

    settings = workspace.settings
    return Outside(
        folder,
        local_files=bool(settings.get("allow_local_files")),
        private_addresses=bool(settings.get("allow_private_addresses")),
        accounts=settings.get("storage_accounts"),
    )


def network_of(workspace: Workspace, experiment: str | None) -> Network:
    """What the scripts of an experiment may reach of the network: its owner's settings alone say that.

    experiment  as the workspace knows it: the name of its file or its id; None for what was none
    Raises `usage` for settings that cannot be.
    """
    from bottega.sandbox.host.network import NO_NETWORK, Network

    settings = workspace.settings.all()
    allowed = settings["network"].get(experiment)
    return Network.of(allowed, settings["addresses"]) if allowed else NO_NETWORK
