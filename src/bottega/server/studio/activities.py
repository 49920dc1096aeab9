"""Work that clients start and then ask about: packages, deployments, uploads of custom modules."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from bottega.server.errors import HttpError, missing

PAUSE_SECONDS = 0.25
_MOST = 1000
_MOST_WAITING = 100


class Activities:
    """The work of one server: so much at once, remembered until newer work takes its place."""

    def __init__(self, at_once: int = 2) -> None:
        self._threads = ThreadPoolExecutor(at_once, "activity")
        self._lock = threading.Lock()
        self._futures: OrderedDict[str, Future[Any]] = OrderedDict()

    def start(self, work: Callable[[], Any]) -> str:
        """Begin, now or when its turn comes; the id of the activity. Raises HttpError 503 where too much waits."""
        activity = uuid.uuid4().hex
        with self._lock:
            if sum(not each.done() for each in self._futures.values()) >= _MOST_WAITING:
                raise HttpError(503, message="Too much work waits; try again later.", headers={"retry-after": "10"})
            self._futures[activity] = self._threads.submit(work)
            while len(self._futures) > _MOST:
                self._futures.popitem(last=False)
        return activity

    def result(self, activity: str, kind: type) -> Any:
        """What came of it; None while it goes on. Raises what went wrong, and HttpError 404."""
        with self._lock:
            future = self._futures.get(activity)
        if future is None:
            raise missing("activity", activity)
        if not future.done():
            return None
        found = future.result()
        if not isinstance(found, kind):
            raise missing("activity", activity)
        return found

    async def settled(self, activity: str, kind: type) -> Any:
        """The same, asked a second time after a pause: some clients ask again and again without one (clients.md 0, rule 9)."""
        found = self.result(activity, kind)
        if found is None:
            await asyncio.sleep(PAUSE_SECONDS)
            found = self.result(activity, kind)
        return found

    def close(self) -> None:
        """Wait for what goes on; begin nothing more."""
        self._threads.shutdown(cancel_futures=True)
