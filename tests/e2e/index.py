"""A package index over HTTP: the packages of a folder, and one of which it never tells the versions."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SLOW = "slow"


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: object, over: threading.Event, directory: str) -> None:
        self._over = over
        super().__init__(*arguments, directory=directory)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """A file, or nothing until the index ends."""
        if self.path.strip("/") == SLOW:
            self._over.wait()
            self.close_connection = True
            return
        super().do_GET()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 # its name
        """Nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of an index of what the folder holds."""
    over = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, over=over, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, name="index")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
