"""Other people's databases, by an address of SQLAlchemy's: what may be reached of them, and how they are left."""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from bottega.engine.reach import Outside, Watch
from bottega.errors import BottegaError

_CONNECT_SECONDS = 20
_POSTGRES = 5432
# What else an address may say. Others name files of this machine, or another server than the one that was checked.
_OPTIONS = ("sslmode", "application_name", "options")
_NOWHERE = f"{os.devnull}/none"
# PostgreSQL's class of errors for a login that is refused.
_LOGIN = "28"
_REFUSED = ("password authentication failed", "no password supplied", "Login failed", "Access denied")


@contextmanager
def opened(outside: Outside, url: str, user: str = "", password: str = "", *, writes: bool) -> Iterator[Connection]:
    """A connection in one transaction, which counts when the block ends well, and is taken back otherwise.

    user, password  come before those of the address
    writes          False: the database is asked to refuse every change

    PostgreSQL is reached at the very address that was checked; SQLite is a local file. Other databases
    need a driver and the leave for private addresses, for where their drivers connect cannot be checked.
    No message holds the address: it may hold a password. Raises `0015`, `0029`, `0048`, `0071`, `0072`,
    `access-refused`, `canceled`, and `query-failed` for what the database refuses.
    """
    target = _target(url, user, password)
    shown = f"{target.host}/{target.database}" if target.host else str(target.database)
    connect, end = _driver(outside, target, writes=writes)
    held: list[Any] = []
    watch = Watch(shown, lambda: end(held[0]) if held else None, outside.seconds, outside.stop)
    try:
        with _connected(target, connect, held, shown, writes=writes) as connection:
            watch.check()  # it may have ended before there was anything to end
            yield connection
            watch.check()  # within the transaction, which then counts for nothing
    except SQLAlchemyError as error:
        watch.check()  # what it ended breaks in many ways
        raise BottegaError("query-failed", database=shown, reason=_reason(error, target)) from None
    finally:
        watch.close()


@contextmanager
def _connected(
    target: URL, connect: Callable[[], Any] | None, held: list[Any], shown: str, *, writes: bool
) -> Iterator[Connection]:
    """The connection; its driver's own goes into `held` as soon as it is there."""
    try:
        options: dict[str, Any] = {} if connect is None else {"creator": connect}
        engine = create_engine(target, poolclass=NullPool, hide_parameters=True, **options)
    except (NoSuchModuleError, ImportError) as error:
        reason = (
            f"no driver for {target.drivername} is installed beside Bottega; PostgreSQL and SQLite are always there"
        )
        raise BottegaError("0015", database=shown, reason=reason) from error
    event.listen(engine, "connect", lambda driver, _: held.append(driver))
    if target.get_backend_name() == "sqlite":
        # Python's own way to begin transactions leaves changes of tables out of them.
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    try:
        try:
            connection = engine.connect()
        except SQLAlchemyError as error:
            raise _unconnected(error, target, shown) from None
        if not writes and target.get_backend_name() == "postgresql":
            connection = connection.execution_options(postgresql_readonly=True)
        with connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


def _target(url: str, user: str, password: str) -> URL:
    try:
        target = make_url(url.strip())
        _ = target.port
    except (ArgumentError, ValueError):
        raise BottegaError("0029", url="The database's") from None
    if target.drivername in ("postgres", "postgresql"):
        target = target.set(drivername="postgresql+psycopg")
    if target.get_backend_name() in ("postgresql", "sqlite"):
        unknown = [name for name in target.query if name not in _OPTIONS or target.get_backend_name() == "sqlite"]
        if unknown:
            reason = f"its address says {', '.join(unknown)[:200]}, which is not taken from one"
            raise BottegaError("0015", database=str(target.database), reason=reason)
    return target.set(username=user or target.username, password=password or target.password)


def _driver(outside: Outside, target: URL, *, writes: bool) -> tuple[Callable[[], Any] | None, Callable[[Any], object]]:
    """How to connect, None for the driver's own way, and how to end what a connection is at."""
    match target.get_backend_name():
        case "sqlite":
            return _sqlite(outside, target, writes=writes), lambda driver: driver.interrupt()
        case "postgresql" if target.drivername == "postgresql+psycopg":
            return _postgres(outside, target), _end_postgres
        case _ if outside.private_addresses:
            return None, _cancel
        case name:
            raise BottegaError(
                "access-refused", target=f"a database of {name}", reason="where its driver connects to cannot be checked",
                advice="`bottega workspace allow private-addresses`, where modules may read this machine's network",
            )  # fmt: skip


def _sqlite(outside: Outside, target: URL, *, writes: bool) -> Callable[[], Any]:
    if not target.database or target.database == ":memory:":
        raise BottegaError("0015", database="SQLite", reason="its address names no file: sqlite:///FILE")
    file = outside.local_file(target.database)
    if not (file.is_file() or (writes and not file.exists() and file.parent.is_dir())):
        raise BottegaError("0048", path=target.database, reason="there is no such file")

    def connect() -> Any:
        name = f"file:{quote(str(file.absolute()))}?mode={'rwc' if writes else 'ro'}"
        driver = sqlite3.connect(
            name, uri=True, timeout=_CONNECT_SECONDS, isolation_level=None, check_same_thread=False
        )
        driver.execute("PRAGMA trusted_schema = OFF")
        # Another database would be another file.
        driver.set_authorizer(
            lambda action, *_: sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK
        )
        return driver

    return connect


def _postgres(outside: Outside, target: URL) -> Callable[[], Any]:
    host, port = target.host or "", target.port or _POSTGRES
    if not host or host.startswith("/") or "," in host:
        raise BottegaError(
            "0015", database=str(target.database), reason="its address names no host: postgresql://HOST/NAME"
        )
    address = outside.addresses(host, port)[0]

    import psycopg

    class Cursor(psycopg.ServerCursor[Any]):
        """One that goes with its connection: where that was broken off it cannot be closed, and need not be."""

        def __del__(self, *_: Any) -> None: ...

    def connect() -> Any:
        # Of this machine's own user come neither passwords nor certificates.
        told: dict[str, Any] = dict.fromkeys(("passfile", "sslcert", "sslkey"), _NOWHERE)
        told |= {name: value for name, value in target.query.items() if isinstance(value, str)}
        told |= {"host": host, "hostaddr": address, "port": port, "dbname": target.database or "postgres"}
        told |= {"user": target.username or "", "password": target.password or ""}
        driver = psycopg.connect(**told, connect_timeout=_CONNECT_SECONDS)
        driver.server_cursor_factory = Cursor
        return driver

    return connect


def _end_postgres(driver: Any) -> None:
    """Ask the server to stop, and break the connection off whether or not it does."""
    with contextlib.suppress(Exception):
        driver.cancel_safe(timeout=2)
    with contextlib.suppress(Exception), socket.socket(fileno=os.dup(driver.fileno())) as link:
        link.shutdown(socket.SHUT_RDWR)


def _cancel(driver: Any) -> None:
    for way in ("cancel", "interrupt", "close"):
        if hasattr(driver, way):
            with contextlib.suppress(Exception):
                getattr(driver, way)()
            return


def _unconnected(error: SQLAlchemyError, target: URL, shown: str) -> BottegaError:
    """Why there is no connection: the login, or something else."""
    reason = _reason(error, target)
    state = str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")
    if state.startswith(_LOGIN) or any(words in reason for words in _REFUSED):
        return BottegaError("0071", resource=shown)
    return BottegaError("0015", database=shown, reason=reason)


def _reason(error: SQLAlchemyError, target: URL) -> str:
    """The driver's first words, in one line and without the password."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    text = " ".join(str(cause).split()) or type(cause).__name__
    return (text.replace(target.password, "***") if target.password else text)[:500]
