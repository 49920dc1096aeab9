"""A workspace as one tar file, and back."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec
from sqlalchemy import update

from bottega.errors import BottegaError
from bottega.store import pruning
from bottega.store.blobs import Blobs
from bottega.store.database import Database
from bottega.store.digest import is_digest
from bottega.store.tables import WORKSPACE
from bottega.store.vault import KEY_FILE

DATABASE = "bottega.db"
FILES = "files"
_HEAD = "bottega-backup.json"
# The first had no key file.
_FORMATS = (1, 2)
_HEAD_LIMIT = 1 << 16
_MEMBER = re.compile(rf"{FILES}/([^/]+)/([^/]+)")


def pack(database: Database, blobs: Blobs, key_file: Path, still: AbstractContextManager[object], target: Path) -> None:
    """Write the file: what is inside, the database, its key file, then each stored file that it names.

    A file that is named and gone is left out: the copy is as whole as the workspace. Who has
    it has the workspace's secrets, so it is for this user alone. Within `still` nobody makes
    another key. Raises `0057` when the target is there and `0048` when it cannot be written.
    """
    if target.exists():
        raise BottegaError("0057", path=str(target))
    try:
        with _beside(target) as (temporary, snapshot):
            with still:
                database.copy_to(snapshot)
                key = key_file.read_bytes() if key_file.exists() else b""
            _write(snapshot, blobs, key, temporary)
            temporary.rename(target)
            _sync_folder(target.absolute().parent)
    except OSError as error:
        raise BottegaError("0048", path=str(target), reason=error.strerror or str(error)) from error


def unpack(source: Path, folder: Path) -> None:
    """Write what a backup holds to an empty folder; durable on return.

    Names are checked, links and all else but plain files refused. Raises `0048` when the file
    cannot be opened and `usage` when it is no whole backup.
    """
    try:
        with tarfile.open(source, "r:") as archive:
            _extract(archive, folder)
    except (tarfile.TarError, ValueError) as error:
        raise _no_backup(source, str(error)) from error
    except OSError as error:
        path = error.filename or source
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error


def _write(snapshot: Path, blobs: Blobs, key: bytes, temporary: Path) -> None:
    with contextlib.closing(Database(snapshot)) as copy, copy.writing() as connection:
        named = sorted(pruning.named(connection))
        # The copy holds the stored files itself, wherever they lie now.
        connection.execute(update(WORKSPACE).values(files_url=None))
    there = [digest for digest in named if blobs.has(digest)]
    head = msgspec.json.encode({"format": _FORMATS[-1], "files": len(there), "key": int(bool(key))})
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, _HEAD, io.BytesIO(head), len(head))
        with snapshot.open("rb") as content:
            _add(archive, DATABASE, content, snapshot.stat().st_size)
        if key:
            _add(archive, KEY_FILE, io.BytesIO(key), len(key))
        for digest in there:
            with blobs.open(digest) as content:
                _add(archive, f"{FILES}/{digest[:2]}/{digest}", content, blobs.size(digest))
        archive.close()
        file.flush()
        os.fsync(file.fileno())


def _add(archive: tarfile.TarFile, name: str, content: object, size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o600
    archive.addfile(member, content)  # type: ignore[arg-type]  # all it does is read


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Raises ValueError for what `pack` never wrote."""
    head = _head(archive)
    found: set[str] = set()
    for member in iter(archive.next, None):  # not over the archive itself, which begins anew
        if member.name in found:
            raise ValueError(f"{member.name} is in it twice")
        _extract_one(archive, member, folder)
        found.add(member.name)
    single = {DATABASE, KEY_FILE} if head.get("key") else {DATABASE}
    if not single <= found or len(found) != head.get("files", 0) + len(single):
        raise ValueError("it is not complete")
    folders = {folder / os.path.dirname(name) for name in found} | {folder / FILES, folder}
    for path in folders:
        if path.is_dir():
            _sync_folder(path)


def _head(archive: tarfile.TarFile) -> dict[str, int]:
    """What it tells of itself: the number of stored files that follow, and whether a key file does."""
    member = archive.next()
    if member is None or member.name != _HEAD or not member.isreg() or member.size > _HEAD_LIMIT:
        raise ValueError("its first entry is not that of a backup")
    content = archive.extractfile(member)
    assert content is not None  # noqa: S101  # a regular file has one
    head = msgspec.json.decode(content.read(), type=dict[str, int])
    if head.get("format") not in _FORMATS:
        raise ValueError("it was written by a newer Bottega than this one")
    return head


def _extract_one(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    if not member.isreg() or member.issparse():
        raise ValueError(f"{member.name} is no plain file")
    match = _MEMBER.fullmatch(member.name)
    if member.name not in {DATABASE, KEY_FILE} and not (match and is_digest(match[2]) and match[1] == match[2][:2]):
        raise ValueError(f"{member.name} does not belong into it")
    path = folder / member.name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = archive.extractfile(member)
    assert content is not None  # noqa: S101  # a regular file has one
    mode = 0o600 if member.name == DATABASE else 0o400  # what is never written again
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        shutil.copyfileobj(content, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def _beside(target: Path) -> Iterator[tuple[Path, Path]]:
    """Two files to be, in a private folder beside the target that goes in the end."""
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".bottega-") as folder:
        yield Path(folder) / "backup.tar", Path(folder) / DATABASE


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _no_backup(source: Path, reason: str) -> BottegaError:
    return BottegaError("usage", reason=f"{source} is no backup of a workspace: {reason}")
