"""A stopped script, moved by whoever holds the debugger, can do no more than any script; its words are only handed on."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bottega.sandbox.host.debug import Debugger, DebugPool, Kind
from bottega.sandbox.host.debug_relay import Relay
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.folders import home
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.task import Task
from tests.attack.conftest import SECRET
from tests.conftest import PRELOAD
from tests.sandbox.dap import SECONDS, Client
from tests.sandbox.debugged import CONFIGURATION, PATH, Debugged, Terminal, debugging
from tests.sandbox.helpers import LIMITS

_SCRIPT = "import os, socket, sys\ndef azureml_main():\n    here = 1\n    return None\n"
_REFUSED = ("PermissionError", "Operation not permitted", "OSError")


@contextmanager
def _stopped(environment: Environment) -> Iterator[tuple[Debugged, Relay, Client, int]]:
    """A script that an editor holds at its third line, by a port of the host's; its frame."""
    with debugging(environment, _SCRIPT, Kind.DAP) as debugged:
        relay = Relay(debugged.debugger, "127.0.0.1", 0)
        try:
            with Client(socket.create_connection((relay.host, relay.port), SECONDS)) as client:
                client.attach(CONFIGURATION, PATH, 3)
                _, _, frames = client.stop()
                yield debugged, relay, client, frames[0]["id"]
        finally:
            debugged.debugger.end()
            relay.close()


def test_nothing_outside_is_reached(environment: Environment, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    secret.chmod(0o644)
    with socket.create_server(("127.0.0.1", 0)) as other, _stopped(environment) as (_, relay, client, frame):
        other.settimeout(0)
        places = [("127.0.0.1", relay.port), other.getsockname(), ("8.8.8.8", 53)]
        for place in places:
            told = client.evaluate(f"socket.create_connection({place!r}, 2)", frame)
            assert any(word in told for word in _REFUSED), told
        for kind in (
            "AF_INET, socket.SOCK_DGRAM",
            "AF_INET, socket.SOCK_STREAM",
            "AF_UNIX, socket.SOCK_STREAM",
            "AF_NETLINK, 3",
        ):
            assert any(word in client.evaluate(f"socket.socket(socket.{kind})", frame) for word in _REFUSED), kind
        with pytest.raises(BlockingIOError):
            other.accept()
        for path in (secret, Path("/etc/shadow"), Path(__file__), home() / "cache" / "jail.json"):
            assert "Error" in client.evaluate(f"open({str(path)!r}).read()", frame), path
        assert SECRET not in client.evaluate("dict(os.environ)", frame)
        assert client.evaluate("[each for each in os.listdir('/proc') if each.isdigit()]", frame) == "['1']"
        assert client.evaluate("6 * 7", frame) == "42"  # and the debugger itself still answers


def test_the_debuggers_own_folder_cannot_be_changed(environment: Environment) -> None:
    with _stopped(environment) as (_, _, client, frame):
        folder = client.evaluate("os.path.dirname(sys.modules['debugpy'].__file__)", frame).strip("'")
        for attack in (
            f"open({folder!r} + '/__init__.py', 'a')", f"os.remove({folder!r} + '/__init__.py')",
            f"os.rename({folder!r}, '/job/work/gone')", f"os.chmod({folder!r}, 0o777)",
        ):  # fmt: skip
            told = client.evaluate(attack, frame)
            assert "Error" in told, (attack, told)
        assert not os.access(Path(folder).parent / "new", os.F_OK)


def test_it_holds_no_descriptor_but_its_own(environment: Environment) -> None:
    with _stopped(environment) as (_, _, client, frame):
        links = "[os.readlink(each) for each in __import__('glob').glob('/proc/self/fd/*') if os.path.lexists(each)]"
        told = client.evaluate(links, frame)
        assert "socket:" in told
        for word in ("/root", "/home", "/etc", "/work", ".db"):
            assert word not in told, told


_FLOODS = {
    "nonsense": b"\x00\xff" * 500_000,
    "heads without bodies": b"Content-Length: 99999999999\r\n\r\n" * 1000,
    "a negative length": b"Content-Length: -1\r\n\r\n",
    "deep": b"Content-Length: 200000\r\n\r\n" + b"[" * 200_000,
}


@pytest.mark.parametrize("said", _FLOODS.values(), ids=_FLOODS)
def test_what_a_script_says_in_the_debuggers_place_is_the_clients_to_read(
    environment: Environment, said: bytes
) -> None:
    """The host parses nothing of it: it arrives as it is, and the script's run ends as any other."""
    text = f"""
        import os, socket
        def azureml_main():
            for number in os.listdir("/proc/self/fd"):
                try:
                    link = socket.socket(fileno=os.dup(int(number)))
                    if link.type == socket.SOCK_STREAM:
                        link.sendall({said[:20]!r} * 1000)
                        link.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            os._exit(3)
    """
    with debugging(environment, text, Kind.TERMINAL) as debugged:
        relay = Relay(debugged.debugger, "127.0.0.1", 0)
        with socket.create_connection((relay.host, relay.port), SECONDS) as client:
            client.sendall(b"Content-Length: 2\r\n\r\n{}")
            while client.recv(1 << 16):
                pass
        failure = debugged.outcome.failure
        relay.close()
        assert failure is not None
        assert failure.type == "Exit"


def test_a_client_that_floods_the_jail_is_held_up_by_it(environment: Environment) -> None:
    """Nothing is heaped up on the host: what the script does not take stays with its sender."""
    with debugging(environment, "import time\ndef azureml_main():\n    time.sleep(600)\n", Kind.TERMINAL) as debugged:
        relay = Relay(debugged.debugger, "127.0.0.1", 0)
        with socket.create_connection((relay.host, relay.port), SECONDS) as client:
            client.setblocking(False)
            sent, stuck = 0, 0
            beginning = b"Content-Length: 9\r\n\r\n"
            while stuck < 50:
                try:
                    sent += client.send(beginning if not sent else b"x" * 65536)
                    stuck = 0
                except BlockingIOError:
                    stuck += 1
                    relay._over.wait(0.01)
                assert sent < 64 << 20
        debugged.debugger.end()
        assert debugged.outcome.failure is not None
        relay.close()


def test_a_script_that_lies_about_its_stops_gains_no_more_than_the_hour(environment: Environment) -> None:
    text = b"""
import os, socket, threading
def azureml_main():
    links = []
    for number in os.listdir("/proc/self/fd"):
        try:
            link = socket.socket(fileno=os.dup(int(number)))
            link.sendall(b"s")
            links.append(link)
        except OSError:
            pass
    while True:
        pass
"""
    task = Task(environment, "script.py", text, preload=PRELOAD, limits=LIMITS)
    with Debugger(Kind.TERMINAL, most_seconds=1.5) as debugger, DebugPool(debugger) as pool:
        outcome = pool.run(task)
    assert outcome.failure is not None
    assert outcome.failure.type in {"Timeout", "Broken"}


def test_the_weak_jail_is_no_weaker_under_pdb(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    with debugging(environment, _SCRIPT, Kind.TERMINAL, lines=(3,), layer=Layer.LANDLOCK) as debugged:
        terminal = Terminal(debugged.debugger)
        terminal.read()
        assert "Error" in terminal.ask(f"p open({str(tmp_path / 'secret')!r}).read()")
        assert "Error" in terminal.ask("p socket.create_connection(('127.0.0.1', 22), 2)")
        terminal.type("q")
        assert debugged.outcome.failure is not None
