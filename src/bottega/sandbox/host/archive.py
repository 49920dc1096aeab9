"""Checking a zip that came out of a jail, without unpacking it."""

from __future__ import annotations

import os
import stat
import zipfile

from bottega.errors import BottegaError
from bottega.sandbox.host.memory import Memory

_MOST_ENTRIES = 100_000


def check(memory: Memory, most: int) -> None:
    """Raise `result-invalid` unless it is a zip of plain files within its folder, at most `most` bytes unpacked."""
    try:
        with os.fdopen(os.dup(memory.descriptor), "rb") as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            reason = _wrong(entries, most)
    except Exception as error:  # noqa: BLE001 - zipfile raises many kinds for hostile bytes
        reason = str(error) or type(error).__name__
    if reason:
        raise BottegaError("result-invalid", port="Files", reason=reason)


def _wrong(entries: list[zipfile.ZipInfo], most: int) -> str:
    if len(entries) > _MOST_ENTRIES:
        return f"it holds {len(entries)} entries"
    if sum(entry.file_size for entry in entries) > most:
        return "unpacked it would be larger than the disk of its run"
    for entry in entries:
        parts = entry.filename.split("/")
        if entry.filename.startswith("/") or ".." in parts or "\\" in entry.filename:
            return f"the entry {entry.filename[:200]!r} reaches outside its folder"
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            return f"the entry {entry.filename[:200]!r} is no plain file"
    return ""
