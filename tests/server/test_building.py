"""Builds of a server: in order, told as they go, cancelled, forgotten."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from bottega.errors import BottegaError
from bottega.sandbox.host.environment import Environment
from bottega.server import building
from bottega.server.building import Builds, Tell
from bottega.server.errors import HttpError
from tests.server.helpers import until


@pytest.fixture
def builds() -> Iterator[Builds]:
    made = Builds()
    yield made
    made.close()


class Making:
    """A build that goes on until it may end, or is cancelled."""

    def __init__(self, made: Environment) -> None:
        self._made = made
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.was_cancelled = False

    def __call__(self, tell: Tell, cancelled: threading.Event) -> Environment:
        tell("resolving")
        self.begun.set()
        while not self.may_end.wait(0.01):
            if cancelled.is_set():
                self.was_cancelled = True
                raise BottegaError("canceled")
        tell("installing")
        return self._made


def state_of(builds: Builds, build: str) -> str:
    return builds.get(build).state


def test_one_after_the_other(builds: Builds, environment: Environment) -> None:
    first, second = Making(environment), Making(environment)
    one, two = builds.begin("one", "create", first).id, builds.begin("two", "update", second).id
    assert first.begun.wait(30)
    assert (state_of(builds, one), state_of(builds, two)) == ("building", "waiting")
    assert builds.get(one).lines == ("resolving",)
    assert (builds.get(two).started, second.begun.is_set()) == (None, False)
    assert [each.id for each in builds.all()] == [two, one]
    first.may_end.set()
    assert second.begun.wait(30)
    second.may_end.set()
    until(lambda: not builds.get(two).is_active)
    told = builds.get(one)
    assert (told.state, told.lines, told.error) == ("ready", ("resolving", "installing"), None)
    assert told.started is not None
    assert told.ended is not None
    assert told.queued <= told.started <= told.ended


def test_a_name_is_built_once_at_a_time(builds: Builds, environment: Environment) -> None:
    making = Making(environment)
    builds.begin("one", "create", making)
    with pytest.raises(HttpError) as raised:
        builds.begin("one", "update", making)
    assert raised.value.status == 409
    making.may_end.set()
    until(lambda: not builds.newest()["one"].is_active)
    again = builds.begin("one", "update", making)
    until(lambda: not builds.get(again.id).is_active)
    assert builds.newest()["one"].id == again.id


def test_one_that_goes_on_is_cancelled(builds: Builds, environment: Environment) -> None:
    making = Making(environment)
    build = builds.begin("one", "create", making).id
    assert making.begun.wait(30)
    builds.end(build)
    until(lambda: not builds.get(build).is_active)
    assert (state_of(builds, build), builds.get(build).error, making.was_cancelled) == ("cancelled", None, True)
    builds.end(build)
    with pytest.raises(HttpError) as raised:
        builds.get(build)
    assert raised.value.status == 404


def test_one_that_waits_is_cancelled_at_once(builds: Builds, environment: Environment) -> None:
    first, second, third = Making(environment), Making(environment), Making(environment)
    builds.begin("one", "create", first)
    waits, after = builds.begin("two", "create", second).id, builds.begin("three", "create", third).id
    assert builds.end(waits).state == "cancelled"
    first.may_end.set()
    third.may_end.set()
    until(lambda: state_of(builds, after) == "ready")
    assert not second.begun.is_set()


def test_what_fails_tells_why(builds: Builds, environment: Environment) -> None:
    def fails(_tell: Tell, _cancelled: threading.Event) -> Environment:
        raise BottegaError("environment-build-failed", name="one", reason="no such package")

    def breaks(_tell: Tell, _cancelled: threading.Event) -> Environment:
        raise ZeroDivisionError("a secret of ours")

    first, second = builds.begin("one", "create", fails).id, builds.begin("two", "create", breaks).id
    until(lambda: not builds.get(second).is_active)
    assert builds.get(first).state == "failed"
    assert "no such package" in (builds.get(first).error or "")
    assert builds.get(second).state == "failed"
    assert "secret" not in (builds.get(second).error or "")
    well = Making(environment)
    well.may_end.set()
    third = builds.begin("three", "create", well).id
    until(lambda: state_of(builds, third) == "ready")


def test_what_is_told_is_bounded(builds: Builds, environment: Environment) -> None:
    def talks(tell: Tell, _cancelled: threading.Event) -> Environment:
        for number in range(1000):
            tell(f"{number} " + "x" * 5000)
        return environment

    build = builds.begin("one", "create", talks).id
    until(lambda: not builds.get(build).is_active)
    lines = builds.get(build).lines
    assert lines[-1].startswith("999 ")
    assert sum(map(len, lines)) <= 200 * 500


def test_so_many_wait_and_no_more(builds: Builds, environment: Environment) -> None:
    making = Making(environment)
    for number in range(building._MOST_WAITING):
        builds.begin(f"e{number}", "create", making)
    with pytest.raises(HttpError) as raised:
        builds.begin("one more", "create", making)
    assert raised.value.status == 503


def test_the_old_ones_are_forgotten(builds: Builds, environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_MOST_KEPT", 3)
    for number in range(6):
        making = Making(environment)
        making.may_end.set()
        build = builds.begin(f"e{number}", "create", making).id
        until(lambda: not builds.newest()[f"e{number}"].is_active)  # noqa: B023 # asked at once
    assert builds.get(build).state == "ready"
    assert [each.environment for each in builds.all()] == ["e5", "e4", "e3", "e2"]


def test_an_end_cancels_all_and_waits(environment: Environment) -> None:
    builds = Builds()
    first, second = Making(environment), Making(environment)
    one, two = builds.begin("one", "create", first).id, builds.begin("two", "create", second).id
    assert first.begun.wait(30)
    builds.close()
    assert first.was_cancelled
    assert not second.begun.is_set()
    assert [state_of(builds, each) for each in (one, two)] == ["cancelled", "cancelled"]
    with pytest.raises(HttpError) as raised:
        builds.begin("three", "create", first)
    assert raised.value.status == 503
