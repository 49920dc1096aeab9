"""Web services as `bottega service` shows and keeps them: list, show, parameters, versions, rename, roll-back, delete."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bottega.cli import exits
from bottega.cli.grid import WIDE, grid
from bottega.cli.service_found import endpoint_facts, facts, find, places
from bottega.cli.stream import answer
from bottega.cli.terminal import harmless
from bottega.cli.words import moment
from bottega.cli.workspace import tell
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.services.program import Field, Program
    from bottega.store.records import Service
    from bottega.store.workspace import Workspace

_MOST_COLUMNS = 200


def show_all(workspace: Workspace, options: argparse.Namespace) -> int:
    """All services."""
    services = workspace.services.list()
    rows = [(each, workspace.services.endpoints(each.id)) for each in services]
    if options.json:
        told = [facts(each) | {"endpoints": len(endpoints)} for each, endpoints in rows]
        return exits.OK if answer("service", {"services": told}) else exits.FAILED
    if not rows:
        print("no web service is published yet; `bottega service publish FILE` publishes an experiment")
        return exits.OK
    grid(
        ["service", "id", "version", "endpoints", "created", "experiment"],
        [
            [each.name, each.id, str(max((one.version for one in endpoints if one.name == each.default_endpoint), default="")),
             str(len(endpoints)), moment(each.created), each.experiment or each.kind]
            for each, endpoints in rows
        ],
        [False, False, True, True], widest=WIDE,
    )  # fmt: skip
    return exits.OK


def show(workspace: Workspace, options: argparse.Namespace) -> int:
    """One service."""
    service = find(workspace, options.service)
    endpoints = workspace.services.endpoints(service.id)
    program = _program(workspace, service)
    if options.json:
        told = [endpoint_facts(each) | places(workspace, service, each) for each in endpoints]
        return exits.OK if answer("service", facts(service) | {"endpoints": told} | _ports(program)) else exits.FAILED
    print(harmless(f"{service.name}\nid        {service.id}"))
    if service.description:
        print(harmless(f"about     {service.description}"))
    for each in program.inputs:
        print(harmless(f"input     {each.name}: {_columns(each.fields)}"))
    for output in program.outputs:
        print(harmless(f"output    {output.name}: {_columns(output.fields)}"))
    for resource in program.resources:
        print(harmless(f"model     {resource.name}"))
    if program.parameters:
        print(harmless(f"takes     {', '.join(each.name for each in program.parameters)}"))
    print()
    grid(
        ["endpoint", "version", "calls at once", "mode", "where"],
        [[each.name, str(each.version), _calls(each), each.mode, places(workspace, service, each)["api_location"]] for each in endpoints],
        [False, True, True], widest=WIDE,
    )  # fmt: skip
    return exits.OK


def parameters(workspace: Workspace, options: argparse.Namespace) -> int:
    """The web service parameters of a service."""
    service = find(workspace, options.service)
    found = _program(workspace, service).parameters
    if options.json:
        told = [{"name": each.name, "required": each.required, "default": each.default, "sets": list(each.sets),
                 "description": each.description, "schema": each.schema} for each in found]  # fmt: skip
        return exits.OK if answer("service", {"service_id": service.id, "parameters": told}) else exits.FAILED
    if not found:
        print(harmless(f"{service.name} has no web service parameters"))
        return exits.OK
    rows = [[each.name, _type(each.schema), "required" if each.required else str(each.default), ", ".join(each.sets), each.description]
            for each in found]  # fmt: skip
    grid(["parameter", "type", "default", "sets", "description"], rows, widest=WIDE)
    return exits.OK


def versions(workspace: Workspace, options: argparse.Namespace) -> int:
    """The versions of a service, the newest first."""
    service = find(workspace, options.service)
    endpoints = workspace.services.endpoints(service.id)
    found = [(each, [one.name for one in endpoints if one.version == each.number])
             for each in reversed(workspace.services.versions(service.id))]  # fmt: skip
    if options.json:
        told = [
            {"version": each.number, "created": each.created, "note": each.note, "endpoints": names}
            for each, names in found
        ]
        return exits.OK if answer("service", {"service_id": service.id, "versions": told}) else exits.FAILED
    rows = [[str(each.number), moment(each.created), ", ".join(names), each.note] for each, names in found]
    grid(["version", "published", "endpoints", "note"], rows, [True], widest=WIDE)
    return exits.OK


def rename(workspace: Workspace, options: argparse.Namespace) -> int:
    """Another name."""
    service = find(workspace, options.service)
    changed = workspace.services.change(service.id, name=options.name)
    tell(options, facts(changed), f"{service.name} is now {changed.name}")
    return exits.OK


def roll_back(workspace: Workspace, options: argparse.Namespace) -> int:
    """The default endpoint to another version."""
    from bottega.services.publish import roll_back as back

    service = find(workspace, options.service)
    known = [each.number for each in workspace.services.versions(service.id)]
    if options.version not in known:
        told = ", ".join(map(str, known))
        raise BottegaError("usage", reason=f"{service.name} has no version {options.version}; there are: {told}")
    endpoint = back(workspace, service.id, options.version)
    facts_ = {"service_id": service.id, "endpoint": endpoint.name, "version": endpoint.version}
    tell(options, facts_, f"{service.name}: {endpoint.name} answers with version {endpoint.version}")
    return exits.OK


def delete(workspace: Workspace, options: argparse.Namespace) -> int:
    """A service and all that belongs to it."""
    service = find(workspace, options.service)
    workspace.services.delete(service.id)
    tell(options, {"deleted": service.id, "name": service.name},
         f"{service.name} is deleted; `bottega workspace prune` frees what nothing else uses")  # fmt: skip
    return exits.OK


def _program(workspace: Workspace, service: Service) -> Program:
    """What the default endpoint answers with, or the newest version where there is none."""
    from bottega.services.program import Program

    endpoints = workspace.services.endpoints(service.id)
    number = next((each.version for each in endpoints if each.name == service.default_endpoint), None)
    newest = workspace.services.versions(service.id)[-1]
    return Program.loads((newest if number is None else workspace.services.version(service.id, number)).program)


def _ports(program: Program) -> dict[str, Any]:
    def columns(fields: Sequence[Field] | None) -> list[dict[str, str]] | None:
        return None if fields is None else [{"name": each.name, "type": each.type} for each in fields]

    return {
        "inputs": [{"name": each.name, "columns": columns(each.fields)} for each in program.inputs],
        "outputs": [
            {"name": each.name, "type": each.type, "columns": columns(each.fields)} for each in program.outputs
        ],
        "parameters": [each.name for each in program.parameters],
        "resources": [each.name for each in program.resources],
    }


def _columns(fields: Sequence[Field] | None) -> str:
    if not fields:
        return "no columns are known"
    told = ", ".join(f"{each.name} ({each.type})" for each in fields[:_MOST_COLUMNS])
    return told + (", …" if len(fields) > _MOST_COLUMNS else "")


def _calls(endpoint: Any) -> str:
    from bottega.services.endpoints import calls_at_once

    return str(calls_at_once(endpoint))


def _type(schema: dict[str, Any]) -> str:
    choices = schema.get("enum")
    return ", ".join(map(str, choices)) if choices else str(schema.get("type", "any"))
