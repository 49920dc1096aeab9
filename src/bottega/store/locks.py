"""Locks between processes. The kernel lets go of them when a process ends, however it ends."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from bottega.errors import BottegaError

# Held shared by whatever relies on stored files that no record names yet, alone by what removes such files.
PRUNE = "prune"
MIGRATE = "migrate"
# Held alone by whoever makes the key that seals the workspace's secrets.
KEY = "key"
_PAUSE = 0.02


class Lock:
    """A lock that is held until `release`."""

    def __init__(self, path: str, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    def release(self, *, remove: bool = False) -> None:
        """Let go of it; with `remove` its file goes too, for a name that is never used again."""
        if self._descriptor < 0:
            return
        if remove:
            with contextlib.suppress(OSError):
                os.unlink(self._path)
        os.close(self._descriptor)
        self._descriptor = -1


class Locks:
    """The locks of a workspace, each a file in one folder; `store-failed` when that cannot be used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take_alone(self, name: str, wait: float | None = None) -> Lock | None:
        """Hold it alone, waiting for so many seconds (None: for ever); None if others still hold it then."""
        path, descriptor = self._opened(name)
        end = None if wait is None else time.monotonic() + wait
        while not _locked_alone(descriptor, block=end is None):
            if end is not None and time.monotonic() >= end:
                os.close(descriptor)
                return None
            time.sleep(_PAUSE)
        return Lock(path, descriptor)

    @contextlib.contextmanager
    def shared(self, name: str) -> Iterator[None]:
        """Hold it along with others for the length of a block, once nobody holds it alone.

        Where there is none and nothing can be written, nobody is there to hold it.
        """
        lock = self._take_shared(name)
        try:
            yield
        finally:
            if lock:
                lock.release()

    @contextlib.contextmanager
    def alone(self, name: str, *, remove: bool = False) -> Iterator[None]:
        """Hold it alone for the length of a block, waiting as long as it takes; see `Lock.release` for `remove`."""
        lock = self.take_alone(name)
        try:
            yield
        finally:
            if lock:
                lock.release(remove=remove)

    def is_held(self, name: str) -> bool:
        """Whether somebody holds it, for those who cannot take it; nothing is written."""
        try:
            descriptor = os.open(self._path(name), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            return False
        except OSError:  # it is another user's, who may well hold it
            return True
        try:
            return not _locked_alone(descriptor, block=False)
        finally:
            os.close(descriptor)

    def remove(self, name: str) -> None:
        """Remove the file of a lock that nobody holds, nor ever will."""
        with contextlib.suppress(OSError):
            os.unlink(self._path(name))

    def names(self) -> list[str]:
        """All locks that have a file, held or not, sorted."""
        return sorted(os.listdir(self._folder))

    def _take_shared(self, name: str) -> Lock | None:
        try:
            path, descriptor = self._opened(name)
        except BottegaError:
            if os.access(self._folder, os.W_OK, effective_ids=True) or os.path.exists(self._path(name)):
                raise
            return None
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        return Lock(path, descriptor)

    def _opened(self, name: str) -> tuple[str, int]:
        path = self._path(name)
        try:
            return path, os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            with contextlib.suppress(OSError):  # to lock it, reading it is enough
                return path, os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            raise BottegaError("store-failed", path=path, reason=error.strerror or str(error)) from error

    def _path(self, name: str) -> str:
        return os.path.join(self._folder, name)


def _locked_alone(descriptor: int, *, block: bool) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if block else fcntl.LOCK_NB))
    except OSError as error:
        if error.errno not in {errno.EAGAIN, errno.EACCES}:
            raise
        return False
    return True
