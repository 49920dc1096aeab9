"""A job reaches nobody: not over a network, not by a socket of the machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bottega.sandbox.host.layer import Layer
from tests.attack.ears import Ears

if TYPE_CHECKING:
    from tests.attack.conftest import Open
    from tests.attack.hostile import Jail


def _connects(family: str, address: str) -> str:
    return f"""
        link = socket.socket(socket.{family}, socket.SOCK_STREAM)
        link.settimeout(2)
        link.connect({address})
        return "connected"
    """


def _sends(family: str, address: str) -> str:
    return f"""
        link = socket.socket(socket.{family}, socket.SOCK_DGRAM)
        return link.sendto(b"hit", {address})
    """


def _pair_sends(kind: str, address: str) -> str:
    """A pair of local sockets is allowed; one of datagrams could send to any path."""
    return f"""
        ours, theirs = socket.socketpair(socket.AF_UNIX, {kind})
        return ours.sendto(b"hit", {address})
    """


_REACHING = {
    "tcp4": _connects("AF_INET", '(ADDRESS, PORTS["tcp4"])'),
    "tcp6": _connects("AF_INET6", '("::1", PORTS["tcp6"])'),
    "path stream": _connects("AF_UNIX", 'OUTSIDE + "/stream"'),
    "abstract stream": _connects("AF_UNIX", 'ABSTRACT + "-stream"'),
    "udp4": _sends("AF_INET", '(ADDRESS, PORTS["udp4"])'),
    "path datagram": _sends("AF_UNIX", 'OUTSIDE + "/datagram"'),
    "abstract datagram": _sends("AF_UNIX", 'ABSTRACT + "-datagram"'),
    "a pair to a path": _pair_sends("socket.SOCK_DGRAM", 'OUTSIDE + "/datagram"'),
    "a pair to an abstract name": _pair_sends("socket.SOCK_DGRAM", 'ABSTRACT + "-datagram"'),
    "a raw pair to a path": _pair_sends("3", 'OUTSIDE + "/datagram"'),
}
_FAMILIES = {
    "netlink": "socket.socket(16, socket.SOCK_RAW, 0)",
    "packets": "socket.socket(17, socket.SOCK_RAW, 0)",
    "raw": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "kernel crypto": "socket.socket(38, socket.SOCK_SEQPACKET, 0)",
    "virtual machine": "socket.socket(40, socket.SOCK_STREAM, 0)",
    "bluetooth": "socket.socket(31, socket.SOCK_RAW, 0)",
    "can": "socket.socket(29, socket.SOCK_RAW, 1)",
    "tipc": "socket.socket(30, socket.SOCK_SEQPACKET, 0)",
    "xdp": "socket.socket(44, socket.SOCK_RAW, 0)",
    "mptcp": "socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)",
    "a pair of another family": "call(53, 30, 5, 0, (ctypes.c_int * 2)())",
    "connect a pair": """
        ours, theirs = socket.socketpair()
        return ours.connect("/dev/log") or "connected"
    """,
    "bind a pair": """
        ours, theirs = socket.socketpair()
        return ours.bind("\\0attack") or "bound"
    """,
    "listen on the control socket": "call(50, 100, 5)",
    "accept on the control socket": "call(43, 100, 0, 0)",
    "a name server": 'socket.getaddrinfo("localhost", 80)',
    "own addresses": "socket.if_nameindex()",
    "a multiprocessing pipe of datagrams": "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
}
_CONTROLS = ("netlink", "raw", "a name server", "own addresses", "bind a pair", "a multiprocessing pipe of datagrams")


@pytest.fixture(scope="module")
def families(opened: Open) -> dict[Layer, dict[str, str]]:
    """What became of each kind of socket, by layer."""
    return {layer: opened(layer).answers(_FAMILIES) for layer in (Layer.NAMESPACES, Layer.LANDLOCK)}


def test_nobody_is_reached(jail: Jail, ears: Ears) -> None:
    """Listeners of the host on every kind of address hear nothing."""
    answers = jail.answers(_REACHING, ears.constants)
    assert [name for name, answer in answers.items() if not answer.startswith("blocked: ")] == []
    assert ears.heard() == set()


@pytest.mark.parametrize("layer", [Layer.NAMESPACES, Layer.LANDLOCK], ids=str)
@pytest.mark.parametrize("name", _FAMILIES)
def test_no_such_socket_can_be_made(families: dict[Layer, dict[str, str]], layer: Layer, name: str) -> None:
    """Not even made: a virtual machine's sockets, for one, have no namespace."""
    assert families[layer][name].startswith("blocked: ")


def test_without_a_jail_they_are_reached(bare: Jail, ears: Ears) -> None:
    """The control: all of them listen, and each way to reach them works."""
    wanted = {name: source for name, source in _REACHING.items() if name != "tcp6" or "tcp6" in ears.sockets}
    answers = bare.answers(wanted, ears.constants)
    assert [name for name, answer in answers.items() if not answer.startswith("open: ")] == []
    assert ears.heard() == ears.sockets.keys()


@pytest.mark.usefixtures("as_root")
def test_without_a_jail_such_sockets_can_be_made(bare: Jail) -> None:
    """The control."""
    answers = bare.answers({name: _FAMILIES[name] for name in _CONTROLS})
    assert [name for name, answer in answers.items() if not answer.startswith("open: ")] == []


def test_pairs_for_ones_own_processes_work(jail: Jail) -> None:
    """What multiprocessing and asyncio are made of is not taken away."""
    source = """
        ours, theirs = socket.socketpair()
        ours.send(b"x")
        return theirs.recv(1)
    """
    assert jail.answers({"pair": source}) == {"pair": "open: b'x'"}


def test_descriptors_cannot_be_stolen_from_the_host(jail: Jail) -> None:
    """The control socket's other end is the host's alone."""
    stolen = {
        "by number": f"call(438, call(434, {os.getpid()}, 0), 0, 0)",
        "of the parent": "call(438, call(434, max(1, os.getppid()), 0), 0, 0)",
    }
    answers = jail.answers(stolen)
    assert [name for name, answer in answers.items() if not answer.startswith("blocked: ")] == []
