"""`/v1/workspace`: what it holds and allows, and its tokens."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega import __version__
from bottega.server import api
from bottega.server.api import operation
from bottega.server.context import context_of

_TAG = "workspace"


class Settings(Struct):
    """What its owner allows, and how it is connected to the world.

    allow_local_files        modules may read files of the server by their path
    allow_private_addresses  modules may reach addresses of the server's network
    storage_accounts         where the blobs of a storage account lie: URL by account name
    network                  what the scripts of an experiment may reach: host:port by experiment
    addresses                where a host:port lies in truth
    """

    allow_local_files: bool
    allow_private_addresses: bool
    storage_accounts: dict[str, str]
    network: dict[str, list[str]]
    addresses: dict[str, str]


class SettingsChange(Struct, forbid_unknown_fields=True):
    """What is to be so; the rest stays."""

    allow_local_files: bool | UnsetType = UNSET
    allow_private_addresses: bool | UnsetType = UNSET
    storage_accounts: dict[str, str] | UnsetType = UNSET
    network: dict[str, list[str]] | UnsetType = UNSET
    addresses: dict[str, str] | UnsetType = UNSET


class Workspace(Struct):
    """The workspace. `size` counts what it holds; `bytes` are those of its files."""

    id: str
    version: str
    size: dict[str, int]
    settings: Settings


class Token(Struct):
    """A new token."""

    token: str


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/workspace", tag=_TAG)
def get_workspace(request: Request) -> Workspace:
    """What the workspace holds and allows."""
    workspace = context_of(request).workspace
    return Workspace(workspace.id, __version__, workspace.upkeep.size(), _settings(workspace.settings.all()))


@operation("PATCH", "/v1/workspace/settings", tag=_TAG)
def change_settings(request: Request, body: SettingsChange) -> Settings:
    """Change settings."""
    settings = context_of(request).workspace.settings
    for name, value in msgspec.structs.asdict(body).items():
        if value is not UNSET:
            settings.set(name, value)
    return _settings(settings.all())


@operation("POST", "/v1/workspace/tokens/{which}/rotate", tag=_TAG)
def rotate_token(request: Request, which: Literal["primary", "secondary"]) -> Token:
    """Make another token; the one before is valid no more, here as everywhere."""
    return Token(context_of(request).workspace.tokens.rotate(which))


def _settings(found: dict[str, Any]) -> Settings:
    return Settings(**{name: found[name] for name in Settings.__struct_fields__})
