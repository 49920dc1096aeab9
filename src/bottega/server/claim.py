"""A workspace's `server.json`: which server has it, and where that is."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from bottega.errors import BottegaError

FILE = "server.json"


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[Callable[[str], None]]:
    """Be the only server of a workspace; the function that is given writes down where it is.

    The lock is on the file that tells it, so that neither outlives the process.
    """
    path = folder / FILE
    with _locked(path) as file:
        try:

            def tell(url: str) -> None:
                file.seek(0)
                file.truncate()
                file.write(json.dumps({"url": url, "pid": os.getpid()}) + "\n")
                file.flush()

            yield tell
        finally:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[IO[str]]:
    while True:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise BottegaError("store-failed", path=str(path), reason=error.strerror or str(error)) from error
        with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                reason = f"Another server has the workspace {path.parent}{_where(file)}"
                raise BottegaError("usage", reason=reason) from error
            # The one before may have removed the file between our two steps.
            if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
                yield file
                return


def _where(file: IO[str]) -> str:
    try:
        told = json.loads(file.read(4096))
        return f": process {told['pid']} at {told['url']}"
    except (ValueError, KeyError, TypeError):
        return ""
