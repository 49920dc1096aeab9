"""Services and endpoints as paths name them."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from bottega.server.auth import credentials, endpoint_auth, workspace_auth
from bottega.server.context import Context, base_url, context_of
from bottega.server.errors import Detail, HttpError
from bottega.server.pages.subject import Subject
from bottega.services.program import Program
from bottega.store.records import Endpoint, Service

_ID = re.compile(r"[0-9a-f]{32}")


def not_found(what: str, name: str, code: str) -> HttpError:
    """A 404 with classic's detail code."""
    message = f"There is no {what} {name[:100]} here."
    return HttpError(HTTPStatus.NOT_FOUND, message=message, details=(Detail(code, what, message),))


def check_workspace(request: Request) -> Context:
    """The context, when the path names its workspace. Raises HttpError 404."""
    context, given = context_of(request), request.path_params["workspace"]
    if given.lower() != context.workspace.id:
        raise not_found("workspace", given, "WorkspaceNotFound")
    return context


def find_service(context: Context, service_id: str) -> Service:
    """A service. Raises HttpError 404."""
    found = context.workspace.services.find(service_id.lower())
    if found is None:
        raise not_found("web service", service_id, "WebServiceIdNotFoundInWorkspace")
    return found


def find_endpoint(context: Context, service: Service, name: str) -> Endpoint:
    """An endpoint of a service by its name, in whatever capitals, or by its id. Raises HttpError 404."""
    known = context.workspace.services.endpoints(service.id)
    wanted = name.lower()
    found = next((each for each in known if wanted in (each.name, each.id)), None)
    if found is None:
        raise not_found("endpoint", name, "WebServiceNotFound")
    return found


def find_called(context: Context, endpoint_id: str) -> Endpoint:
    """The endpoint that a call's path names. Raises HttpError 404."""
    wanted = endpoint_id.lower()
    found = context.workspace.services.endpoint_by_id(wanted) if _ID.fullmatch(wanted) else None
    if found is None:
        raise not_found("web service", endpoint_id, "WebServiceNotFound")
    return found


def program_of(context: Context, endpoint: Endpoint) -> Program:
    """What an endpoint runs."""
    return Program.loads(context.workspace.services.version(endpoint.service, endpoint.version).program)


def subject_of(context: Context, service: Service, endpoint: Endpoint, base: str) -> Subject:
    """An endpoint as pages show it: with rows of data only where its owner wants them seen."""
    return Subject(
        base, context.workspace.id, service.id, service.name, service.description, endpoint.id, endpoint.name,
        program_of(context, endpoint), has_samples=endpoint.sample_data,
    )  # fmt: skip


async def subject(request: Request) -> Subject:
    """What a page's path is about. Raises HttpError 404."""
    context, base = check_workspace(request), base_url(request)

    def find() -> Subject:
        service = find_service(context, request.path_params["service"])
        return subject_of(context, service, find_endpoint(context, service, request.path_params["endpoint"]), base)

    return await run_in_threadpool(find)


class Managed(NamedTuple):
    """An endpoint, and whether who asks bears only a key of it."""

    service: Service
    endpoint: Endpoint
    by_key: bool


async def managed_endpoint(request: Request) -> Managed:
    """What a management path names, for who bears a token of the workspace or a key of that endpoint (fact sheet 5.5).

    Raises HttpError: 401 and 429; 404 only to those whom a token lets in.
    """
    context = context_of(request)
    tokens = context.workspace.tokens

    def find() -> tuple[Service, Endpoint]:
        service = find_service(check_workspace(request), request.path_params["service"])
        return service, find_endpoint(context, service, request.path_params["endpoint"])

    # Looked at here without counting: whatever is wrong is counted once, below.
    if any([await run_in_threadpool(tokens.is_valid, text) for text in credentials(request)]):
        await workspace_auth(request, request.path_params["workspace"])
        return Managed(*await run_in_threadpool(find), by_key=False)
    try:
        found = await run_in_threadpool(find)
    except HttpError:
        await workspace_auth(request)
        raise
    await endpoint_auth(request, found[1])
    return Managed(*found, by_key=True)
