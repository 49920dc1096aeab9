"""Services and endpoints as the management API shows them (clients.md 3, 4; fact sheet 5.5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from bottega.sdk.ports import PortType
from bottega.server.pages.subject import Subject
from bottega.server.signing import SignedUrl
from bottega.services.endpoints import calls_at_once
from bottega.services.program import Program
from bottega.store.records import Endpoint, Service

# A stored file and the name that it is saved under, to a signed address of it.
Link = Callable[[str, str], SignedUrl]
_ENDINGS = {PortType.TRANSFORM: ".itransform"}


def service(given: Service, endpoints: int, workspace_id: str) -> dict[str, Any]:
    """A service."""
    return {
        "Id": given.id,
        "Name": given.name,
        "Description": given.description,
        "CreationTime": iso(given.created),
        "WorkspaceId": workspace_id,
        "DefaultEndpointName": given.default_endpoint,
        "EndpointCount": endpoints,
    }


def endpoint(
    subject: Subject, given: Endpoint, experiment: str | None, keys: tuple[str, str], link: Link
) -> dict[str, Any]:
    """An endpoint with its keys, which its owner may read again."""
    primary, secondary = keys
    studio = f"{subject.base}/api/workspaces/{subject.workspace_id}/experiments"
    return {
        "Name": given.name,
        "Description": given.description,
        "CreationTime": iso(given.created),
        "WorkspaceId": subject.workspace_id,
        "WebServiceId": given.service,
        "HelpLocation": subject.help,
        "PrimaryKey": primary,
        "SecondaryKey": secondary,
        "ApiLocation": subject.api,
        "Version": str(given.version),
        "PreventUpdate": given.prevent_update,
        "SampleDataEnabled": given.sample_data,
        "ExperimentLocation": None if experiment is None else f"{studio}/{subject.workspace_id}.f-id.{experiment}",
        "MaxConcurrentCalls": calls_at_once(given),
        "DiagnosticsTraceLevel": given.diagnostics,
        "ThrottleLevel": given.throttle,
        "Resources": resources(subject.program, given, link),
    }


def resources(program: Program, given: Endpoint, link: Link) -> list[dict[str, Any]]:
    """The models that an endpoint has, with addresses to read them from."""
    told = []
    for each in program.resources:
        constant = program.constants[each.constant]
        digest = given.resources.get(each.name, {}).get("digest", constant.digest)
        base, location, credential = link(digest, f"{each.name}{_ENDINGS.get(PortType(constant.type), '.ilearner')}")
        place = {"BaseLocation": base, "RelativeLocation": location, "SasBlobToken": credential}
        told.append({"Name": each.name, "Kind": each.kind, "Location": place})
    return told


def iso(seconds: float) -> str:
    """A moment as this API writes it (clients.md rule 5)."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
