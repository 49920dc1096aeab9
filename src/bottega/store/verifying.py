"""What is wrong with stored files, and mending it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import msgspec
from sqlalchemy import Connection, delete, select

from bottega.errors import BottegaError
from bottega.store import steps
from bottega.store.blobs import Blobs
from bottega.store.database import Database, chunks
from bottega.store.digest import bytes_digest, file_digest
from bottega.store.records import Output
from bottega.store.tables import DATASET, RESULT, STEP, STEP_BLOB

# Tells of a digest, a port type and the file (or its bytes, where it lies elsewhere) whether they belong together;
# None for what is digested by its plain bytes.
Check: TypeAlias = Callable[[str, str, Path | bytes], bool | None]
PICTURE = "Picture"  # the type that a check is told for one


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
        datasets = _datasets(connection, digests)
    return [f"{fault}; {_advice(datasets.get(fault.digest))}" for fault in mended]


def _advice(dataset: str | None) -> str:
    if dataset is None:
        return "the next run that needs it computes it again"
    return f"it is dataset {dataset}, whose file has to be added again"


def _datasets(connection: Connection, digests: list[str]) -> dict[str, str]:
    """The datasets that these files are, name and version."""
    found = {}
    for chunk in chunks(digests):
        for row in connection.execute(select(DATASET).where(DATASET.c.digest.in_(chunk)).order_by(DATASET.c.version)):
            found[row.digest] = f"{row.name}, version {row.version}"
    return found


def _named(database: Database) -> set[tuple[str, str]]:
    """Digest and port type of all files that a record names."""
    found: set[tuple[str, str]] = set()
    with database.reading() as connection:
        for body in connection.execute(select(STEP.c.body)).scalars():
            step = steps.decoded(body)
            found |= {(output.digest, output.type) for output in step.outputs}
            found |= {(picture.digest, PICTURE) for picture in step.pictures}
        for body in connection.execute(select(DATASET.c.body)).scalars():
            output = msgspec.json.decode(body, type=Output)
            found.add((output.digest, output.type))
    return found


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
