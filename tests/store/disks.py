"""A disk of its own for a test: one that is soon full, or that can be made read-only."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


class Disk:
    """A file system in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """Leave nothing free."""
        with (self.folder / "filler").open("ab") as file:
            place, free = file.tell(), shutil.disk_usage(self.folder).free
            if free:
                os.posix_fallocate(file.fileno(), place, free)

    def empty(self) -> None:
        """Free what was filled."""
        (self.folder / "filler").unlink(missing_ok=True)

    @contextlib.contextmanager
    def read_only(self) -> Iterator[None]:
        """For the length of a block."""
        _run("mount", "-o", "remount,ro", str(self.folder))
        try:
            yield
        finally:
            _run("mount", "-o", "remount,rw", str(self.folder))


@contextlib.contextmanager
def disk(folder: Path, size: str = "1200k") -> Iterator[Disk]:
    """A disk of this size; skips the test where none can be had."""
    if os.geteuid() != 0:
        pytest.skip("only root mounts file systems")
    folder.mkdir(exist_ok=True)
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder))
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no file system can be mounted here: {error.stderr}")
    try:
        yield Disk(folder)
    finally:
        _run("umount", "-l", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)
