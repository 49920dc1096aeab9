"""`/v1/session`: the studio in a browser signs in and out."""

from __future__ import annotations

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bottega import __version__
from bottega.server import api, auth
from bottega.server.api import operation
from bottega.server.context import Context, context_of
from bottega.server.errors import HttpError
from bottega.server.sessions import COOKIE_SECONDS

_TAG = "session"


class SignIn(Struct, forbid_unknown_fields=True):
    """One of the two: a token of the workspace, or a code that `bottega open` gives."""

    token: str = ""
    code: str = ""


class SessionWorkspace(Struct):
    """The workspace that is being served; its name is that of its folder."""

    id: str
    name: str


class Session(Struct):
    """What a page is told of where it is."""

    workspace: SessionWorkspace
    version: str


def routes() -> list[BaseRoute]:
    """One path."""
    return [*api.routes(api.operations(globals()))]


@operation("POST", "/v1/session", tag=_TAG, status=204, is_public=True)
def sign_in(request: Request, body: SignIn) -> Response:
    """Open a session: the answer sets a cookie that counts like the token, for `/v1` and thirty days."""
    auth.refuse_foreign(request)
    context, address = context_of(request), auth.address_of(request)
    text = (body.token or body.code).strip()
    context.logins.check(address, text)
    cookie = context.sessions.by_token(text) if body.token else context.sessions.by_code(text)
    if cookie is None:
        context.logins.failed(address, text)
        raise HttpError(401, message=_WRONG_TOKEN if body.token else _WRONG_CODE)
    if body.token:
        context.logins.succeeded(address, text)
    return _answer(request, context, cookie, COOKIE_SECONDS)


@operation("GET", "/v1/session", tag=_TAG)
def get_session(request: Request) -> Session:
    """Where a session is; 401 where there is none."""
    workspace = context_of(request).workspace
    return Session(SessionWorkspace(workspace.id, workspace.folder.name), __version__)


@operation("DELETE", "/v1/session", tag=_TAG, status=204, is_public=True)
def sign_out(request: Request) -> Response:
    """End the session."""
    auth.refuse_foreign(request)
    context = context_of(request)
    if cookie := auth.cookie_of(request):
        context.sessions.end(cookie)
    return _answer(request, context, "", 0)


def _answer(request: Request, context: Context, cookie: str, seconds: int) -> Response:
    is_secure = request.url.scheme == "https" or (context.options.public_url or "").startswith("https:")
    answer = Response(status_code=204, headers={"cache-control": "no-store"})
    answer.set_cookie(
        auth.cookie_name(context), cookie, max_age=seconds, path="/v1", secure=is_secure, httponly=True, samesite="strict",
    )  # fmt: skip
    return answer


_WRONG_TOKEN = "This is no token of the workspace; `bottega workspace show` tells both."  # noqa: S105 - words about one
_WRONG_CODE = (
    "This code was used before, is older than ten minutes, or the server started anew; `bottega open` gives another."
)
