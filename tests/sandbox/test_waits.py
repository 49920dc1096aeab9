"""Calls in steps: taken to their end by a thread, or by an event loop as far as nothing takes long."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bottega.sandbox.host.waits import ELSEWHERE, Readable, Steps, Turn, finish, quickly

Where = list[bool]  # whether each part ran in the main thread


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made:
        yield made


def _here() -> bool:
    return threading.current_thread() is threading.main_thread()


def _reading(descriptor: int, seconds: float, where: Where) -> Steps[bytes]:
    there = yield Readable(descriptor, seconds)
    where += [there, _here()]
    return os.read(descriptor, 10)


def test_a_thread_looks_for_itself() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"x")
    where: Where = []
    assert finish(_reading(reading, 0, where)) == b"x"
    assert where == [False, True]
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize("comes", ["before", "soon", "late"])
def test_a_loop_waits_a_moment_for_what_comes(threads: ThreadPoolExecutor, comes: str) -> None:
    reading, writing = os.pipe()
    where: Where = []

    async def main() -> bytes:
        if comes == "before":
            os.write(writing, b"x")
        else:
            asyncio.get_running_loop().call_later(0.05, os.write, writing, b"x")
        return await quickly(_reading(reading, 0.01 if comes == "late" else 60, where), threads)

    assert asyncio.run(main()) == b"x"
    assert where == ([False, False] if comes == "late" else [True, True])
    os.close(reading)
    os.close(writing)


def test_what_takes_long_is_done_elsewhere(threads: ThreadPoolExecutor) -> None:
    where: Where = []

    def steps() -> Steps[str]:
        where.append(_here())
        yield ELSEWHERE
        where.append(_here())
        yield ELSEWHERE
        where.append(_here())
        return "done"

    assert asyncio.run(quickly(steps(), threads)) == "done"
    assert where == [True, False, False]


def _in_line(turn: Turn, seconds: float) -> Steps[str]:
    yield turn.again(seconds)
    return "my turn"


@pytest.mark.parametrize("seconds", [60.0, 0.01])
def test_a_turn_is_told_by_any_thread_or_its_time_passes(threads: ThreadPoolExecutor, seconds: float) -> None:
    turn = Turn()

    async def main() -> str:
        if seconds > 1:
            threading.Timer(0.05, turn.tell).start()
        return await quickly(_in_line(turn, seconds), threads)

    assert asyncio.run(main()) == "my turn"
    turn.tell()  # to nobody
    if seconds > 1:
        threading.Timer(0.05, turn.tell).start()
    assert finish(_in_line(turn, seconds)) == "my turn"


def _holding(held: list[str], wait: Readable) -> Steps[None]:
    held.append("taken")
    try:
        yield wait
    finally:
        held.append("let go")


def test_a_call_that_is_canceled_lets_go(threads: ThreadPoolExecutor) -> None:
    reading, writing = os.pipe()
    held: list[str] = []

    async def main() -> None:
        task = asyncio.ensure_future(quickly(_holding(held, Readable(reading, 60)), threads))
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert held == ["taken", "let go"]
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_errors_come_out(threads: ThreadPoolExecutor, *, elsewhere: bool) -> None:
    def steps() -> Steps[None]:
        if elsewhere:
            yield ELSEWHERE
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        asyncio.run(quickly(steps(), threads))
    with pytest.raises(LookupError, match="no"):
        finish(steps())
