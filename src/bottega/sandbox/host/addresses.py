"""Which numeric addresses are of the public network: those that a stranger's request may be sent to."""

from __future__ import annotations

import ipaddress
import socket

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Looks public and is not: Azure answers its own machines there, on metadata and keys among others.
_METADATA = ipaddress.ip_address("168.63.129.16")
# Addresses of IPv6 that stand for one of IPv4 in their last bytes.
_TRANSLATED = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))
# Inside of somebody's network, whatever Python's own list says: IETF protocols (a cloud has its metadata there),
# translation for one network alone, and site-local ones of old.
_WITHIN_NETWORKS = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "64:ff9b:1::/48", "fec0::/10")))


def is_public(address: str) -> bool:
    """Whether an address is nobody's private, loopback, link-local, multicast or metadata address."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    return all(_is_public(each) for each in (parsed, _within(parsed)) if each is not None)


def is_own(address: str) -> bool:
    """Whether an address is one of this machine's own, public or not: then traffic to it would come from it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))  # sends nothing
            source = str(probe.getsockname()[0])
    except OSError:
        return False  # nothing leads there, or this machine has nothing of the kind
    return ipaddress.ip_address(source.partition("%")[0]) == ipaddress.ip_address(address.partition("%")[0])


def _is_public(address: _Address) -> bool:
    if any(address in network for network in _WITHIN_NETWORKS):
        return False
    return address.is_global and not address.is_multicast and address != _METADATA


def _within(address: _Address) -> _Address | None:
    """The address of IPv4 that one of IPv6 stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if any(address in network for network in _TRANSLATED):
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour
