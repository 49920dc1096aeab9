"""Data files beside an experiment: named by content, and read only as long as they stay what was named."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

from bottega.errors import BottegaError

_Signature = tuple[int, int, int, int, int]


class DataFiles:
    """Digests of files, each with what tells whether the file has been touched since."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[Path, tuple[_Signature, str]] = {}

    def digest(self, path: Path) -> str:
        """Names a file's bytes and how they are read. Raises `0048`."""
        before = _signature(path)
        with self._lock:
            known = self._known.get(path)
        if known is not None and known[0] == before:
            return known[1]
        try:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32)).hexdigest()
        except OSError as error:
            raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error
        digest = f"{content} {''.join(path.suffixes[-2:]).lower()}"
        with self._lock:
            self._known[path] = (before, digest)
        return digest

    def check(self, path: Path) -> None:
        """Raise `0048` where a file that was just read is no longer the one that was named."""
        with self._lock:
            known = self._known.get(path)
        if known is not None and known[0] != _signature(path):
            raise BottegaError("0048", path=str(path), reason="it changed while it was being read; run again")


def _signature(path: Path) -> _Signature:
    try:
        status = os.stat(path)
    except OSError as error:
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
