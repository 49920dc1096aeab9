"""The two tokens of the workspace, for who bears one of them; `workspace.py` makes others."""

from __future__ import annotations

from msgspec import Struct
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.server import api
from bottega.server.api import Told, operation
from bottega.server.context import context_of


class Tokens(Struct):
    """Both are valid."""

    primary: str
    secondary: str


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/workspace/tokens", tag="workspace")
def get_tokens(request: Request) -> Told[Tokens]:
    """The two tokens, to be copied into other clients."""
    tokens = context_of(request).workspace.tokens
    return Told(Tokens(tokens.primary, tokens.secondary), {"cache-control": "no-store"})
