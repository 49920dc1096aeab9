"""A script, a trainer or a scorer in R: its folder, its inputs, and what it gives or how it fails."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from bottega.dataset.table import Table
from bottega.errors import BottegaError
from bottega.modules.r_language_modules import _frames, _process
from bottega.modules.r_language_modules._frames import Answer, integer, text
from bottega.sandbox.guest import artefacts, bundle
from bottega.sandbox.guest.failure import JobError
from bottega.sdk.notes import note
from bottega.sdk.values import Device, Zip

BUNDLE_FOLDER = "src"
_MOST_LINES = 1000
_MOST_BYTES = 32 << 10
_MOST_UNPACKED = 1 << 32  # the disk that a run may use ends it before
_ERROR, _NOTHING, _MODEL, _FRAME = 1, 2, 3, 4
# What reading an answer ends with that is none.
_MISFITS = (ValueError, IndexError, KeyError, OverflowError, pa.ArrowException)
_NO_PACKAGE = "there is no package called"
_NO_MEMORY = "cannot allocate"  # as R begins to say so
_NO_SEED = -1
_LARGEST_MODEL = 2**31 - 1


@dataclass(frozen=True)
class Job:
    """What R runs.

    mode    "script", whose tables are at ports; "train" and "score", whose one table is `dataset`
    model   what R serialised of a trained model
    label   the column to learn from `features`
    """

    mode: str
    script: str
    tables: Sequence[Table | None] = ()
    archive: Zip | None = None
    seed: int | None = None
    model: bytes | None = None
    label: str = ""
    features: Sequence[str] = ()

    @property
    def given(self) -> tuple[Table, ...]:
        """The tables that there are."""
        return tuple(table for table in self.tables if table is not None)

    def written(self, folder: str) -> Iterator[Any]:
        """For R, piece by piece."""
        seed = _NO_SEED if self.seed is None else self.seed
        yield text(self.mode) + text(folder) + text(_unix(self.script)) + integer(seed) + integer(len(self.tables))
        for table in self.tables:
            yield integer(int(table is not None))
            if table is not None:
                yield from _frames.written(table)
        yield integer(len(self.model or b"")) + (self.model or b"")
        yield text(self.label) + integer(len(self.features)) + b"".join(map(text, self.features))


class ScriptError(BottegaError):
    """The failure of a script, and the pictures that it drew before."""

    def __init__(self, error: BottegaError, device: Device) -> None:
        super().__init__(error.code, **error.facts)
        self.device = device


def script(job: Job) -> tuple[Table, Device]:
    """The result of Execute R Script, and its pictures."""
    with _folder() as folder:
        if job.archive is not None:
            _unpack(job.archive, folder)
        try:
            answer = _run(job, folder)
        except BottegaError as error:
            raise ScriptError(error, Device("", _pictures(folder))) from error
        pictures = _pictures(folder)
    if answer.integer() == _NOTHING:
        note("The script did not call maml.mapOutputPort, so Result Dataset is empty.")
        return Table(pa.table({})), Device("", pictures)
    return _table(answer, job), Device("", pictures)


def model(job: Job) -> bytes:
    """What a trainer made, serialised by R; only R reads it again."""
    with _folder() as folder:
        answer = _run(job, folder)
    answer.integer()
    made = bytes(answer.rest())
    if len(made) > _LARGEST_MODEL:
        raise BottegaError(
            "0063", message=f"the model takes {len(made):,} bytes; R is given {_LARGEST_MODEL:,} at most"
        )
    return made


def scores(job: Job) -> Table:
    """What a scorer made."""
    with _folder() as folder:
        answer = _run(job, folder)
    answer.integer()
    return _table(answer, job)


def check(script: str, title: str) -> None:
    """Raise `0063` for a script that is longer than classic takes, or holds nothing."""
    lines, size = script.count("\n") + 1, len(script.encode("utf-8", "replace"))
    if lines > _MOST_LINES or size > _MOST_BYTES:
        raise BottegaError(
            "0063", message=f"{title} has {lines:,} lines and {size:,} bytes; it may have {_MOST_LINES:,} lines and "
            f"{_MOST_BYTES:,} bytes at most, so put functions into a file of the Script Bundle and source() it",
        )  # fmt: skip
    if not script.strip():
        raise BottegaError("0063", message=f"{title} is empty")


@contextmanager
def _folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="r-", ignore_cleanup_errors=True) as folder:
        yield folder


def _unpack(archive: Zip, folder: str) -> None:
    try:
        with tempfile.TemporaryFile() as file:
            file.write(archive.data)
            file.flush()
            bundle.extract(os.dup(file.fileno()), folder, BUNDLE_FOLDER, _MOST_UNPACKED)
    except JobError as error:
        raise BottegaError("0102", path="at Script Bundle", reason=error.message) from error


def _run(job: Job, folder: str) -> Answer:
    """R's answer, its number not yet read. Raises `0063` for what went wrong in the script, with its line and R's trace, and `0138`."""
    data = _process.run(job.written(folder))
    if data is None:
        raise BottegaError(
            "0063", message="R ended before the script did: by quit(), for want of memory, or by a crash"
        )
    try:
        failed = Answer(data).integer() == _ERROR
        if failed:
            raise _failure(data)
    except _MISFITS as error:
        raise _unreadable(error) from error
    return Answer(data)


def _failure(data: bytearray) -> BottegaError:
    answer = Answer(data)
    answer.integer()
    message, call, trace = answer.texts()
    line = answer.integer()
    place = {"line": line} if line > 0 else {}
    if message.startswith(_NO_MEMORY):
        return BottegaError("0138", limit="what this run may use", traceback=f"{trace}Error: {message}\n", **place)
    where = ", ".join([f"line {line}"] * (line > 0) + [f"in {call}"] * bool(call))
    told = f"{where}: {message.rstrip()}" if where else message.rstrip()
    if message.startswith(_NO_PACKAGE):
        told += "; scripts install none, so have it installed for all users of this machine"
    return BottegaError("0063", message=told, traceback=f"{trace}Error, {told}\n", **place)


def _unreadable(error: Exception) -> BottegaError:
    return BottegaError("0063", message=f"what it wrote in place of R's answer cannot be read: {error}")


def _table(answer: Answer, job: Job) -> Table:
    try:
        return _frames.read(answer, job.given)
    except _MISFITS as error:
        raise _unreadable(error) from error


def _pictures(folder: str) -> tuple[tuple[str, bytes], ...]:
    """What R's device and the script left at the top of the folder, in order."""
    notes: list[str] = []
    names = artefacts.pictures(folder, by_inode=False, notes=notes)
    for each in notes:
        note(each)
    return tuple((name, Path(folder, name).read_bytes()) for name in names if Path(folder, name).stat().st_nlink == 1)


def _unix(script: str) -> str:
    return script.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
