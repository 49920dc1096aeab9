"""Saved datasets, by name and version."""

from __future__ import annotations

import builtins
import time
import unicodedata
import uuid
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, delete, func, insert, select

from bottega.errors import BottegaError
from bottega.store.blobs import Blobs, Source
from bottega.store.database import Database
from bottega.store.records import Dataset, Output
from bottega.store.tables import DATASET

_LONGEST = 200
_DECODER = msgspec.json.Decoder(Output)


class Datasets:
    """The saved datasets of a workspace.

    `guard` holds off pruning between storing a file and naming it.
    """

    def __init__(self, database: Database, blobs: Blobs, guard: Callable[[], AbstractContextManager[object]]) -> None:
        self._database = database
        self._blobs = blobs
        self._guard = guard

    def save(
        self,
        name: str,
        output: Output,
        *,
        description: str = "",
        source: str = "",
        blobs: Iterable[tuple[str, Source]] = (),
    ) -> Dataset:
        """Save an output under a name, as its next version; durable on return.

        Raises `usage` for a name that cannot be used, and `blob-missing` when the output's
        file is neither there nor among `blobs`.
        """
        check_name(name)
        with self._guard():
            self._blobs.put_many(blobs)
            if not self._blobs.has(output.digest):
                raise BottegaError("blob-missing", digest=output.digest)
            with self._database.writing() as connection:
                family, version = _next_version(connection, name)
                dataset = Dataset(
                    uuid.uuid4().hex, name, family, version, description, source, output, created=time.time()
                )
                connection.execute(insert(DATASET).values(_row(dataset)))
        return dataset

    def get(self, name: str, version: int | None = None) -> Dataset:
        """A dataset, the newest version unless told. Raises `usage` when there is none."""
        found = self.find(name, version)
        if found is not None:
            return found
        if version is not None and self.find(name):
            raise BottegaError("usage", reason=f"Dataset {name} has no version {version}")
        raise _unknown(name, self.list())

    def find(self, name: str, version: int | None = None) -> Dataset | None:
        """The same, or None."""
        query = select(DATASET).where(DATASET.c.name == name).order_by(DATASET.c.version.desc()).limit(1)
        found = self._select(query if version is None else query.where(DATASET.c.version == version))
        return found[0] if found else None

    def list(self) -> builtins.list[Dataset]:
        """The newest version of each dataset, by name."""
        newest = (
            select(DATASET.c.name, func.max(DATASET.c.version).label("version")).group_by(DATASET.c.name).subquery()
        )
        same = (DATASET.c.name == newest.c.name) & (DATASET.c.version == newest.c.version)
        return self._select(select(DATASET).join(newest, same).order_by(DATASET.c.name))

    def delete(self, name: str) -> None:
        """Delete all versions; their files go with the next pruning. Raises `usage` when there is none."""
        with self._database.writing() as connection:
            gone = connection.execute(delete(DATASET).where(DATASET.c.name == name)).rowcount
        if not gone:
            raise _unknown(name, self.list())

    def _select(self, query: Select[Any]) -> builtins.list[Dataset]:
        with self._database.reading() as connection:
            return [_dataset(row) for row in connection.execute(query)]


def check_name(name: str) -> None:
    """Raise `usage` for what cannot be the name of a dataset."""
    reason = ""
    if not name.strip():
        reason = "it is empty"
    elif len(name) > _LONGEST:
        reason = f"it is longer than {_LONGEST} characters"
    elif wrong := [c for c in name if c in "/\\" or unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]:
        reason = f"it holds {wrong[0]!r}"
    if reason:
        raise BottegaError("usage", reason=f"{name[:60]!r} cannot be the name of a dataset: {reason}")


def _next_version(connection: Connection, name: str) -> tuple[str, int]:
    query = select(DATASET.c.family, DATASET.c.version).where(DATASET.c.name == name)
    newest = connection.execute(query.order_by(DATASET.c.version.desc()).limit(1)).one_or_none()
    return (uuid.uuid4().hex, 1) if newest is None else (newest.family, newest.version + 1)


def _row(dataset: Dataset) -> dict[str, object]:
    return {
        "id": dataset.id,
        "name": dataset.name,
        "family": dataset.family,
        "version": dataset.version,
        "description": dataset.description,
        "source": dataset.source,
        "digest": dataset.output.digest,
        "body": msgspec.json.encode(dataset.output).decode(),
        "created": dataset.created,
    }


def _dataset(row: Row[Any]) -> Dataset:
    return Dataset(
        row.id,
        row.name,
        row.family,
        row.version,
        row.description,
        row.source,
        _DECODER.decode(row.body),
        row.created,
    )


def _unknown(name: str, there: Iterable[Dataset]) -> BottegaError:
    names = ", ".join(dataset.name for dataset in there) or "none"
    return BottegaError("usage", reason=f"There is no dataset named {name} in this workspace; there are: {names}")
