"""Places in the network as settings name them: storage accounts, URLs, doors (host:port). Each tells what is wrong."""

from __future__ import annotations

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
# A name of the domain name system, as old as it may be: letters, digits, hyphens and underscores between dots.
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?", re.IGNORECASE)
_LONGEST = 253
_DOOR = re.compile(r"(\[[^\]]+\]|[^:\[\]]+):([1-9][0-9]{0,4})")
_LAST_PORT = 65535
_MOST_DOORS = 32
# The last part of what resolvers take for an address, in whatever spelling.
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)\.?", re.IGNORECASE)


def account_fault(name: str) -> str:
    """Of the name of a storage account."""
    return "" if _ACCOUNT.fullmatch(name) else "the name of a storage account is 3 to 24 lower-case letters and digits"


def url_fault(value: Any) -> str:
    """Of the URL of a storage account's blobs, which may hold no secret."""
    if not isinstance(value, str):
        return "its value is no URL"
    try:
        parts = urlsplit(value)
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known or not value.isprintable() or " " in value:
        return "its value is no URL that begins with http:// or https:// and a host"
    if parts.username or parts.password or parts.query or parts.fragment:
        return "its URL holds more than a host and a path; keys and signatures do not belong there"
    return ""


def door_fault(value: Any) -> str:
    """Of the name of a host, which is no address, and a port."""
    found = _split(value)
    if found is None or found[0].startswith("[") or _NUMBER.fullmatch(found[0].removesuffix(".").rpartition(".")[2]):
        return f"{value!r} is no host:port, an exact name and a port from 1 to {_LAST_PORT}"
    return ""


def doors_fault(value: Any) -> str:
    """Of a list of them."""
    if not isinstance(value, list):
        return "its value is no list of host:port"
    if len(value) > _MOST_DOORS:
        return f"at most {_MOST_DOORS} places can be reached, not {len(value)}"
    return next(filter(None, map(door_fault, value)), "")


def address_fault(value: Any) -> str:
    """Of a numeric address and a port."""
    found = _split(value)
    return "" if found and _is_address(found[0]) else f"{value!r} is no address:port"


def _split(value: Any) -> tuple[str, int] | None:
    match = _DOOR.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[2]) > _LAST_PORT:
        return None
    host = match[1]
    named = _is_address(host) if host.startswith("[") else len(host) <= _LONGEST and _HOST.fullmatch(host)
    return (host, int(match[2])) if named else None


def _is_address(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return (address.version == 6) is host.startswith("[")
