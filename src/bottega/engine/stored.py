"""Reading and writing out what the workspace has."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa

from bottega.dataset import exchange, formats
from bottega.dataset.formats.target import target
from bottega.dataset.table import Table
from bottega.errors import BottegaError
from bottega.sdk.ports import PortType
from bottega.store.digest import bytes_digest
from bottega.store.records import Output
from bottega.store.workspace import Workspace

# Up to this size every value of a table is looked at before it is used, which takes some hundredths of a second.
_SMALL = 1 << 28
_PIECE = 1 << 20


def table(workspace: Workspace, output: Output) -> Table:
    """A stored table, mapped where that can be.

    Raises `blob-missing`, `blob-damaged`, or `usage` for what is no table.
    """
    if output.type != PortType.TABLE:
        raise BottegaError("usage", reason=f"{output.port} is a {output.type}, not a table")
    content = _content(workspace, output.digest)
    found = exchange.read_trusted(content, output.digest, full=content.size <= _SMALL)
    if output.rows not in {None, found.num_rows}:  # a stream that was cut between two of its messages is one, too
        raise _damaged(output.digest)
    return found


def read(workspace: Workspace, digest: str) -> bytes:
    """All of what is stored under a digest of its bytes. Raises `blob-missing` and `blob-damaged`."""
    data = workspace.blobs.read(digest)
    if bytes_digest(data) != digest:
        raise _damaged(digest)
    return data


def check(workspace: Workspace, digest: str) -> None:
    """Raise `blob-damaged` for what is no longer what its digest, one of its bytes, says."""
    state = hashlib.blake2b(digest_size=32)
    with workspace.blobs.open(digest) as file:
        while piece := file.read(_PIECE):
            state.update(piece)
    if state.hexdigest() != digest:
        raise _damaged(digest)


def write(workspace: Workspace, output: Output, path: Path) -> None:
    """Write an output to a file: a table in the format of the file's name, anything else as it is stored."""
    if output.type == PortType.TABLE:
        formats.write(table(workspace, output), path)
        return
    check(workspace, output.digest)
    with workspace.blobs.open(output.digest) as source, target(path) as file:
        while piece := source.read(_PIECE):
            file.write(piece)


def _content(workspace: Workspace, digest: str) -> pa.Buffer:
    path = workspace.blobs.path(digest)
    if path is None:
        return pa.py_buffer(workspace.blobs.read(digest))
    try:
        return pa.memory_map(str(path)).read_buffer()
    except OSError as error:
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error


def _damaged(digest: str) -> BottegaError:
    return BottegaError("blob-damaged", digest=digest)
