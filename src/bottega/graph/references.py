"""Files that an experiment names: beside it or below its folder, and nowhere else."""

from __future__ import annotations

import codecs
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bottega.errors import BottegaError

MAX_BYTES = 64 << 20


@dataclass(frozen=True)
class FileRef:
    """A file by its path from the experiment's folder."""

    path: str


def path(ref: FileRef, folder: Path | None) -> Path:
    """The file itself, all links followed. Raises `0048`."""
    if folder is None:
        raise BottegaError("0048", path=ref.path, reason="the experiment is in no folder yet")
    try:
        root = folder.resolve()
        found = (root / ref.path).resolve()
        inside = found.is_relative_to(root)
        is_file = inside and found.is_file()
        exists = is_file or (inside and found.exists())
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise BottegaError("0048", path=ref.path, reason=getattr(error, "strerror", None) or str(error)) from error
    if not inside:
        raise BottegaError("0048", path=ref.path, reason="it is outside of the experiment's folder")
    if not is_file:
        raise BottegaError("0048", path=ref.path, reason="it is no file" if exists else "there is no such file")
    return found


def text(ref: FileRef, folder: Path | None) -> str:
    r"""The file's text, lines ended by \n: UTF-8, UTF-16 that begins with its mark, or else Windows-1252.

    Raises `0048`, also for more than 64 MiB.
    """
    found = path(ref, folder)
    try:
        with open_regular(found) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BottegaError("0048", path=ref.path, reason=error.strerror or str(error)) from error
    if len(data) > MAX_BYTES:
        raise BottegaError("0048", path=ref.path, reason=f"it is larger than {MAX_BYTES >> 20} MiB")
    try:
        decoded = _decoded(data)
    except UnicodeDecodeError as error:
        raise BottegaError("0048", path=ref.path, reason=f"it is no text in {error.encoding}") from error
    return decoded.replace("\r\n", "\n").replace("\r", "\n")


def open_regular(path: Path) -> BinaryIO:
    """A file to read. Raises OSError, at once for what is no regular file: a pipe would wait for its writer."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(None, "it is a folder" if stat.S_ISDIR(mode) else "it is no regular file")
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")
