"""A table as the bytes of a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bottega.sdk import Table


def as_bytes(table: Table, file_format: str) -> bytes:
    """What a file of that format of `bottega.dataset.formats` would hold. Raises as its `write` does."""
    from bottega.dataset.formats import registry

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "dataset")
        registry.write(table, path, file_format)
        return path.read_bytes()
