"""The pages around a web service and its API description (fact sheet 5.6, clients.md 3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bottega.server.auth import endpoint_auth
from bottega.server.context import base_url, context_of
from bottega.server.errors import missing
from bottega.server.pages import form, help, parts  # noqa: A004 - the help pages
from bottega.server.pages.subject import Subject
from bottega.server.routes import _found
from bottega.services import examples, swagger
from bottega.store.records import Endpoint

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
# Nothing but what this server itself has; the form speaks to this server alone.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_SAFE = {
    "content-security-policy": _POLICY, "referrer-policy": "no-referrer",
    "x-frame-options": "DENY", "cross-origin-opener-policy": "same-origin", "cache-control": "no-cache",
}  # fmt: skip
_FOR_GOOD = "public, max-age=31536000, immutable"  # their addresses have the digest of the content


def routes() -> list[BaseRoute]:
    """Pages need no key and show nothing that one is needed for; classic had them below `apihelp` too."""
    endpoint = "/workspaces/{workspace}/webservices/{service}/endpoints/{endpoint}"
    pages: dict[str, Callable[[Subject], str]] = {
        "score": help.score,
        "jobs": help.jobs,
        "update": help.update,
        "test": form.form,
    }
    found: list[BaseRoute] = [
        Route(f"{parts.STATIC}/{{name}}", _static),
        Route(f"/apihelp{endpoint}", overview),
        Route("/workspaces/{workspace}/services/{endpoint}/swagger.json", _called_document),
    ]
    for prefix in ("", "/apihelp"):
        found += [Route(f"{prefix}{endpoint}/{name}", _page(made)) for name, made in pages.items()]
        found += [Route(f"{prefix}{endpoint}/apidocument", _document), Route(f"{prefix}{endpoint}/samples", _samples)]
    return found


def wants_page(request: Request) -> bool:
    """Whether somebody looks with a browser."""
    return "text/html" in request.headers.get("accept", "")


async def overview(request: Request) -> Response:
    """The first page of an endpoint."""
    return await _page(help.overview)(request)


def _page(made: Callable[[Subject], str]) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        return whole(made(await _found.subject(request)))

    return show


def whole(text: str) -> Response:
    """A page that is nothing but itself."""
    return Response(text, headers=_SAFE, media_type="text/html; charset=utf-8")


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    try:
        content = parts.static(name)
    except KeyError as error:
        raise missing("file", name) from error
    return Response(content, headers={"cache-control": _FOR_GOOD}, media_type=_TYPES[name[name.rindex(".") :]])


async def _document(request: Request) -> Response:
    return _described(await _found.subject(request))


async def _called_document(request: Request) -> Response:
    """The same at the address that calls begin with."""
    context, base = _found.check_workspace(request), base_url(request)

    def find() -> Subject:
        endpoint = _found.find_called(context, request.path_params["endpoint"])
        return _found.subject_of(context, context.workspace.services.get(endpoint.service), endpoint, base)

    return _described(await run_in_threadpool(find))


def _described(subject: Subject) -> Response:
    address = urlsplit(subject.base)
    told = swagger.document(
        subject.program, host=address.netloc, scheme=address.scheme, prefix=address.path,
        workspace_id=subject.workspace_id, endpoint_id=subject.endpoint_id,
    )  # fmt: skip
    headers = {"cache-control": "no-cache", "access-control-allow-origin": "*"}  # for viewers in browsers; it is public
    return Response(msgspec.json.encode(told), headers=headers, media_type="application/json; charset=utf-8")


async def _samples(request: Request) -> Response:
    """Rows of real data for the form, for who has a key of the endpoint. Raises HttpError 401."""
    context = _found.check_workspace(request)

    def find() -> Endpoint:
        service = _found.find_service(context, request.path_params["service"])
        return _found.find_endpoint(context, service, request.path_params["endpoint"])

    endpoint = await run_in_threadpool(find)
    await endpoint_auth(request, endpoint)
    program = await run_in_threadpool(_found.program_of, context_of(request), endpoint)
    return Response(
        msgspec.json.encode(examples.request(program)),
        headers={"cache-control": "no-store"},
        media_type="application/json",
    )
