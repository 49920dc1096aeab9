"""Work that goes on while its client asks about it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from bottega.errors import BottegaError
from bottega.server.errors import HttpError
from bottega.server.studio.activities import Activities


@pytest.fixture
def activities() -> Iterator[Activities]:
    """One at once."""
    made = Activities(at_once=1)
    yield made
    made.close()


def _result(activities: Activities, activity: str, kind: type = str) -> object:
    while (found := activities.result(activity, kind)) is None:
        pass
    return found


def test_what_came_of_it(activities: Activities) -> None:
    gate = threading.Event()
    first = activities.start(lambda: gate.wait(60) and "first")
    second = activities.start(lambda: "second")
    assert activities.result(first, str) is None
    assert activities.result(second, str) is None
    gate.set()
    assert (_result(activities, first), _result(activities, second)) == ("first", "second")
    assert asyncio.run(activities.settled(first, str)) == "first"


def test_what_went_wrong_is_raised_each_time(activities: Activities) -> None:
    def work() -> str:
        raise BottegaError("usage", reason="no")

    activity = activities.start(work)
    for _ in range(2):
        with pytest.raises(BottegaError, match="No"):
            _result(activities, activity)


def test_another_kind_of_activity_is_none(activities: Activities) -> None:
    activity = activities.start(lambda: "text")
    _result(activities, activity)
    for given, kind in ((activity, int), ("nothing", str)):
        with pytest.raises(HttpError) as caught:
            activities.result(given, kind)
        assert caught.value.status == 404


def test_no_end_of_work_waits(activities: Activities) -> None:
    gate = threading.Event()

    def start_many() -> None:
        for _ in range(1000):
            activities.start(lambda: gate.wait(60))

    try:
        with pytest.raises(HttpError) as caught:
            start_many()
        assert caught.value.status == 503
        assert caught.value.headers["retry-after"]
    finally:
        gate.set()
