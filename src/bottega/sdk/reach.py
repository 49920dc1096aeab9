"""What a module outside the jail may reach of the world: given by the engine, within the workspace's rules."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Reach(Protocol):
    """The way out for modules with isolation HOST."""

    def local_file(self, path: str) -> Path:
        """The local file to read or write, if the workspace allows it. Raises `access-refused`."""
        ...

    def fetch(self, url: str, into: Path) -> None:
        """Fetch a web address into a file. Raises `0029`, `0030`, `0072`, `0078`, `0154` or `access-refused`."""
        ...
