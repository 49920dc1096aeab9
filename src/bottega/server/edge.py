"""The outermost layer around every request: its id, its line in the log, its numbers, and the net under it all."""

from __future__ import annotations

import contextlib
import secrets
import time

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bottega.server import logs
from bottega.server.errors import answer
from bottega.server.metrics import Metrics

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_GONE = 499  # the client left before its answer; nginx's number for it
_UNKNOWN = "(none)"
_CALL = "/execute"
_SNIFF = (b"x-content-type-options", b"nosniff")
# Of a page that sets no policy of its own.
_PAGE = (
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)
# A picture may be opened as a page of its own, and then be one: it has its colours, and nothing runs in it.
_PICTURE = (
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"),
    *_PAGE[1:],
)
_POLICIES = {b"text/html": _PAGE, b"image/svg+xml": _PICTURE, b"application/xhtml+xml": _PAGE, b"text/xml": _PAGE}


class Edge:
    """Gives every answer an `x-ms-request-id`, and an answer to every request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        passing = _Passing(scope, send)
        self._metrics.running.inc()
        try:
            await self._guarded(passing, receive)
        finally:
            self._metrics.running.dec()
            self._tell(passing)

    async def _guarded(self, passing: _Passing, receive: Receive) -> None:
        scope = passing.scope
        try:
            await self._app(scope, receive, passing.send)
        except ClientDisconnect:
            passing.status = passing.status or _GONE
        except Exception as error:
            logs.LOG.exception("a request failed", request=passing.id, route=passing.route, **logs.told(scope))
            if passing.status:  # its begin is out; the client sees it break off
                raise
            with contextlib.suppress(ClientDisconnect):
                await answer(Request(scope), error)(scope, receive, passing.send)

    def _tell(self, passing: _Passing) -> None:
        scope, seconds = passing.scope, time.perf_counter() - passing.started
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        status = passing.status or _GONE
        self._metrics.answered(method, passing.route, status, seconds)
        if passing.route.endswith(_CALL) and (endpoint := logs.told(scope).get("endpoint")):
            self._metrics.called(endpoint, status, seconds)
        logs.LOG.info(
            "request", request=passing.id, method=method, route=passing.route, status=status,
            milliseconds=round(seconds * 1000, 2), **logs.told(scope),
        )  # fmt: skip


class _Passing:
    """One request on its way through."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.id = secrets.token_hex(16)
        self.started = time.perf_counter()
        self.status = 0
        scope["state"] = {**scope.get("state", {}), "request_id": self.id}
        self.scope = scope
        self._send = send
        self._header = (b"x-ms-request-id", self.id.encode())

    @property
    def route(self) -> str:
        """The template of the path, such as `/v1/runs/{run}`; never the path itself."""
        return str(getattr(self.scope.get("route"), "path", _UNKNOWN))

    async def send(self, message: Message) -> None:
        """Pass a message on, with the id and what keeps browsers careful."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", ()), self._header, _SNIFF]
            there = dict(headers)
            media = there.get(b"content-type", b"").partition(b";")[0].strip().lower()
            headers += [header for header in _POLICIES.get(media, ()) if header[0] not in there]
            message = {**message, "headers": headers}
        await self._send(message)
