"""Files to tables, inside a jail, and tables to files, piece by piece: neither is ever held whole in this process."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Self

import msgspec
import pyarrow as pa

from bottega.dataset import exchange
from bottega.dataset.formats import arff, delimited
from bottega.dataset.table import Table
from bottega.engine.steps import ALWAYS_PRELOADED
from bottega.errors import BottegaError, sentence
from bottega.sandbox.host import build
from bottega.sandbox.host.environment import BOTTEGA
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import ModuleTask
from bottega.sdk.ports import PortType
from bottega.services.errors import ModuleFailure
from bottega.services.program import Field
from bottega.services.value import Value, received

FORMATS = {".csv": "csv", ".tsv": "tsv", ".arff": "arff", ".svmlight": "svmlight"}
_READER = "bottega.sandbox.runner.reading"
_READ = "results_dataset"
_PIECE_BYTES = 4 << 20
_MOST_ROWS = 1 << 16


class Spooled(Memory):
    """A file on disk with the face of a memory file, for what may be larger than memory; it has no name to be opened by.

    A jail that were to write to it would change nobody's input but its own.
    """

    def __init__(self, folder: Path) -> None:
        with tempfile.TemporaryFile(dir=folder, prefix=".batch-") as file:
            self._descriptor = os.dup(file.fileno())

    def file(self) -> BinaryIO:
        """To write what it shall hold."""
        return os.fdopen(self._descriptor, "wb", 1 << 20, closefd=False)

    def seal(self) -> None:
        """Take away the right to write from who opens it again."""
        os.fchmod(self._descriptor, 0o400)
        reading = os.open(f"/proc/self/fd/{self._descriptor}", os.O_RDONLY | os.O_CLOEXEC)
        os.close(self._descriptor)
        self._descriptor = reading

    @classmethod
    def of_file(cls, folder: Path, fill: Callable[[BinaryIO], object]) -> Self:
        """One of what `fill` puts in it. Raises `store-failed` where the disk does not take it."""
        spooled = cls(folder)
        try:
            with spooled.file() as file:
                fill(file)
            spooled.seal()
        except OSError as error:
            spooled.close()
            raise BottegaError("store-failed", path=str(folder), reason=error.strerror or str(error)) from error
        except BaseException:
            spooled.close()
            raise
        return spooled


def read(
    memory: Memory,
    name: str,
    extension: str,
    fields: Sequence[Field],
    pool: Pool,
    limits: Limits,
    cancel: int | None = None,
) -> Value:
    """The table in a file, read in a jail; with fields it has these columns, else those of the file.

    Raises ModuleFailure for a file that is none of its extension, whose columns do not fit, or that takes too much.
    """
    parameters = {"name": name, "format": FORMATS[extension], "columns": msgspec.json.encode(fields).decode()}
    settings = {"place": _READER, "function": "read_file", "parameters": parameters, "inputs": {"file": PortType.FILE}}
    task = ModuleTask(
        build.ensure(BOTTEGA, lambda _: None), json.dumps(settings).encode(), (_READ,), (_READ,), {"file": memory}, limits,
        ALWAYS_PRELOADED,
    )  # fmt: skip
    outcome = pool.run(task, cancel=cancel)
    try:
        if outcome.failure is not None:
            raise _failed(outcome.failure.code, outcome.failure.message, outcome.failure.type)
        given = outcome.outputs[_READ]
        try:
            return received(given, exchange.read_untrusted(pa.py_buffer(given.view()), name, roles=True))
        except BottegaError as error:
            raise _failed("1000", sentence(error), "ResultError") from error
    finally:
        outcome.close()


def _failed(code: str, message: str, kind: str) -> ModuleFailure:
    return ModuleFailure("", "Read input", code, message, type=kind)


def pieces(table: Table, extension: str, told: Callable[[int], None] = lambda _: None) -> Iterator[bytes | memoryview]:
    """The bytes of a table's file, some megabytes at a time; `told` hears about how many rows are done."""
    rows = _rows(table)
    if extension == ".arff":
        written, heads = arff.pieces(table, rows=rows), table.num_columns + 2
    else:
        separator = "\t" if extension == ".tsv" else ","
        written, heads = delimited.pieces(table, separator=separator, header=True, rows=rows), 1
    for number, piece in enumerate(written, start=1):
        yield piece
        told(min(table.num_rows, max(0, number - heads) * rows))


def _rows(table: Table) -> int:
    """So many rows that they are some megabytes."""
    if not table.num_rows:
        return 1
    return max(1, min(_MOST_ROWS, table.num_rows * _PIECE_BYTES // max(1, table.arrow.nbytes)))
