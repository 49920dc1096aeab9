"""Keys of endpoints in memory, for a call shall not open the database for them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bottega.store.services import Services

_MOST = 1000
Pair = tuple[bytes, bytes]


class Keys:
    """The keys of the endpoints that were asked for last; forgotten as soon as any process changes a service."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._stamp: int | None = None
        self._pairs: OrderedDict[str, Pair] = OrderedDict()

    def of(self, endpoint: str) -> Pair | None:
        """The keys of an endpoint, if they are known and still hold."""
        stamp = self._services.stamp()
        with self._lock:
            if stamp != self._stamp:
                self._pairs.clear()
                self._stamp = stamp
            return self._pairs.get(endpoint)

    def read(self, endpoint: str) -> Pair:
        """The keys of an endpoint from the workspace. Raises `usage` where there is none."""
        stamp = self._services.stamp()
        primary, secondary = self._services.keys(endpoint)
        pair = primary.encode(), secondary.encode()
        with self._lock:
            if stamp == self._stamp:
                self._pairs[endpoint] = pair
                while len(self._pairs) > _MOST:
                    self._pairs.popitem(last=False)
        return pair

    def __repr__(self) -> str:
        return f"Keys({len(self._pairs)} endpoints)"
