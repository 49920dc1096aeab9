"""Who may do what: the workspace's two tokens, an endpoint's two keys (clients.md 0)."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from bottega.server.context import Context, context_of
from bottega.server.errors import Detail, HttpError
from bottega.server.keys import Pair
from bottega.server.keys import Pair
from bottega.server.keys import Pair
from bottega.server.keys import Pair
from bottega.server.keys import Pair
from bottega.server.keys import Pair
from bottega.server.keys import Pair
from bottega.server.logs import tell

_HEADER = "x-ms-metaanalytics-authorizationtoken"
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
