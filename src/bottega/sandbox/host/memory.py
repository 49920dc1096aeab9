"""Anonymous files that carry tables, scripts and results in and out of a jail."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from typing import BinaryIO, Self

_ADD_SEALS = 1033
_SEAL_SEAL, _SEAL_SHRINK, _SEAL_GROW, _SEAL_WRITE = 1, 2, 4, 8
_ALL_SEALS = _SEAL_SEAL | _SEAL_SHRINK | _SEAL_GROW | _SEAL_WRITE


class Memory:
    """A memory file. Once sealed nobody, whoever holds a descriptor of it, can change it."""

    def __init__(self, name: str) -> None:
        self.descriptor = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)

    @classmethod
    def sealed(cls, name: str, write: Callable[[BinaryIO], object]) -> Self:
        """A sealed file of what `write` puts in it."""
        memory = cls(name)
        try:
            with os.fdopen(memory.descriptor, "wb", 1 << 20, closefd=False) as file:
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
        other.descriptor = os.dup(self.descriptor)
        return other

    def seal(self) -> None:
        """Freeze the content. Raises OSError (EBUSY) while somebody has it mapped for writing."""
        fcntl.fcntl(self.descriptor, _ADD_SEALS, _ALL_SEALS)

    @property
    def size(self) -> int:
        """Length in bytes."""
        return os.fstat(self.descriptor).st_size

    def read(self, start: int = 0, length: int | None = None) -> bytes:
        """A part of the content."""
        wanted = self.size - start if length is None else length
        parts = []
        while wanted > 0 and (part := os.pread(self.descriptor, min(wanted, 1 << 30), start)):
            parts.append(part)
            start += len(part)
            wanted -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        """Let go of the file; its memory is freed when the last holder does."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
