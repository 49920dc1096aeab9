"""Where a server listens, and what it may be without a word."""

from __future__ import annotations

import errno
import ipaddress
import socket
import ssl
from dataclasses import dataclass

from bottega.errors import BottegaError


@dataclass(frozen=True)
class Listening:
    """Where and how a server listens.

    certificate, key  files of TLS; both or none
    insecure          listening beyond this machine without TLS is meant
    connections       at once; more are turned away with 503
    grace             seconds that running requests have to finish when the server ends
    proxies           addresses of proxies whose word on the client's address counts
    """

    host: str = "127.0.0.1"
    port: int = 8080
    certificate: str | None = None
    key: str | None = None
    insecure: bool = False
    connections: int = 1000
    grace: int = 30
    proxies: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise `usage` for what may or can not be."""
        if (self.certificate is None) != (self.key is None):
            raise BottegaError("usage", reason="TLS needs both a certificate and a key")
        if self.certificate is not None:
            try:
                ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(self.certificate, self.key)
            except (OSError, ValueError) as error:
                reason = f"The TLS files {self.certificate} and {self.key} cannot be used: {_why(error)}"
                raise BottegaError("usage", reason=reason) from error
        elif not self.insecure and not _is_loopback(self.host):
            raise BottegaError(
                "usage", reason=f"{self.host} can be reached from other machines: give --tls-certificate and --tls-key, or "
                "--insecure-listen where a proxy in front speaks TLS",
            )  # fmt: skip

    def bind(self) -> socket.socket:
        """A socket at the address. Raises `usage` where that cannot be had."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
            bound = socket.socket(found[0][0], socket.SOCK_STREAM)
            try:
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                bound.bind(found[0][4])
            except BaseException:
                bound.close()
                raise
        except (OSError, OverflowError, UnicodeError) as error:
            reason = f"The address {self.host}, port {self.port}, cannot be listened at: {_why(error)}"
            raise BottegaError("usage", reason=reason) from error
        return bound

    def address(self, bound: socket.socket) -> str:
        """Host and port, as URLs have them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{bound.getsockname()[1]}"


def _why(error: Exception) -> str:
    """What the system says, without its number."""
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return "another program listens there. Say --port N for another one, --port 0 for any that is free"
    return getattr(error, "strerror", None) or str(error)


def _is_loopback(host: str) -> bool:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return True  # binding tells what is wrong with it
    return all(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]).is_loopback for entry in found)
