"""The line to a storage account: only to addresses that the workspace allows, and ended when its job is."""

from __future__ import annotations

import contextlib
import io
import socket
import ssl
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import requests
import urllib3
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from bottega.engine.reach import Outside, Stopped
from bottega.errors import BottegaError

CONNECT_SECONDS, SILENT_SECONDS = 20.0, 60.0
WORD = "x-ms-error-code"
_LOOK_SECONDS = 0.25


class Line:
    """One transfer's connections.

    outside  what may be reached; names are resolved once for each connection, and that address is checked and used
    stop     asked from a thread of its own, again and again; when it says so the transfer ends, whatever it waits for
    seconds  that the transfer may take in all
    kept     bytes of an answer that are kept beside downloads, such as a list; of others nothing is
    """

    def __init__(self, outside: Outside, stop: Callable[[], bool], seconds: float, kept: int = 0) -> None:
        self._outside = outside
        self._stop = stop
        self._seconds = seconds
        self._lock = threading.Lock()
        self._link: socket.socket | None = None
        self._why: Exception | None = None
        self.streamed: requests.Response | None = None  # the last that somebody reads, or leaves unread
        self._ended, self._over = threading.Event(), threading.Event()
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy, and no password out of a .netrc
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, _Adapter(self, kept))
        self.transport = _Transport(self)
        self._thread = threading.Thread(target=self._watch, name="transfer", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        if self.streamed is not None:
            self.streamed.close()
        self.session.close()
        self._end()  # a response may have it that nobody read to its end
        if self._link is not None:
            self._link.close()

    def check(self) -> None:
        """Raise why the transfer was ended, if it was: Stopped or `0072`."""
        if self._why is not None:
            raise self._why

    def sleep(self, seconds: float) -> None:
        """Wait, and raise as `check` does as soon as the transfer is ended."""
        self._ended.wait(seconds)
        self.check()

    def addresses(self, host: str, port: int) -> list[str]:
        """The addresses to connect to, the first that answers. Raises `0154`, `access-refused`, and as `check`."""
        self.check()
        return self._outside.addresses(host.strip("[]"), port)

    def watched(self, link: socket.socket) -> socket.socket:
        """A new connection, which `stop` ends from now on, whoever holds it then; the one before is done with."""
        with self._lock:
            if self._link is not None:
                self._link.close()
            self._link = link.dup()
        if self._why is not None:
            self._end()
        return link

    def _watch(self) -> None:
        end = time.monotonic() + self._seconds
        while not self._over.wait(_LOOK_SECONDS):
            if self._stop():
                self._why = Stopped()
            elif time.monotonic() > end:
                self._why = BottegaError("0072", resource="the storage", limit=f"{self._seconds:g} seconds")
            if self._why is not None:
                self._ended.set()
                self._end()
                return

    def _end(self) -> None:
        with self._lock, contextlib.suppress(OSError):
            if self._link is not None:
                self._link.shutdown(socket.SHUT_RDWR)


def reason(error: BaseException) -> str:
    """Why a line broke, in words that hold no address: those of the libraries may, with all that is in it."""
    cause = getattr(error, "inner_exception", None) or error
    if isinstance(cause, requests.exceptions.SSLError | urllib3.exceptions.SSLError):
        return "its certificate is not one that can be trusted"
    if isinstance(cause, requests.Timeout | urllib3.exceptions.TimeoutError):
        return f"it said nothing for {SILENT_SECONDS:g} seconds"
    if isinstance(cause, requests.HTTPError):
        return "it is too busy, or it failed"
    return "the connection to it cannot be made, or breaks"


class _Transport(RequestsTransport):  # type: ignore[misc] # the SDK finds it late, and mypy does not
    """The line as Azure's SDK uses it."""

    def __init__(self, line: Line) -> None:
        super().__init__(session=line.session, session_owner=False, use_env_settings=False)
        self._line = line

    def sleep(self, duration: float) -> None:
        self._line.sleep(duration)


class _Adapter(HTTPAdapter):
    """The line as `requests` uses it."""

    def __init__(self, line: Line, kept: int) -> None:
        self._pools = _pools(line)
        self._line = line
        self._kept = kept
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=ssl.create_default_context(), **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        stream = options.pop("stream", False)
        response = super().send(request, stream=True, **options)
        response.headers.pop("Location", None)  # nobody follows it; `requests` would look at it all the same
        if stream:
            self._line.streamed = response
        elif self._kept:
            _keep_body(response, self._kept)
        else:
            _drop_body(response)
        return response


def _keep_body(response: requests.Response, most: int) -> None:
    """Take the body in, if it is no longer than that."""
    try:
        body = response.raw.read(most + 1, decode_content=False)
    except urllib3.exceptions.HTTPError as error:
        raise requests.exceptions.ConnectionError(error) from error
    response.raw.close()
    if len(body) > most or "Content-Encoding" in response.headers:
        raise requests.exceptions.ConnectionError("an answer is too long, or packed")
    response.raw = urllib3.HTTPResponse(io.BytesIO(body), preload_content=False)


def _drop_body(response: requests.Response) -> None:
    """Leave nothing but the status and the storage's word for an error: no more of an answer is needed, nor trusted."""
    try:
        is_more = bool(response.raw.read(1, decode_content=False))
    except urllib3.exceptions.HTTPError as error:
        raise requests.exceptions.ConnectionError(error) from error
    if is_more:
        response.raw.close()
    word = response.headers.get(WORD)
    response.headers = CaseInsensitiveDict({WORD: word} if word else {})
    response.raw = urllib3.HTTPResponse(io.BytesIO(), preload_content=False)


def _pools(line: Line) -> dict[str, type]:
    """Connections that go where the line allows; TLS still checks the host's name."""

    def connect(connection: HTTPConnection, new: Callable[[], socket.socket]) -> socket.socket:
        name = connection._dns_host  # noqa: SLF001 - what it connects to; `host` follows it
        *others, last = line.addresses(name, connection.port or 0)
        try:
            for address in others:
                connection._dns_host = address  # noqa: SLF001
                with contextlib.suppress(urllib3.exceptions.HTTPError):
                    return line.watched(new())
            connection._dns_host = last  # noqa: SLF001
            return line.watched(new())
        finally:
            connection._dns_host = name  # noqa: SLF001

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self, super()._new_conn)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self, super()._new_conn)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
