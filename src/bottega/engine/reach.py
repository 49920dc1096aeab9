"""The way out for modules that must reach the world: local files and web addresses, within the workspace's rules."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from bottega import __version__
from bottega.errors import BottegaError

_SECONDS = 60.0
_LARGEST = 2 << 30
_BLOCK = 1 << 20
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Outside:
    """What the workspace allows.

    folder  relative paths of local files start here
    """

    folder: Path
    local_files: bool = False
    private_addresses: bool = False

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
        address = self._address(parts.hostname or "", port)
        connection = _Pinned(parts.hostname or "", port, address, secure=parts.scheme == "https")
        try:
            path = urllib.parse.quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (
                f"?{parts.query}" if parts.query else ""
            )
            connection.request(
                "GET", path, headers={"User-Agent": f"bottega/{__version__}", "Accept-Encoding": "identity"}
            )
            with connection.getresponse() as response:
                self._save(url, response, into)
        except TimeoutError as error:
            raise BottegaError("0072", resource=parts.hostname, limit=f"{_SECONDS:g} seconds") from error
        except (OSError, http.client.HTTPException) as error:
            raise BottegaError("0030", url=_shown(url), reason=str(error) or type(error).__name__) from error
        finally:
            connection.close()

    def _address(self, host: str, port: int) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise BottegaError("0154", name=host) from error
        addresses = [str(entry[4][0]) for entry in found]
        for address in addresses:
            if not self.private_addresses and not _is_public(address):
                raise BottegaError(
                    "access-refused", target=host, reason=f"its address {address} is private, and the workspace does not allow those",
                    advice="`bottega workspace allow private-addresses`, where modules may read this machine's network",
                )  # fmt: skip
        return addresses[0]

    def _save(self, url: str, response: http.client.HTTPResponse, into: Path) -> None:
        if response.status in _REDIRECTS:
            raise BottegaError("0078", url=_shown(url))
        if response.status != http.HTTPStatus.OK:
            raise BottegaError(
                "0030", url=_shown(url), reason=f"the server answered {response.status} {response.reason}"
            )
        taken = 0
        with into.open("wb") as file:
            while block := response.read(_BLOCK):
                taken += len(block)
                if taken > _LARGEST:
                    raise BottegaError(
                        "input-too-large", input=_shown(url), size=f"more than {_LARGEST}", limit=_LARGEST
                    )
                file.write(block)


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, under the host's own name."""

    def __init__(self, host: str, port: int, address: str, *, secure: bool) -> None:
        super().__init__(host, port, timeout=_SECONDS)
        self._pinned = address
        self._secure = secure

    def connect(self) -> None:
        """Connect to the pinned address; TLS checks the host's name."""
        plain = socket.create_connection((self._pinned, self.port), self.timeout)
        self.sock = (
            ssl.create_default_context().wrap_socket(plain, server_hostname=self.host) if self._secure else plain
        )


def _parts(url: str) -> urllib.parse.SplitResult:
    try:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            _ = parts.port  # looked at here, for one that is no number raises
            return parts
    except ValueError:
        pass
    raise BottegaError("0029", url=_shown(url))


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


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return parsed.is_global and not parsed.is_multicast and (mapped is None or mapped.is_global)
