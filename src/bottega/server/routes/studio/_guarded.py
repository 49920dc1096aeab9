"""Routes of a workspace: a token, or for what is only looked at a signed address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bottega.server.auth import workspace_auth
from bottega.server.context import context_of

Handler = Callable[[Request], Awaitable[Response]]
ROOT = "/api/workspaces/{workspace}"


def guarded(path: str, handler: Handler, *methods: str, root: str = ROOT) -> Route:
    """A route below a workspace, for who has its token; GET unless told."""

    async def checked(request: Request) -> Response:
        await workspace_auth(request, request.path_params["workspace"])
        return await handler(request)

    return Route(f"{root}{path}", checked, methods=list(methods or ("GET",)), name=handler.__name__)


def viewed(path: str, handler: Handler) -> Route:
    """One that a signed address opens, too; GET alone."""

    async def checked(request: Request) -> Response:
        if query(request, "sig"):
            context_of(request).signer.check(request)
        else:
            await workspace_auth(request, request.path_params["workspace"])
        return await handler(request)

    return Route(f"{ROOT}{path}", checked, methods=["GET"], name=handler.__name__)


def query(request: Request, name: str, default: str = "") -> str:
    """A value of the query by its name in any capitals; without the slash that some clients leave at its end."""
    wanted = name.lower()
    found = next((value for key, value in request.query_params.multi_items() if key.lower() == wanted), default)
    return found.strip().rstrip("/")


def flag(request: Request, name: str) -> bool:
    """Whether the query says `true`."""
    return query(request, name).lower() in {"true", "1"}
