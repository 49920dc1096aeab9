"""Scripts that stop: at lines, at exceptions, when asked; at a terminal, and in an editor that speaks its protocol."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bottega.cli.debug_terminal import Plain
from bottega.engine import debugging as debugged_scripts
from bottega.engine import environment_of
from bottega.engine.request import ScriptRequest
from bottega.errors import BottegaError
from bottega.sandbox.host import debug, debug_relay
from bottega.sandbox.host.debug import Debugger, DebugPool, Kind
from bottega.sandbox.host.debug_relay import Relay
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.task import Failure, Task
from tests.conftest import PRELOAD
from tests.sandbox.dap import SECONDS, Client
from tests.sandbox.debugged import CONFIGURATION, PATH, Debugged, Terminal, debugging
from tests.sandbox.helpers import LIMITS, sealed

SCRIPT = """
    import pandas as pd
    def halve(frame, count):
        ages = frame["age"]
        return ages / 2 if count else ages["nope"]
    def azureml_main(people=None):
        print("begun")
        people = pd.DataFrame({"age": [31, 29], "name": ["ann", "cyd"]})
        people["half"] = halve(people, 1)
        halve(people, 0)
        return people,
"""
_STOP, _FAULT = 8, 4  # the lines of the first call, and of what goes wrong


@contextmanager
def _attached(environment: Environment, text: str = SCRIPT, **options: Any) -> Iterator[tuple[Debugged, Client]]:
    with debugging(environment, text, Kind.DAP, **options) as debugged, Client(debugged.debugger.line) as client:
        yield debugged, client


def test_an_editor_sees_the_columns_of_the_frame(environment: Environment) -> None:
    with _attached(environment) as (debugged, client):
        client.attach(CONFIGURATION, PATH, _STOP)
        reason, thread, frames = client.stop()
        assert (reason, frames[0]["name"], frames[0]["line"], frames[0]["source"]["path"]) == (
            "breakpoint", "azureml_main", _STOP, PATH,
        )  # fmt: skip
        _until(lambda: debugged.debugger.stopped)
        scopes = client.ask("scopes", frameId=frames[0]["id"])["scopes"]
        found = client.ask("variables", variablesReference=scopes[0]["variablesReference"])["variables"]
        assert ("people", "DataFrame") in [(each["name"], each["type"]) for each in found]
        assert client.evaluate("list(people.columns)", frames[0]["id"]) == "['age', 'name']"
        client.ask("next", threadId=thread)
        _, _, frames = client.stop()
        assert client.evaluate("list(people['half'])", frames[0]["id"]) == "[15.5, 14.5]"
        client.ask("continue", threadId=thread)
        reason, thread, frames = client.stop()
        assert (reason, frames[0]["name"], frames[0]["line"]) == ("exception", "halve", _FAULT)
        assert client.ask("exceptionInfo", threadId=thread)["exceptionId"].startswith("KeyError")
        client.ask("continue", threadId=thread)
        client.wait("terminated")
        outcome = debugged.outcome
        assert outcome.failure is not None
        assert (outcome.failure.type, outcome.failure.line) == ("KeyError", _FAULT)
        assert outcome.log == "begun\n"


def test_what_a_script_prints_is_shown_in_the_editor_too(environment: Environment) -> None:
    with _attached(environment, "def azureml_main():\n    print('seen')\n") as (debugged, client):
        client.attach(CONFIGURATION, PATH)
        shown = ""
        while "seen" not in shown:
            shown += client.wait("output")["output"]
        assert debugged.outcome.failure is None
        assert "".join(debugged.printed) == "seen\n"


def test_the_result_is_that_of_any_run(environment: Environment) -> None:
    with sealed({"a": [1, 2]}) as memory:
        text = "def azureml_main(frame):\n    frame['a'] += 1\n    return frame,\n"
        with _attached(environment, text, inputs={"dataset1": memory}) as (debugged, client):
            client.attach(CONFIGURATION, PATH, 2)
            _, thread, frames = client.stop()
            assert client.evaluate("frame['a'].sum()", frames[0]["id"]).endswith("3)")
            client.ask("continue", threadId=thread)
            outcome = debugged.outcome
            assert (outcome.failure, sorted(outcome.outputs)) == (None, ["result"])


def test_an_editor_that_lets_go_lets_the_script_go_on(environment: Environment) -> None:
    with _attached(environment) as (debugged, client):
        client.attach(CONFIGURATION, PATH, _STOP)
        client.stop()
        client.ask("disconnect", terminateDebuggee=False)
        failure = debugged.outcome.failure
        assert failure is not None
        assert failure.type == "KeyError"


def test_pdb_stops_at_lines_and_where_an_exception_leaves(environment: Environment) -> None:
    with debugging(environment, SCRIPT, Kind.TERMINAL, lines=(_STOP, 1, 999)) as debugged:
        terminal = Terminal(debugged.debugger)
        said = terminal.read()
        assert "Line 999 holds no code" in said
        assert "script.py(1)<module>()" in said
        assert f"script.py({_STOP})azureml_main()" in terminal.ask("c")
        _until(lambda: debugged.debugger.stopped)
        assert terminal.ask("p list(people.columns)") == "['age', 'name']"
        where = terminal.ask("w")
        assert "azureml_main()" in where
        assert "bottega_guest" not in where
        said = terminal.ask("c")
        assert "KeyError: 'nope'" in said
        assert f"script.py({_FAULT})halve()" in said
        assert terminal.ask("p count") == "0"
        assert "azureml_main()" in terminal.ask("up")
        terminal.type("q")
        failure = debugged.outcome.failure
        assert failure is not None
        assert (failure.type, failure.line) == ("KeyError", _FAULT)


def test_pdb_at_a_call_of_breakpoint_and_left(environment: Environment) -> None:
    text = "def azureml_main():\n    here = 7\n    breakpoint()\n    return None\n"
    with debugging(environment, text, Kind.TERMINAL) as debugged:
        terminal = Terminal(debugged.debugger)
        assert "azureml_main()" in terminal.read()
        assert terminal.ask("p here") == "7"
        terminal.type("q")
        failure = debugged.outcome.failure
        assert failure is not None
        assert (failure.code, failure.type) == ("0085", "DebuggerLeft")


def test_pdb_at_a_line_and_then_at_a_call_of_breakpoint(environment: Environment) -> None:
    text = "def azureml_main():\n    here = 7\n    breakpoint()\n    here = 8\n    return None\n"
    with debugging(environment, text, Kind.TERMINAL, lines=(2,)) as debugged:
        terminal = Terminal(debugged.debugger)
        assert "script.py(2)azureml_main()" in terminal.read()
        assert "script.py(3)azureml_main()" in terminal.ask("n")
        terminal.ask("n")  # into the call, and out again
        assert terminal.ask("p here") == "7"
        assert terminal.ask("up").endswith("Oldest frame")
        terminal.type("c")
        assert debugged.outcome.failure is None


@pytest.mark.parametrize("command", ["n", "s"])
def test_who_steps_past_the_end_sees_nothing_of_what_is_around(environment: Environment, command: str) -> None:
    text = "def azureml_main():\n    breakpoint()\n    return None\n"
    with debugging(environment, text, Kind.TERMINAL) as debugged:
        terminal = Terminal(debugged.debugger)
        said = terminal.read()
        while "--Return--" not in said:
            said = terminal.ask(command)
            assert "script.py(" in said
        terminal.type(command)
        assert debugged.outcome.failure is None


def test_pdb_where_the_terminal_ends(environment: Environment) -> None:
    with debugging(environment, SCRIPT, Kind.TERMINAL, lines=(_STOP,)) as debugged:
        Terminal(debugged.debugger).read()
        debugged.debugger.line.shutdown(socket.SHUT_WR)
        failure = debugged.outcome.failure
        assert failure is not None
        assert failure.type == "DebuggerLeft"


def test_a_script_that_goes_on_is_interrupted(environment: Environment) -> None:
    text = "def azureml_main():\n    count = 0\n    print('on')\n    while True:\n        count += 1\n"
    with debugging(environment, text, Kind.TERMINAL) as debugged:
        terminal = Terminal(debugged.debugger)
        _until(lambda: debugged.printed)
        debugged.debugger.interrupt()
        assert "azureml_main()" in terminal.read()
        assert int(terminal.ask("p count")) >= 0
        debugged.debugger.end()
        failure = debugged.outcome.failure
        assert failure is not None
        assert failure.code == "canceled"


@pytest.mark.parametrize("layer", [Layer.LANDLOCK, Layer.NONE])
def test_pdb_in_a_weaker_jail(environment: Environment, layer: Layer) -> None:
    with debugging(environment, SCRIPT, Kind.TERMINAL, lines=(_STOP,), layer=layer) as debugged:
        terminal = Terminal(debugged.debugger)
        assert "azureml_main()" in terminal.read()
        terminal.type("q")
        failure = debugged.outcome.failure
        assert failure is not None
        assert failure.type == "DebuggerLeft"


def test_an_editor_needs_the_full_jail(environment: Environment) -> None:
    task = Task(environment, "script.py", b"", preload=PRELOAD)
    pool = DebugPool(debugger := Debugger(Kind.DAP), layer=Layer.LANDLOCK)
    with debugger, pool, pytest.raises(BottegaError, match="namespaces"):
        pool.run(task)


def test_an_old_python_is_refused(environment: Environment) -> None:
    old = replace(environment, interpreter=replace(environment.interpreter, version="2.7.18"))
    with (
        Debugger(Kind.TERMINAL) as debugger,
        DebugPool(debugger) as pool,
        pytest.raises(BottegaError, match=r"2\.7\.18"),
    ):
        pool.run(Task(old, "script.py", b""))


class _Time:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


def test_time_in_which_it_is_stopped_does_not_count(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = _Time()
    monkeypatch.setattr(debug, "time", clock)
    with debugging(environment, SCRIPT, Kind.TERMINAL, lines=(_STOP,)) as debugged:
        terminal = Terminal(debugged.debugger)
        terminal.read()
        _until(lambda: debugged.debugger.stopped)
        clock.ahead = 10 * LIMITS.wall_seconds
        assert "KeyError" in terminal.ask("c")
        terminal.type("q")
        failure = debugged.outcome.failure
        assert failure is not None
        assert failure.type == "KeyError"


def test_time_in_which_it_goes_on_does(environment: Environment) -> None:
    text = "def azureml_main():\n    while True: pass\n"
    with debugging(environment, text, Kind.TERMINAL, limits=replace(LIMITS, wall_seconds=0.5)) as debugged:
        failure = debugged.outcome.failure
        assert failure == Failure(
            "0085", "Timeout", "The script did not end within 0.5 seconds, stops in the debugger not counted."
        )


def test_stopped_for_ever_it_ends_all_the_same(environment: Environment) -> None:
    task = Task(environment, "script.py", b"breakpoint()\n", preload=PRELOAD)
    with Debugger(Kind.TERMINAL, most_seconds=1.0) as debugger, DebugPool(debugger) as pool:
        outcome = pool.run(task)
    assert outcome.failure is not None
    assert outcome.failure.type == "Timeout"


def _relayed(debugger: Debugger) -> tuple[Relay, socket.socket]:
    relay = Relay(debugger, "127.0.0.1", 0)
    return relay, socket.create_connection((relay.host, relay.port), SECONDS)


def test_a_relay_hands_on_every_byte_both_ways() -> None:
    with Debugger(Kind.DAP) as debugger:
        relay, client = _relayed(debugger)
        inner = debugger._inner_line
        inner.settimeout(SECONDS)
        with client:
            told = b"Content-Length: 2\r\n\r\n{}" + bytes(range(256)) * 4000
            client.sendall(told)
            heard = b""
            while len(heard) < len(told):
                heard += inner.recv(1 << 16)
            assert heard == told
            inner.sendall(b"\x00anything\xff" * 1000)
            inner.close()
            answered = b""
            while data := client.recv(1 << 16):
                answered += data
            assert answered == b"\x00anything\xff" * 1000
        relay.close()
        assert relay.attached.is_set()


@pytest.mark.parametrize(
    "said",
    [
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01",
        b"content-length: 2\r\n\r\n{}", b"Content-Lengt",
    ],
)  # fmt: skip
def test_who_does_not_begin_as_a_debuggers_client_is_sent_away(said: bytes) -> None:
    with Debugger(Kind.DAP) as debugger:
        relay, stranger = _relayed(debugger)
        with stranger:
            heard = b""
            with suppress(OSError):  # it may be reset before it has said all
                stranger.sendall(said)
                stranger.shutdown(socket.SHUT_WR)
                heard = stranger.recv(100)
            assert heard == b""
        assert not relay.attached.is_set()
        with socket.create_connection((relay.host, relay.port), SECONDS) as client:  # and the next is served
            client.sendall(b"Content-Length: 2\r\n\r\n{}")
            debugger._inner_line.settimeout(SECONDS)
            assert debugger._inner_line.recv(1000).startswith(b"Content-Length: 2")
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((relay.host, relay.port), SECONDS)
        relay.close()


def test_an_environment_that_is_still_being_made_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "script.py").write_text("def azureml_main():\n    pass\n")

    def made(_choice: Any, _tell: Any, cancelled: threading.Event) -> Environment:
        debugger.end()
        assert cancelled.wait(SECONDS)
        raise BottegaError("canceled")

    monkeypatch.setattr(environment_of, "ensure", made)
    with Debugger(Kind.TERMINAL) as debugger, pytest.raises(BottegaError) as raised:
        debugged_scripts.of_file(ScriptRequest(script=str(tmp_path / "script.py")), debugger, Plain())
    assert raised.value.code == "canceled"
    assert not debugger.begun


def test_who_says_nothing_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debug_relay, "_BEGIN_SECONDS", 3600.0)
    monkeypatch.setattr(debug_relay, "_MOST_SILENT", 2)
    with Debugger(Kind.DAP) as debugger, ExitStack() as held:
        relay, first = _relayed(debugger)
        held.enter_context(first)
        silent = [held.enter_context(socket.create_connection((relay.host, relay.port), SECONDS)) for _ in range(2)]
        assert first.recv(1) == b""  # one too many
        with socket.create_connection((relay.host, relay.port), SECONDS) as client:
            client.sendall(b"Content-Length: 2\r\n\r\n{}")
            debugger._inner_line.settimeout(SECONDS)
            assert debugger._inner_line.recv(1000).startswith(b"Content-Length: 2")
            assert [each.recv(1) for each in silent] == [b"", b""]
        relay.close()


def test_who_is_silent_for_long_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debug_relay, "_BEGIN_SECONDS", 0.0)
    with Debugger(Kind.DAP) as debugger:
        relay, client = _relayed(debugger)
        with client:
            assert client.recv(1) == b""
        relay.close()


def test_nobody_came_and_nothing_moved(environment: Environment) -> None:
    with debugging(environment, SCRIPT, Kind.DAP) as debugged:
        relay = Relay(debugged.debugger, "127.0.0.1", 0, idle_seconds=0.2)
        failure = debugged.outcome.failure
        relay.close()
        assert failure is not None
        assert failure.code == "canceled"


def test_a_client_that_goes_before_it_has_begun(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debug_relay, "_GRACE_SECONDS", 0.2)
    with debugging(environment, SCRIPT, Kind.DAP) as debugged:
        relay, client = _relayed(debugged.debugger)
        with client:
            client.sendall(b"Content-Length: 2\r\n\r\n{}")
            _until(relay.attached.is_set)
            _until(lambda: debugged.debugger.stopped)
        assert debugged.outcome.failure is not None
        relay.close()


def test_a_port_that_is_taken_is_told() -> None:
    with Debugger(Kind.DAP) as debugger, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BottegaError, match=f"127.0.0.1:{port}: Address already in use"):
            Relay(debugger, "127.0.0.1", port)
        with pytest.raises(BottegaError, match="Nobody can listen"):
            Relay(debugger, "no.such.host.example", port)


def test_the_entry_for_an_editor() -> None:
    told = json.loads(json.dumps(debug_relay.configuration("Bottega: a", "127.0.0.1", 5678, "/here", "/job/script")))
    assert told["connect"] == {"host": "127.0.0.1", "port": 5678}
    assert (told["type"], told["request"]) == ("debugpy", "attach")
    assert told["pathMappings"] == [{"localRoot": "/here", "remoteRoot": "/job/script"}]


def _until(done: Any) -> None:
    end = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < end
        time.sleep(0.005)
