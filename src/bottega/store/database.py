"""The workspace's database: its connections, and what it raises in the user's words."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, IntegrityError, ProgrammingError

from bottega.errors import BottegaError
from bottega.store import access

_T = TypeVar("_T")

# Of one connection; that of the journal is kept in the file and set when the workspace is made.
_PRAGMAS = ("busy_timeout = 30000", "synchronous = FULL", "foreign_keys = ON", "trusted_schema = OFF")
_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
# What SQLite says of a table or a column that is gone, and Python of a text that is none.
_GONE = re.compile(r"no such (table|column|index)|table \w+ has no column|Could not decode")
# What comes of a full disk, among other things, as it keeps SQLite from making its files.
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
# Values in one query; the oldest SQLite takes 999.
_CHUNK = 900


class Database:
    """SQLite in one file; any number of threads and processes may use it at once.

    What the disk or another process keeps it from doing is `store-failed`, a file that cannot
    be read `0048`; one that is damaged or no database is `store-damaged`.

    refusal  why it can be read alone; empty where it can be written
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.refusal = access.refusal(path)
        self._engine = _engine(access.for_looking(path) if self.refusal else access.for_writing(path))
        self._writer = self._engine.execution_options(writes=True)
        self._reader = self._engine  # another one as long as there is no room to write

    @property
    def only_read(self) -> bool:
        """Whether it is read without what writers keep beside it."""
        return bool(self.refusal) or self._reader is not self._engine

    def open(self) -> None:
        """See that it can be read; on a full disk as it lies, until something can be written again."""
        try:
            self._try_out()
        except BottegaError as error:
            if error.code != "store-failed" or self.refusal or access.has_room(self._path):
                raise
            if not access.is_settled(self._path):
                raise
            self._reader = _engine(access.for_looking(self._path))
            self._try_out()

    def _try_out(self) -> None:
        with self.reading() as connection:
            connection.execute(text("SELECT 1 FROM sqlite_master LIMIT 1"))

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state throughout, whatever others write."""
        with self.told(), self._reader.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that has the right to write from its begin; durable when the block ends well."""
        if self.refusal:
            raise self._failed(self.refusal)
        with self.told(), self._writer.begin() as connection:
            self._read_along()
            yield connection

    def _read_along(self) -> None:
        """Read what is written from now on: there is room again."""
        before, self._reader = self._reader, self._engine
        if before is not self._engine:
            before.dispose()

    @contextlib.contextmanager
    def plain(self) -> Iterator[sqlite3.Connection]:
        """SQLite's own connection, for what cannot run within a transaction."""
        with self.told():
            connection = self._reader.raw_connection()
            try:
                yield cast("sqlite3.Connection", connection.driver_connection)
            finally:
                connection.close()

    def own(self) -> sqlite3.Connection:
        """A connection for the caller alone, who closes it."""
        with self.told():
            connection = self._reader.raw_connection()
            own = cast("sqlite3.Connection", connection.driver_connection)
            connection.detach()  # else it would go back to the pool
            return own

    def copy_to(self, path: Path) -> None:
        """Write a copy of one state to a new file, while others go on writing."""
        with self.plain() as source, contextlib.closing(sqlite3.connect(path)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file that holds all

    def problems(self) -> list[str]:
        """What SQLite itself finds wrong with the file."""
        with self.reading() as connection:
            found = connection.execute(text("PRAGMA integrity_check")).scalars().all()
            broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        return [str(line) for line in found if line != "ok"] + [f"{row[0]}: row {row[1]} hangs loose" for row in broken]

    def close(self) -> None:
        """Close all connections."""
        self._read_along()
        self._engine.dispose()

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """What SQLite raises in the block, in the user's words."""
        try:
            yield
        except (IntegrityError, ProgrammingError, sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise  # a fault of ours, not of the machine
        except (DatabaseError, sqlite3.DatabaseError) as error:
            raise self._failure(getattr(error, "orig", None) or error) from error
        except (msgspec.DecodeError, json.JSONDecodeError) as error:  # of a value that is kept as JSON
            raise self._damaged(str(error)) from error

    def _failure(self, cause: BaseException) -> BottegaError:
        reason = str(cause)
        # The low byte; the others tell where within SQLite it happened.
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in _DAMAGED or (code == sqlite3.SQLITE_ERROR and _GONE.match(reason)):
            return self._damaged(reason)
        if code == sqlite3.SQLITE_CANTOPEN and self.refusal:
            return BottegaError("0048", path=str(self._path), reason=self._why_unreadable(reason))
        return self._failed(
            reason if code not in _NO_ROOM or access.has_room(self._path) else os.strerror(errno.ENOSPC)
        )

    def _why_unreadable(self, reason: str) -> str:
        if not os.access(self._path, os.R_OK, effective_ids=True):
            return os.strerror(errno.EACCES)
        if not access.is_settled(self._path):
            return f"{self.refusal}, and what was last written to it can only be read where it can be written"
        return reason

    def _damaged(self, reason: str) -> BottegaError:
        return BottegaError("store-damaged", path=str(self._path.parent), reason=reason)

    def _failed(self, reason: str) -> BottegaError:
        return BottegaError("store-failed", path=str(self._path.parent), reason=reason)


def chunks(values: Sequence[_T]) -> Iterator[list[_T]]:
    """The values in lists that one query can take."""
    rest = iter(values)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


def _engine(url: URL) -> Engine:
    # As many connections as there are threads that want one: they bound themselves. No error tells what was written.
    engine = create_engine(url, max_overflow=-1, hide_parameters=True)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _record: object) -> None:
    # The driver begins transactions by rules of its own, after the first read: `_begin` does it in its place.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A reader that turns writer fails at once when another was faster; whoever is going to write waits at the begin.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
