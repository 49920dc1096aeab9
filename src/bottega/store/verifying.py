"""What is wrong with stored files, and mending it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import msgspec
from sqlalchemy import Connection, delete, func, select

from bottega.errors import BottegaError
from bottega.store import steps
from bottega.store.blobs import Blobs
from bottega.store.database import Database, chunks
from bottega.store.digest import bytes_digest, file_digest
from bottega.store.endpoints import PLAIN
from bottega.store.records import Output
from bottega.store.tables import (
    DATASET,
    ENDPOINT,
    ENDPOINT_BLOB,
    JOB,
    JOB_BLOB,
    RESULT,
    SERVICE,
    STEP,
    STEP_BLOB,
    VERSION_BLOB,
)

# Tells of a digest, a port type and the file (or its bytes, where it lies elsewhere) whether they belong together;
# None for what is digested by its plain bytes.
Check: TypeAlias = Callable[[str, str, Path | bytes], bool | None]
PICTURE = "Picture"  # the type that a check is told for one
UPLOAD = "Upload"  # and for a file as a client sent it


@dataclass(frozen=True)
class Fault:
    """A stored file that is not what the records say, of what type they say it is, and why."""

    digest: str
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind} {self.digest}: {self.text}"


def faults(database: Database, blobs: Blobs, check: Check) -> Iterator[Fault]:
    """Those of all files that a record names; while nothing is pruned."""
    for digest, kind in sorted(_named(database)):
        text = _fault(blobs, digest, kind, check)
        if text:
            yield Fault(digest, kind, text)


def mend(database: Database, blobs: Blobs, found: Iterable[Fault]) -> list[str]:
    """Set damaged files aside and forget the results that named them; each fault, and what is to be done now.

    A file is not removed, for of a dataset it may be the only copy. Only while nobody relies on any.
    """
    mended = list(found)
    digests = sorted({fault.digest for fault in mended})
    for digest in digests:
        blobs.set_aside(digest)
    with database.writing() as connection:
        for chunk in chunks(digests):
            doomed = select(STEP_BLOB.c.step).where(STEP_BLOB.c.digest.in_(chunk))
            connection.execute(delete(RESULT).where(RESULT.c.step.in_(doomed)))
        owners = _owners(connection, digests)
    return [f"{fault}; {owners.get(fault.digest, _COMPUTED)}" for fault in mended]


def _owners(connection: Connection, digests: list[str]) -> dict[str, str]:
    """Whose files these are, where no run computes them again, and what is to be done."""
    found = {}
    for chunk in chunks(digests):
        for query, told in _OWNERS:
            for row in connection.execute(query.where(query.selected_columns.digest.in_(chunk))):
                found[row.digest] = told.format(**row._mapping)  # noqa: SLF001  # its public name
    return found


_KIND = func.replace(DATASET.c.kind, "-", " ").label("kind")
_COMPUTED = "the next run that needs it computes it again"
_OWNERS = (
    (
        select(JOB_BLOB.c.digest, JOB.c.id).join(JOB),
        "it is a result of job {id}, which has to be asked for again",
    ),
    (
        select(ENDPOINT_BLOB.c.digest, ENDPOINT.c.name, SERVICE.c.name.label("service"))
        .join(ENDPOINT, ENDPOINT.c.id == ENDPOINT_BLOB.c.endpoint)
        .join(SERVICE, SERVICE.c.id == ENDPOINT.c.service),
        "it is a resource of endpoint {name} of web service {service}, which has to be updated again",
    ),
    (
        select(VERSION_BLOB.c.digest, VERSION_BLOB.c.number, SERVICE.c.name).join(
            SERVICE, SERVICE.c.id == VERSION_BLOB.c.service
        ),
        "version {number} of web service {name} needs it and has to be published again",
    ),
    (
        select(DATASET.c.raw.label("digest"), DATASET.c.name, _KIND, DATASET.c.version),
        "it is what was uploaded as {kind} {name}, version {version}, and has to be uploaded again",
    ),
    (
        select(DATASET.c.digest, DATASET.c.name, _KIND, DATASET.c.version).order_by(DATASET.c.version),
        "it is {kind} {name}, version {version}, whose file has to be added again",
    ),
)


def _named(database: Database) -> set[tuple[str, str]]:
    """Digest and port type of all files that a record names."""
    found: set[tuple[str, str]] = set()
    with database.reading() as connection:
        for body in connection.execute(select(STEP.c.body)).scalars():
            step = steps.decoded(body)
            found |= {(output.digest, output.type) for output in step.outputs}
            found |= {(picture.digest, PICTURE) for picture in step.pictures}
            found |= {(step.variables, PLAIN)} if step.variables is not None else set()
        for body, raw in connection.execute(select(DATASET.c.body, DATASET.c.raw)):
            output = msgspec.json.decode(body, type=Output)
            found |= {(output.digest, output.type), *([(raw, UPLOAD)] if raw else [])}
        for table in (VERSION_BLOB, ENDPOINT_BLOB, JOB_BLOB):
            found |= {(row.digest, row.type) for row in connection.execute(select(table.c.digest, table.c.type))}
    return _told_once(found)


def _told_once(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Without those that another record knows a type of."""
    known = {digest for digest, kind in found if kind not in {PLAIN, UPLOAD}}
    return {(digest, kind) for digest, kind in found if kind not in {PLAIN, UPLOAD} or digest not in known}


def _fault(blobs: Blobs, digest: str, kind: str, check: Check) -> str:
    try:
        source = blobs.path(digest) or blobs.read(digest)
        right = check(digest, kind, source)
        if right is None:
            right = _plain(source) == digest.partition(".")[0]
    except BottegaError as error:
        return "it is not there" if error.code == "blob-missing" else f"it cannot be read: {error}"
    except Exception as error:  # noqa: BLE001  # whatever reading damaged bytes may raise
        return f"it cannot be read: {error}"
    return "" if right else "its content is not what it was"


def _plain(source: Path | bytes) -> str:
    return bytes_digest(source) if isinstance(source, bytes) else file_digest(str(source))
