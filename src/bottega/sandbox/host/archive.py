"""Checking a zip that came out of a jail, without unpacking it."""

from __future__ import annotations

import io
import stat
import zipfile

from bottega.errors import BottegaError
from bottega.sandbox.host.memory import Memory

_MOST_ENTRIES = 100_000
# Of the others Python's zipfile unpacks all that it has read at once, however much that becomes.
_OPENED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Python's zipfile takes the whole directory in before it tells how long it is.
_LARGEST_DIRECTORY = 16 << 20


def check(memory: Memory, most: int) -> None:
    """Raise `result-invalid` unless it is a zip of plain files within its folder, at most `most` bytes unpacked."""
    try:
        with zipfile.ZipFile(_Reader(memory)) as archive:
            entries = archive.infolist()
            reason = _wrong(entries, most)
    except Exception as error:  # noqa: BLE001 - zipfile raises many kinds for hostile bytes
        reason = str(error) or type(error).__name__
    if reason:
        raise BottegaError("result-invalid", port="Files", reason=reason)


def unopened(entry: zipfile.ZipInfo) -> str:
    """Why an entry is not opened for how it is compressed; empty where it can be read a piece at a time."""
    if entry.compress_type in _OPENED:
        return ""
    return f"the entry {entry.filename[:200]!r} has compression method {entry.compress_type}; only 0 (stored) and 8 (deflate) are opened"


class _Reader(io.RawIOBase):
    """A memory file by a position of its own: the descriptor's is shared with the job, which may still run."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._place = 0

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._memory.size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def read(self, size: int | None = -1) -> bytes:
        left = max(0, self._memory.size - self._place)
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > _LARGEST_DIRECTORY:
            raise ValueError(f"its directory has {wanted} bytes")
        data = self._memory.read(self._place, wanted)
        self._place += len(data)
        return data


def _wrong(entries: list[zipfile.ZipInfo], most: int) -> str:
    if len(entries) > _MOST_ENTRIES:
        return f"it holds {len(entries)} entries"
    if sum(entry.file_size for entry in entries) > most:
        return "unpacked it would be larger than the disk of its run"
    if len({entry.filename for entry in entries}) != len(entries):
        return "it holds a name twice"
    for entry in entries:
        parts = entry.filename.split("/")
        if entry.filename.startswith("/") or ".." in parts or "\\" in entry.filename:
            return f"the entry {entry.filename[:200]!r} reaches outside its folder"
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            return f"the entry {entry.filename[:200]!r} is no plain file"
        if reason := unopened(entry):
            return reason
    return ""
