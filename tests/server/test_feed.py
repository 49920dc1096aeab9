"""What a run tells: numbered, bounded, for those who come late, come back or leave."""

from __future__ import annotations

import asyncio
import threading

from bottega.engine.events import NodePrinted, NodeStarted, Phase, RunEnded
from bottega.server import feed as feeds
from bottega.server.feed import Feed, Numbered


def heard(feed: Feed, after: int = 0) -> list[Numbered]:
    async def listen() -> list[Numbered]:
        return [each async for each in feed.after(after)]

    return asyncio.run(listen())


def test_late_and_back() -> None:
    feed = Feed()
    for text in "abc":
        feed.add(Phase(text))
    feed.end()
    assert heard(feed) == [(1, Phase("a")), (2, Phase("b")), (3, Phase("c"))]
    assert heard(feed, 2) == [(3, Phase("c"))]
    assert heard(feed, 99) == []


def test_as_it_comes_from_another_thread() -> None:
    feed = Feed()
    more = threading.Event()

    def tell() -> None:
        for number in range(100):
            feed.add(Phase(str(number)))
            if number == 50:
                assert more.wait(20)
        feed.end()

    async def listen() -> list[int]:
        found = []
        async for number, _ in feed.after(0):
            found.append(number)
            if number == 51:
                more.set()
        return found

    thread = threading.Thread(target=tell)
    thread.start()
    assert asyncio.run(listen()) == list(range(1, 101))
    thread.join()


def test_who_leaves_is_forgotten() -> None:
    feed = Feed()
    feed.add(Phase("a"))

    async def leave() -> None:
        events = feed.after(0)
        await anext(events)
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])

    asyncio.run(leave())
    assert not feed._waiting
    feed.add(Phase("b"))


def test_the_oldest_go() -> None:
    feed = Feed()
    for number in range(feeds._MOST + 10):
        feed.add(Phase(str(number)))
    feed.end()
    found = heard(feed)
    assert (len(found), found[0][0], found[-1][0]) == (feeds._MOST, 11, feeds._MOST + 10)


def test_much_text_goes_too() -> None:
    feed = Feed()
    for _ in range(10):
        feed.add(NodePrinted("a", "x" * (feeds._MOST_TEXT // 4)))
    feed.add(RunEnded("r", "Finished", 1.0))
    feed.end()
    assert [number for number, _ in heard(feed)] == [7, 8, 9, 10, 11]


def test_running_nodes() -> None:
    feed = Feed()
    feed.add(NodeStarted("a", "m"))
    feed.add(NodeStarted("b", "m"))
    assert feed.running == ["a", "b"]
    feed.end()
    assert feed.running == []
