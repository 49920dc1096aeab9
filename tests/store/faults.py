"""A disk that forgets what was not synced, tears what was half written, fills up and fails.

The real folder always shows what a running process would see. Beside it stands a model of
what the platter holds: names become durable when their folder is synced, contents when
their file is. `settle` makes the real folder what it would be after the power came back.
"""

from __future__ import annotations

import contextlib
import errno
import os
import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from bottega.store.files import Files


class Crash(BaseException):
    """The power is gone. No `except Exception` and no clean-up gets past it."""


@dataclass(eq=False)
class Inode:
    """A file or a folder: what was written to it, and how much of that was synced (None: nothing yet)."""

    folder: bool = False
    content: bytearray = field(default_factory=bytearray)
    synced: bytes | None = None


@dataclass(frozen=True)
class Fault:
    """What happens at which call, counted from 0.

    crash  everything ends there; a write gets half of its bytes out
    EIO    that call fails
    ENOSPC that call fails if it needs room, and all later ones that do
    """

    kind: str
    at: int


class FaultyFiles(Files):
    """The calls of `Files` on such a disk, below one folder."""

    def __init__(self, root: Path, fault: Fault | None = None) -> None:
        self.root = str(root)
        self.fault = fault
        self.calls = 0
        self.down = False
        self.entries: dict[str, Inode] = {}
        self.open_files: dict[int, Inode] = {}
        # Changes of names that are not durable yet, in order, by folder.
        self.pending: dict[str, list[tuple[str, Inode | None]]] = {}
        for folder, _, files in os.walk(self.root):
            self.entries[folder] = Inode(folder=True)
            for name in files:
                if not name.startswith("bottega.db"):  # SQLite has a file system layer and tests of its own
                    content = Path(folder, name).read_bytes()
                    self.entries[os.path.join(folder, name)] = Inode(content=bytearray(content), synced=content)
        self.durable = dict(self.entries)

    def make_folder(self, path: str) -> None:
        self._call(needs_room=True)
        if path not in self.entries:
            super().make_folder(path)
            self._rename(path, Inode(folder=True))

    def create(self, path: str) -> int:
        self._call(needs_room=True)
        descriptor = super().create(path)
        self.open_files[descriptor] = Inode()
        self._rename(path, self.open_files[descriptor])
        return descriptor

    def write(self, descriptor: int, data: memoryview) -> int:
        try:
            self._call(needs_room=True)
        except Crash:
            self.open_files[descriptor].content += data[: len(data) // 2]
            raise
        taken = super().write(descriptor, data[: max(1, len(data) // 3)])  # callers have to go on with the rest
        self.open_files[descriptor].content += data[:taken]
        return taken

    def copy(self, source: int, target: int, offset: int) -> int:
        piece = os.pread(source, 1000, offset)
        return self.write(target, memoryview(piece)) if piece else 0

    def fsync(self, descriptor: int) -> None:
        self._call()
        self.open_files[descriptor].synced = bytes(self.open_files[descriptor].content)

    def close(self, descriptor: int) -> None:
        if not self.down:
            self.open_files.pop(descriptor)
            super().close(descriptor)  # like the kernel: closed even when it reports an error
        self._call()

    def replace(self, source: str, target: str) -> None:
        self._call()
        super().replace(source, target)
        inode = self.entries[source]
        self._rename(source, None)
        self._rename(target, inode)

    def fsync_folder(self, path: str) -> None:
        self._call()
        for name, inode in self.pending.pop(path, []):
            _apply(self.durable, name, inode)

    def remove(self, path: str) -> None:
        self._call()
        super().remove(path)
        self._rename(path, None)

    def settle(self, chance: random.Random | None, *, everything: bool = False) -> None:
        """Make the real folder what survives: nothing that was not synced, all of it, or a part by chance."""
        for descriptor in self.open_files:
            with contextlib.suppress(OSError):
                os.close(descriptor)
        self.open_files = {}
        names = dict(self.durable)
        for changes in self.pending.values():
            count = len(changes) if everything else chance.randint(0, len(changes)) if chance else 0
            for name, inode in changes[:count]:
                _apply(names, name, inode)
        self._clear()
        for path, inode in sorted(names.items()):
            if not os.path.isdir(os.path.dirname(path)):
                continue  # its folder was not durable
            if inode.folder:
                os.makedirs(path, exist_ok=True)
            else:
                content = bytes(inode.content)
                least = len(inode.synced or b"")
                length = len(content) if everything else chance.randint(least, len(content)) if chance else least
                Path(path).write_bytes(content[:length])

    def _clear(self) -> None:
        for entry in os.scandir(self.root):
            if entry.is_dir():
                shutil.rmtree(entry.path)
            elif not entry.name.startswith("bottega.db"):
                os.unlink(entry.path)

    def _rename(self, path: str, inode: Inode | None) -> None:
        _apply(self.entries, path, inode)
        self.pending.setdefault(os.path.dirname(path), []).append((path, inode))

    def _call(self, *, needs_room: bool = False) -> None:
        if self.down:
            raise Crash
        number, self.calls = self.calls, self.calls + 1
        if self.fault is None:
            return
        if self.fault.kind == "crash" and number >= self.fault.at:
            self.down = True
            raise Crash
        if self.fault.kind == "EIO" and number == self.fault.at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        if self.fault.kind == "ENOSPC" and number >= self.fault.at and needs_room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _apply(names: dict[str, Inode], path: str, inode: Inode | None) -> None:
    if inode is None:
        names.pop(path, None)
    else:
        names[path] = inode
