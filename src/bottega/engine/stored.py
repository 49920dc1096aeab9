"""Reading and writing out what the workspace has."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa

from bottega.dataset import exchange, formats
from bottega.dataset.formats.target import target
from bottega.dataset.table import Table
from bottega.errors import BottegaError
from bottega.sdk.ports import PortType
from bottega.store.records import Output
from bottega.store.workspace import Workspace


def table(workspace: Workspace, output: Output) -> Table:
    """A stored table, mapped where that can be. Raises `blob-missing`, or `usage` for what is no table."""
    if output.type != PortType.TABLE:
        raise BottegaError("usage", reason=f"{output.port} is a {output.type}, not a table")
    path = workspace.blobs.path(output.digest)
    if path is not None:
        return exchange.read_trusted(pa.memory_map(str(path)).read_buffer())
    return exchange.read_trusted(pa.py_buffer(workspace.blobs.read(output.digest)))


def write(workspace: Workspace, output: Output, path: Path) -> None:
    """Write an output to a file: a table in the format of the file's name, anything else as it is stored."""
    if output.type == PortType.TABLE:
        formats.write(table(workspace, output), path)
        return
    with workspace.blobs.open(output.digest) as source, target(path) as file:
        shutil.copyfileobj(source, file, 1 << 20)
