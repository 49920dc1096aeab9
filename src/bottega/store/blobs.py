"""Stored files, named by a digest of what they hold; written once, never changed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, TypeAlias

from bottega.errors import BottegaError
from bottega.store.digest import checked
from bottega.store.local import LocalStorage
from bottega.store.remote import RemoteStorage

# Bytes, or the descriptor of a file, which is read from its begin and keeps its position.
Source: TypeAlias = bytes | int


class Blobs:
    """The files of a workspace.

    The caller gives the digest, for that of a table is one of its content, not of its bytes.
    A digest that is none is a ValueError; a file that is not there is `blob-missing`; what
    the disk refuses is `store-failed`.

    `guard` holds off pruning while files are written.
    """

    def __init__(
        self,
        storage: LocalStorage | RemoteStorage,
        place: str,
        guard: Callable[[], AbstractContextManager[object]] = contextlib.nullcontext,
    ) -> None:
        self._storage = storage
        self._place = place
        self._guard = guard

    def put(self, digest: str, source: Source) -> int:
        """Store a file that is not there yet, or is there in another size; durable on return. Its size in bytes."""
        return self.put_many([(digest, source)])[digest]

    def put_many(self, items: Iterable[tuple[str, Source]]) -> dict[str, int]:
        """Store the files that are not there yet, as a group; all are durable on return. The size of each.

        One that is there in another size is damaged, and gives way to the new one.
        """
        named = [(checked(digest), source) for digest, source in items]
        if not named:
            return {}
        with self._told(), self._guard():
            return self._storage.put(named)

    def has(self, digest: str) -> bool:
        """Whether it is there."""
        with self._told():
            return self._storage.has(checked(digest))

    def sizes(self, digests: Iterable[str]) -> dict[str, int | None]:
        """The sizes of those that this machine can tell of without asking another; None for one that is gone."""
        with self._told():
            return self._storage.sizes(map(checked, digests))

    def read(self, digest: str) -> bytes:
        """All its bytes."""
        with self.open(digest) as file, self._told(digest):
            return file.read()

    def open(self, digest: str) -> BinaryIO:
        """Open for reading."""
        with self._told(digest):
            return self._storage.open(checked(digest))

    def path(self, digest: str) -> Path | None:
        """Where it lies, for mapping it into memory; None when that is not on this machine."""
        path = self._storage.path(checked(digest))
        if path is not None and not path.exists():
            raise BottegaError("blob-missing", digest=digest)
        return path

    def size(self, digest: str) -> int:
        """Its size in bytes."""
        with self._told(digest):
            return self._storage.size(checked(digest))

    def remove(self, digest: str) -> None:
        """Remove it; one that is gone already is no error."""
        with self._told(), contextlib.suppress(FileNotFoundError):
            self._storage.remove(checked(digest))

    def set_aside(self, digest: str) -> None:
        """Let it be found no more; sweeping removes it for good. One that is gone is no error."""
        with self._told(), contextlib.suppress(FileNotFoundError):
            self._storage.set_aside(checked(digest))

    def digests(self) -> Iterator[str]:
        """The digests of all files, sorted."""
        with self._told():
            yield from self._storage.names()

    def total_size(self) -> int:
        """The bytes of all files together."""
        total = 0
        with self._told():
            for digest in self._storage.names():
                with contextlib.suppress(FileNotFoundError):  # pruned meanwhile
                    total += self._storage.size(digest)
        return total

    def sweep(self, *, dry_run: bool = False) -> int:
        """Remove what writers that are gone left half written, and what was set aside; how many.

        Only while nobody writes.
        """
        with self._told():
            return self._storage.sweep(dry_run=dry_run)

    @contextlib.contextmanager
    def _told(self, digest: str | None = None) -> Iterator[None]:
        """Failures of the disk in the user's words; with a digest, a file that is not there is that blob."""
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            if digest is None:
                raise BottegaError("store-failed", path=self._place, reason=reason) from error
            if isinstance(error, FileNotFoundError):
                raise BottegaError("blob-missing", digest=digest) from error
            raise BottegaError("0048", path=digest, reason=reason) from error
