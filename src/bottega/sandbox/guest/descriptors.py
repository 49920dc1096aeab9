"""Reading files that came as descriptors."""

from __future__ import annotations

import os

_PART = 1 << 30


def read_all(descriptor: int) -> bytes:
    """The whole content, and close it. The position is not used: other jobs may hold the same file."""
    parts = []
    place = 0
    try:
        while True:
            part = os.pread(descriptor, _PART, place)
            if not part:
                return b"".join(parts)
            parts.append(part)
            place += len(part)
    finally:
        os.close(descriptor)
