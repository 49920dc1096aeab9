"""Noticing that web services were changed, by whatever process."""

from __future__ import annotations

import sqlite3
import threading

from bottega.store.database import Database


class Stamp:
    """The number of changes of services, versions and endpoints, which triggers in the database count, and of what scripts may reach.

    Asked for with each call of a service, so it is read anew only when SQLite says that the
    database has changed at all; that takes some microseconds.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._connection: sqlite3.Connection | None = None  # never written with: then it notices all others
        self._seen = -1
        self._value = 0

    def read(self) -> int:
        """The number now."""
        with self._guard, self._database.told():
            if self._connection is None:
                self._connection = self._database.own()
            seen = _number(self._connection, "PRAGMA data_version")
            if seen != self._seen:
                self._value = _number(self._connection, "SELECT services_stamp FROM workspace")
                self._seen = seen
            if self._database.only_read:  # as the file lay when it was opened: it would notice nothing
                self._drop()
            return self._value

    def close(self) -> None:
        """Close the connection; another is opened at need."""
        with self._guard:
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._seen = None, -1


def _number(connection: sqlite3.Connection, query: str) -> int:
    found: int = connection.execute(query).fetchone()[0]
    return found
