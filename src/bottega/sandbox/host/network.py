"""What a job may reach of the network: names and ports that the owner of a workspace allows, and nothing else.

A jail has no network. One with an allowance has a namespace of its own in which each
allowed name is a loopback address; who connects there is handed on by the host (see
`forwarder`). The namespace has no other way out, and nothing of the host's own is in it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bottega.errors import BottegaError

MOST = 32
_ENTRY = re.compile(r"([^:\s]+):([0-9]{1,5})")
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_LONGEST_NAME = 253
_LAST_PORT = 65535
_PREFIX = "127.77.0."


@dataclass(frozen=True)
class Door:
    """One way out: a name and a port, where the jail finds it, and where it leads if not where the name does.

    inside  the loopback address that stands for the name
    mapped  an address and a port of the administrator's choice
    """

    host: str
    port: int
    inside: str
    mapped: tuple[str, int] | None = None

    @property
    def name(self) -> str:
        """As settings have it."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Network:
    """An allowance; false where nothing is allowed, which is the ordinary jail.

    allowed    sorted "host:port" entries, without those that stand twice
    addresses  where some of them lie in truth: ("host:port", "address:port"), sorted
    """

    allowed: tuple[str, ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, allowed: Iterable[str], addresses: Mapping[str, str] | None = None) -> Network:
        """An allowance from settings. Raises `usage` for an entry that is none, and for too many.

        addresses  of these entries and of others, which are not looked at
        """
        entries = {_entry(each) for each in allowed}
        if len(entries) > MOST:
            raise BottegaError("usage", reason=f"Scripts may reach at most {MOST} places, not {len(entries)}")
        names = {f"{host}:{port}" for host, port in entries}
        mapped = {key.lower().replace(".:", ":"): value for key, value in (addresses or {}).items()}
        used = sorted((name, value) for name, value in mapped.items() if name in names)
        for _, value in used:
            _address(value)
        return cls(tuple(sorted(names)), tuple(used))

    def __bool__(self) -> bool:
        return bool(self.allowed)

    @property
    def doors(self) -> tuple[Door, ...]:
        """The ways out; all ports of a host have the same address inside."""
        entries = [_entry(each) for each in self.allowed]
        hosts = {host: f"{_PREFIX}{number}" for number, host in enumerate(sorted({host for host, _ in entries}), 1)}
        mapped = {name: _address(value) for name, value in self.addresses}
        return tuple(Door(host, port, hosts[host], mapped.get(f"{host}:{port}")) for host, port in entries)

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports in use."""
        return tuple(sorted({door.port for door in self.doors}))

    @property
    def hosts_file(self) -> bytes:
        """How the names are found inside."""
        lines = {f"{door.inside} {door.host}": None for door in self.doors}
        return "\n".join([*lines, "127.0.0.1 localhost bottega", ""]).encode("ascii")


NO_NETWORK = Network()


def _entry(text: object) -> tuple[str, int]:
    """The host, in lower case, and the port of "host:port"."""
    match = _ENTRY.fullmatch(text) if isinstance(text, str) else None
    host = match[1].lower().removesuffix(".") if match else ""
    if match is None or not _is_name(host) or not 1 <= int(match[2]) <= _LAST_PORT:
        reason = "an exact name and a port from 1 to 65535 are needed, as in account.blob.core.windows.net:443"
        raise BottegaError("usage", reason=f"What scripts may reach cannot be {str(text)[:300]!r}: {reason}")
    return host, int(match[2])


def _is_name(host: str) -> bool:
    """Whether it is a name: not an address in any spelling that resolvers take for one."""
    if len(host) > _LONGEST_NAME or not _NAME.fullmatch(host):
        return False
    last = host.rpartition(".")[2]
    return not (last.isdecimal() or re.fullmatch(r"0x[0-9a-f]*", last))


def _address(text: str) -> tuple[str, int]:
    """The parts of "address:port"."""
    address, _, port = text.rpartition(":") if isinstance(text, str) else ("", "", "")
    try:
        parsed = ipaddress.ip_address(address.removeprefix("[").removesuffix("]"))
    except ValueError:
        parsed = None
    if parsed is None or not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= _LAST_PORT:
        raise BottegaError("usage", reason=f"An address is mapped to {str(text)[:300]!r}, which is no address:port")
    return str(parsed), int(port)
