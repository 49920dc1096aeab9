"""The way out for modules that must reach the world: files, web addresses, storage, databases, within the workspace's rules."""

from __future__ import annotations

import contextlib
import http.client
import os
import select
import socket
import ssl
import threading
import urllib.parse
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottega import __version__
from bottega.errors import BottegaError
from bottega.sandbox.host.addresses import is_own, is_public

if TYPE_CHECKING:
    from bottega.engine.blobs import Blobs

_SECONDS = 60.0
_LARGEST = 2 << 30
_BLOCK = 1 << 20
_REDIRECTS = (301, 302, 303, 307, 308)


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """A transfer ended because what it was for was to end."""


@dataclass(frozen=True)
class Outside:
    """What the workspace allows.

    folder   relative paths of local files start here
    seconds  that fetching an address may take in all
    stop     a descriptor; when it becomes readable, fetching ends as canceled
    accounts where storage accounts lie that are not Azure's own, name to address; those may be private ones
    """

    folder: Path
    local_files: bool = False
    private_addresses: bool = False
    seconds: float = 3600.0
    stop: int | None = None
    accounts: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_stopped(self) -> bool:
        """Whether what it reaches for is to end."""
        if self.stop is None:
            return False
        poll = select.poll()
        poll.register(self.stop, select.POLLIN)
        return bool(poll.poll(0))

    def local_file(self, path: str) -> Path:
        """The local file, if the workspace allows them. Raises `access-refused`."""
        if not self.local_files:
            raise BottegaError(
                "access-refused", target=f"the local file {path}", reason="the workspace does not allow local files",
                advice="`bottega workspace allow local-files`; or use a dataset instead",
            )  # fmt: skip
        return self.folder / path

    def fetch(self, url: str, into: Path) -> None:
        """Fetch a web address into a file.

        A name is resolved once and that address is checked and used, so that it cannot
        turn private between the two. Raises `0029`, `0030`, `0072`, `0078`, `0154` or `access-refused`.
        """
        parts = _parts(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = self.addresses(parts.hostname or "", port)[0]
        wait = min(_SECONDS, self.seconds)
        connection = _Pinned(parts.hostname or "", port, address, secure=parts.scheme == "https", seconds=wait)
        watch = Watch(parts.hostname or "", connection.end, self.seconds, self.stop)
        try:
            path = _quoted(parts.path or "/") + (f"?{_quoted(parts.query)}" if parts.query else "")
            connection.request(
                "GET", path, headers={"User-Agent": f"bottega/{__version__}", "Accept-Encoding": "identity"}
            )
            with connection.getresponse() as response:
                self._save(url, response, into)
            watch.check()
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
            watch.check()  # what it ended breaks in many ways
            if isinstance(error, TimeoutError):
                raise BottegaError("0072", resource=parts.hostname, limit=f"{wait:g} seconds") from error
            raise BottegaError("0030", url=_shown(url), reason=str(error) or type(error).__name__) from error
        finally:
            watch.close()
            connection.close()

    def addresses(self, host: str, port: int) -> list[str]:
        """The numeric addresses of a host, at least one, all of which may be reached. Raises `0154` or `access-refused`."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise BottegaError("0154", name=host) from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            if not self.private_addresses and (not is_public(address) or is_own(address)):
                whose = "this machine's own" if is_public(address) else "private"
                raise BottegaError(
                    "access-refused", target=host, reason=f"its address {address} is {whose}, and the workspace does not allow those",
                    advice="`bottega workspace allow private-addresses`, where modules may read this machine's network",
                )  # fmt: skip
        return addresses

    def account_blobs(self, account: str, key: str, path: str) -> AbstractContextManager[Blobs]:
        """The blobs of a storage account that a path with wildcards means; see `blobs.account_blobs`."""
        from bottega.engine import blobs  # Azure's library is slow to load

        return blobs.account_blobs(self, account, key, path)

    def shared_blob(self, uri: str) -> AbstractContextManager[Blobs]:
        """The blob at an address that opens it by itself; see `blobs.shared_blob`."""
        from bottega.engine import blobs

        return blobs.shared_blob(self, uri)

    def database(self, url: str, *, user: str, password: str, writes: bool) -> AbstractContextManager[Any]:
        """A connection to a database, in one transaction; see `databases.opened`."""
        from bottega.engine import databases

        return databases.opened(self, url, user, password, writes=writes)

    def _save(self, url: str, response: http.client.HTTPResponse, into: Path) -> None:
        if response.status in _REDIRECTS:
            raise BottegaError("0078", url=_shown(url))
        if response.status != http.HTTPStatus.OK:
            raise BottegaError(
                "0030", url=_shown(url), reason=f"the server answered {response.status} {response.reason}"
            )
        taken = 0
        with into.open("wb") as file:
            while block := response.read1(_BLOCK):
                taken += len(block)
                if taken > _LARGEST:
                    raise BottegaError(
                        "input-too-large", input=_shown(url), size=f"more than {_LARGEST}", limit=_LARGEST
                    )
                file.write(block)


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, under the host's own name."""

    def __init__(self, host: str, port: int, address: str, *, secure: bool, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._pinned = address
        self.link: socket.socket | None = None  # stays when the answer takes over the socket
        self._secure = secure

    def connect(self) -> None:
        """Connect to the pinned address; TLS checks the host's name."""
        link = socket.create_connection((self._pinned, self.port), self.timeout)
        if self._secure:
            link = ssl.create_default_context().wrap_socket(link, server_hostname=self.host)
        self.sock = self.link = link

    def end(self) -> None:
        """Break the connection off, whoever waits for it."""
        if self.link is not None:
            with contextlib.suppress(OSError):
                self.link.shutdown(socket.SHUT_RDWR)


class Watch:
    """Ends a connection when its time is over or somebody wants it to end, whatever its reader waits for."""

    def __init__(self, resource: str, end: Callable[[], object], seconds: float, stop: int | None) -> None:
        self._resource = resource
        self._end = end
        self._seconds = seconds
        self._stop = stop
        self._over = os.eventfd(0, os.EFD_CLOEXEC)
        self._ended: BottegaError | None = None
        self._thread = threading.Thread(target=self._watch, name="watch", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        poll = select.poll()
        poll.register(self._over, select.POLLIN)
        if self._stop is not None:
            poll.register(self._stop, select.POLLIN)
        ready = dict(poll.poll(self._seconds * 1000))
        if self._over in ready:
            return
        late = BottegaError("0072", resource=self._resource, limit=f"{self._seconds:g} seconds")
        self._ended = BottegaError("canceled") if ready else late
        self._end()

    def check(self) -> None:
        """Raise why the connection was ended, if it was."""
        if self._ended is not None:
            raise self._ended

    def close(self) -> None:
        """Watch no more."""
        os.eventfd_write(self._over, 1)
        self._thread.join()
        os.close(self._over)


def _parts(url: str) -> urllib.parse.SplitResult:
    try:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            _ = parts.port  # looked at here, for one that is no number raises
            return parts
    except ValueError:
        pass
    raise BottegaError("0029", url=_shown(url))


def _quoted(part: str) -> str:
    """As a request takes it; what http.client refuses it would tell in full, with the secrets of a query."""
    return urllib.parse.quote(part, safe="/%:@!$&'()*+,;=~?")


def _shown(url: str) -> str:
    """An address without what may be secret in it: user, password and query."""
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname or ""
        return urllib.parse.urlunsplit(
            (parts.scheme, f"{host}:{parts.port}" if parts.port else host, parts.path, "", "")
        )[:200]
    except ValueError:
        return "(an address that cannot be read)"
