"""The names of stored files."""

from __future__ import annotations

import hashlib
import re

# 64 digits, and for what is not named by its plain bytes a suffix that says how it was named.
_NAME = re.compile(r"[0-9a-f]{64}(\.[a-z0-9]{1,16})?")
_PIECE = 1 << 20


def bytes_digest(data: bytes | bytearray | memoryview) -> str:
    """The BLAKE2b-256 of bytes, as hexadecimal text."""
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def file_digest(path: str) -> str:
    """The same of a file's content, read piece by piece. Raises OSError."""
    state = hashlib.blake2b(digest_size=32)
    with open(path, "rb") as file:
        while piece := file.read(_PIECE):
            state.update(piece)
    return state.hexdigest()


def is_digest(text: str) -> bool:
    """Whether a text can name a stored file."""
    return _NAME.fullmatch(text) is not None


def checked(digest: str) -> str:
    """The digest itself. Raises ValueError for what is none, so that no path is ever made of it."""
    if not is_digest(digest):
        raise ValueError(f"{digest!r} is no digest")
    return digest
