"""Stored files in a local folder: each is there whole and durable, or not there at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from bottega.store.digest import is_digest
from bottega.store.files import Files, length, write_all

TEMPORARY = "tmp"
DAMAGED = "damaged"
# So many files are open at once while a group is written; far below the usual limit of 1,024.
_GROUP = 64


class LocalStorage:
    """Files as `ab/ab12…`, each written beside, synced, then renamed. All raise OSError."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._root = str(folder)
        self._files = files
        # Folders whose own name this process has made durable: others may have made them and not come so far.
        self._durable: set[str] = set()

    def put(self, items: Iterable[tuple[str, bytes | int]]) -> dict[str, int]:
        """Store what is not there yet, or is there in another size; durable on return. The size of each.

        Groups are written, synced and renamed together, so that the disk has the work of
        many files at once; the folders are synced last, each once.
        """
        sizes: dict[str, int] = {}
        rest = iter(items)
        while group := dict(islice(rest, _GROUP)):
            sizes |= self._put_group({name: source for name, source in group.items() if name not in sizes})
        # A file that was there may have been renamed by another process a moment ago: its folder is synced too.
        for folder in sorted({self._folder(name) for name in sizes}):
            self._files.fsync_folder(folder)
        return sizes

    def has(self, name: str) -> bool:
        """Whether it is there."""
        return os.path.exists(self._path(name))

    def sizes(self, names: Iterable[str]) -> dict[str, int | None]:
        """The sizes of the files; None for one that is not there."""
        return {name: self._size(name) for name in set(names)}

    def open(self, name: str) -> BinaryIO:
        """Open for reading."""
        return open(self._path(name), "rb")

    def path(self, name: str) -> Path | None:
        """Where it lies."""
        return Path(self._path(name))

    def size(self, name: str) -> int:
        """Its size in bytes."""
        return os.stat(self._path(name)).st_size

    def remove(self, name: str) -> None:
        """Remove it."""
        self._files.remove(self._path(name))

    def set_aside(self, name: str) -> None:
        """Move it where it is found no more, until it is swept away."""
        self._ready({DAMAGED})
        self._files.replace(self._path(name), os.path.join(self._root, DAMAGED, name))
        self._files.fsync_folder(self._folder(name))

    def names(self) -> Iterator[str]:
        """All files, sorted."""
        for folder in self._files.names(self._root):
            if len(folder) == 2:
                for name in self._files.names(os.path.join(self._root, folder)):
                    if is_digest(name) and name[:2] == folder:
                        yield name

    def sweep(self, *, dry_run: bool = False) -> int:
        """Remove what writers that are gone left half written, and what was set aside; how many.

        Only while nobody writes.
        """
        folders = [os.path.join(self._root, name) for name in (TEMPORARY, DAMAGED)]
        left = [f"{each}/{name}" for each in folders if os.path.isdir(each) for name in self._files.names(each)]
        for path in [] if dry_run else left:
            self._files.remove(path)
        return len(left)

    def _put_group(self, group: dict[str, bytes | int]) -> dict[str, int]:
        self._ready({TEMPORARY} | {name[:2] for name in group})
        lengths = {name: length(source) for name, source in group.items()}
        sizes = {name: size for name, size in lengths.items() if self._size(name) == size}
        temporaries: dict[str, str] = {}
        descriptors: dict[str, int] = {}
        try:
            for name, source in group.items():
                if name not in sizes:
                    temporaries[name] = os.path.join(self._root, TEMPORARY, f"{os.getpid()}-{secrets.token_hex(8)}")
                    descriptors[name] = self._files.create(temporaries[name])
                    sizes[name] = write_all(self._files, descriptors[name], source)
            for name in list(descriptors):
                self._files.fsync(descriptors[name])
                self._files.close(descriptors.pop(name))
            for name in list(temporaries):
                self._files.replace(temporaries[name], self._path(name))
                del temporaries[name]
        finally:  # nothing is left here unless something failed
            for descriptor in descriptors.values():
                self._files.close(descriptor)
            for path in temporaries.values():
                with contextlib.suppress(OSError):
                    self._files.remove(path)
        return sizes

    def _size(self, name: str) -> int | None:
        try:
            return os.stat(self._path(name)).st_size
        except FileNotFoundError:
            return None

    def _ready(self, names: set[str]) -> None:
        """Make folders, and make sure that their names outlive a crash."""
        if new := names - self._durable:
            for name in sorted(new):
                self._files.make_folder(os.path.join(self._root, name))
            self._files.fsync_folder(self._root)
            self._durable |= new

    def _folder(self, name: str) -> str:
        return os.path.join(self._root, name[:2])

    def _path(self, name: str) -> str:
        return f"{self._root}/{name[:2]}/{name}"  # asked for thousands of times: `join` would take half of it
