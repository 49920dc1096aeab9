"""What the host hands on: bytes, ends, refusals, and no more than its bounds."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from bottega.sandbox.host import addresses, forwarder
from bottega.sandbox.host.forwarder import Bounds, Forwarder, Gate
from bottega.sandbox.host.network import Network
from tests.sandbox.sites import SECONDS, Serve, Site


def _echo(link: socket.socket) -> None:
    while data := link.recv(1 << 16):
        link.sendall(data)


def _silent(link: socket.socket) -> None:
    while link.recv(1 << 16):
        pass


@dataclass
class Way:
    """A gate without a jail: its listeners are the host's own."""

    gate: Gate
    places: list[tuple[str, int]]

    def connect(self, door: int = 0) -> socket.socket:
        return socket.create_connection(self.places[door], SECONDS)

    def ask(self, data: bytes, door: int = 0) -> bytes:
        """Send all, end, and read all."""
        with self.connect(door) as link:
            link.sendall(data)
            link.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: link.recv(1 << 16), b""))

    def is_cut(self, data: bytes, door: int = 0) -> bool:
        """Whether the connection is reset, whichever call is the first to meet that."""
        try:
            self.ask(data, door)
        except OSError as error:
            return error.errno in (errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN)
        return False


Open = Callable[..., Way]


@pytest.fixture
def way() -> Iterator[Open]:
    """Opens gates; they and their thread end with the test."""
    with contextlib.ExitStack() as stack:

        def opened(*sites: Site | str, bounds: Bounds | None = None) -> Way:
            own = Forwarder(bounds)
            stack.callback(own.close)
            doors = [each if isinstance(each, str) else f"h{number}.example:80" for number, each in enumerate(sites)]
            mapped = {
                door: f"127.0.0.1:{site.port}"
                for door, site in zip(doors, sites, strict=True)
                if isinstance(site, Site)
            }
            network = Network.of(doors, mapped)
            listeners = [socket.create_server(("127.0.0.1", 0), backlog=16) for _ in network.doors]
            return Way(own.open(network, listeners), [each.getsockname() for each in listeners])

        yield opened


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_bytes_go_both_ways_whole(way: Open, serve: Serve) -> None:
    data = os.urandom(3 << 20)
    assert way(serve(_echo)).ask(data) == data


def test_each_door_has_its_own_place(way: Open, serve: Serve) -> None:
    opened = way(serve(lambda link: link.sendall(b"first")), serve(lambda link: link.sendall(b"second")))
    assert (opened.ask(b"", 0), opened.ask(b"", 1)) == (b"first", b"second")


def test_the_end_of_one_side_is_passed_on(way: Open, serve: Serve) -> None:
    """A client that has sent all still gets the answer, and one that is answered in full sees the end."""

    def count(link: socket.socket) -> None:
        length = 0
        while data := link.recv(100):
            length += len(data)
        link.sendall(b"%d" % length)

    assert way(serve(count)).ask(b"x" * 1000) == b"1000"


def test_nobody_there_is_a_reset_and_a_note(way: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        gone = Site(closed, _echo)
        port = gone.port
    opened = way(Site(_Port(port), _echo))
    mark = opened.gate.mark()
    assert opened.is_cut(b"x")
    assert opened.gate.since(mark) == ("h0.example:80 was not reached: Connection refused",)
    assert opened.gate.since(opened.gate.mark()) == ()


def test_a_reset_is_passed_on(way: Open, serve: Serve) -> None:
    assert way(serve(forwarder._reset)).is_cut(b"")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("169.254.169.254", "private or a metadata address"),
        ("127.0.0.1", "private or a metadata address"),
        ("::1", "private or a metadata address"),
        ("168.63.129.16", "private or a metadata address"),
        ("10.0.0.1", "private or a metadata address"),
    ],
)
def test_a_name_that_leads_inside_is_refused(
    way: Open, monkeypatch: pytest.MonkeyPatch, address: str, why: str
) -> None:
    """Also where another of its addresses is public."""
    _resolve(monkeypatch, ["8.8.8.8", address])
    opened = way("a.example:80")
    assert opened.is_cut(b"x")
    assert opened.gate.since(0) == (f"a.example:80 was not reached: its address {address} is {why}",)


def test_the_machines_public_address_is_refused(way: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch, ["8.8.8.8"])
    monkeypatch.setattr(addresses, "is_own", lambda address: address == "8.8.8.8")
    opened = way("a.example:80")
    assert opened.is_cut(b"x")
    assert opened.gate.since(0) == ("a.example:80 was not reached: its address 8.8.8.8 is this machine's own",)


def test_the_address_that_was_checked_is_used(way: Open, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that turns private after the check leads where it was."""
    site = serve(lambda link: link.sendall(b"checked"))
    asked = _resolve(monkeypatch, ["127.0.0.1"], ["127.0.0.2"], port=site.port)
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(addresses, "is_own", lambda _: False)
    opened = way(f"a.example:{site.port}")
    assert opened.ask(b"") == b"checked"
    assert asked == ["a.example"]
    assert opened.is_cut(b"")


def test_a_name_that_nobody_knows(way: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch)
    opened = way("a.example:80")
    assert opened.is_cut(b"x")
    assert opened.gate.since(0) == ("a.example:80 was not reached: its name is not known (Name or service not known)",)


def test_the_second_address_is_tried(way: Open, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    site = serve(lambda link: link.sendall(b"second"))
    _resolve(monkeypatch, ["127.0.0.2", "127.0.0.1"], port=site.port)
    monkeypatch.setattr(addresses, "is_public", lambda _: True)
    monkeypatch.setattr(addresses, "is_own", lambda _: False)
    assert way(f"a.example:{site.port}").ask(b"") == b"second"


def test_so_many_at_once(way: Open, serve: Serve) -> None:
    """Others wait until there is room, and are then served."""
    site = serve(_echo)
    opened = way(site, bounds=Bounds(connections=3))
    with contextlib.ExitStack() as held:
        links = [held.enter_context(opened.connect()) for _ in range(8)]
        for link in links:
            link.sendall(b"x")
        for link in links[:3]:
            assert link.recv(1) == b"x"
        links[3].settimeout(0.3)
        with pytest.raises(TimeoutError):
            links[3].recv(1)
        assert site.taken == 3
        links[3].settimeout(SECONDS)
        for link in links[:3]:
            link.close()
        for link in links[3:6]:
            assert link.recv(1) == b"x"
        assert site.taken <= 6


def test_who_says_nothing_is_ended(way: Open, serve: Serve) -> None:
    opened = way(serve(_silent), bounds=Bounds(idle_seconds=0.3))
    with opened.connect() as link, pytest.raises(ConnectionResetError):
        link.recv(1)


def test_who_is_gone_makes_room_sooner(way: Open, serve: Serve) -> None:
    """The other side, which goes on for ever and says nothing, does not keep the place."""
    ended = threading.Event()

    def wait(link: socket.socket) -> None:
        while link.recv(100):
            pass
        with contextlib.suppress(ConnectionResetError):
            link.recv(100)
        ended.wait(SECONDS)

    opened = way(serve(wait), serve(_echo), bounds=Bounds(connections=1, ended_seconds=0.2))
    opened.connect().close()
    assert opened.ask(b"next", 1) == b"next"
    ended.set()


def test_bytes_are_counted_over_all_connections(way: Open, serve: Serve) -> None:
    opened = way(serve(_echo), bounds=Bounds(bytes_an_hour=1 << 20))
    assert opened.ask(b"x" * 400_000) == b"x" * 400_000
    assert opened.is_cut(b"x" * 400_000)
    assert opened.is_cut(b"")
    assert any("more than 1 MiB were moved within an hour" in note for note in opened.gate.since(0))


def test_a_new_hour_begins(way: Open, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarder, "_HOUR", 0.2)
    opened = way(serve(_echo), bounds=Bounds(bytes_an_hour=1000))
    assert opened.is_cut(b"x" * 2000)
    time.sleep(0.3)
    assert opened.ask(b"x" * 100) == b"x" * 100


def test_its_end_ends_all(way: Open, serve: Serve) -> None:
    opened = way(serve(_echo))
    with opened.connect() as link:
        link.sendall(b"x")
        assert link.recv(1) == b"x"
        opened.gate.close()
        with contextlib.suppress(ConnectionResetError):
            assert link.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        opened.connect()
    opened.gate.close()  # again does nothing


def test_notes_are_bounded(way: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarder, "_MOST_NOTES", 2)
    _resolve(monkeypatch)
    opened = way(*[f"h{number}.example:80" for number in range(4)])
    for door in range(4):
        assert opened.is_cut(b"x", door)
    assert len(opened.gate.since(0)) == 2


def test_nothing_is_left_open(way: Open, serve: Serve) -> None:
    opened = way(serve(_echo))
    assert opened.ask(b"x") == b"x"
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(30):
        assert opened.ask(b"x") == b"x"
    _until(lambda: len(os.listdir("/proc/self/fd")) <= before)


class _Port(socket.socket):
    """A place where nobody listens."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._place = port
        self.close()

    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", self._place


def _resolve(monkeypatch: pytest.MonkeyPatch, *answers: list[str], port: int = 80) -> list[str]:
    """Let names lead there, one answer after the other; without any, nowhere. Returns the names asked for."""
    rest, asked, real = list(answers), [], socket.getaddrinfo

    def answer(host: str, *arguments: object, **options: object) -> object:
        if not host.endswith(".example"):
            return real(host, *arguments, **options)  # type: ignore[arg-type]
        asked.append(host)
        if not rest:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in rest.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked
