"""Failed logins, counted by the address of the client."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from bottega.server.errors import HttpError

_MOST = 20
_SECONDS = 60.0
_MOST_ADDRESSES = 10_000


class Logins:
    """Refuses an address for a while that has failed too often. Safe for use from several threads.

    What was right from this address before is still let in, so that one careless client
    behind a proxy does not lock out the others; a guesser learns nothing by that.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: OrderedDict[str, list[float]] = OrderedDict()
        self._known: OrderedDict[tuple[str, bytes], None] = OrderedDict()

    def check(self, address: str, credential: str) -> None:
        """Raise 429 for an address that failed too often, unless it comes with what was right before."""
        with self._lock:
            recent = self._recent(address)
            if len(recent) < _MOST or (address, _name(credential)) in self._known:
                return
            wait = max(1, round(recent[-_MOST] + _SECONDS - self._clock()))
        message = f"Too many logins from this address have failed; try again in {wait} s."
        raise HttpError(429, message=message, headers={"retry-after": str(wait)})

    def failed(self, address: str, credential: str) -> None:
        """Count a failure."""
        with self._lock:
            self._known.pop((address, _name(credential)), None)
            self._failed[address] = [*self._recent(address), self._clock()][-_MOST:]
            self._failed.move_to_end(address)
            while len(self._failed) > _MOST_ADDRESSES:
                self._failed.popitem(last=False)

    def succeeded(self, address: str, credential: str) -> None:
        """Remember what was right."""
        key = (address, _name(credential))
        with self._lock:
            self._known[key] = None
            self._known.move_to_end(key)
            while len(self._known) > _MOST_ADDRESSES:
                self._known.popitem(last=False)

    def _recent(self, address: str) -> list[float]:
        since = self._clock() - _SECONDS
        return [moment for moment in self._failed.get(address, []) if moment > since]


def _name(credential: str) -> bytes:
    """A credential's name in memory, which is not the credential."""
    return hashlib.blake2b(credential.encode("utf-8", "surrogateescape"), digest_size=16).digest()
