"""Listeners of the host that everybody on this machine could reach: whether a job did."""

from __future__ import annotations

import contextlib
import secrets
import select
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Ears:
    """The sockets, and where they are as statements of a script."""

    sockets: dict[str, socket.socket]
    constants: str

    def heard(self) -> set[str]:
        """Those that somebody reached since last asked."""
        readable, _, _ = select.select(list(self.sockets.values()), [], [], 0.05)
        names = {name for name, each in self.sockets.items() if each in readable}
        for name in names:
            with contextlib.suppress(OSError):
                if self.sockets[name].type == socket.SOCK_STREAM:
                    self.sockets[name].accept()[0].close()
                else:
                    self.sockets[name].recv(100)
        return names


def _bound(family: int, kind: int, address: Any) -> socket.socket:
    bound = socket.socket(family, kind)
    bound.bind(address)
    if kind == socket.SOCK_STREAM:
        bound.listen(20)
    return bound


@contextlib.contextmanager
def listening(outside: Path) -> Iterator[Ears]:
    """Listeners of every kind, open to every user; the paths are in that folder."""
    abstract = f"\0attack-{secrets.token_hex(8)}"
    tcp, udp, unix = socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.AF_UNIX
    sockets = {
        "tcp4": _bound(socket.AF_INET, tcp, ("127.0.0.1", 0)),
        "udp4": _bound(socket.AF_INET, udp, ("127.0.0.1", 0)),
        "path stream": _bound(unix, tcp, str(outside / "stream")),
        "path datagram": _bound(unix, udp, str(outside / "datagram")),
        "abstract stream": _bound(unix, tcp, f"{abstract}-stream"),
        "abstract datagram": _bound(unix, udp, f"{abstract}-datagram"),
    }
    with contextlib.suppress(OSError):
        sockets["tcp6"] = _bound(socket.AF_INET6, tcp, ("::1", 0))
    for path in outside.iterdir():
        path.chmod(0o777)
    ports = {name: sockets[name].getsockname()[1] for name in ("tcp4", "udp4", "tcp6") if name in sockets}
    yield Ears(
        sockets, f"PORTS = {ports}\nOUTSIDE = {str(outside)!r}\nABSTRACT = {abstract!r}\nADDRESS = '127.0.0.1'\n"
    )
    for each in sockets.values():
        each.close()
