"""Web services: what was published, version by version, and the endpoints where it is called."""

from __future__ import annotations

import builtins
import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from bottega.errors import BottegaError
from bottega.store.blobs import Blobs
from bottega.store.database import Database
from bottega.store.endpoints import PLAIN, Endpoints, drop_endpoints, insert_endpoint
from bottega.store.naming import Taken, check_name, given_or_new_id, new_id
from bottega.store.records import Endpoint, Service, Version
from bottega.store.stamp import Stamp
from bottega.store.tables import ENDPOINT, SERVICE, VERSION, VERSION_BLOB
from bottega.store.vault import Vault

DEFAULT_ENDPOINT = "default"
_WORD = "web service"
# The stored files that a program names, with the type of each where the caller knows it.
Digests: TypeAlias = Mapping[str, str] | Iterable[str]


class _Constant(msgspec.Struct):
    digest: str
    type: str


class _Constants(msgspec.Struct):
    """What this layer reads of a program: the types of the files that it names."""

    constants: dict[str, _Constant] = {}


class Services(Endpoints):
    """The web services of a workspace. An id that is none is `usage`."""

    def __init__(
        self, database: Database, blobs: Blobs, vault: Vault, guard: Callable[[], AbstractContextManager[object]]
    ) -> None:
        super().__init__(database, blobs, vault, guard)
        self._stamp = Stamp(database)

    def create(
        self,
        name: str,
        program: str,
        digests: Digests,
        *,
        id: str | None = None,  # noqa: A002  # the field's name
        description: str = "",
        kind: str = "experiment",
        experiment: str | None = None,
        mode: str = "request",
        note: str = "",
        **fields: Any,
    ) -> Service:
        """A new service with version 1 and an endpoint `default` that has it; durable on return.

        `digests` are kept as long as the version; `fields` are those of that endpoint. Raises
        `naming.Taken` for an id that is taken, `usage` for a name or an id that cannot be, and
        `blob-missing`.
        """
        check_name(name, _WORD, forbidden="")
        now, sealed, typed = time.time(), self._new_keys(), _typed(program, digests)
        made = Service(given_or_new_id(id), name, description, kind, experiment, now, DEFAULT_ENDPOINT)
        endpoint = Endpoint(new_id(), made.id, DEFAULT_ENDPOINT, "", 1, now, now, mode=mode, **fields)
        with self._guard():
            self._check_there(typed)
            with self._database.writing() as connection:
                if _found(connection, made.id):
                    raise Taken("usage", reason=f"There is a web service {made.id} already")
                connection.execute(insert(SERVICE).values(vars(made)))
                _insert_version(connection, Version(made.id, 1, program, now, note), typed)
                insert_endpoint(connection, endpoint, sealed)
        return made

    def get(self, service_id: str) -> Service:
        """A service. Raises `usage` when there is none of this id."""
        found = self.find(service_id)
        if found is None:
            raise _unknown(service_id)
        return found

    def find(self, service_id: str) -> Service | None:
        """The same, or None."""
        with self._database.reading() as connection:
            return _found(connection, service_id)

    def list(self) -> builtins.list[Service]:
        """All, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(SERVICE).order_by(SERVICE.c.name, SERVICE.c.created, SERVICE.c.id))
            return [Service(**row) for row in rows.mappings()]

    def change(
        self,
        service_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        default_endpoint: str | None = None,
    ) -> Service:
        """Change what is told; durable on return. Raises `usage`, also for an endpoint that it does not have."""
        if name is not None:
            check_name(name, _WORD, forbidden="")
        told = {"name": name, "description": description, "default_endpoint": default_endpoint}
        values = {key: value for key, value in told.items() if value is not None}
        if default_endpoint is not None:
            self.endpoint(service_id, default_endpoint)
        with self._database.writing() as connection:
            found = _found(connection, service_id)
            if found is None:
                raise _unknown(service_id)
            if values:
                connection.execute(update(SERVICE).where(SERVICE.c.id == service_id).values(values))
        return Service(**{**vars(found), **values})

    def delete(self, service_id: str) -> None:
        """Delete it with its versions, endpoints and jobs; their files go with the next pruning. Raises `usage`."""
        with self._database.writing() as connection:
            endpoints = connection.execute(select(ENDPOINT.c.id).where(ENDPOINT.c.service == service_id)).scalars()
            drop_endpoints(connection, endpoints.all())
            if not connection.execute(delete(SERVICE).where(SERVICE.c.id == service_id)).rowcount:
                raise _unknown(service_id)

    def add_version(self, service_id: str, program: str, digests: Digests, note: str = "") -> Version:
        """The next version, which no endpoint has yet; durable on return. Raises `usage` and `blob-missing`."""
        typed = _typed(program, digests)
        with self._guard():
            self._check_there(typed)
            with self._database.writing() as connection:
                if _found(connection, service_id) is None:
                    raise _unknown(service_id)
                newest = select(func.max(VERSION.c.number)).where(VERSION.c.service == service_id)
                number = (connection.execute(newest).scalar() or 0) + 1
                made = Version(service_id, number, program, time.time(), note)
                _insert_version(connection, made, typed)
        return made

    def versions(self, service_id: str) -> builtins.list[Version]:
        """All, the oldest first."""
        query = select(VERSION).where(VERSION.c.service == service_id).order_by(VERSION.c.number)
        with self._database.reading() as connection:
            return [Version(**row) for row in connection.execute(query).mappings()]

    def version(self, service_id: str, number: int) -> Version:
        """One of them. Raises `usage` when there is none."""
        query = select(VERSION).where(VERSION.c.service == service_id, VERSION.c.number == number)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise BottegaError("usage", reason=f"Web service {service_id[:60]!r} has no version {number}")
        return Version(**row)

    def has_file(self, digest: str) -> bool:
        """Whether some version names a stored file that is none of its constants: a module."""
        with self._database.reading() as connection:
            found = select(VERSION_BLOB.c.digest).where(VERSION_BLOB.c.digest == digest, VERSION_BLOB.c.type == PLAIN)
            return connection.execute(found.limit(1)).first() is not None

    def stamp(self) -> int:
        """Another number after each change of services, versions, endpoints or what scripts may reach, by whatever process."""
        return self._stamp.read()

    def close(self) -> None:
        """Let go of what `stamp` holds."""
        self._stamp.close()


def _typed(program: str, digests: Digests) -> dict[str, str]:
    """What each of the files is, as far as the caller or the program tells."""
    known = {}
    with contextlib.suppress(msgspec.DecodeError):
        constants = msgspec.json.decode(program, type=_Constants).constants
        known = {constant.digest: constant.type for constant in constants.values()}
    told = dict(digests) if isinstance(digests, Mapping) else {}
    return {digest: told.get(digest) or known.get(digest, PLAIN) for digest in digests}


def _insert_version(connection: Connection, made: Version, typed: Mapping[str, str]) -> None:
    connection.execute(insert(VERSION).values(vars(made)))
    if typed:
        place = {"service": made.service, "number": made.number}
        rows = [{**place, "digest": digest, "type": kind} for digest, kind in typed.items()]
        connection.execute(insert(VERSION_BLOB), rows)


def _found(connection: Connection, service_id: str) -> Service | None:
    row = connection.execute(select(SERVICE).where(SERVICE.c.id == service_id)).mappings().one_or_none()
    return None if row is None else Service(**row)


def _unknown(service_id: str) -> BottegaError:
    return BottegaError("usage", reason=f"There is no web service {service_id[:60]!r} in this workspace")
