"""Reading files that came as descriptors."""

from __future__ import annotations

import mmap
import os

_PART = 1 << 30


def read_all(descriptor: int) -> bytes:
    """The whole content, and close it. The position is not used: other jobs may hold the same file."""
    parts = []
    place = 0
    try:
        size = os.fstat(descriptor).st_size
        while place < size:
            # No more than there is: Python takes memory for all that is asked for.
            part = os.pread(descriptor, min(size - place, _PART), place)
            if not part:
                break
            parts.append(part)
            place += len(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def mapped(descriptor: int) -> mmap.mmap:
    """The content mapped privately: it can be written to, and the file stays as it is."""
    size = os.fstat(descriptor).st_size
    return mmap.mmap(descriptor, size, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
