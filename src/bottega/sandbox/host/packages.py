"""What is installed in folders of packages, read without running any of it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from bottega.errors import BottegaError

DEEPEST = 100  # folders in folders: far from what Python's own walks can bear
MOST_FILES = 1_000_000
# Of the files that can be imported, by their endings.
_SOURCES = (".py", ".so")
_RECORD = re.compile(r"(?P<name>[A-Za-z0-9._-]+?)-(?P<version>[0-9][^-/]*?)(-py[\d.]+)?\.(dist|egg)-info")


def modules(folders: Iterable[Path]) -> list[str]:
    """The top-level names that can be imported."""
    names = set()
    for folder in folders:
        for entry in _entries(folder):
            name, ending = os.path.splitext(entry.name)
            if ending in _SOURCES and not entry.is_dir():
                names.add(name.split(".")[0])
            elif not ending and entry.is_dir():
                names.add(entry.name)
    return sorted(name for name in names if name.isidentifier() and name != "__pycache__")


def versions(folders: Iterable[Path]) -> list[tuple[str, str]]:
    """Packages and their versions by the names of their records; of two folders the first counts."""
    found: dict[str, str] = {}
    for folder in folders:
        for entry in _entries(folder):
            record = _RECORD.fullmatch(entry.name)
            if record is not None:
                found.setdefault(re.sub(r"[-_.]+", "-", record["name"]).lower(), record["version"])
    return sorted(found.items())


def check_shape(name: str, folder: Path) -> None:
    """Raise `environment-build-failed` for what hostile packages install: folders nested too deep, or too many files."""
    count, waiting = 0, [(str(folder), 0)]
    while waiting:
        path, depth = waiting.pop()
        with os.scandir(path) as entries:
            for entry in entries:
                count += 1
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, depth + 1))
        if depth > DEEPEST or count > MOST_FILES:
            reason = f"its packages are nested more than {DEEPEST} folders deep, or are more than {MOST_FILES:,} files"
            raise BottegaError("environment-build-failed", name=name, reason=reason)


def size(folder: Path) -> int:
    """The bytes that a folder takes on disk, each file once; links are not followed."""
    return sum(blocks for blocks, _ in _files(folder))


def freed(folder: Path) -> int:
    """The bytes that its removal gives back: files that have a name elsewhere stay on the disk."""
    return sum(blocks for blocks, is_shared in _files(folder) if not is_shared)


def _files(folder: Path) -> Iterator[tuple[int, bool]]:
    seen: dict[tuple[int, int], int] = {}
    facts: dict[tuple[int, int], os.stat_result] = {}
    for path, folders, files in os.walk(folder):
        for name in (*folders, *files):
            try:
                status = os.lstat(os.path.join(path, name))
            except OSError:
                continue  # it went while we looked
            key = (status.st_dev, status.st_ino)
            seen[key] = seen.get(key, 0) + 1
            facts[key] = status
    for key, status in facts.items():
        is_file = not stat.S_ISDIR(status.st_mode)
        yield status.st_blocks * 512, is_file and status.st_nlink > seen[key]


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
