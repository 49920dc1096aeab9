"""Keeping a workspace in order: how large it is, what can go, whether all is well, a copy of it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, distinct, func, select

from bottega.errors import BottegaError
from bottega.store import backup, jobs, pruning, verifying
from bottega.store.blobs import Blobs
from bottega.store.database import Database
from bottega.store.locks import KEY, PRUNE, Locks
from bottega.store.records import Kind
from bottega.store.reserve import Reserve
from bottega.store.runs import LOCK
from bottega.store.tables import DATASET, EXPERIMENT, JOB, RESULT, RUN, SERVICE
from bottega.store.uploads import Uploads
from bottega.store.vault import KEY_FILE


class Upkeep:
    """What the owner of a workspace does to it."""

    def __init__(
        self, folder: Path, database: Database, blobs: Blobs, locks: Locks, reserve: Reserve, uploads: Uploads
    ) -> None:
        self._folder = folder
        self._uploads = uploads
        self._reserve = reserve
        self._database = database
        self._blobs = blobs
        self._locks = locks

    def size(self) -> dict[str, int]:
        """The number of stored files, the bytes of all files, and the numbers of all else by what it is."""
        with self._database.reading() as connection:
            told = _counts(connection)
        size = self._blobs.total_size() + self._uploads.size()
        return {"files": sum(1 for _ in self._blobs.digests()), "bytes": size, **told}

    def make_room(self) -> None:
        """Let what prunes have the room that was kept for it, for even that takes some. Closing keeps it again."""
        self._reserve.release()

    def prune(self, *, keep_runs: int | None = None, dry_run: bool = False, wait: float = 10.0) -> dict[str, int]:
        """Remove what nothing names: stored files, half-written and damaged ones, and locks of what has ended.

        With `keep_runs` all but the newest so many ended runs of each experiment go first, and
        the results that only they had. Returns how many runs, results, files, bytes,
        temporaries and locks went, or would go with `dry_run`. Raises `usage` when a run is
        still under way after `wait` seconds: it may rely on files that nothing names yet. A disk
        that is full is no hindrance.
        """
        if keep_runs is not None and keep_runs < 0:
            raise BottegaError("usage", reason=f"The number of runs to keep cannot be {keep_runs}")
        self.make_room()
        with self._alone(wait):
            runs, results, named = self._prune_records(keep_runs, dry_run=dry_run)
            files, size = self._prune_files(named, dry_run=dry_run)
            temporaries = self._blobs.sweep(dry_run=dry_run) + self._uploads.sweep(dry_run=dry_run)
            locks = self._prune_locks(dry_run=dry_run)
        if runs and not dry_run:
            self._shrink()
        told = {"runs": runs, "results": results, "files": files, "bytes": size}
        return {**told, "temporaries": temporaries, "locks": locks}

    def verify(self, check: verifying.Check, *, repair: bool = False, wait: float = 10.0) -> list[str]:
        """What is wrong: with the database, and with each stored file that a record names; empty when all is well.

        `check` tells whether a file has its digest, for types whose digest is not that of the
        plain bytes; it may raise what it likes. With `repair` the files that are not right are set
        aside and forgotten as results, so that the next run computes them again; raises `usage`
        when a run is still under way after `wait` seconds.
        """
        with self._alone(wait) if repair else self._locks.shared(PRUNE):
            problems = self._database.problems()
            found = verifying.faults(self._database, self._blobs, check)
            return problems + (verifying.mend(self._database, self._blobs, found) if repair else list(map(str, found)))

    def backup(self, target: Path) -> None:
        """Write all of it as one tar file, as it is at one moment, while others go on working.

        Raises `0057` when the file is there, and `0048` when it cannot be written.
        """
        still = contextlib.nullcontext() if self._database.refusal else self._locks.alone(KEY)
        with self._locks.shared(PRUNE):
            backup.pack(self._database, self._blobs, self._folder / KEY_FILE, still, Path(target))

    def _shrink(self) -> None:
        """Give the room of deleted rows back to the disk."""
        try:
            with self._database.plain() as connection:
                connection.execute("VACUUM")
        except BottegaError as error:  # it writes all anew, for which there may be no room; later rows take it then
            if error.code != "store-failed":
                raise

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
        names = self._locks.names()
        with self._database.reading() as connection:
            kept = {f"{jobs.LOCK}{job_id}" for job_id in jobs.unfinished(connection)}  # may be taken any moment
        count = 0
        for name in names:
            is_free = name.startswith((LOCK, jobs.LOCK)) and name not in kept
            lock = self._locks.take_alone(name, wait=0) if is_free else None
            if lock:
                lock.release(remove=not dry_run)
                count += 1
        return count

    @contextlib.contextmanager
    def _alone(self, wait: float) -> Iterator[None]:
        lock = self._locks.take_alone(PRUNE, wait)
        if lock is None:
            reason = f"Runs are under way in {self._folder}; try again when they have ended"
            raise BottegaError("usage", reason=reason)
        try:
            yield
        finally:
            lock.release()


def _counts(connection: Connection) -> dict[str, int]:
    families = select(DATASET.c.kind, func.count(distinct(DATASET.c.family))).group_by(DATASET.c.kind)
    saved: dict[str, int] = {kind: count for kind, count in connection.execute(families)}  # noqa: C416  # typed so
    tables = {"runs": RUN, "results": RESULT, "experiments": EXPERIMENT, "services": SERVICE, "jobs": JOB}
    return {
        "datasets": saved.get(Kind.DATASET, 0),
        "trained_models": saved.get(Kind.TRAINED_MODEL, 0),
        "transforms": saved.get(Kind.TRANSFORM, 0),
        **{name: connection.execute(select(func.count()).select_from(table)).scalar_one()
           for name, table in tables.items()},
    }  # fmt: skip
