"""What a call waits for, told apart from who waits: a thread, which may be held up, or an event loop, which may not.

A call is a generator of waits. `finish` takes it to its end in this thread; `quickly` on a running event loop, as far as
nothing that it does there takes long, and from then on in a thread. So most calls need no thread, and no handing over.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from concurrent.futures import Executor, Future, InvalidStateError
from concurrent.futures import wait as wait_for
from typing import Protocol, TypeVar

_T = TypeVar("_T")


class Wait(Protocol):
    """Something that a call waits for."""

    def block(self) -> bool:
        """Wait for it here. What `passed` would tell, where that is known."""
        ...

    async def passed(self) -> bool:
        """Wait for it on the loop; False where the call has to go on in a thread, which then waits for the rest."""
        ...


Steps = Generator[Wait, bool, _T]


class _Elsewhere:
    """What follows takes its time."""

    def block(self) -> bool:
        return False

    async def passed(self) -> bool:
        return False


ELSEWHERE = _Elsewhere()


class Readable:
    """A descriptor that something can be read from, or will be soon. A thread looks for itself what comes."""

    def __init__(self, descriptor: int, seconds: float) -> None:
        """`seconds` are how long the loop waits; then a thread does."""
        self._descriptor = descriptor
        self._seconds = seconds

    def block(self) -> bool:
        """Not looked at: whoever reads in a thread watches for more than this one descriptor."""
        return False

    async def passed(self) -> bool:
        """Whether there is something."""
        import asyncio  # not at the start of every command

        loop = asyncio.get_running_loop()
        there: asyncio.Future[bool] = loop.create_future()

        def tell(*, is_there: bool) -> None:
            if not there.done():
                there.set_result(is_there)

        loop.add_reader(self._descriptor, lambda: tell(is_there=True))
        timer = loop.call_later(self._seconds, lambda: tell(is_there=False))
        try:
            return await there
        finally:
            timer.cancel()
            loop.remove_reader(self._descriptor)


class Turn:
    """A place in a line: told by any thread when it is its turn, as often as need be."""

    def __init__(self) -> None:
        self._told: Future[None] = Future()

    def tell(self) -> None:
        """It may look now."""
        with contextlib.suppress(InvalidStateError):  # told already, or waited for no longer
            self._told.set_result(None)

    def again(self, seconds: float) -> Wait:
        """The wait for the next time that it is told, or until so long has passed."""
        self._told = Future()
        return _Told(self._told, seconds)


class _Told:
    def __init__(self, told: Future[None], seconds: float) -> None:
        self._told = told
        self._seconds = seconds

    def block(self) -> bool:
        wait_for([self._told], self._seconds)
        return True

    async def passed(self) -> bool:
        import asyncio

        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.wrap_future(self._told), self._seconds)
        return True


def finish(steps: Steps[_T], wait: Wait | None = None) -> _T:
    """What a call gives, waited for here; `wait` is what it waits for already. Raises what it raises."""
    try:
        wait = next(steps) if wait is None else wait
        while True:
            wait = steps.send(wait.block())
    except StopIteration as end:
        value: _T = end.value
        return value


async def quickly(steps: Steps[_T], threads: Executor) -> _T:
    """What a call gives, waited for on the running loop as far as that holds nobody up, then in a thread."""
    import asyncio

    try:
        try:
            wait = next(steps)
            while await wait.passed():
                wait = steps.send(True)  # noqa: FBT003 - what the wait gave
        except StopIteration as end:
            value: _T = end.value
            return value
    except BaseException:
        steps.close()  # one that is not waited for any more lets go of what it holds
        raise
    return await asyncio.get_running_loop().run_in_executor(threads, finish, steps, wait)
