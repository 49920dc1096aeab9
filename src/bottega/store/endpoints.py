"""Endpoints: where the versions of web services are called, each with two keys and files of its own."""

from __future__ import annotations

import builtins
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from bottega.errors import BottegaError
from bottega.store.blobs import Blobs
from bottega.store.database import Database, chunks
from bottega.store.naming import Taken, check_name, new_id
from bottega.store.records import Endpoint, JobStatus
from bottega.store.tables import ENDPOINT, ENDPOINT_BLOB, JOB, SERVICE, VERSION
from bottega.store.tokens import checked_name, new_key
from bottega.store.vault import Vault

WORD = "endpoint"
# What is known of the bytes of a stored file that no one told the type of.
PLAIN = "Attachment"
_FIELDS = frozenset(Endpoint.__dataclass_fields__)
_FIXED = frozenset({"id", "service", "created", "updated"})
_PURPOSE = "endpoint-key"
_PUBLIC = tuple(column for column in ENDPOINT.c if not column.name.endswith("_key"))


class Endpoints:
    """The endpoints of web services. One that is not there is `usage` or None, as each method says.

    `guard` holds off pruning between looking for a file and naming it.
    """

    def __init__(
        self, database: Database, blobs: Blobs, vault: Vault, guard: Callable[[], AbstractContextManager[object]]
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._vault = vault
        self._guard = guard

    def add_endpoint(
        self,
        service: str,
        name: str,
        *,
        description: str = "",
        version: int | None = None,
        digests: Iterable[str] = (),
        **fields: Any,
    ) -> Endpoint:
        """Another endpoint, of the default one's version unless told, with new keys; durable on return.

        `fields` are those of `records.Endpoint`. Raises `naming.Taken` when the service has one
        of this name, `usage` for what is not there, `blob-missing`.
        """
        check_name(name, WORD)
        _check_fields(fields)
        digests, now, sealed = list(digests), time.time(), self._new_keys()
        with self._guard():
            self._check_there([*_typed(fields.get("resources", {})), *digests])
            with self._database.writing() as connection:
                number = _version(connection, service, version)
                made = Endpoint(new_id(), service, name, description, number, now, now, **fields)
                insert_endpoint(connection, made, sealed, digests)
        return made

    def endpoint(self, service: str, name: str) -> Endpoint:
        """One by its name. Raises `usage` when the service has none of it."""
        found = self._one(_query().where(ENDPOINT.c.service == service, ENDPOINT.c.name == name))
        if found is None:
            raise BottegaError("usage", reason=f"Web service {service[:60]!r} has no endpoint named {name[:60]!r}")
        return found

    def endpoint_by_id(self, endpoint_id: str) -> Endpoint | None:
        """One by its id."""
        return self._one(_query().where(ENDPOINT.c.id == endpoint_id))

    def endpoints(self, service: str) -> builtins.list[Endpoint]:
        """All of a service, the oldest first."""
        query = _query().where(ENDPOINT.c.service == service).order_by(ENDPOINT.c.created, ENDPOINT.c.id)
        with self._database.reading() as connection:
            return [_endpoint(row) for row in connection.execute(query)]

    def change_endpoint(self, endpoint_id: str, *, digests: Iterable[str] = (), **fields: Any) -> Endpoint:
        """Change fields; durable on return. The files that `resources` name are kept from now on, and `digests`.

        Raises `usage` for an endpoint or a version that is not there, `naming.Taken`, `blob-missing`.
        """
        _check_fields(fields)
        if "name" in fields:
            check_name(fields["name"], WORD)
        digests = list(digests)
        with self._guard():
            self._check_there([*_typed(fields.get("resources", {})), *digests])
            with self._database.writing() as connection:
                changed = {**fields, "updated": time.time()}
                found = _endpoint(_found(connection, endpoint_id))
                if "version" in fields:
                    _version(connection, found.service, fields["version"])
                if fields.get("name", found.name) != found.name:
                    _check_free(connection, found.service, fields["name"])
                    _rename_default(connection, found, fields["name"])
                connection.execute(update(ENDPOINT).where(ENDPOINT.c.id == endpoint_id).values(changed))
                if "resources" in fields:
                    connection.execute(delete(ENDPOINT_BLOB).where(ENDPOINT_BLOB.c.endpoint == endpoint_id))
                _keep(connection, endpoint_id, _typed(fields.get("resources", {})), digests)
        return Endpoint(**{**vars(found), **changed})

    def delete_endpoint(self, endpoint_id: str) -> None:
        """Delete one, with its jobs; those that run are asked to cancel. Raises `usage` when there is none."""
        with self._database.writing() as connection:
            _found(connection, endpoint_id)
            drop_endpoints(connection, [endpoint_id])

    def keys(self, endpoint_id: str) -> tuple[str, str]:
        """The primary and the secondary key, both valid. Raises `usage` when there is no such endpoint."""
        with self._database.reading() as connection:
            row = _found(connection, endpoint_id)
        return self._vault.open(row.primary_key, _PURPOSE), self._vault.open(row.secondary_key, _PURPOSE)

    def rotate_key(self, endpoint_id: str, which: str) -> str:
        """Make another key; the one before is valid no more. Durable on return."""
        key = new_key()
        values = {f"{checked_name(which)}_key": self._vault.seal(key, _PURPOSE)}
        with self._database.writing() as connection:
            _found(connection, endpoint_id)
            connection.execute(update(ENDPOINT).where(ENDPOINT.c.id == endpoint_id).values(values))
        return key

    def renew_keys(self) -> None:
        """Replace the keys of all endpoints."""
        with self._database.reading() as connection:
            ids = connection.execute(select(ENDPOINT.c.id)).scalars().all()
        keys = {endpoint_id: self._new_keys() for endpoint_id in ids}
        with self._database.writing() as connection:
            for endpoint_id, sealed in keys.items():
                connection.execute(update(ENDPOINT).where(ENDPOINT.c.id == endpoint_id).values(sealed))

    def _new_keys(self) -> dict[str, str]:
        return {name: self._vault.seal(new_key(), _PURPOSE) for name in ("primary_key", "secondary_key")}

    def _check_there(self, digests: Iterable[str]) -> None:
        for digest in sorted(set(digests)):
            if not self._blobs.has(digest):
                raise BottegaError("blob-missing", digest=digest)

    def _one(self, query: Select[Any]) -> Endpoint | None:
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _endpoint(row)


def insert_endpoint(
    connection: Connection, made: Endpoint, sealed: Mapping[str, str], digests: Iterable[str] = ()
) -> None:
    """Write one with its sealed keys and what it keeps. Raises `naming.Taken`."""
    _check_free(connection, made.service, made.name)
    connection.execute(insert(ENDPOINT).values({**vars(made), **sealed}))
    _keep(connection, made.id, _typed(made.resources), digests)


def drop_endpoints(connection: Connection, ids: Sequence[str]) -> None:
    """Delete endpoints, and their jobs but for those that run, which are asked to cancel."""
    for chunk in chunks(ids):
        connection.execute(delete(ENDPOINT).where(ENDPOINT.c.id.in_(chunk)))
        of_them = JOB.c.endpoint.in_(chunk)
        connection.execute(delete(JOB).where(of_them, JOB.c.status != JobStatus.RUNNING))
        connection.execute(update(JOB).where(of_them).values(cancel=True))


def _query() -> Select[Any]:
    return select(*_PUBLIC)


def _endpoint(row: Row[Any]) -> Endpoint:
    return Endpoint(**{column.name: getattr(row, column.name) for column in _PUBLIC})


def _found(connection: Connection, endpoint_id: str) -> Row[Any]:
    """The whole row, keys included."""
    row = connection.execute(select(ENDPOINT).where(ENDPOINT.c.id == endpoint_id)).one_or_none()
    if row is None:
        raise BottegaError("usage", reason=f"There is no endpoint {endpoint_id[:60]!r} in this workspace")
    return row


def _version(connection: Connection, service: str, number: int | None) -> int:
    """A version that the service has: the one told, else that of its default endpoint."""
    default = select(ENDPOINT.c.version).where(
        ENDPOINT.c.service == service, ENDPOINT.c.name == SERVICE.c.default_endpoint, SERVICE.c.id == service
    )
    newest = select(func.max(VERSION.c.number)).where(VERSION.c.service == service)
    told = select(VERSION.c.number).where(VERSION.c.service == service, VERSION.c.number == number)
    for query in (default, newest) if number is None else (told,):
        found: int | None = connection.execute(query).scalar()
        if found is not None:
            return found
    which = "" if number is None else f" with version {number}"
    raise BottegaError("usage", reason=f"There is no web service {service[:60]!r}{which} in this workspace")


def _check_free(connection: Connection, service: str, name: str) -> None:
    query = select(ENDPOINT.c.id).where(ENDPOINT.c.service == service, ENDPOINT.c.name == name)
    if connection.execute(query).first():
        raise Taken("usage", reason=f"The web service has an endpoint named {name} already")


def _rename_default(connection: Connection, endpoint: Endpoint, name: str) -> None:
    """Let the service's default endpoint stay the one that it was."""
    its_default = (SERVICE.c.id == endpoint.service) & (SERVICE.c.default_endpoint == endpoint.name)
    connection.execute(update(SERVICE).where(its_default).values(default_endpoint=name))


def _keep(connection: Connection, endpoint_id: str, typed: Mapping[str, str], digests: Iterable[str]) -> None:
    kept = {**dict.fromkeys(digests, PLAIN), **typed}
    if kept:
        rows = [{"endpoint": endpoint_id, "digest": digest, "type": kind} for digest, kind in kept.items()]
        connection.execute(insert(ENDPOINT_BLOB).prefix_with("OR REPLACE"), rows)


def _typed(resources: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The stored files that resources name, and as what."""
    return {str(each["digest"]): str(each.get("type", PLAIN)) for each in resources.values()}


def _check_fields(fields: Mapping[str, object]) -> None:
    if unknown := set(fields) - (_FIELDS - _FIXED):
        raise TypeError(f"an endpoint has no {', '.join(sorted(unknown))} that changes")
