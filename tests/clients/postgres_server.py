"""PostgreSQL, as a process of the tests: a fresh cluster in a folder, which no one but them reaches."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

_START_SECONDS = 60
# Where Debian keeps them, beside those on the path.
_PLACES = ("/usr/lib/postgresql",)
_USER = "tests"


@dataclass(frozen=True)
class Postgres:
    """A running server with one user and one database, both named `tests`."""

    port: int
    password: str = field(repr=False)

    @property
    def url(self) -> str:
        """SQLAlchemy's address, with the password."""
        return f"postgresql://{_USER}:{self.password}@127.0.0.1:{self.port}/{_USER}"

    @property
    def bare_url(self) -> str:
        """The same without user and password."""
        return f"postgresql://127.0.0.1:{self.port}/{_USER}"

    def connect(self) -> psycopg.Connection[Any]:
        """The driver alone; every statement counts at once."""
        import psycopg

        return psycopg.connect(self.url, autocommit=True)

    def run(self, statement: str) -> list[Any]:
        """What a statement gives."""
        with self.connect() as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


def programs() -> Path | None:
    """The folder of the server's programs, the newest there is; None where there is none."""
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else []
    folders += [folder / "bin" for place in _PLACES for folder in Path(place).glob("*")]
    usable = [folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()]
    return max(
        usable, key=lambda folder: [int(part) for part in folder.parent.name.split(".") if part.isdigit()], default=None
    )


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """Start one below the folder; it ends with the block. It never runs as root, which it refuses."""
    binaries = programs()
    if binaries is None:
        raise RuntimeError("PostgreSQL is not installed")
    server = Postgres(_free_port(), secrets.token_hex(12))
    data, password = folder / "data", folder / "password"
    password.write_text(server.password)
    owner = _owner()
    if owner is not None:
        for each in (folder, password):
            os.chown(each, owner.pw_uid, owner.pw_gid)
    given: dict[str, Any] = {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    given |= {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "cwd": folder}
    making = [
        "--no-sync",
        "--auth=scram-sha-256",
        f"--username={_USER}",
        f"--pwfile={password}",
        "--encoding=UTF8",
        "--locale=C",
    ]
    subprocess.run([str(binaries / "initdb"), f"--pgdata={data}", *making], check=True, **given)
    options = [
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "unix_socket_directories=",
        "-c",
        "fsync=off",
        "-c",
        "log_statement=none",
    ]
    command = [str(binaries / "postgres"), "-D", str(data), "-p", str(server.port), *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, **{**given, "stderr": log})
    try:
        _wait(process, server)
        yield server
    finally:
        process.terminate()
        process.wait(60)


def _owner() -> pwd.struct_passwd | None:
    """Whom it runs as: who runs the tests, but for root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], server: Postgres) -> None:
    import psycopg

    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended with {process.returncode}")
        try:
            # The database that is always there.
            with psycopg.connect(server.url.rpartition("/")[0] + "/postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {_USER}".encode())
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("PostgreSQL does not listen")
