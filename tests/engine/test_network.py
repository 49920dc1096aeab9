"""Scripts whose experiment may reach the network: they run each time, and nothing of theirs is reused after."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bottega.engine.place import network_of
from bottega.engine.plan import Action
from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from bottega.sandbox.host.network import NO_NETWORK
from tests.engine.helpers import Bench, people, script, statuses, steps
from tests.sandbox.sites import Serve, serving

_DOOR = "a.example:80"
_ASK = "import socket\nlink = socket.create_connection(('a.example', 80))\ndf['heard'] = link.recv(100).decode()\nreturn df"


@pytest.fixture
def serve() -> Iterator[Serve]:
    with serving() as start:
        yield start


def allow(bench: Bench, port: int, name: str = "test") -> None:
    """As the owner does."""
    bench.workspace.settings.set_entry("network", name, [_DOOR])
    bench.workspace.settings.set_entry("addresses", _DOOR, f"127.0.0.1:{port}")


def asking(folder: Path) -> Experiment:
    """A script that asks, one that does not, and a module after each."""
    return (
        people(folder)
        .add("ask", "execute-python-script", inputs={"dataset1": "people"}, script=script(_ASK))
        .add("heard", "select-columns-in-dataset", inputs={"dataset": "ask"}, columns=["heard"])
        .add("names", "select-columns-in-dataset", inputs={"dataset": "people"}, columns=["name"])
    )


def test_it_reaches_its_place_each_time(bench: Bench, tmp_path: Path, serve: Serve) -> None:
    said = ["first", "second", "second"]
    site = serve(lambda link: link.sendall(said.pop(0).encode()))
    allow(bench, site.port)
    experiment = asking(tmp_path)
    assert set(bench.rows(bench.run(experiment), "ask")["heard"]) == {"first"}
    planned = bench.plan(experiment)
    assert (planned["ask"].action, planned["heard"].action, planned["names"].action) == (
        Action.RUN, Action.WAIT, Action.REUSE,
    )  # fmt: skip
    assert planned["ask"].reason == "its script may reach a.example:80, so it runs each time"
    second = bench.run(experiment)
    assert set(bench.rows(second, "ask")["heard"]) == {"second"}
    assert (steps(second)["ask"].cacheable, steps(second)["names"].cacheable) == (False, True)
    third = steps(bench.run(experiment))
    # What comes after it is reused where it gave the same.
    assert {name: step.cached for name, step in third.items()} == {
        "people": True, "ask": False, "heard": True, "names": True,
    }  # fmt: skip


def test_what_it_heard_once_is_not_reused_later(bench: Bench, tmp_path: Path, serve: Serve) -> None:
    site = serve(lambda link: link.sendall(b"once"))
    allow(bench, site.port)
    experiment = asking(tmp_path)
    bench.run(experiment)
    bench.workspace.settings.set_entry("network", "test", None)
    decision = bench.plan(experiment)["ask"]
    assert (decision.action, decision.reason) == (Action.RUN, "its last run looked at the world outside")
    run = bench.run(experiment)
    assert statuses(run)["ask"] == "Failed"
    assert site.taken == 1


def test_another_experiment_reaches_nothing(bench: Bench, tmp_path: Path, serve: Serve) -> None:
    site = serve(lambda link: link.sendall(b"x"))
    allow(bench, site.port, name="another")
    run = bench.run(asking(tmp_path))
    assert statuses(run)["ask"] == "Failed"
    assert site.taken == 0
    assert network_of(bench.workspace, "test") == NO_NETWORK
    assert network_of(bench.workspace, None) == NO_NETWORK
    assert network_of(bench.workspace, "another").allowed == (_DOOR,)


def test_what_was_not_reached_is_a_note(bench: Bench, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    allow(bench, port)
    step = steps(bench.run(asking(tmp_path)))["ask"]
    assert step.status == "Failed"
    assert step.notes == ("a.example:80 was not reached: Connection refused",)


def test_modules_have_no_way_out(bench: Bench, tmp_path: Path, serve: Serve) -> None:
    """Only scripts have it: modules run in the ordinary jail, and are reused."""
    allow(bench, serve(lambda link: link.sendall(b"x")).port)
    experiment = people(tmp_path).add(
        "names", "select-columns-in-dataset", inputs={"dataset": "people"}, columns=["name"]
    )
    bench.run(experiment)
    assert bench.plan(experiment)["names"].action is Action.REUSE


def test_settings_that_cannot_be_are_told(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as those that an older Bottega let in; experiments that have none of them go on."""
    found = {**bench.workspace.settings.all(), "network": {"test": ["10.0.0.1:80"]}, "addresses": {"x": "y"}}
    monkeypatch.setattr(type(bench.workspace.settings), "all", lambda _: found)
    with pytest.raises(BottegaError, match="exact name and a port"):
        bench.plan(asking(tmp_path))
    assert bench.plan(asking(tmp_path), "another")["people"].action is Action.RUN
