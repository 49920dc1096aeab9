"""Room kept free on the disk, so that a workspace can be pruned when there is none left."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

NAME = "reserve"
# For SQLite's index of what it writes, and for the deletion of some hundred runs.
_SIZE = 1 << 19


class Reserve:
    """A file without content that can go at any time."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def make(self) -> None:
        """Keep the room, unless it is kept; where there is none, a later call may find some."""
        with contextlib.suppress(OSError):
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, _SIZE)
            except OSError:
                self.release()
            finally:
                os.close(descriptor)

    def release(self) -> None:
        """Give the room to whoever needs it."""
        with contextlib.suppress(OSError):
            os.unlink(self._path)
