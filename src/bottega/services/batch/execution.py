"""One batch job from its files to its files (fact sheet 5.3)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from bottega.errors import BottegaError
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.network import NO_NETWORK, Network
from bottega.sandbox.host.pool import Pool
from bottega.sdk.ports import TABLE_FILES
from bottega.services import rrs
from bottega.services.batch import tables
from bottega.services.batch.ends import Sink, Source
from bottega.services.batch.log import Log
from bottega.services.batch.options import Options
from bottega.services.batch.progress import Progress
from bottega.services.batch.request import endings
from bottega.services.batch.stop import Stop
from bottega.services.batch.storage import Stopped
from bottega.services.batch.turns import Lanes
from bottega.services.errors import ServiceError
from bottega.services.executor import Called, Loaded, Resources
from bottega.services.program import Input, Output, Program
from bottega.services.value import Value
from bottega.store.workspace import Workspace

_PIECE = 4 << 20
_TYPES = {
    ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".arff": "text/plain", ".zip": "application/zip",
}  # fmt: skip
_BYTES = "application/octet-stream"


def extension_of(output: Output) -> str:
    """The ending that an output's file has where the caller did not say."""
    return next(iter(endings(output.type)), ".bin")


@dataclass(frozen=True)
class Work:
    """What is to be done: a program, its resources by name, where its inputs are and its outputs go, what scripts may reach."""

    program: Program
    sources: Mapping[str, Source]
    sinks: Mapping[str, Sink]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    resources: Resources = field(default_factory=dict)
    network: Network = NO_NETWORK


class Execution:
    """The doing of it. What it tells may be read from other threads."""

    def __init__(
        self, workspace: Workspace, pool: Pool, options: Options, stop: Stop, lanes: Lanes | None = None
    ) -> None:
        """`lanes` are those of all jobs of this process; none for one that is alone."""
        self._workspace = workspace
        self._pool = pool
        self._options = options
        self._stop = stop
        self._lanes = lanes or Lanes(1)
        self.progress = Progress()
        self.log = Log()

    def run(self, work: Work) -> None:
        """Do all of it. Raises Stopped, ModuleFailure, ServiceError and BottegaError."""
        try:
            with contextlib.ExitStack() as held:
                with self._lanes.files.turn(self._stop.is_set):  # until the modules' turn comes
                    files = self._files(work, held)
                    self.progress.waiting()
                    held.enter_context(self._lanes.modules.turn(self._stop.is_set))
                values = self._inputs(work, files, held)
                loaded = held.enter_context(self._loaded(work))
                called = self._called(loaded, values, work)
                held.callback(called.close)
                outputs = work.program.outputs
                for index, output in enumerate(outputs):
                    told = partial(self.progress.writing, index=index, count=len(outputs))
                    self._write(output, called.outputs.get(output.name), work.sinks[output.name], told)
            self.progress.done()
        except (BottegaError, ServiceError) as error:
            if self._stop.is_set():
                raise Stopped from error
            raise

    def _files(self, work: Work, held: contextlib.ExitStack) -> dict[str, Memory]:
        """The files of the inputs, on this disk; closed by `held`."""
        count = max(1, len(work.program.inputs))
        return {
            declared.name: held.enter_context(self._file(work.sources[declared.name], index, count))
            for index, declared in enumerate(work.program.inputs)
        }

    def _file(self, source: Source, index: int, count: int) -> Memory:
        def told(done: int, size: int | None) -> None:
            self.progress.fetching(done, size, index=index, count=count)

        def fill(file: BinaryIO) -> None:
            source.fetch(file, told, self._stop.is_set)

        self._check()
        told(0, None)
        return tables.Spooled.of_file(self._folder, fill)

    def _inputs(self, work: Work, files: Mapping[str, Memory], held: contextlib.ExitStack) -> dict[str, Value]:
        """The tables in the files, which are gone again; those that are no call's yet are closed by `held`."""
        found: dict[str, Value] = {}
        count = max(1, len(work.program.inputs))
        for index, declared in enumerate(work.program.inputs):
            self._check()
            self.progress.reading(index=index, count=count)
            with files[declared.name] as file:
                found[declared.name] = value = self._input(declared, work.sources[declared.name], file)
            held.callback(value.close)
            self.progress.read(value.table.num_rows)
        return found

    def _input(self, declared: Input, source: Source, file: Memory) -> Value:
        name = f"the file of {declared.name} ({source.shown})"
        return tables.read(
            file, name, source.extension, declared.fields, self._pool, self._options.limits, self._stop.descriptor
        )

    def _loaded(self, work: Work) -> Loaded:
        """Jails of its own, for one call."""
        self._check()
        self.progress.running("", index=0, count=1)
        return Loaded.load(
            work.program, self._workspace, self._pool, limits=self._options.limits, most=1, spares=0,
            resources=work.resources, network=work.network,
        )  # fmt: skip

    def _called(self, loaded: Loaded, values: Mapping[str, Value], work: Work) -> Called:
        count = len(loaded.stages)
        numbers = iter(range(count + 1))

        def told(title: str) -> None:
            self._check()
            self.progress.running(title, index=next(numbers, count), count=count)

        return loaded.call(values, work.parameters, printed=self.log.add, cancel=self._stop.descriptor, told=told)

    def _write(self, output: Output, value: Value | None, sink: Sink, told: Callable[[int], None]) -> None:
        content_type = _TYPES.get(sink.extension, _BYTES)
        if output.type not in rrs.TABLES:
            if value is None:
                raise BottegaError("usage", reason=f"The output {output.name} was not given by its module")
            told(0)
            sink.take(_raw(value.memory), content_type, self._stop.is_set)
        elif value is None:  # as an answer has a table without columns
            sink.take((), content_type, self._stop.is_set)
        elif sink.extension == _extension(value):
            told(0)
            sink.take(_raw(value.memory), content_type, self._stop.is_set)
        else:
            with self._table(output, value) as tabular:
                table = tabular.table
                told(table.num_rows)
                pieces = tables.pieces(table, sink.extension, self.progress.wrote)
                sink.take(pieces, content_type, self._stop.is_set)
                self.progress.wrote(table.num_rows)
        self._check()

    @contextlib.contextmanager
    def _table(self, output: Output, value: Value) -> Iterator[Value]:
        """A value that is a table; a file that a module made is read where it cannot do harm."""
        extension = _extension(value)
        if extension is None:
            yield value
            return
        read = tables.read(
            value.memory, output.name, extension, (), self._pool, self._options.limits, self._stop.descriptor
        )
        with contextlib.closing(read):
            yield read

    def _check(self) -> None:
        if self._stop.is_set():
            raise Stopped

    @property
    def _folder(self) -> Path:
        """On the workspace's disk: what is temporary elsewhere may be memory."""
        return self._workspace.folder


def _extension(value: Value) -> str | None:
    """The ending of the file that a value is; None for what is none."""
    return f".{TABLE_FILES[value.type]}" if value.type in TABLE_FILES else None


def _raw(memory: Memory) -> Iterable[bytes]:
    for start in range(0, memory.size, _PIECE):
        yield memory.read(start, min(_PIECE, memory.size - start))
