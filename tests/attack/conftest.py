"""Jails of both layers, and a process without any as the control."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.network import Network
from bottega.sandbox.host.pool import Pool
from tests.attack.ears import Ears, listening
from tests.attack.hostile import Jail
from tests.sandbox.sites import Serve, Site, serving

if TYPE_CHECKING:
    from bottega.sandbox.host.environment import Environment

# In this process's environment before any zygote starts: no job may ever see it.
SECRET = f"secret-{secrets.token_hex(8)}"
os.environ["BOTTEGA_ATTACK_SECRET"] = SECRET

Open = Callable[[Layer], Jail]
_ALLOWED = ("a.example:80", "b.example:8080", "gone.example:80")


@pytest.fixture(scope="session")
def opened(environment: Environment) -> Iterator[Open]:
    """Gives the jail of a layer, one pool each for all tests."""
    jails: dict[Layer, Jail] = {}
    with ExitStack() as stack:

        def jail(layer: Layer) -> Jail:
            if layer not in jails:
                pool = stack.enter_context(Pool(layer=layer, spares=1 if layer is not Layer.NONE else 0))
                jails[layer] = Jail(pool, environment, layer)
            return jails[layer]

        yield jail


@pytest.fixture(params=[Layer.NAMESPACES, Layer.LANDLOCK], ids=str)
def jail(request: pytest.FixtureRequest, opened: Open) -> Iterator[Jail]:
    """A jail of each layer; after the attack its zygote is the same and its next job runs."""
    yield from _guarded(opened(request.param))


@pytest.fixture
def full(opened: Open) -> Iterator[Jail]:
    """The jail of the full kind."""
    yield from _guarded(opened(Layer.NAMESPACES))


@pytest.fixture
def weak(opened: Open) -> Iterator[Jail]:
    """The jail of machines without namespaces."""
    yield from _guarded(opened(Layer.LANDLOCK))


@pytest.fixture
def bare(opened: Open) -> Jail:
    """No jail: where attacks succeed."""
    return opened(Layer.NONE)


def _guarded(jail: Jail) -> Iterator[Jail]:
    before = jail.zygote
    yield jail
    jail.assert_fine()
    assert jail.zygote == before


@pytest.fixture(scope="session")
def as_root() -> None:
    """Skips where the tests do not run as root."""
    if os.geteuid() != 0:
        pytest.skip("the host has to be root for this")


@pytest.fixture
def outside() -> Iterator[Path]:
    """A folder of the host that its permissions open to everyone, the jail's user included."""
    folder = Path(tempfile.mkdtemp(prefix="attack-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _echo(link: socket.socket) -> None:
    while data := link.recv(1 << 16):
        link.sendall(data)


@pytest.fixture(scope="module")
def start() -> Iterator[Serve]:
    """Starts servers on the host's loopback, where no job can reach them but by the host's hand."""
    with serving() as started:
        yield started


@pytest.fixture(scope="module")
def echo(start: Serve) -> Site:
    """Where `a.example:80` leads."""
    return start(_echo)


@pytest.fixture(scope="module")
def network(start: Serve, echo: Site) -> Network:
    """Two places that are there, and one that is not."""
    second = start(lambda link: link.sendall(b"second"))
    return Network.of(
        _ALLOWED, {"a.example:80": f"127.0.0.1:{echo.port}", "b.example:8080": f"127.0.0.1:{second.port}"}
    )


@pytest.fixture
def reaching(opened: Open, network: Network) -> Iterator[Jail]:
    """The jail with that allowance; after the attack its zygote is the same, its next job runs and reaches its place."""
    ordinary = opened(Layer.NAMESPACES)
    jail = Jail(ordinary.pool, ordinary.environment, ordinary.layer, network=network)
    before = jail.zygote
    yield jail
    jail.assert_fine()
    assert jail.asked() == "b'fine'\n"
    assert jail.zygote == before


@pytest.fixture
def ears(outside: Path) -> Iterator[Ears]:
    """Listeners of every kind, open to every user."""
    with listening(outside) as opened:
        yield opened
