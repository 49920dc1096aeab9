"""Where Bottega keeps what it builds and remembers, per user."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """`BOTTEGA_HOME`, else the user's data folder for Bottega."""
    named = os.environ.get("BOTTEGA_HOME")
    if named:
        return Path(named).absolute()
    data = os.environ.get("XDG_DATA_HOME")
    base = Path(data) if data and Path(data).is_absolute() else Path.home() / ".local" / "share"
    return base / "bottega"


def private(path: Path) -> Path:
    """The folder, made for the user alone where it is not there."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path
