"""Stored files wherever fsspec reaches: object stores, network shares, memory."""

from __future__ import annotations

import contextlib
import os
import posixpath
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from bottega.errors import BottegaError
from bottega.store.digest import is_digest
from bottega.store.files import length
from bottega.store.local import DAMAGED, TEMPORARY

_PIECE = 1 << 22


class RemoteStorage:
    """Files as `ab/ab12…` below a URL. All raise OSError.

    Durable is what the other side has acknowledged. A file is written under another name and
    moved when it is complete, since not every file system shows only complete ones.
    """

    def __init__(self, url: str) -> None:
        # Late, for local workspaces start without it.
        from fsspec.core import url_to_fs

        try:
            # Without a memory of folders, for other processes change them too.
            self._system, root = cast("tuple[Any, str]", url_to_fs(url, use_listings_cache=False))
        except (ValueError, ImportError) as error:
            raise BottegaError("usage", reason=f"files cannot be kept at {url}: {error}") from error
        self._root = root.rstrip("/")

    def put(self, items: Iterable[tuple[str, bytes | int]]) -> dict[str, int]:
        """Store what is not there yet, or is there in another size; durable on return. The size of each."""
        sizes: dict[str, int] = {}
        for name, source in items:
            if name not in sizes:
                is_there = self.has(name) and self.size(name) == length(source)
                sizes[name] = self.size(name) if is_there else self._put(name, source)
        return sizes

    def has(self, name: str) -> bool:
        """Whether it is there."""
        return bool(self._system.isfile(self._path(name)))

    def sizes(self, names: Iterable[str]) -> dict[str, int | None]:  # noqa: ARG002  # as the local storage has it
        """None of them: asking the other side for a thousand files takes minutes, and only pruning removes any."""
        return {}

    def open(self, name: str) -> BinaryIO:
        """Open for reading."""
        return cast("BinaryIO", self._system.open(self._path(name), "rb"))

    def path(self, name: str) -> Path | None:  # noqa: ARG002  # as the local storage has it
        """None: it lies nowhere on this machine."""
        return None

    def size(self, name: str) -> int:
        """Its size in bytes."""
        return int(self._system.size(self._path(name)))

    def remove(self, name: str) -> None:
        """Remove it."""
        self._system.rm_file(self._path(name))

    def set_aside(self, name: str) -> None:
        """Move it where it is found no more, until it is swept away."""
        self._system.makedirs(f"{self._root}/{DAMAGED}", exist_ok=True)
        self._system.mv(self._path(name), f"{self._root}/{DAMAGED}/{name}")

    def names(self) -> Iterator[str]:
        """All files, sorted."""
        for path in sorted(self._system.find(self._root)) if self._system.isdir(self._root) else []:
            folder, name = path.split("/")[-2:]
            if is_digest(name) and name[:2] == folder:
                yield name

    def sweep(self, *, dry_run: bool = False) -> int:
        """Remove what writers that are gone left half written, and what was set aside; how many.

        Only while nobody writes.
        """
        folders = [f"{self._root}/{name}" for name in (TEMPORARY, DAMAGED)]
        left = [path for folder in folders if self._system.isdir(folder) for path in self._system.find(folder)]
        for path in [] if dry_run else left:
            self._system.rm_file(path)
        return len(left)

    def _put(self, name: str, source: bytes | int) -> int:
        temporary = f"{self._root}/{TEMPORARY}/{secrets.token_hex(16)}"
        for path in (temporary, self._path(name)):
            self._system.makedirs(posixpath.dirname(path), exist_ok=True)
        try:
            with self._system.open(temporary, "wb") as file:
                size: int = sum(file.write(piece) for piece in _pieces(source))
            self._system.mv(temporary, self._path(name))
        except BaseException:
            with contextlib.suppress(OSError):
                self._system.rm_file(temporary)
            raise
        return size

    def _path(self, name: str) -> str:
        return f"{self._root}/{name[:2]}/{name}"


def _pieces(source: bytes | int) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    offset = 0
    while piece := os.pread(source, _PIECE, offset):
        yield piece
        offset += len(piece)
