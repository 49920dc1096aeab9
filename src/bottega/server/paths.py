"""Paths as clients write them and as routes know them (clients.md 0, rule 4)."""

from __future__ import annotations

import re
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

_SLASH = re.compile(r"%2[fF]")
_SLASHES = re.compile(r"/{2,}")


def tidy(path: str) -> str:
    """A decoded path with one slash between its parts and none at its end."""
    return _SLASHES.sub("/", path).rstrip("/") or "/"


def decoded(raw: bytes) -> str:
    """The path that routes see: decoded part by part, so that `%2F` stays within its part."""
    text = raw.decode("ascii", "replace")
    if "%" in text:
        text = unquote(_SLASH.sub("%252F", text))
    return tidy(text)


class TidyPaths:
    """Sets each request's path in order before it is routed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http":
            raw = scope.get("raw_path")
            scope["path"] = decoded(raw) if raw else tidy(scope["path"])  # in place: the edge asks later for the route
        await self._app(scope, receive, send)
