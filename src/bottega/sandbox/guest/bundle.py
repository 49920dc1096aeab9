"""The Script bundle: a zip unpacked to `./Script Bundle`, inside the jail."""

from __future__ import annotations

import importlib.machinery
import io
import os
import shutil
import stat
import sys
import zipfile
from typing import Any

from .failure import JobError

FOLDER = "Script Bundle"
_MOST_ENTRIES = 10_000
_LONGEST_NAME = 1_000
# Above this many, Windows spellings would use up the folder's inodes.
_MOST_SPELLINGS = 3_000
# The frames that a script gets and gives are of these: a second edition would not know them.
_KEPT = ("numpy", "pandas", "pyarrow")


def unpack(descriptor: int, work_folder: str, disk: int) -> None:
    """Unpack the zip and put its folder first on `sys.path`.

    Raises a JobError with code 0102 for what is no zip, and for one that reaches outside
    its folder, holds links, or is larger than the disk that the run may use.
    """
    target = extract(descriptor, work_folder, FOLDER, disk)
    sys.path.insert(0, target)
    _forget_shadowed(target)


def extract(descriptor: int, work_folder: str, name: str, disk: int) -> str:
    """Unpack the zip to a new folder of that name; the folder. Raises as `unpack` does."""
    target = os.path.join(work_folder, name)
    os.mkdir(target, 0o700)
    try:
        with io.BufferedReader(_Content(descriptor)) as file, zipfile.ZipFile(file) as archive:
            entries = _checked(archive.infolist(), disk)
            for entry, parts in entries:
                _extract(archive, entry, os.path.join(target, *parts))
    except JobError:
        raise
    except OSError as error:
        raise _bad(f"it cannot be unpacked: {error.strerror or error}") from None
    except Exception as error:  # noqa: BLE001 - zipfile raises many kinds, among them zlib's and struct's
        raise _bad(str(error) or type(error).__name__) from None
    _add_windows_spellings(work_folder, name)
    return target


class _Content(io.RawIOBase):
    """A file by a position of its own, for other jobs may hold it too; it is read where it lies."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        size = os.fstat(self._descriptor).st_size
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: size}[whence]
        if base + offset < 0:
            raise OSError("there is nothing before its start")
        self._place = base + offset
        return self._place

    def readinto(self, buffer: Any) -> int:
        count = os.preadv(self._descriptor, [buffer], self._place)
        self._place += count
        return count

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()


def _bad(reason: str) -> JobError:
    return JobError("0102", "BadBundle", f"The script bundle cannot be used: {reason}.")


def _checked(infos: list[zipfile.ZipInfo], disk: int) -> list[tuple[zipfile.ZipInfo, list[str]]]:
    if len(infos) > _MOST_ENTRIES:
        raise _bad(f"it holds {len(infos)} entries; the most is {_MOST_ENTRIES}")
    total = sum(info.file_size for info in infos)
    if total > disk:
        raise _bad(f"unpacked it would take {total} bytes; the run's disk holds {disk}")
    return [(info, _parts(info)) for info in infos]


def _parts(info: zipfile.ZipInfo) -> list[str]:
    """The path of an entry below the bundle's folder."""
    # Zips made on Windows by old tools separate folders with backslashes.
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/") or "\0" in name:
        raise _bad(f"the entry {info.filename[:200]!r} reaches outside its folder")
    if len(name.encode("utf-8", "replace")) > _LONGEST_NAME:
        raise _bad(f"the entry {info.filename[:60]!r}… has too long a name")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _bad(f"the entry {info.filename[:200]!r} is a link or a device, not a file")
    if info.flag_bits & 1:
        raise _bad(f"the entry {info.filename[:200]!r} is encrypted")
    return [part for part in name.split("/") if part not in ("", ".")]


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str) -> None:
    if entry.filename.endswith(("/", "\\")):
        os.makedirs(path, exist_ok=True)
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with archive.open(entry) as source, open(path, "wb") as target:
        shutil.copyfileobj(source, target)


def _add_windows_spellings(work_folder: str, target: str) -> None:
    """Links that make `Script Bundle\\x` and `.\\Script Bundle\\x` name the same files.

    To Linux such a path is one odd file name in the working folder, so a link of that
    name serves every way of opening a file, from C too.
    """
    spellings = [target]
    for folder, folders, files in os.walk(os.path.join(work_folder, target)):
        relative = os.path.relpath(folder, work_folder)
        spellings.extend(os.path.join(relative, name) for name in (*folders, *files))
        if len(spellings) > _MOST_SPELLINGS:
            return
    for path in spellings:
        windows = path.replace("/", "\\")
        names = [windows, ".\\" + windows]
        if os.path.isdir(os.path.join(work_folder, path)):
            names += [windows + "\\", ".\\" + windows + "\\"]
        for name in names:
            if len(name.encode()) < 255 and name != path and not os.path.lexists(os.path.join(work_folder, name)):
                os.symlink(path, os.path.join(work_folder, name))


def _forget_shadowed(target: str) -> None:
    """Drop preloaded packages that the bundle brings in its own edition."""
    names = {name.split(".")[0] for name in os.listdir(target)}
    kept = {*_KEPT, *getattr(sys, "stdlib_module_names", ()), __name__.split(".")[0]}
    own = {name for name in names.intersection(sys.modules) - kept if _is_module(name, target)}
    for name in list(sys.modules):
        if name.split(".")[0] in own:
            del sys.modules[name]


def _is_module(name: str, folder: str) -> bool:
    """Whether a folder holds a module or package of that name, and not only data under it."""
    spec = importlib.machinery.PathFinder.find_spec(name, [folder])
    return spec is not None and spec.origin is not None
