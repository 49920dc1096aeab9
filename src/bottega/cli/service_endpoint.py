"""`bottega service endpoint …`: the places where a service is called."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.grid import WIDE, grid
from bottega.cli.service_found import call, endpoint_facts, endpoint_of, find, places
from bottega.cli.stream import answer
from bottega.cli.workspace import tell
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.store.workspace import Workspace


def show_all(workspace: Workspace, options: argparse.Namespace) -> int:
    """The endpoints of a service."""
    from bottega.services.endpoints import calls_at_once

    service = find(workspace, options.service)
    found = workspace.services.endpoints(service.id)
    if options.json:
        told = [endpoint_facts(each) for each in found]
        return exits.OK if answer("service", {"service_id": service.id, "endpoints": told}) else exits.FAILED
    grid(
        ["endpoint", "version", "throttle", "calls at once", "mode", "own models", "description"],
        [[each.name, str(each.version), each.throttle, str(calls_at_once(each)), each.mode, ", ".join(each.resources), each.description]
         for each in found],
        [False, True, False, True], widest=WIDE,
    )  # fmt: skip
    return exits.OK


def add(workspace: Workspace, options: argparse.Namespace) -> int:
    """Another endpoint."""
    from bottega.services import endpoints

    service = find(workspace, options.service)
    made = endpoints.add(workspace, service.id, options.name, **_settings(options))
    told = endpoint_facts(made) | places(workspace, service, made)
    tell(options, {"service_id": service.id, **told}, f"{service.name}: endpoint {made.name}, version {made.version}",
         f"call      {call(told)}", f"key       {told['primary_key']}")  # fmt: skip
    return exits.OK


def change(workspace: Workspace, options: argparse.Namespace) -> int:
    """Other settings."""
    from bottega.services import endpoints

    settings = _settings(options)
    if all(value is None for value in settings.values()):
        raise BottegaError(
            "usage",
            reason="Tell what to change: --description, --throttle, --calls, --mode, --prevent-update or --sample-data",
        )
    service = find(workspace, options.service)
    found = endpoint_of(workspace, service, options.name)
    made = endpoints.change(workspace, service.id, found.name, **settings)
    tell(options, {"service_id": service.id, **endpoint_facts(made)},
         f"{service.name}: {made.name} takes {endpoints.calls_at_once(made)} calls at once, in mode {made.mode}")  # fmt: skip
    return exits.OK


def refresh(workspace: Workspace, options: argparse.Namespace) -> int:
    """To the default endpoint's version."""
    from bottega.services import endpoints

    service = find(workspace, options.service)
    name = endpoint_of(workspace, service, options.name).name
    changed = endpoints.refresh(workspace, service.id, name, overwrite_resources=options.overwrite_resources)
    version = endpoint_of(workspace, service, name).version
    word = "is now at" if changed else "was already at"
    told = {"service_id": service.id, "endpoint": options.name, "changed": changed, "version": version}
    tell(options, told, f"{service.name}: {options.name} {word} version {version}")
    return exits.OK


def keys(workspace: Workspace, options: argparse.Namespace) -> int:
    """Both keys, and where to call."""
    service = find(workspace, options.service)
    found = endpoint_of(workspace, service, options.name)
    told = places(workspace, service, found)
    tell(options, {"service_id": service.id, "endpoint": found.name, **told}, f"call       {call(told)}",
         f"help       {told['help_location']}", f"primary    {told['primary_key']}", f"secondary  {told['secondary_key']}")  # fmt: skip
    return exits.OK


def rotate_key(workspace: Workspace, options: argparse.Namespace) -> int:
    """Another key."""
    service = find(workspace, options.service)
    found = endpoint_of(workspace, service, options.name)
    key = workspace.services.rotate_key(found.id, options.which)
    told = {"service_id": service.id, "endpoint": found.name, f"{options.which}_key": key}
    tell(options, told, f"{options.which}  {key}")
    return exits.OK


def delete(workspace: Workspace, options: argparse.Namespace) -> int:
    """An endpoint."""
    from bottega.services import endpoints

    service = find(workspace, options.service)
    endpoints.delete(workspace, service.id, endpoint_of(workspace, service, options.name).name)
    tell(
        options,
        {"service_id": service.id, "deleted": options.name},
        f"{service.name}: endpoint {options.name} is deleted",
    )
    return exits.OK


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of an endpoint that the options tell. Raises `usage`."""
    from bottega.services.endpoints import MOST_CONCURRENT

    if options.calls is not None and not 1 <= options.calls <= MOST_CONCURRENT:
        raise BottegaError("usage", reason=f"--calls is {options.calls}; it takes 1 to {MOST_CONCURRENT}")
    return {
        "description": options.description, "throttle": options.throttle, "max_concurrent": options.calls, "mode": options.mode,
        "prevent_update": options.prevent_update, "sample_data": options.sample_data,
    }  # fmt: skip
