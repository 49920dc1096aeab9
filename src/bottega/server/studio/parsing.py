"""An uploaded file as what experiments can use: a table, a zip, or just a file that is kept."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bottega.dataset import formats
from bottega.engine.made import Made
from bottega.engine.values import Values
from bottega.errors import BottegaError, describe
from bottega.sdk.ports import PortType
from bottega.server.studio.data_types import Content, DataType
from bottega.store.digest import file_digest
from bottega.store.records import Output

if TYPE_CHECKING:
    from bottega.dataset.table import Table
    from bottega.store.blobs import Source
    from bottega.store.workspace import Workspace

PORT = "dataset"
# Text of which each line becomes a Python object.
_MOST_LINES_BYTES = 256 << 20


@dataclass(frozen=True)
class Parsed:
    """What came of a file.

    output  what experiments get
    raw     digest of the file itself, of `size` bytes
    blobs   what has to be stored for both
    """

    output: Output
    raw: str
    size: int
    blobs: tuple[tuple[str, Source], ...]


@contextmanager
def parsed(workspace: Workspace, path: Path, kind: DataType, name: str) -> Iterator[Parsed]:
    """Read a file as data of a kind; its descriptors live as long as the block.

    A file that is not what it is said to be is kept all the same, as one that no module reads; what is wrong
    with it is told by the output's `error`. `name` stands for the file in those words.
    """
    values = Values(workspace)
    made = Made()
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        raw, size = file_digest(str(path)), os.fstat(descriptor).st_size
        output = _output(path, kind, name, Output(PORT, PortType.FILE, raw, size), made, values)
        yield Parsed(output, raw, size, ((raw, descriptor), *made.blobs))
    finally:
        os.close(descriptor)
        for _, source in made.blobs:
            if isinstance(source, int):
                os.close(source)
        values.close()


def _output(path: Path, kind: DataType, name: str, file: Output, made: Made, values: Values) -> Output:
    if kind.content is Content.OPAQUE:
        return file
    try:
        if kind.content is Content.ZIP:
            if not zipfile.is_zipfile(path):
                raise BottegaError("0102", path=name, reason="it is no zip file")
            return Output(PORT, PortType.ZIP, file.digest, file.size)
        made.add_table(PORT, read_table(path, kind), values)
    except BottegaError as error:
        told = BottegaError(error.code, **{**error.facts, "path": name}) if "path" in error.facts else error
        return Output(PORT, PortType.FILE, file.digest, file.size, described={"error": describe(told)})
    return made.outputs[0]


def read_table(path: Path, kind: DataType) -> Table:
    """The table in a file of a kind. Raises as `formats.read` does."""
    return _lines(path) if kind.content is Content.LINES else formats.read(path, kind.format)


def _lines(path: Path) -> Table:
    """One column, a row a line. Raises `0049` for what is no text, and `input-too-large`."""
    import pyarrow as pa

    from bottega.dataset.formats import source
    from bottega.dataset.table import Table

    size = path.stat().st_size
    if size > _MOST_LINES_BYTES:
        raise BottegaError("input-too-large", input="the text", size=size, limit=_MOST_LINES_BYTES)
    lines = [line.rstrip("\r\n") for line in source.lines(source.text(path))]
    return Table(pa.table({"Col1": pa.array(lines, pa.large_string())}))
