"""The workspace's database: its connections, and what it raises in the user's words."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import URL, Connection, create_engine, event, text
from sqlalchemy.exc import DatabaseError, IntegrityError, ProgrammingError

from bottega.errors import BottegaError

_T = TypeVar("_T")

# Of one connection; that of the journal is kept in the file and set when the workspace is made.
_PRAGMAS = ("busy_timeout = 30000", "synchronous = FULL", "foreign_keys = ON", "trusted_schema = OFF")
_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
# Values in one query; the oldest SQLite takes 999.
_CHUNK = 900


class Database:
    """SQLite in one file; any number of threads and processes may use it at once.

    What the disk or another process keeps it from doing is `store-failed`; a file that is
    damaged or no database is `usage`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = create_engine(URL.create("sqlite", database=str(path)))
        self._writer = self._engine.execution_options(writes=True)
        event.listen(self._engine, "connect", _set_up)
        event.listen(self._engine, "begin", _begin)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state throughout, whatever others write."""
        with self._told(), self._engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that has the right to write from its begin; durable when the block ends well."""
        with self._told(), self._writer.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def plain(self) -> Iterator[sqlite3.Connection]:
        """SQLite's own connection, for what cannot run within a transaction."""
        with self._told():
            connection = self._engine.raw_connection()
            try:
                yield cast("sqlite3.Connection", connection.driver_connection)
            finally:
                connection.close()

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
        self._engine.dispose()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (IntegrityError, ProgrammingError, sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise  # a fault of ours, not of the machine
        except (DatabaseError, sqlite3.DatabaseError) as error:
            cause = getattr(error, "orig", None) or error
            if getattr(cause, "sqlite_errorcode", 0) in _DAMAGED:
                reason = f"{self._path} is damaged or no database: {cause}"
                raise BottegaError("usage", reason=reason) from error
            raise BottegaError("store-failed", path=str(self._path), reason=str(cause)) from error


def chunks(values: Sequence[_T]) -> Iterator[list[_T]]:
    """The values in lists that one query can take."""
    rest = iter(values)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


def _set_up(connection: Any, _record: object) -> None:
    # The driver begins transactions by rules of its own, after the first read: `_begin` does it in its place.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A reader that turns writer fails at once when another was faster; whoever is going to write waits at the begin.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
