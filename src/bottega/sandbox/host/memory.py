"""Anonymous files that carry tables, scripts and results in and out of a jail."""

from __future__ import annotations

import fcntl
import mmap
import os
import threading
from collections.abc import Callable
from typing import BinaryIO, Self

_ADD_SEALS = 1033
_SEAL_SEAL, _SEAL_SHRINK, _SEAL_GROW, _SEAL_WRITE = 1, 2, 4, 8
_ALL_SEALS = _SEAL_SEAL | _SEAL_SHRINK | _SEAL_GROW | _SEAL_WRITE
_making = threading.Lock()


class Memory:
    """A memory file. Once sealed nobody, whoever holds a descriptor of it, can change it."""

    def __init__(self, name: str) -> None:
        self._descriptor = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)

    @property
    def descriptor(self) -> int:
        """The file's; -1 once it is closed."""
        return self._descriptor

    @classmethod
    def sealed(cls, name: str, write: Callable[[BinaryIO], object]) -> Self:
        """A sealed file of what `write` puts in it."""
        memory = cls(name)
        try:
            with os.fdopen(memory._descriptor, "wb", 1 << 20, closefd=False) as file:
                write(file)
            memory.seal()
        except BaseException:
            memory.close()
            raise
        return memory

    @classmethod
    def of(cls, name: str, data: bytes) -> Self:
        """A sealed file of these bytes."""
        return cls.sealed(name, lambda file: file.write(data))

    def share(self) -> Memory:
        """The same file by a descriptor of its own."""
        other = Memory.__new__(Memory)
        other._descriptor = os.dup(self._descriptor)  # noqa: SLF001
        return other

    def seal(self) -> None:
        """Freeze the content. Raises OSError (EBUSY) while somebody has it mapped for writing."""
        fcntl.fcntl(self._descriptor, _ADD_SEALS, _ALL_SEALS)

    @property
    def size(self) -> int:
        """Length in bytes."""
        return os.fstat(self._descriptor).st_size

    def read(self, start: int = 0, length: int | None = None) -> bytes:
        """A part of the content."""
        wanted = self.size - start if length is None else length
        parts = []
        while wanted > 0 and (part := os.pread(self._descriptor, min(wanted, 1 << 30), start)):
            parts.append(part)
            start += len(part)
            wanted -= len(part)
        return b"".join(parts)

    def view(self) -> bytes | mmap.mmap:
        """The content where it lies, without a copy; of a sealed file only, for others may change."""
        size = self.size
        return mmap.mmap(self._descriptor, size, prot=mmap.PROT_READ) if size else b""

    def close(self) -> None:
        """Let go of the file; its memory is freed when the last holder does."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Inline(Memory):
    """A few bytes with the face of a sealed memory file, which is made only when somebody asks for its descriptor."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._descriptor = -1

    @property
    def descriptor(self) -> int:
        """Of a file with these bytes."""
        with _making:
            if self._descriptor < 0:
                self._descriptor = Memory.of("inline", self._data).descriptor
            return self._descriptor

    def share(self) -> Inline:
        """The same bytes."""
        return Inline(self._data)

    def seal(self) -> None:
        """Nothing: bytes do not change."""

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self._data)

    def read(self, start: int = 0, length: int | None = None) -> bytes:
        """A part of the content."""
        return self._data[start : None if length is None else start + length]

    def view(self) -> bytes:
        """The bytes themselves."""
        return self._data
