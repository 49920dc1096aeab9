"""What a script leaves in its folder: pictures at the top, files in `outputs`."""

from __future__ import annotations

import os
import stat
import zipfile
from typing import Any

_PICTURES = (".png", ".svg")
_MOST_PICTURES = 200
OUTPUTS = "outputs"


def pictures(work_folder: str, *, by_inode: bool, notes: list[str]) -> list[str]:
    """The names of the pictures, in order of creation.

    A tmpfs numbers its files as they are made, so there the inode tells the order; the
    host's own file systems do not, and there the time of the last change has to.
    """
    found = []
    for entry in os.scandir(work_folder):
        if entry.name.lower().endswith(_PICTURES) and entry.is_file(follow_symlinks=False):
            status = entry.stat(follow_symlinks=False)
            found.append((status.st_ino if by_inode else status.st_mtime_ns, entry.name))
    if len(found) > _MOST_PICTURES:
        notes.append(f"The script left {len(found)} pictures; the first {_MOST_PICTURES} are kept.")
    return [name for _, name in sorted(found)[:_MOST_PICTURES]]


def collect_pictures(descriptor: int, work_folder: str, names: list[str]) -> list[dict[str, Any]]:
    """Write the pictures one after the other; each one's name and length."""
    told: list[dict[str, Any]] = []
    with os.fdopen(descriptor, "wb", closefd=False) as target:
        for name in names:
            data = _read_plain(os.path.join(work_folder, name))
            if data is not None:
                target.write(data)
                # Windows spellings leave file names such as `.\plot.png`.
                told.append({"name": name.replace("\\", "/").split("/")[-1], "length": len(data)})
    return told


def has_files(work_folder: str) -> bool:
    """Whether there is a folder `outputs`."""
    root = os.path.join(work_folder, OUTPUTS)
    return os.path.isdir(root) and not os.path.islink(root)


def _read_plain(path: str) -> bytes | None:
    """The bytes of a regular file with one name; None for links and all else."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            return None
        return file.read()


def collect_files(descriptor: int, work_folder: str) -> int:
    """Zip the plain files below `outputs`, by sorted path and without times; how many there are."""
    if not has_files(work_folder):
        return 0
    root = os.path.join(work_folder, OUTPUTS)
    paths = sorted(
        os.path.join(folder, name)
        for folder, _, files in os.walk(root)
        for name in files
        if not os.path.islink(os.path.join(folder, name))
    )
    count = 0
    with os.fdopen(descriptor, "wb", closefd=False) as target, zipfile.ZipFile(target, "w") as archive:
        for path in paths:
            data = _read_plain(path)
            if data is not None:
                # The oldest date a zip can tell: equal files make an equal zip.
                entry = zipfile.ZipInfo(_entry_name(os.path.relpath(path, root)), (1980, 1, 1, 0, 0, 0))
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 1)
                count += 1
    return count


def _entry_name(path: str) -> str:
    """The path as a zip has it: Windows spellings name folders, and every letter is text."""
    return path.replace("\\", "/").encode("utf-8", "replace").decode()
