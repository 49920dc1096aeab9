"""Who may do what: the workspace's two tokens, sessions of the studio, an endpoint's two keys (clients.md 0)."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from bottega.server.context import Context, context_of
from bottega.server.errors import Detail, HttpError
from bottega.server.keys import Pair
from bottega.server.logs import tell

_HEADER = "x-ms-metaanalytics-authorizationtoken"
_OURS = "x-bottega-request"
_LONGEST = 512


class _Endpoint(Protocol):
    @property
    def id(self) -> str: ...


async def workspace_auth(request: Request, workspace_id: str | None = None) -> None:
    """Let a request on that bears a token of the workspace.

    Raises HttpError: 401; 429 for a client that fails too often; 404 where the path names another workspace.
    """
    context = context_of(request)
    tokens = context.workspace.tokens

    async def is_token(text: str) -> bool:
        return await run_in_threadpool(tokens.is_valid, text)

    await _check(request, context, "ManagementRequestUnauthorized", is_token)
    if workspace_id is not None and workspace_id.lower() != context.workspace.id:
        message = f"There is no workspace {workspace_id[:64]} on this server."
        raise HttpError(404, message=message, details=(Detail("WorkspaceNotFound", "workspace", message),))


async def native_auth(request: Request) -> None:
    """Let a request on to `/v1`: one that bears a token, or has a session and comes from a page of ours.

    Raises HttpError: 401, 403, 429.
    """
    cookie = cookie_of(request)
    if cookie and not credentials(request) and await run_in_threadpool(context_of(request).sessions.holds, cookie):
        refuse_foreign(request)
        return
    await workspace_auth(request)


def cookie_of(request: Request) -> str:
    """The session that a request tells of; empty where it tells of none."""
    return request.cookies.get(cookie_name(context_of(request)), "")


def cookie_name(context: Context) -> str:
    """One for each workspace: browsers give cookies to every port of a machine."""
    return f"bottega_session_{context.workspace.id[:8]}"


def refuse_foreign(request: Request) -> None:
    """Stop what a page of somebody else makes a browser do. Raises HttpError 403.

    Whatever changes something needs a header that no form and no link can send, and the browser's word that it
    comes from here. What only reads may also be typed, or come from a browser that says nothing.
    """
    reads = request.method in {"GET", "HEAD"}
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        is_ours = site == "same-origin" or (reads and site == "none")
    else:
        is_ours = origin in _origins(request) if origin is not None else reads
    if not is_ours or (not reads and request.headers.get(_OURS) != "1"):
        raise HttpError(403, message="The request does not come from a page of this server.")


def _origins(request: Request) -> set[str]:
    """This server's, as browsers tell it."""
    public = context_of(request).options.public_url
    here = {f"{scheme}://{request.headers.get('host', '')}" for scheme in ("http", "https")}
    return here if public is None else {*here, "/".join(public.split("/")[:3])}


async def endpoint_auth(request: Request, endpoint: _Endpoint, known: Pair | None = None) -> None:
    """Let a request on that bears a key of the endpoint; `known` if that was just asked. Raises HttpError: 401, 429."""
    context = context_of(request)

    async def is_key(text: str) -> bool:
        keys = known or context.keys.of(endpoint.id)
        if keys is None:
            keys = await run_in_threadpool(context.keys.read, endpoint.id)
        given = text.encode()
        return sum([hmac.compare_digest(given, key) for key in keys]) > 0  # both, whatever the first one gives

    await _check(request, context, "ScoreRequestUnauthorized", is_key)
    tell(request, endpoint=endpoint.id)


def credentials(request: Request) -> list[str]:
    """What a request bears, tolerant of case, of spaces and of a missing scheme."""
    found = [request.headers.get(_HEADER, "").strip()]
    for value in request.headers.getlist("authorization"):
        scheme, _, rest = value.strip().partition(" ")
        found.append(rest.strip() if scheme.lower() == "bearer" else value.strip())
    return [text for text in dict.fromkeys(found) if text and len(text) <= _LONGEST]


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


async def _check(request: Request, context: Context, code: str, is_right: Callable[[str], Awaitable[bool]]) -> None:
    address = address_of(request)
    for text in credentials(request):
        context.logins.check(address, text)
        if await is_right(text):
            context.logins.succeeded(address, text)
            return
        context.logins.failed(address, text)
    message = "The request has no authorization that holds here."
    raise HttpError(401, message=message, details=(Detail(code, "Authorization", message),))
