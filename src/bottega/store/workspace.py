"""The workspace: one folder that holds all that Bottega remembers."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
import uuid
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from sqlalchemy import insert, select, text

from bottega.errors import BottegaError
from bottega.store import access
from bottega.store.backup import DATABASE, FILES, unpack
from bottega.store.blobs import Blobs
from bottega.store.database import Database
from bottega.store.datasets import Datasets
from bottega.store.experiments import Experiments
from bottega.store.files import Files, write_whole
from bottega.store.jobs import Jobs
from bottega.store.local import LocalStorage
from bottega.store.locks import MIGRATE, PRUNE, Locks
from bottega.store.migration import revision, upgrade
from bottega.store.records import Kind
from bottega.store.remote import RemoteStorage
from bottega.store.reserve import NAME as RESERVE
from bottega.store.reserve import Reserve
from bottega.store.results import Results
from bottega.store.runs import Runs
from bottega.store.services import Services
from bottega.store.settings import Settings
from bottega.store.tables import REVISION, WORKSPACE
from bottega.store.tokens import Tokens
from bottega.store.upkeep import Upkeep
from bottega.store.uploads import Uploads
from bottega.store.vault import Vault

_LOCKS = "locks"
_IGNORE = ".gitignore"
# What a workspace holds whose making was cut short.
_BEGUN = {_LOCKS, FILES, _IGNORE, f"{_IGNORE}.new", RESERVE}


class _Known(NamedTuple):
    """What the database says of the workspace itself."""

    id: str
    files_url: str | None


class Workspace:
    """All that Bottega remembers, each kind of thing in an attribute; any number of threads and processes use it at once.

    id      32 hexadecimal digits, made once, kept by backups
    folder  where it lies, absolute
    """

    def __init__(self, folder: Path, database: Database, known: _Known, files: Files) -> None:
        """For `open`, which knows that the database is up to date."""
        self.folder = folder
        self.id: str = known.id
        self._database = database
        self._locks = Locks(folder / _LOCKS)
        self._reserve = Reserve(folder)
        local = LocalStorage(folder / FILES, files)
        storage = RemoteStorage(known.files_url) if known.files_url else local
        self.blobs = Blobs(storage, str(folder), self.unpruned)
        self.vault = Vault(folder, database, self._locks, files)
        self.tokens = Tokens(database, self.vault)
        self.datasets = Datasets(database, self.blobs, self.unpruned)
        self.trained_models = Datasets(database, self.blobs, self.unpruned, Kind.TRAINED_MODEL)
        self.transforms = Datasets(database, self.blobs, self.unpruned, Kind.TRANSFORM)
        self.modules = Datasets(database, self.blobs, self.unpruned, Kind.MODULE)
        self.experiments = Experiments(database)
        self.results = Results(database, self.blobs)
        self.runs = Runs(database, self.blobs, self._locks)
        self.services = Services(database, self.blobs, self.vault, self.unpruned)
        self.jobs = Jobs(database, self.blobs, self.vault, self._locks, self.unpruned)
        self.uploads = Uploads(folder)
        self.settings = Settings(database)
        self.upkeep = Upkeep(folder, database, self.blobs, self._locks, self._reserve, self.uploads)

    @classmethod
    def open(
        cls, folder: Path, *, create: bool = True, files_url: str | None = None, files: Files | None = None
    ) -> Workspace:
        """Open the workspace in a folder, making it where there is none yet.

        With `files_url`, told when it is made, stored files are kept there in place of the
        folder, by fsspec. One that cannot be written, for its disk is full or there is no right to,
        is opened for reading. Raises `usage` when the folder holds something else, when there is no
        workspace and none is to be made, or when a newer Bottega made it; `store-failed` when
        it cannot be made, `0048` when it cannot be read and `store-damaged`.
        """
        folder = Path(folder).absolute()
        files = files or Files()
        try:
            if not access.refusal(folder / DATABASE):
                _lay_out(folder, files, create=create)
        except OSError as error:
            raise BottegaError("store-failed", path=str(folder), reason=error.strerror or str(error)) from error
        database = Database(folder / DATABASE)
        try:
            _open(database, Reserve(folder))
            known = _known(database)
            if known is None:
                with Locks(folder / _LOCKS).alone(MIGRATE):
                    known = _brought_up_to_date(database, folder, files_url)
            if files_url not in {None, known.files_url}:
                raise BottegaError("usage", reason=f"The files of workspace {folder} are not kept at {files_url}")
            if not database.only_read:
                Reserve(folder).make()
            return cls(folder, database, known, files)
        except BaseException:
            database.close()
            raise

    @classmethod
    def restore(cls, source: Path, folder: Path) -> Workspace:
        """Make a workspace from a backup and open it.

        Raises `usage` unless the folder is empty or not there, and for what is no whole backup.
        """
        folder = Path(folder).absolute()
        if folder.exists() and not (folder.is_dir() and not os.listdir(folder)):
            raise BottegaError("usage", reason=f"{folder} is not empty, so no backup is restored to it")
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            staging = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".bottega-"))
        except OSError as error:
            raise BottegaError("store-failed", path=str(folder), reason=error.strerror or str(error)) from error
        try:
            unpack(Path(source), staging)
            cls.open(staging).close()  # whatever is wrong with it is told before it is in place
            staging.rename(folder)
        except BottegaError as error:
            if error.code != "store-damaged":
                raise
            reason = f"{source} is no backup of a workspace: {error.facts['reason']}"
            raise BottegaError("usage", reason=reason) from error
        except OSError as error:
            raise BottegaError("store-failed", path=str(folder), reason=error.strerror or str(error)) from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        return cls.open(folder)

    def unpruned(self) -> AbstractContextManager[None]:
        """While in this block nothing is pruned; runs and `datasets.save` see to it themselves."""
        return self._locks.shared(PRUNE)

    def renew_secrets(self) -> None:
        """Another key file, other tokens, other keys of all endpoints; jobs that have not ended fail.

        For when the key file is lost, or somebody saw what they should not have seen.
        """
        self.vault.renew()
        self.tokens.renew()
        self.services.renew_keys()
        self.jobs.give_up("The secrets of the workspace were renewed, so what was asked for is known no more")

    def close(self) -> None:
        """Close the database. Runs and jobs that were begun here and not ended count as interrupted."""
        self.runs.close()
        self.jobs.close()
        self.services.close()
        self._database.close()
        if not self._database.refusal:
            self._reserve.make()  # last, for what SQLite kept beside the database is gone now

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _open(database: Database, reserve: Reserve) -> None:
    """Open a database that may have lost, with the power, what SQLite kept beside it on a disk that is full."""
    try:
        database.open()
    except BottegaError as error:
        if error.code != "store-failed" or database.refusal:
            raise
        reserve.release()
        database.open()


def _lay_out(folder: Path, files: Files, *, create: bool) -> None:
    """Make the folders. Raises `usage` for what is no place for a workspace, and OSError."""
    if not (folder / DATABASE).exists():
        if folder.exists():
            _check_place(folder)
        if not create:
            raise BottegaError("usage", reason=f"There is no workspace in {folder}")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        files.fsync_folder(str(folder.parent))
    for name in (_LOCKS, FILES):
        if not (folder / name).exists():
            files.make_folder(str(folder / name))
            files.fsync_folder(str(folder))
    if not (folder / _IGNORE).exists():
        with contextlib.suppress(FileExistsError, FileNotFoundError):  # another process makes the same at this moment
            write_whole(files, str(folder / _IGNORE), b"*\n")
    with contextlib.suppress(FileExistsError):  # else SQLite makes it, for all to read; its other files take after it
        os.close(os.open(folder / DATABASE, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _check_place(folder: Path) -> None:
    if not folder.is_dir():
        raise BottegaError("usage", reason=f"{folder} is no folder, so it cannot hold a workspace")
    entries = set(os.listdir(folder))
    begun = not entries - _BEGUN and (folder / _LOCKS).exists()
    # Asked last, for another process may have made the workspace since it was found not to be there.
    if entries and not begun and not (folder / DATABASE).exists():
        raise BottegaError("usage", reason=f"{folder} is not empty and holds no workspace; choose another folder")


def _known(database: Database) -> _Known | None:
    """The same; None when it is not up to date."""
    with database.reading() as connection:
        if revision(connection) != REVISION:
            return None
        if not database.only_read and connection.execute(text("PRAGMA journal_mode")).scalar() != "wal":
            return None
        row = connection.execute(select(WORKSPACE.c.id, WORKSPACE.c.files_url)).one_or_none()
    return None if row is None else _Known(row.id, row.files_url)


def _brought_up_to_date(database: Database, folder: Path, files_url: str | None) -> _Known:
    """Run migrations and make the workspace known; only while no other process does."""
    known = _known(database)
    if known is not None:
        return known
    upgrade(database, str(folder))
    with database.plain() as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    with database.writing() as connection:
        if connection.execute(select(WORKSPACE.c.id)).one_or_none() is None:
            row = {"id": uuid.uuid4().hex, "files_url": files_url, "created": time.time(), "services_stamp": 0}
            connection.execute(insert(WORKSPACE).values(row))
    made = _known(database)
    assert made is not None  # noqa: S101  # the row is there now
    return made
