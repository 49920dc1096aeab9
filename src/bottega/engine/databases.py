"""Other people's databases, by an address of SQLAlchemy's: what may be reached of them, and how they are left."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from bottega.engine import sqlite_files
from bottega.engine.reach import Outside, Watch
from bottega.errors import BottegaError

_CONNECT_SECONDS = 20
_POSTGRES = 5432
# The drivers that only reach a network, and what else an address may say to one. Others load
# libraries, name files of this machine or another server than the one that was checked, or hand files to a server.
_DRIVERS = {
    "postgresql": ("psycopg", ("sslmode", "application_name", "options")), "sqlite": ("pysqlite", ()),
    "mysql": ("pymysql", ("charset",)), "mariadb": ("pymysql", ("charset",)),
    "mssql": ("pymssql", ("charset",)), "oracle": ("oracledb", ("service_name",)),
}  # fmt: skip
# In names that a driver puts into a text of its own these would end them.
_MARKS = re.compile(r"[\x00-\x20(){}=;,/\\'\"]")
# Since this version libpq can be told how it may log in.
_REQUIRES_AUTH = 160_000
_NOWHERE = f"{os.devnull}/none"
# PostgreSQL's class of errors for a login that is refused.
_LOGIN = "28"
_REFUSED = ("password authentication failed", "no password supplied", "Login failed", "Access denied")


@contextmanager
def opened(outside: Outside, url: str, user: str = "", password: str = "", *, writes: bool) -> Iterator[Connection]:
    """A connection in one transaction, which counts when the block ends well, and is taken back otherwise.

    user, password  come before those of the address
    writes          False: the database is asked to refuse every change

    PostgreSQL is reached at the very address that was checked; SQLite is a local file, and guarded. Other databases
    need a driver that is known, with a user's name, and the leave for private addresses, for where their drivers
    connect cannot be checked.
    No message holds the address: it may hold a password. Raises `0015`, `0029`, `0048`, `0071`, `0072`,
    `access-refused`, `canceled`, and `query-failed` for what the database refuses.
    """
    target = _target(url, user, password)
    shown = f"{target.host}/{target.database}" if target.host else str(target.database)
    guard = sqlite_files.Guard(writes=writes)
    connect, end = _driver(outside, target, writes=writes)
    held: list[Any] = []
    watch = Watch(shown, lambda: end(held[0]) if held else None, outside.seconds, outside.stop)
    try:
        with _connected(target, connect, held, shown, guard) as connection:
            watch.check()  # it may have ended before there was anything to end
            yield connection
            watch.check()  # within the transaction, which then counts for nothing
    except (SQLAlchemyError, sqlite3.Error) as error:
        watch.check()  # what it ended breaks in many ways
        raise BottegaError("query-failed", database=shown, reason=guard.refusal or _reason(error, target)) from None
    finally:
        watch.close()


@contextmanager
def _connected(
    target: URL, connect: Callable[[], Any] | None, held: list[Any], shown: str, guard: sqlite_files.Guard
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
        event.listen(engine, "begin", lambda _: guard.begin(held[0]))
        if not guard.writes:
            event.listen(engine, "before_cursor_execute", lambda *given: guard.limit(held[0], given[2]))
    try:
        try:
            connection = engine.connect()
        except SQLAlchemyError as error:
            raise _unconnected(error, target, shown) from None
        if not guard.writes and target.get_backend_name() == "postgresql":
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
    backend = target.get_backend_name()
    backend = "postgresql" if backend == "postgres" else backend
    driver, options = _DRIVERS.get(backend, ("", ()))
    if not driver or target.drivername.partition("+")[2] not in ("", driver):
        known = ", ".join(f"{name}+{one}" for name, (one, _) in _DRIVERS.items())
        raise _unusable(target, f"its address says {target.drivername[:200]}, and known are {known}")
    unknown = [name for name, value in target.query.items() if name not in options or not isinstance(value, str)]
    if unknown:
        raise _unusable(target, f"its address says {', '.join(unknown)[:200]}, which is not taken from one")
    target = target.set(drivername=f"{backend}+{driver}", username=user or target.username)
    return target.set(password=password or target.password)


def _check_names(target: URL) -> None:
    """For drivers that make a text of them, or take this machine's own settings and user where one is missing."""
    for what, name in (("host", target.host), ("database", target.database), ("user", target.username)):
        if not name or (what != "user" and _MARKS.search(name)):
            raise _unusable(target, f"its address names no {what}, or one with marks that are not taken")
    marked = [name for name, value in target.query.items() if _MARKS.search(str(value))]
    if marked:
        raise _unusable(target, f"its address has a {marked[0]} with marks that are not taken")


def _unusable(target: URL, reason: str) -> BottegaError:
    return BottegaError("0015", database=str(target.database), reason=reason)


def _driver(outside: Outside, target: URL, *, writes: bool) -> tuple[Callable[[], Any] | None, Callable[[Any], object]]:
    """How to connect, None for the driver's own way, and how to end what a connection is at."""
    match target.get_backend_name():
        case "sqlite":
            return _sqlite(outside, target, writes=writes), lambda driver: driver.interrupt()
        case "postgresql":
            return _postgres(outside, target), _end_postgres
        case _ if outside.private_addresses:
            _check_names(target)
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

    return lambda: sqlite_files.connected(file, writes=writes)


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
        # Of this machine's own user come neither passwords nor certificates nor tickets.
        told: dict[str, Any] = dict.fromkeys(("passfile", "sslcert", "sslkey"), _NOWHERE)
        told["gssencmode"] = "disable"
        if psycopg.pq.version() >= _REQUIRES_AUTH:
            told |= {"require_auth": "none,password,md5,scram-sha-256", "sslcertmode": "disable"}
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


def _reason(error: Exception, target: URL) -> str:
    """The driver's first words, in one line and without the password."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    text = " ".join(str(cause).split()) or type(cause).__name__
    return (text.replace(target.password, "***") if target.password else text)[:500]
