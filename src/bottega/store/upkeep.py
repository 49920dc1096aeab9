"""Keeping a workspace in order: how large it is, what can go, whether all is well, a copy of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import msgspec
from sqlalchemy import Table, distinct, func, select

from bottega.errors import BottegaError
from bottega.store import backup, pruning, steps
from bottega.store.blobs import Blobs
from bottega.store.database import Database
from bottega.store.digest import bytes_digest, file_digest
from bottega.store.locks import PRUNE, Locks
from bottega.store.records import Output
from bottega.store.runs import LOCK
from bottega.store.tables import DATASET, RESULT, RUN, STEP

# Tells of a digest, a port type and the file (or its bytes, where it lies elsewhere) whether they belong together;
# None for what is digested by its plain bytes.
Check: TypeAlias = Callable[[str, str, Path | bytes], bool | None]
PICTURE = "Picture"  # the type that a check is told for one


class Upkeep:
    """What the owner of a workspace does to it."""

    def __init__(self, folder: Path, database: Database, blobs: Blobs, locks: Locks) -> None:
        self._folder = folder
        self._database = database
        self._blobs = blobs
        self._locks = locks

    def size(self) -> dict[str, int]:
        """The number of stored files, their bytes, and the numbers of datasets, runs and results."""
        with self._database.reading() as connection:

            def count(table: Table) -> int:
                return connection.execute(select(func.count()).select_from(table)).scalar_one()

            datasets = connection.execute(select(func.count(distinct(DATASET.c.name)))).scalar_one()
            told = {"datasets": datasets, "runs": count(RUN), "results": count(RESULT)}
        return {"files": sum(1 for _ in self._blobs.digests()), "bytes": self._blobs.total_size(), **told}

    def prune(self, *, keep_runs: int | None = None, dry_run: bool = False, wait: float = 10.0) -> dict[str, int]:
        """Remove what nothing names: stored files, half-written ones and locks of runs that are gone.

        With `keep_runs` all but the newest so many ended runs of each experiment go first, and
        the results that only they had. Returns how many runs, results, files, bytes,
        temporaries and locks went, or would go with `dry_run`. Raises `usage` when a run is
        still under way after `wait` seconds: it may rely on files that nothing names yet.
        """
        if keep_runs is not None and keep_runs < 0:
            raise BottegaError("usage", reason=f"The number of runs to keep cannot be {keep_runs}")
        with self._alone(wait):
            runs, results, named = self._prune_records(keep_runs, dry_run=dry_run)
            files, size = self._prune_files(named, dry_run=dry_run)
            temporaries = self._blobs.sweep(dry_run=dry_run)
            locks = self._prune_locks(dry_run=dry_run)
        if runs and not dry_run:
            with self._database.plain() as connection:
                connection.execute("VACUUM")
        told = {"runs": runs, "results": results, "files": files, "bytes": size}
        return {**told, "temporaries": temporaries, "locks": locks}

    def verify(self, check: Check) -> list[str]:
        """What is wrong: with the database, and with each stored file that a record names; empty when all is well.

        `check` tells whether a file has its digest, for types whose digest is not that of the
        plain bytes; it may raise what it likes.
        """
        with self._locks.shared(PRUNE):
            problems = self._database.problems()
            for digest, kind in sorted(self._named()):
                problem = self._problem(digest, kind, check)
                if problem:
                    problems.append(f"{kind} {digest}: {problem}")
        return problems

    def backup(self, target: Path) -> None:
        """Write all of it as one tar file, as it is at one moment, while others go on working.

        Raises `0057` when the file is there, and `0048` when it cannot be written.
        """
        with self._locks.shared(PRUNE):
            backup.pack(self._database, self._blobs, Path(target))

    def _prune_records(self, keep_runs: int | None, *, dry_run: bool) -> tuple[int, int, set[str]]:
        """Numbers of runs and results deleted, and the files that are named then."""
        with self._database.writing() as connection:
            runs, results = (0, 0) if keep_runs is None else pruning.drop_runs(connection, keep_runs)
            named = pruning.named(connection)
            if dry_run:
                connection.rollback()
        return runs, results, named

    def _prune_files(self, named: set[str], *, dry_run: bool) -> tuple[int, int]:
        """The number and the bytes of files removed; only after the records that named them are gone for good."""
        sizes = {digest: self._blobs.size(digest) for digest in self._blobs.digests() if digest not in named}
        for digest in [] if dry_run else sizes:
            self._blobs.remove(digest)
        return len(sizes), sum(sizes.values())

    def _prune_locks(self, *, dry_run: bool) -> int:
        count = 0
        for name in self._locks.names():
            lock = self._locks.take_alone(name, wait=0) if name.startswith(LOCK) else None
            if lock:
                lock.release(remove=not dry_run)
                count += 1
        return count

    @contextlib.contextmanager
    def _alone(self, wait: float) -> Iterator[None]:
        lock = self._locks.take_alone(PRUNE, wait)
        if lock is None:
            raise BottegaError("usage", reason=f"Runs are under way in {self._folder}; prune it when they have ended")
        try:
            yield
        finally:
            lock.release()

    def _named(self) -> set[tuple[str, str]]:
        """Digest and port type of all files that a record names."""
        found: set[tuple[str, str]] = set()
        with self._database.reading() as connection:
            for body in connection.execute(select(STEP.c.body)).scalars():
                step = steps.decoded(body)
                found |= {(output.digest, output.type) for output in step.outputs}
                found |= {(picture.digest, PICTURE) for picture in step.pictures}
            for body in connection.execute(select(DATASET.c.body)).scalars():
                output = msgspec.json.decode(body, type=Output)
                found.add((output.digest, output.type))
        return found

    def _problem(self, digest: str, kind: str, check: Check) -> str:
        try:
            source = self._blobs.path(digest) or self._blobs.read(digest)
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
