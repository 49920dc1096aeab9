"""The host that hands on what jobs with an allowance send survives them, and lets go of all with them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.network import Network
from bottega.sandbox.host.pool import Pool
from tests.attack.hostile import PRELOAD, Jail, descriptors, main, wait_until
from tests.sandbox.sites import Serve

pytestmark = pytest.mark.slow  # many processes

if TYPE_CHECKING:
    from bottega.sandbox.host.environment import Environment


@pytest.mark.parametrize(
    "attack",
    [
        # As many as it may open, and nothing said on any of them.
        """
            held = []
            try:
                for _ in range(500):
                    link = socket.socket()
                    link.setblocking(False)
                    link.connect_ex(("127.77.0.1", 80))
                    held.append(link)
            except OSError:
                pass
            time.sleep(0.5)
        """,
        # Come and go at once, by resets.
        """
            for _ in range(150):
                link = socket.socket()
                link.setsockopt(1, 13, struct.pack("ii", 1, 0))
                link.settimeout(5)
                try:
                    link.connect(("a.example", 80))
                    link.send(b"x")
                except OSError:
                    pass
                link.close()
        """,
        # Send for ever and read nothing.
        """
            link = socket.create_connection(("a.example", 80), 1)
            try:
                for _ in range(1000):
                    link.send(b"x" * 65536)
            except OSError:
                pass
        """,
        # Halves, urgent data, and ends in every order.
        """
            for _ in range(50):
                link = socket.create_connection(("a.example", 80), 5)
                link.send(b"x", socket.MSG_OOB)
                link.shutdown(socket.SHUT_RD)
                link.shutdown(socket.SHUT_WR)
                link.close()
        """,
        # Nobody is there, again and again.
        """
            for _ in range(20):
                try:
                    socket.create_connection(("gone.example", 80), 5).recv(1)
                except OSError:
                    pass
        """,
    ],
    ids=["flood", "resets", "greed", "halves", "nobody"],
)  # fmt: skip
def test_the_host_survives(reaching: Jail, attack: str) -> None:
    """It has the connections that it takes at once, and lets all of them go with the job; the next is served."""
    assert reaching.asked() == "b'fine'\n"
    before = descriptors()
    most: list[int] = []
    source = main(attack)
    watching = threading.Event()

    def watch() -> None:
        while not watching.wait(0.02):
            most.append(descriptors())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with reaching.ended(source, wall_seconds=30) as outcome:
            assert outcome.failure is None, outcome.failure
            assert len(outcome.notes) < 5
    finally:
        watching.set()
        watcher.join()
    # Each connection has two, and the servers of this test, which are in this process, another.
    assert max(most, default=0) - before < 64 * 3 + 60
    assert wait_until(lambda: descriptors() <= before + 8, 10)


def test_its_end_is_the_end_of_its_connections(reaching: Jail, start: Serve) -> None:
    """Also for one that is killed in the middle."""
    seen: list[str] = []

    def note_end(link: socket.socket) -> None:
        seen.append("began")
        with contextlib.suppress(OSError):
            while link.recv(100):
                pass
        seen.append("ended")

    place = start(note_end)
    jail = Jail(
        reaching.pool, reaching.environment, reaching.layer,
        network=Network.of(["y.example:80"], {"y.example:80": f"127.0.0.1:{place.port}"}),
    )  # fmt: skip
    source = main("link = socket.create_connection(('y.example', 80), 10)\nlink.send(b'x')\ntime.sleep(60)")
    assert jail.failure(source, wall_seconds=3).type == "Timeout"
    assert wait_until(lambda: seen == ["began", "ended"]), seen


def test_a_killed_zygote_takes_its_way_out_along(environment: Environment, network: Network) -> None:
    """The next job has another one; nothing of the first is left open."""
    with Pool(layer=Layer.NAMESPACES, spares=0) as pool:
        jail = Jail(pool, environment, Layer.NAMESPACES, network=network)
        assert jail.asked() == "b'fine'\n"
        before, first = descriptors(), jail.zygote
        os.kill(first, signal.SIGKILL)
        assert wait_until(lambda: pool.ready(environment, PRELOAD, network).process_id != first)
        assert jail.asked() == "b'fine'\n"
        assert wait_until(lambda: descriptors() <= before)


def test_a_closed_pool_leaves_no_thread_and_nothing_open(environment: Environment, network: Network) -> None:
    """The thread that hands on ends with it."""

    def forwarders() -> int:
        return sum(thread.name == "forwarder" for thread in threading.enumerate())

    before, threads = descriptors(), forwarders()
    with Pool(layer=Layer.NAMESPACES, spares=1) as pool:
        jail = Jail(pool, environment, Layer.NAMESPACES, network=network)
        assert jail.asked() == "b'fine'\n"
        assert forwarders() == threads + 1
    assert forwarders() == threads
    assert wait_until(lambda: descriptors() <= before)
