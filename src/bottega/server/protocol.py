"""HTTP as this server speaks it: uvicorn's protocol, with bounds on slow and on large heads of requests."""

from __future__ import annotations

import asyncio
import secrets
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

import httptools
import msgspec
from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.flow_control import service_unavailable
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bottega.server.errors import Detail, HttpError, answer

LARGEST_HEAD = 64 << 10
MOST_HEADERS = 200
HEAD_SECONDS = 15.0
_STALL_SECONDS = 60.0  # that a client may leave an answer unread
_LINGER_SECONDS = 10.0  # for the rest of a body that nobody wants
_FRAMING = (b"content-length", b"transfer-encoding")


class Protocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._in_head = True  # between two requests, or in the head of one
        self._begun = False  # in the head of one
        self._again = False  # in the head that a parser is given anew
        self._head = 0  # bytes since the last head was complete
        self._size = 0  # of the parts of this head
        self._status = HTTPStatus.BAD_REQUEST
        self._deadline: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client may be slow to begin, but not for ever."""
        super().connection_made(transport)
        self._arm(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave no timer behind."""
        self._disarm()
        self._resume()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes before a head is complete, for the parser holds an unfinished header itself."""
        if self._in_head:
            self._head += len(data)
            if self._deadline is None and self._is_idle:
                self._arm(HEAD_SECONDS)
            if self._head > 2 * LARGEST_HEAD + len(data):
                self._status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                self.send_400_response("The head of the request is too large.")
                return
        self._unset_keepalive_if_required()
        try:
            while data:
                data = self._parsed(data)
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")

    def _parsed(self, data: bytes) -> bytes:
        """Parse; what is left where a client asks for another protocol, as Java's does with each first request.

        It need not get one. But the parser takes the request to end with its head then, so another goes on with the body.
        """
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self.parser.get_method() == b"CONNECT":
                return b""
            framing = b"".join(b"%b: %b\r\n" % header for header in self.headers if header[0] in _FRAMING)
            self.parser, self._again = httptools.HttpRequestParser(self), True
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
            self.parser.feed_data(b"POST / HTTP/1.1\r\n" + framing + b"\r\n")
            return data[upgrade.args[0] :]
        return b""

    def on_message_begin(self) -> None:
        """A new request."""
        if self._again:
            return
        super().on_message_begin()
        self._in_head, self._begun, self._size = True, True, 0

    def on_url(self, url: bytes) -> None:
        """A piece of its address."""
        if self._again:
            return
        self._take(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One of its headers."""
        if self._again:
            return
        self._take(len(name) + len(value) + 4)
        if len(self.headers) >= MOST_HEADERS:
            self._refuse_head()
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Its head is whole."""
        if self._again:
            self._again = False
            return
        self._in_head, self._begun, self._head = False, False, 0
        self._disarm()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of it is here; the next bytes are those of another."""
        if self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT":
            return  # its head alone: see `_parsed`
        super().on_message_complete()
        self._in_head, self._head = True, 0
        self._disarm()

    def on_response_complete(self) -> None:
        """An answer that came before its request was complete does not keep the connection for long."""
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if not self._in_head:
            self._arm(_LINGER_SECONDS)
        elif self._begun and self._is_idle:
            self._arm(HEAD_SECONDS)

    def pause_writing(self) -> None:
        """The client does not read as fast as we write."""
        super().pause_writing()
        self._stall = self.loop.call_later(_STALL_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        self._resume()

    def send_400_response(self, msg: str) -> None:
        """The answer to what is no request that we can read, in the form of all our errors."""
        if self.transport.is_closing():
            return
        self._disarm()
        status = self._status
        code = {400: "BadRequest", 408: "RequestTimeout", 431: "RequestHeadersTooLarge"}[status]
        detail = {"code": code, "target": "", "message": msg}
        body = msgspec.json.encode({"error": {"code": code, "message": msg, "details": [detail]}})
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ndate: {formatdate(usegmt=True)}\r\n"
            f"x-ms-request-id: {secrets.token_hex(16)}\r\ncontent-type: application/json; charset=utf-8\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

    @property
    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        # uvicorn's own answer is plain text without an id, which clients that read JSON break on.
        meant: Any = _busy if app is service_unavailable else app
        super()._start_asgi_task(cycle, meant)

    def _take(self, size: int) -> None:
        self._size += size
        if self._size > LARGEST_HEAD:
            self._refuse_head()

    def _refuse_head(self) -> None:
        self._status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        raise ValueError("the head of the request is too large")

    def _arm(self, seconds: float) -> None:
        self._disarm()
        self._deadline = self.loop.call_later(seconds, self._late)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        self._deadline = None
        if self._begun and self._is_idle:
            self._status = HTTPStatus.REQUEST_TIMEOUT
            self.send_400_response("The head of the request came too slowly.")
        else:
            self.transport.close()

    def _resume(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None


async def _busy(scope: Scope, receive: Receive, send: Send) -> None:
    """The answer where there are as many connections as there may be, in the form of all our errors."""
    message = "The server has as many connections as it takes; try again later."
    headers = {"retry-after": "1", "connection": "close", "x-ms-request-id": secrets.token_hex(16)}
    error = HttpError(503, message=message, details=(Detail("NoMoreResources", "", message),), headers=headers)
    await answer(Request(scope), error)(scope, receive, send)
