"""A web service by what a person types, and where it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bottega.errors import BottegaError

if TYPE_CHECKING:
    from bottega.store.records import Endpoint, Service
    from bottega.store.workspace import Workspace

_LEAST = 4  # letters that name a service


def find(workspace: Workspace, text: str) -> Service:
    """The service of this id or name, or of one that begins so. Raises `usage`."""
    services = workspace.services.list()
    wanted = text.strip()
    for fitting in (
        [each for each in services if each.id == wanted],
        [each for each in services if each.name == wanted],
        [each for each in services if len(wanted) >= _LEAST and each.id.startswith(wanted)],
        [each for each in services if each.name.casefold() == wanted.casefold()],
        [each for each in services if len(wanted) >= _LEAST and each.name.casefold().startswith(wanted.casefold())],
    ):
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            ids = ", ".join(f"{each.id} ({each.name})" for each in fitting)
            raise BottegaError(
                "usage", reason=f"{wanted} may be any of {len(fitting)} web services; name one by its id: {ids}"
            )
    known = ", ".join(each.name for each in services[:20]) or "none"
    raise BottegaError(
        "usage", reason=f"There is no web service {wanted[:200]} in {workspace.folder}; there are: {known}"
    )


def endpoint_of(workspace: Workspace, service: Service, name: str) -> Endpoint:
    """Its endpoint of this name. Raises `usage`."""
    found = workspace.services.endpoints(service.id)
    for each in found:
        if each.name == name:
            return each
    known = ", ".join(each.name for each in found) or "none"
    raise BottegaError("usage", reason=f"{service.name} has no endpoint named {name[:60]!r}; there are: {known}")


def places(workspace: Workspace, service: Service, endpoint: Endpoint) -> dict[str, Any]:
    """Where an endpoint is called and read about, with both keys."""
    from bottega.services import links

    base = links.base_url(workspace.folder)
    primary, secondary = workspace.services.keys(endpoint.id)
    return {
        "api_location": links.api_location(base, workspace.id, endpoint.id),
        "help_location": links.help_location(base, workspace.id, service.id, endpoint.id),
        "primary_key": primary,
        "secondary_key": secondary,
    }


def call(where: dict[str, Any]) -> str:
    """The address of a call, of an endpoint's places."""
    return f"{where['api_location']}/execute?api-version=2.0&details=true"


def facts(service: Service) -> dict[str, Any]:
    """What is told of a service as JSON."""
    return {
        "service_id": service.id,
        "name": service.name,
        "description": service.description,
        "kind": service.kind,
        "experiment": service.experiment,
        "created": service.created,
        "default_endpoint": service.default_endpoint,
    }


def endpoint_facts(endpoint: Endpoint) -> dict[str, Any]:
    """What is told of an endpoint as JSON."""
    return {
        "endpoint": endpoint.name,
        "endpoint_id": endpoint.id,
        "description": endpoint.description,
        "version": endpoint.version,
        "throttle": endpoint.throttle,
        "max_concurrent": endpoint.max_concurrent,
        "prevent_update": endpoint.prevent_update,
        "sample_data": endpoint.sample_data,
        "mode": endpoint.mode,
        "resources": sorted(endpoint.resources),
        "created": endpoint.created,
        "updated": endpoint.updated,
    }
