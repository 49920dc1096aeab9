"""What the Studio API of one server keeps in memory."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar, cast

from bottega.server.context import context_of
from bottega.server.studio.activities import Activities

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

# Files that are parsed side by side: each takes a few times its size in memory.
_PARSED_AT_ONCE = 2
_Result = TypeVar("_Result")


class Studio:
    """Work that goes on, and how much of it at once."""

    def __init__(self) -> None:
        self.activities = Activities()
        self._parsers = ThreadPoolExecutor(_PARSED_AT_ONCE, "parse")

    async def parse(self, work: Callable[[], _Result]) -> _Result:
        """Do something with a whole table when its turn comes; waiting keeps no thread of other requests."""
        return await asyncio.wrap_future(self._parsers.submit(work))

    def close(self) -> None:
        """Wait for what goes on; begin nothing more."""
        self._parsers.shutdown(cancel_futures=True)
        self.activities.close()


def studio_of(request: Request) -> Studio:
    """That of the server that got a request; it ends with the server."""
    state = request.app.state
    if not hasattr(state, "studio"):
        state.studio = Studio()
        context_of(request).when_closed(state.studio.close)
    return cast("Studio", state.studio)
