"""`/v1/services`: web services, their versions and endpoints."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.graph import reading
from bottega.server import api, logs
from bottega.server.api import Told, operation
from bottega.server.context import base_url, context_of
from bottega.server.errors import HttpError, missing
from bottega.server.routes.v1._shapes import Name
from bottega.server.routes.v1.experiments import find as find_experiment
from bottega.server.routes.v1.runs import record
from bottega.services import endpoints as rules
from bottega.services import links, publish
from bottega.store import records

_TAG = "services"
_SERVICE = "/v1/services/{service}"
_ENDPOINT = f"{_SERVICE}/endpoints/{{endpoint}}"
Text = Annotated[str, Meta(max_length=10_000)]
Which = Literal["primary", "secondary"]


class Service(Struct):
    """A web service. `kind` is `experiment` or `code`; `experiment` what it was published from."""

    id: str
    name: str
    description: str
    kind: str
    experiment: str | None
    created: float
    default_endpoint: str


class Version(Struct):
    """What was published at one time."""

    number: int
    created: float
    note: str


class Endpoint(Struct):
    """Where a version is called.

    mode       `request`: every call in a process of its own; `service`: processes are used again
    resources  the models that were trained again since it was published
    """

    id: str
    name: str
    description: str
    version: int
    is_default: bool
    mode: str
    throttle: str
    max_concurrent: int
    prevent_update: bool
    sample_data: bool
    diagnostics: str
    resources: list[str]
    api_location: str
    help_location: str
    created: float
    updated: float


class Keys(Struct):
    """Both are valid."""

    primary: str
    secondary: str


class Key(Struct):
    """A new key."""

    key: str


class Published(Struct):
    """A service with the endpoint and the version that it has now."""

    service: Service
    endpoint: Endpoint
    version: int


class PublishRequest(Struct, forbid_unknown_fields=True):
    """What to publish.

    run      of the experiment; its last one unless told
    name     of the service; the experiment's title unless told
    service  the id of a service that gets its next version
    """

    experiment: Name
    run: Name | None = None
    name: Name | None = None
    service: Name | None = None
    description: Text = ""
    mode: Literal["request", "service"] | None = None


class ServiceChange(Struct, forbid_unknown_fields=True):
    """What is to change; the rest stays."""

    name: Name | None = None
    description: Text | None = None


class RollBack(Struct, forbid_unknown_fields=True):
    """The version that the default endpoint is to have."""

    version: Annotated[int, Meta(ge=1, le=2**31)]


class EndpointChange(Struct, forbid_unknown_fields=True):
    """What is to be so; the rest stays."""

    description: Text | UnsetType = UNSET
    throttle: Literal["High", "Low"] | UnsetType = UNSET
    max_concurrent: Annotated[int, Meta(ge=1, le=200)] | UnsetType = UNSET
    prevent_update: bool | UnsetType = UNSET
    sample_data: bool | UnsetType = UNSET
    diagnostics: Literal["None", "Error", "All"] | UnsetType = UNSET
    mode: Literal["request", "service"] | UnsetType = UNSET


class Refresh(Struct, forbid_unknown_fields=True):
    """`overwrite_resources`: models that were trained again go back to the published ones."""

    overwrite_resources: bool = False


class Refreshed(Struct):
    """Whether anything changed."""

    changed: bool


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/services", tag=_TAG)
def list_services(request: Request) -> list[Service]:
    """All web services, by name."""
    return [_service(each) for each in context_of(request).workspace.services.list()]


@operation("POST", "/v1/services", tag=_TAG, status=201)
def publish_service(request: Request, body: PublishRequest) -> Told[Published]:
    """Publish an experiment that has run, as a new web service or as the next version of one."""
    workspace, stored = context_of(request).workspace, find_experiment(request, body.experiment)
    if body.service is not None:
        _find(request, body.service)
    run = body.run or stored.last_run
    if run is None:
        raise HttpError(409, message="The experiment has not run yet.")
    done = record(request, run)
    if done.experiment != stored.id:
        raise missing("run", f"{run} of this experiment")
    made = publish.publish(
        workspace, reading.loads(stored.document).experiment, done, name=body.name, service_id=body.service,
        description=body.description, mode=body.mode,
    )  # fmt: skip
    told = Published(_service(made.service), _endpoint(request, made.service, made.endpoint), made.version.number)
    return Told(told, {"location": f"/v1/services/{made.service.id}"})


@operation("GET", _SERVICE, tag=_TAG)
def get_service(request: Request, service: Name) -> Service:
    """One web service."""
    return _service(_find(request, service))


@operation("PATCH", _SERVICE, tag=_TAG)
def change_service(request: Request, service: Name, body: ServiceChange) -> Service:
    """Change a service's name or description."""
    _find(request, service)
    changed = context_of(request).workspace.services.change(service, name=body.name, description=body.description)
    return _service(changed)


@operation("DELETE", _SERVICE, tag=_TAG, status=204)
def delete_service(request: Request, service: Name) -> None:
    """Delete a service with its versions, endpoints and jobs."""
    _find(request, service)
    context_of(request).workspace.services.delete(service)


@operation("GET", f"{_SERVICE}/versions", tag=_TAG)
def list_versions(request: Request, service: Name) -> list[Version]:
    """The versions of a service, the oldest first."""
    _find(request, service)
    return [
        Version(each.number, each.created, each.note)
        for each in context_of(request).workspace.services.versions(service)
    ]


@operation("POST", f"{_SERVICE}/roll-back", tag=_TAG)
def roll_back(request: Request, service: Name, body: RollBack) -> Endpoint:
    """Let the default endpoint have an earlier version, or a later one again."""
    found, workspace = _find(request, service), context_of(request).workspace
    if all(each.number != body.version for each in workspace.services.versions(service)):
        raise missing("version", str(body.version))
    return _endpoint(request, found, publish.roll_back(workspace, service, body.version))


@operation("GET", f"{_SERVICE}/endpoints", tag=_TAG)
def list_endpoints(request: Request, service: Name) -> list[Endpoint]:
    """The endpoints of a service, the oldest first."""
    found = _find(request, service)
    return [_endpoint(request, found, each) for each in context_of(request).workspace.services.endpoints(service)]


@operation("GET", _ENDPOINT, tag=_TAG)
def get_endpoint(request: Request, service: Name, endpoint: Name) -> Endpoint:
    """One endpoint, by its name."""
    return _endpoint(request, *_both(request, service, endpoint))


@operation("PUT", _ENDPOINT, tag=_TAG)
def put_endpoint(request: Request, service: Name, endpoint: Name, body: EndpointChange) -> Endpoint:
    """Make an endpoint, of the version that the default one has; or change the one of this name."""
    found, workspace = _find(request, service), context_of(request).workspace
    fields = _given(body)
    if any(each.name == endpoint for each in workspace.services.endpoints(service)):
        return _endpoint(request, found, rules.change(workspace, service, endpoint, **fields))
    return _endpoint(request, found, rules.add(workspace, service, endpoint, **fields))


@operation("PATCH", _ENDPOINT, tag=_TAG)
def change_endpoint(request: Request, service: Name, endpoint: Name, body: EndpointChange) -> Endpoint:
    """Change an endpoint."""
    found, _ = _both(request, service, endpoint)
    return _endpoint(request, found, rules.change(context_of(request).workspace, service, endpoint, **_given(body)))


@operation("DELETE", _ENDPOINT, tag=_TAG, status=204)
def delete_endpoint(request: Request, service: Name, endpoint: Name) -> None:
    """Delete an endpoint; the default one only as the last."""
    _both(request, service, endpoint)
    rules.delete(context_of(request).workspace, service, endpoint)


@operation("POST", f"{_ENDPOINT}/refresh", tag=_TAG)
def refresh_endpoint(request: Request, service: Name, endpoint: Name, body: Refresh) -> Refreshed:
    """Bring an endpoint to the version that the default one has."""
    _both(request, service, endpoint)
    workspace = context_of(request).workspace
    return Refreshed(rules.refresh(workspace, service, endpoint, overwrite_resources=body.overwrite_resources))


@operation("GET", f"{_ENDPOINT}/keys", tag=_TAG)
def get_keys(request: Request, service: Name, endpoint: Name) -> Keys:
    """The two keys of an endpoint."""
    return Keys(*context_of(request).workspace.services.keys(_both(request, service, endpoint)[1].id))


@operation("POST", f"{_ENDPOINT}/keys/{{which}}/rotate", tag=_TAG)
def rotate_key(request: Request, service: Name, endpoint: Name, which: Which) -> Key:
    """Make another key; the one before is valid no more."""
    return Key(context_of(request).workspace.services.rotate_key(_both(request, service, endpoint)[1].id, which))


def _find(request: Request, service: str) -> records.Service:
    found = context_of(request).workspace.services.find(service)
    if found is None:
        raise missing("web service", service)
    return found


def _both(request: Request, service: str, endpoint: str) -> tuple[records.Service, records.Endpoint]:
    found = _find(request, service)
    for each in context_of(request).workspace.services.endpoints(service):
        if each.name == endpoint:
            logs.tell(request, endpoint=each.id)
            return found, each
    raise missing("endpoint", endpoint)


def _given(body: EndpointChange) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(body).items() if value is not UNSET}


def _service(found: records.Service) -> Service:
    return Service(**{name: getattr(found, name) for name in Service.__struct_fields__})


def _endpoint(request: Request, service: records.Service, found: records.Endpoint) -> Endpoint:
    base, workspace = base_url(request), context_of(request).workspace.id
    return Endpoint(
        found.id, found.name, found.description, found.version, rules.is_default(service, found), found.mode, found.throttle,
        found.max_concurrent, found.prevent_update, found.sample_data, found.diagnostics, sorted(found.resources),
        links.api_location(base, workspace, found.id), links.help_location(base, workspace, service.id, found.id),
        found.created, found.updated,
    )  # fmt: skip
