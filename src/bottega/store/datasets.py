"""What is saved by name and version: datasets, trained models, transforms."""

from __future__ import annotations

import builtins
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, delete, exists, insert, select, update

from bottega.errors import BottegaError
from bottega.store.blobs import Blobs, Source
from bottega.store.database import Database
from bottega.store.naming import Taken, check_name, new_id
from bottega.store.records import Dataset, Kind, Output
from bottega.store.tables import DATASET

__all__ = ["Datasets", "check_name"]

_DECODER = msgspec.json.Decoder(Output)


class Datasets:
    """The datasets of a workspace, or its trained models, or its transforms.

    A family is known by the name of its newest version, which no other family of its kind bears.
    `guard` holds off pruning between storing a file and naming it.
    """

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        guard: Callable[[], AbstractContextManager[object]],
        kind: Kind = Kind.DATASET,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._guard = guard
        self.kind = kind

    def save(
        self,
        name: str,
        output: Output,
        *,
        description: str = "",
        source: str = "",
        blobs: Iterable[tuple[str, Source]] = (),
        family: str | None = None,
        new: bool = False,
        data_type: str = "",
        owner: str = "",
        origin: str = "",
        file_name: str = "",
        experiment: str = "",
        raw: str | None = None,
        raw_size: int = 0,
    ) -> Dataset:
        """Save an output under a name, as the next version of the family that bears it; durable on return.

        With `family` it is the next version of that one, whatever its name was; with `new`
        the first of a new one. Raises `naming.Taken` when another family has the name,
        `usage` for a name or a family that cannot be, and `blob-missing` when a file that it
        names is neither there nor among `blobs`.
        """
        check_name(name, self.kind.word)
        with self._guard():
            self._blobs.put_many(blobs)
            for digest in filter(None, (output.digest, raw)):
                if not self._blobs.has(digest):
                    raise BottegaError("blob-missing", digest=digest)
            with self._database.writing() as connection:
                place, version = self._place(connection, name, family, new=new)
                dataset = Dataset(
                    new_id(), name, place, version, description, source, output, time.time(), self.kind.value,
                    data_type, owner, origin, file_name, experiment, raw, raw_size,
                )  # fmt: skip
                connection.execute(insert(DATASET).values(_row(dataset)))
        return dataset

    def complete(self, dataset_id: str, output: Output, blobs: Iterable[tuple[str, Source]] = ()) -> Dataset:
        """Put what a version holds in the place of what it was saved with before it was known; durable on return.

        Raises `usage` when there is none of this id, and `blob-missing`.
        """
        with self._guard():
            self._blobs.put_many(blobs)
            if not self._blobs.has(output.digest):
                raise BottegaError("blob-missing", digest=output.digest)
            change = update(DATASET).where(DATASET.c.kind == self.kind, DATASET.c.id == dataset_id)
            with self._database.writing() as connection:
                connection.execute(change.values(_stored(output)))
        found = self.by_id(dataset_id)
        if found is None:
            raise BottegaError("usage", reason=f"There is no {self.kind.word} {dataset_id[:60]!r} in this workspace")
        return found

    def get(self, name: str, version: int | None = None) -> Dataset:
        """The family of this name, the newest version unless told. Raises `usage` when there is none."""
        found = self.find(name, version)
        if found is not None:
            return found
        if version is not None and self.find(name):
            raise BottegaError("usage", reason=f"{self.kind.word.capitalize()} {name} has no version {version}")
        raise self._unknown(name)

    def find(self, name: str, version: int | None = None) -> Dataset | None:
        """The same, or None."""
        newest = self._one(self._newest().where(DATASET.c.name == name))
        if newest is None or version in {None, newest.version}:
            return newest
        return self._one(select(DATASET).where(DATASET.c.family == newest.family, DATASET.c.version == version))

    def by_id(self, dataset_id: str) -> Dataset | None:
        """One version."""
        return self._one(select(DATASET).where(DATASET.c.kind == self.kind, DATASET.c.id == dataset_id))

    def versions(self, family: str) -> builtins.list[Dataset]:
        """All versions of a family, the oldest first; none of one that is not there."""
        return self._select(select(DATASET).where(self._of(family)).order_by(DATASET.c.version))

    def list(self) -> builtins.list[Dataset]:
        """The newest version of each family, by name."""
        return self._select(self._newest().order_by(DATASET.c.name))

    def has_file(self, digest: str) -> bool:
        """Whether a stored file is that of some version."""
        with self._database.reading() as connection:
            found = select(DATASET.c.id).where(DATASET.c.kind == self.kind, DATASET.c.digest == digest).limit(1)
            return connection.execute(found).first() is not None

    def delete(self, name: str) -> None:
        """Delete all versions; their files go with the next pruning. Raises `usage` when there is none."""
        found = self.find(name)
        if found is None:
            raise self._unknown(name)
        self.delete_family(found.family)

    def delete_family(self, family: str) -> None:
        """The same by family."""
        with self._database.writing() as connection:
            gone = connection.execute(delete(DATASET).where(self._of(family))).rowcount
        if not gone:
            raise self._no_family(family)

    def _place(self, connection: Connection, name: str, family: str | None, *, new: bool) -> tuple[str, int]:
        """The family and the version of what is saved now."""
        bearer = connection.execute(self._newest().where(DATASET.c.name == name)).one_or_none()
        if bearer is not None and (new or family not in {None, bearer.family}):
            raise Taken("usage", reason=f"There is a {self.kind.word} named {name} already")
        if family is not None:
            bearer = connection.execute(self._newest().where(DATASET.c.family == family)).one_or_none()
            if bearer is None:
                raise self._no_family(family)
        return (new_id(), 1) if bearer is None else (bearer.family, bearer.version + 1)

    def _newest(self) -> Select[Any]:
        later = DATASET.alias()
        older = exists().where(later.c.family == DATASET.c.family, later.c.version > DATASET.c.version)
        return select(DATASET).where(DATASET.c.kind == self.kind, ~older)

    def _of(self, family: str) -> ColumnElement[bool]:
        return (DATASET.c.kind == self.kind) & (DATASET.c.family == family)

    def _one(self, query: Select[Any]) -> Dataset | None:
        return next(iter(self._select(query)), None)

    def _select(self, query: Select[Any]) -> builtins.list[Dataset]:
        with self._database.reading() as connection:
            return [_dataset(row) for row in connection.execute(query)]

    def _no_family(self, family: str) -> BottegaError:
        return BottegaError("usage", reason=f"There is no {self.kind.word} of family {family[:60]!r} in this workspace")

    def _unknown(self, name: str) -> BottegaError:
        word = self.kind.word
        names = ", ".join(dataset.name for dataset in self.list()) or "none"
        return BottegaError("usage", reason=f"There is no {word} named {name} in this workspace; there are: {names}")


def _row(dataset: Dataset) -> dict[str, object]:
    plain = {name: value for name, value in vars(dataset).items() if name != "output"}
    return {**plain, **_stored(dataset.output)}


def _stored(output: Output) -> dict[str, object]:
    return {"digest": output.digest, "body": msgspec.json.encode(output).decode()}


def _dataset(row: Row[Any]) -> Dataset:
    plain = {name: value for name, value in row._mapping.items() if name not in {"digest", "body"}}  # noqa: SLF001  # its public name
    return Dataset(**plain, output=_DECODER.decode(row.body))
