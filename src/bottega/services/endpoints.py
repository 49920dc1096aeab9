"""Endpoints of a web service by classic's rules (fact sheet 5.4, 5.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bottega.errors import BottegaError
from bottega.services.errors import Detail, ServiceError
from bottega.services.program import Program
from bottega.store.records import Endpoint, Service
from bottega.store.workspace import Workspace

DEFAULT = "default"
CONCURRENT, MOST_CONCURRENT, LOW_CONCURRENT = 20, 200, 4
_NAME = re.compile(r"[a-z0-9]{1,24}")
_THROTTLES = ("High", "Low")
_DIAGNOSTICS = ("None", "Error", "All")
_MODES = ("request", "service")
_LONGEST = 10_000  # characters of a description: lists of endpoints have to stay short (clients.md rule 7)
_FIELDS = ("description", "throttle", "max_concurrent", "prevent_update", "sample_data", "diagnostics", "mode")


def add(workspace: Workspace, service_id: str, name: str, **fields: Any) -> Endpoint:
    """Another endpoint, of the version that the default one has.

    fields  description, throttle ("High", "Low"), max_concurrent, prevent_update, sample_data,
            diagnostics ("None", "Error", "All"), mode ("request", "service")

    Raises `usage` for a service that is not there, a name that cannot be or a field that is wrong, and
    `naming.Taken`.
    """
    if not _NAME.fullmatch(name):
        raise BottegaError(
            "usage",
            reason=f"{name[:60]!r} cannot be the name of an endpoint: it takes 1 to 24 small letters and digits",
        )
    return workspace.services.add_endpoint(service_id, name, **checked(fields))


def change(workspace: Workspace, service_id: str, name: str, **fields: Any) -> Endpoint:
    """Other settings for an endpoint; see `add`. Raises `usage`."""
    found = workspace.services.endpoint(service_id, name)
    return workspace.services.change_endpoint(found.id, **checked(fields, found)) if fields else found


def delete(workspace: Workspace, service_id: str, name: str) -> None:
    """Delete an endpoint. Raises `usage` where there is none, and InvalidOperation for the default one beside others."""
    services = workspace.services
    found = services.endpoint(service_id, name)
    if is_default(services.get(service_id), found) and len(services.endpoints(service_id)) > 1:
        raise _invalid("The default endpoint cannot be deleted while the service has others", name)
    services.delete_endpoint(found.id)


def refresh(workspace: Workspace, service_id: str, name: str, *, overwrite_resources: bool = False) -> bool:
    """Bring an endpoint to the version that the default one has; False where that changed nothing.

    overwrite_resources  let models that were trained again go back to those of the version, too

    Models that stay are those which the version still has. Raises `usage` where there is no such endpoint, and
    InvalidOperation for one that prevents updates.
    """
    services = workspace.services
    found, default = services.endpoint(service_id, name), default_of(workspace, service_id)
    _check_updatable(found)
    kept = {} if overwrite_resources else _known_resources(workspace, default, found.resources)
    if found.version == default.version and kept == found.resources:
        return False
    services.change_endpoint(found.id, version=default.version, resources=kept)
    return True


def default_of(workspace: Workspace, service_id: str) -> Endpoint:
    """The default endpoint. Raises `usage`."""
    service = workspace.services.get(service_id)
    return workspace.services.endpoint(service.id, service.default_endpoint)


def is_default(service: Service, endpoint: Endpoint) -> bool:
    """Whether an endpoint is its service's default one."""
    return endpoint.name == service.default_endpoint


def check_patchable(workspace: Workspace, endpoint: Endpoint) -> None:
    """Raise InvalidOperation for an endpoint whose models cannot be replaced: the default one, and one that prevents it."""
    if is_default(workspace.services.get(endpoint.service), endpoint):
        raise _invalid("The default endpoint always has the models that it was published with; add an endpoint and "
                       "update that one", endpoint.name)  # fmt: skip
    _check_updatable(endpoint)


def calls_at_once(endpoint: Endpoint) -> int:
    """How many calls may run at once."""
    return LOW_CONCURRENT if endpoint.throttle == "Low" else endpoint.max_concurrent


def checked(fields: Mapping[str, Any], endpoint: Endpoint | None = None) -> dict[str, Any]:
    """Settings as the store takes them; those that are None stay out. Raises `usage`."""
    told = {name: value for name, value in fields.items() if value is not None}
    for name, value in told.items():
        if name not in _FIELDS:
            raise BottegaError("usage", reason=f"An endpoint has no {name[:60]}")
        _check(name, value)
    throttle = told.get("throttle", endpoint.throttle if endpoint is not None else "High")
    if throttle == "Low" and told.get("max_concurrent", LOW_CONCURRENT) > LOW_CONCURRENT:
        raise BottegaError(
            "usage", reason=f"With throttle Low an endpoint takes {LOW_CONCURRENT} calls at once; choose High for more"
        )
    return told


def _check(name: str, value: Any) -> None:
    choices = {"throttle": _THROTTLES, "diagnostics": _DIAGNOSTICS, "mode": _MODES}.get(name)
    if choices is not None:
        if value not in choices:
            raise BottegaError("usage", reason=f"{name} is {value!r:.60}; it is one of {', '.join(choices)}")
    elif name == "max_concurrent":
        if type(value) is not int or not 1 <= value <= MOST_CONCURRENT:
            raise BottegaError(
                "usage", reason=f"max_concurrent is {value!r:.60}; it is a whole number from 1 to {MOST_CONCURRENT}"
            )
    elif name == "description":
        if not isinstance(value, str):
            raise BottegaError("usage", reason=f"description is a text, not {value!r:.60}")
        if len(value) > _LONGEST:
            raise BottegaError("usage", reason=f"A description has at most {_LONGEST:,} characters")
    elif not isinstance(value, bool):
        raise BottegaError("usage", reason=f"{name} is true or false, not {value!r:.60}")


def _check_updatable(endpoint: Endpoint) -> None:
    if endpoint.prevent_update:
        raise _invalid(f"Endpoint {endpoint.name} prevents updates (PreventUpdate)", endpoint.name)


def _known_resources(
    workspace: Workspace, default: Endpoint, resources: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    program = Program.loads(workspace.services.version(default.service, default.version).program)
    known = {resource.name for resource in program.resources}
    return {name: value for name, value in resources.items() if name in known}


def _invalid(message: str, target: str) -> ServiceError:
    return ServiceError(400, "InvalidOperation", message, (Detail("InvalidOperation", target, message),))
