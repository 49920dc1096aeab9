"""Where the warm pool of this user listens, for its server and its clients."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from collections.abc import Iterator

from bottega.sandbox.host.folders import home, private

_NAME = "pool.sock"


@contextlib.contextmanager
def address() -> Iterator[str]:
    """The socket's path, short enough for a socket's address whatever the home is called."""
    folder = private(home() / "run")
    status = folder.stat()
    if status.st_uid != os.geteuid():
        raise PermissionError(f"{folder} belongs to another user")
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{_NAME}"
    finally:
        os.close(descriptor)


def is_own(link: socket.socket) -> bool:
    """Whether the process at the other end is of the same user."""
    _, user, _ = struct.unpack("3i", link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return bool(user == os.geteuid())


def connect() -> socket.socket | None:
    """A link to the pool of this user, or None where none listens."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with address() as path:
            link.connect(path)
        if is_own(link):
            return link
    except OSError:
        pass
    link.close()
    return None
