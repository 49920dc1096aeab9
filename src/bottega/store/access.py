"""What may be done with a database where it lies: everything, or nothing but reading."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL

# SQLite keeps an index of what it writes beside the database, of 32 KiB at least.
_LEAST_ROOM = 1 << 16


def refusal(path: Path) -> str:
    """Why nothing can be written to a database or beside it; empty where it can, or where there is no database yet."""
    if not path.exists() or (_may_write(path) and _may_write(path.parent)):
        return ""
    is_sealed = os.statvfs(path.parent).f_flag & os.ST_RDONLY
    return "its file system is read-only" if is_sealed else "there is no right to write to it"


def has_room(path: Path) -> bool:
    """Whether the disk has room for what SQLite keeps beside a database."""
    return shutil.disk_usage(path.parent).free >= _LEAST_ROOM


def is_settled(path: Path) -> bool:
    """Whether all that was written is in the database itself, and nobody has it open for writing."""
    log = Path(f"{path}-wal")
    return not log.exists() or not log.stat().st_size


def for_writing(path: Path) -> URL:
    """How it is opened where all may be done."""
    return URL.create("sqlite", database=str(path))


def for_looking(path: Path) -> URL:
    """How it is opened where nothing can be written.

    SQLite wants its files beside the database even for reading. Where none are there and none
    can be made the file is read as it lies: right as long as nobody writes, and who would
    make those files.
    """
    query = {"mode": "ro", "uri": "true"}
    if is_settled(path) and not (_may_write(path.parent) and has_room(path)):
        query["immutable"] = "1"
    return URL.create("sqlite", database=f"file:{quote(str(path))}", query=query)


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=True)
