"""The management API of web services (clients.md 1 rows 9 and 10, 3, 4; fact sheet 5.5)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bottega.server.auth import credentials, workspace_auth
from bottega.server.bodies import body
from bottega.server.context import Context, base_url, context_of
from bottega.server.errors import Detail, HttpError
from bottega.server.routes import _shapes, pages
from bottega.server.routes._found import find_endpoint, find_service, managed_endpoint, subject_of
from bottega.server.routes._model_files import fetching
from bottega.server.routes.downloads import file_link
from bottega.server.studio.jsons import listed
from bottega.services import code, endpoints, publish
from bottega.store.records import Endpoint, Service

_LARGEST = 1 << 20
_FETCHED_AT_ONCE = 4
# What a client may set of an endpoint, and our name for it.
_FIELDS = {
    "Description": "description", "ThrottleLevel": "throttle", "MaxConcurrentCalls": "max_concurrent", "PreventUpdate": "prevent_update",
    "SampleDataEnabled": "sample_data", "DiagnosticsTraceLevel": "diagnostics",
}  # fmt: skip
_FLAGS = ("PreventUpdate", "SampleDataEnabled")
_WORDS = {"true": True, "false": False}


def routes() -> list[BaseRoute]:
    """All below `/workspaces/{workspace}/webservices`."""
    services = "/workspaces/{workspace}/webservices"
    one, several = f"{services}/{{service}}", f"{services}/{{service}}/endpoints"
    return [
        Route(services, _list, methods=["GET"]),
        Route(one, _get, methods=["GET"]),
        Route(one, _put_code, methods=["PUT"]),
        Route(one, _delete, methods=["DELETE"]),
        Route(several, _list_endpoints, methods=["GET"]),
        Route(f"{several}/{{endpoint}}", _get_endpoint, methods=["GET"]),
        Route(f"{several}/{{endpoint}}", _put_endpoint, methods=["PUT"]),
        Route(f"{several}/{{endpoint}}", _patch_endpoint, methods=["PATCH"]),
        Route(f"{several}/{{endpoint}}", _delete_endpoint, methods=["DELETE"]),
        Route(f"{several}/{{endpoint}}/refresh", _refresh, methods=["POST"]),
    ]


async def _list(request: Request) -> Response:
    context = await _managed(request)

    def told() -> list[dict[str, Any]]:
        return [_service(context, each) for each in context.workspace.services.list()]

    return listed(request, await run_in_threadpool(told))


async def _get(request: Request) -> Response:
    context = await _managed(request)
    return _json(
        await run_in_threadpool(lambda: _service(context, find_service(context, request.path_params["service"])))
    )


async def _put_code(request: Request) -> Response:
    context = await _managed(request)
    given = _mapping(await body(request))
    published = await run_in_threadpool(
        code.publish_code, context.workspace, request.path_params["service"].lower(), given
    )
    return _json(await run_in_threadpool(_service, context, published.service))


async def _delete(request: Request) -> Response:
    context = await _managed(request)

    def delete() -> None:
        context.workspace.services.delete(find_service(context, request.path_params["service"]).id)

    await run_in_threadpool(delete)
    return Response(status_code=204)


async def _list_endpoints(request: Request) -> Response:
    context = await _managed(request)

    def told() -> list[dict[str, Any]]:
        service = find_service(context, request.path_params["service"])
        return [_endpoint(request, service, each) for each in context.workspace.services.endpoints(service.id)]

    return listed(request, await run_in_threadpool(told))


async def _get_endpoint(request: Request) -> Response:
    """The endpoint; for somebody who looks with a browser its first help page, which has the same address."""
    if not credentials(request) and pages.wants_page(request):
        return await pages.overview(request)
    service, endpoint, by_key = await managed_endpoint(request)
    return _json(await run_in_threadpool(partial(_endpoint, request, service, endpoint, by_key=by_key)))


async def _put_endpoint(request: Request) -> Response:
    """Make an endpoint, or set one that is there anew."""
    context = await _managed(request)
    fields = _settings(_mapping(await body(request, _LARGEST)))
    name = request.path_params["endpoint"].lower()

    def put() -> tuple[int, dict[str, Any]]:
        service = find_service(context, request.path_params["service"])
        there = any(each.name == name for each in context.workspace.services.endpoints(service.id))
        made = (endpoints.change if there else endpoints.add)(context.workspace, service.id, name, **fields)
        return 200 if there else 201, _endpoint(request, service, made)

    status, told = await run_in_threadpool(put)
    return _json(told, status)


async def _patch_endpoint(request: Request) -> Response:
    """Other settings, or other models: what retraining ends with. Calls that run go on with what they began with.

    A key of the endpoint is enough for models; settings are the owner's, `PreventUpdate` above all.
    """
    service, endpoint, by_key = await managed_endpoint(request)
    given = _mapping(await body(request, _LARGEST))
    fields, context, own = _settings(given), context_of(request), base_url(request)
    if fields and by_key:
        message = "A key of the endpoint changes its models alone; its settings take a token of the workspace."
        detail = Detail("ManagementRequestUnauthorized", "Authorization", message)
        raise HttpError(403, message=message, details=(detail,))

    def patch() -> dict[str, Any]:
        changed = endpoint
        if given.get("Resources") is not None:
            with fetching(context, own) as fetch:
                changed = publish.update_resource(
                    context.workspace, endpoint, given["Resources"], fetch, pool=context.pool
                )
        if fields:
            changed = endpoints.change(context.workspace, service.id, endpoint.name, **fields)
        return _endpoint(request, service, changed, by_key=by_key)

    if given.get("Resources") is None:
        return _json(await run_in_threadpool(patch))
    return _json(await asyncio.get_running_loop().run_in_executor(_fetchers(request), patch))


def _fetchers(request: Request) -> ThreadPoolExecutor:
    """Threads for what waits for servers elsewhere, so that slow ones hold up nobody else here."""
    state = request.app.state
    threads: ThreadPoolExecutor | None = getattr(state, "fetchers", None)
    if threads is None:
        threads = state.fetchers = ThreadPoolExecutor(_FETCHED_AT_ONCE, "fetch")
        context_of(request).when_closed(partial(threads.shutdown, wait=False, cancel_futures=True))
    return threads


async def _delete_endpoint(request: Request) -> Response:
    context = await _managed(request)

    def delete() -> None:
        service = find_service(context, request.path_params["service"])
        endpoints.delete(
            context.workspace, service.id, find_endpoint(context, service, request.path_params["endpoint"]).name
        )

    await run_in_threadpool(delete)
    return Response(status_code=204)


async def _refresh(request: Request) -> Response:
    """Bring an endpoint to what the default one has; 304 where that changed nothing."""
    context = await _managed(request)
    overwrite = _flag("OverwriteResources", _mapping(await body(request, _LARGEST)).get("OverwriteResources"))

    def refresh() -> bool:
        service = find_service(context, request.path_params["service"])
        endpoint = find_endpoint(context, service, request.path_params["endpoint"])
        return publish.refresh(context.workspace, endpoint, bool(overwrite))

    return Response(status_code=204 if await run_in_threadpool(refresh) else 304)


async def _managed(request: Request) -> Context:
    """The context, for who bears a token of the workspace."""
    await workspace_auth(request, request.path_params["workspace"])
    return context_of(request)


def _service(context: Context, service: Service) -> dict[str, Any]:
    return _shapes.service(service, len(context.workspace.services.endpoints(service.id)), context.workspace.id)


def _endpoint(request: Request, service: Service, endpoint: Endpoint, *, by_key: bool = False) -> dict[str, Any]:
    """An endpoint with its keys; who came with one of them is not told the other, so that either can be taken away."""
    context = context_of(request)
    subject = subject_of(context, service, endpoint, base_url(request))
    keys = context.workspace.services.keys(endpoint.id)
    if by_key:
        given = credentials(request)
        keys = keys[0] if keys[0] in given else "", keys[1] if keys[1] in given else ""
    return _shapes.endpoint(
        subject, endpoint, service.experiment, keys, lambda digest, name: file_link(request, digest, name)
    )


def _json(told: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(told), status, {"cache-control": "no-store"}, "application/json; charset=utf-8")


def _mapping(data: bytes) -> Mapping[str, Any]:
    """A body of JSON, of whatever content type; nothing counts as nothing to say. Raises HttpError 400."""
    if not data.strip():
        return {}
    try:
        given = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _wrong("body", f"The body is no JSON: {error}") from error
    if not isinstance(given, dict):
        raise _wrong("body", "The body has to be a JSON object.")
    return given


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a client sets of an endpoint; null leaves a setting as it is."""
    told = {ours: given[name] for name, ours in _FIELDS.items() if given.get(name) is not None}
    return told | {_FIELDS[name]: _flag(name, given[name]) for name in _FLAGS if given.get(name) is not None}


def _flag(name: str, value: Any) -> bool | None:
    """True or false, which clients write as text too (clients.md 4)."""
    if value is None or isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    if word not in _WORDS:
        raise _wrong(name, f"{name} is true or false.")
    return _WORDS[word]


def _wrong(target: str, message: str) -> HttpError:
    return HttpError(400, message=message, details=(Detail("RequestBodyInvalid", target, message),))
