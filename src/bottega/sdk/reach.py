"""What a module outside the jail may reach of the world: given by the engine, within the workspace's rules."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol


class Blobs(Protocol):
    """What a path, an account's or an address's, means in blob storage."""

    def names(self) -> list[str]:
        """The names of the blobs that there are, sorted, at least one. Raises `0065`, and as `download`."""
        ...

    def download(self, name: str, into: Path) -> None:
        """Read a blob into a file. Raises `0030`, `0064`, `0065`, `0071`, `0079`, `input-too-large`."""
        ...

    def upload(self, file: Path, *, overwrite: bool) -> None:
        """Write the blob that the path names, whole or not at all. Raises `0057`, `0064`, `0066`, `0071`, `0079`."""
        ...


class Reach(Protocol):
    """The way out for modules with isolation HOST. All of it raises `access-refused`, `0072`, `0154` and `canceled`."""

    def local_file(self, path: str) -> Path:
        """The local file to read or write, if the workspace allows it. Raises `access-refused`."""
        ...

    def fetch(self, url: str, into: Path) -> None:
        """Fetch a web address into a file. Raises `0029`, `0030`, `0072`, `0078`, `0154` or `access-refused`."""
        ...

    def account_blobs(self, account: str, key: str, path: str) -> AbstractContextManager[Blobs]:
        """The blobs of an account: `container/folder/name`, with `*` and `?`. Raises `0009`, `0052`, `0065`, `0079`."""
        ...

    def shared_blob(self, uri: str) -> AbstractContextManager[Blobs]:
        """The one blob at an address that is public, or has a signature. Raises `0029`."""
        ...

    def database(self, url: str, *, user: str, password: str, writes: bool) -> AbstractContextManager[Any]:
        """A connection of SQLAlchemy in one transaction, which counts when the block ends well.

        Raises `0015`, `0029`, `0048`, `0071`, and `query-failed` for what the database refuses.
        """
        ...
