"""Servers of the host's own, for what goes through the way out of a jail."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SECONDS = 20.0


@dataclass
class Site:
    """A server of the host's that answers each connection with a function."""

    listener: socket.socket
    answer: Callable[[socket.socket], None]
    taken: int = 0

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def serve(self) -> None:
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            self.taken += 1
            threading.Thread(target=self._answer, args=(link,), daemon=True).start()

    def _answer(self, link: socket.socket) -> None:
        with link, contextlib.suppress(OSError):
            link.settimeout(SECONDS)
            self.answer(link)


Serve = Callable[[Callable[[socket.socket], None]], Site]


@contextlib.contextmanager
def serving() -> Iterator[Serve]:
    """Starts servers on the host's loopback; they end with the block."""
    sites: list[tuple[Site, threading.Thread]] = []

    def start(answer: Callable[[socket.socket], None]) -> Site:
        site = Site(socket.create_server(("127.0.0.1", 0)), answer)
        thread = threading.Thread(target=site.serve)
        thread.start()
        sites.append((site, thread))
        return site

    yield start
    for site, thread in sites:
        site.listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        site.listener.close()
