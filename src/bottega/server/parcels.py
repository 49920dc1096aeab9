"""Zips of what runs elsewhere: a script with its inputs, a table with a notebook, an exported experiment."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from bottega.dataset import formats
from bottega.engine import stored
from bottega.errors import BottegaError
from bottega.server.errors import HttpError
from bottega.store.uploads import FOLDER as UPLOADS

if TYPE_CHECKING:
    from bottega.dataset.table import Table
    from bottega.engine.prepared import Prepared, Ready
    from bottega.engine.reach import Outside
    from bottega.graph.document import Experiment
    from bottega.store.records import Run
    from bottega.store.workspace import Workspace

_LARGEST = 2 << 30
_PIECE = 1 << 20
# Each takes disk and a core while it is made; the others wait so many seconds for their turn.
_TURNS = threading.BoundedSemaphore(2)
_PATIENCE = 20.0


def script(workspace: Workspace, run: Run, node: Ready) -> BinaryIO:
    """What gives a script's results again elsewhere. Raises what `reproduce.fill` does, and as `_made` does."""
    from bottega.engine.export import reproduce

    return _made(workspace, lambda parcel: reproduce.fill(parcel, workspace, run, node))


def notebook(workspace: Workspace, table: Table, name: str) -> BinaryIO:
    """A table as Parquet with a notebook that reads it and looks at it. Raises as `_made` does."""
    cells = [
        _cell("about", "markdown", f"# {name}\n\n{table.num_rows:,} rows, {table.num_columns:,} columns."),
        _cell("read", "code", f'import pandas as pd\n\nframe = pd.read_parquet("{name}.parquet")\nframe.head()'),
        _cell("describe", "code", 'frame.describe(include="all")'),
    ]
    told = {
        "cells": cells, "nbformat": 4, "nbformat_minor": 5,
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    }  # fmt: skip

    def fill(parcel: _Parcel) -> None:
        parcel.text(f"{name}.ipynb", json.dumps(told, indent=1))
        parcel.table(f"{name}.parquet", table)

    return _made(workspace, fill)


def program(
    workspace: Workspace, prepared: Prepared, experiment: Experiment, outside: Outside, *, form: str, name: str
) -> BinaryIO:
    """An experiment as plain Python with its inputs. Raises what exporting does, and as `_made` does."""
    from bottega.engine.export.export import Form, default_name, export

    def fill(parcel: _Parcel) -> None:
        chosen = Form.NOTEBOOK if form == "notebook" else Form.SCRIPT
        with _scratch(workspace) as folder:
            target = folder / default_name(f"{name}.yaml", chosen, frozenset())
            export(prepared, experiment, workspace, outside, source=f"{name}.yaml", form=chosen, path=target)
            for path in sorted(each for each in folder.rglob("*") if each.is_file()):
                parcel.file(str(path.relative_to(folder)), path)

    return _made(workspace, fill)


class _Parcel:
    """A zip that grows in a file. Raises `input-too-large` for what would make it too large."""

    def __init__(self, workspace: Workspace, file: BinaryIO) -> None:
        self._workspace = workspace
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)

    def text(self, name: str, text: str) -> None:
        """A file of text."""
        data = text.encode("utf-8", "backslashreplace")
        self._check(name, len(data))
        self._zip.writestr(name, data)

    def blob(self, name: str, digest: str) -> None:
        """A stored file. Raises `blob-missing` and `blob-damaged`."""
        self._check(name, self._workspace.blobs.size(digest))
        stored.check(self._workspace, digest)
        with self._workspace.blobs.open(digest) as source, self._zip.open(name, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, _PIECE)

    def table(self, name: str, table: Table) -> None:
        """A table as Parquet, which is compressed already."""
        self._check(name, table.arrow.nbytes)
        with _scratch(self._workspace) as folder:
            path = folder / "table.parquet"
            formats.write(table, path, "parquet")
            self.file(name, path, compression=zipfile.ZIP_STORED)

    def file(self, name: str, path: Path, compression: int = zipfile.ZIP_DEFLATED) -> None:
        """A file of this machine."""
        self._check(name, path.stat().st_size)
        self._zip.write(path, name, compress_type=compression)

    def end(self) -> None:
        """Nothing more is added."""
        self._zip.close()

    def _check(self, name: str, size: int) -> None:
        """Raise `input-too-large` where so many bytes more, before they are compressed, are too many."""
        if self._file.tell() + size > _LARGEST:
            limit = f"{_LARGEST:,} bytes in all"
            raise BottegaError("input-too-large", input=name, size=f"{size:,} bytes", limit=limit)


@contextmanager
def _scratch(workspace: Workspace) -> Iterator[Path]:
    """A folder among the uploads: what a crash leaves there is swept away with them."""
    home = workspace.folder / UPLOADS
    home.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix="parcel-") as folder:
        yield Path(folder)


def _made(workspace: Workspace, fill: Callable[[_Parcel], None]) -> BinaryIO:
    """The file of a parcel, which is gone as soon as it is closed.

    Raises what filling it does, `store-failed` where there is no room for it, and HttpError 503 where too many are made.
    """
    if not _TURNS.acquire(timeout=_PATIENCE):
        message = "Too many files are being made for download; try again later."
        raise HttpError(503, message=message, headers={"retry-after": "10"})
    try:
        with ExitStack() as undo:
            file = undo.enter_context(tempfile.TemporaryFile(dir=workspace.folder))
            parcel = _Parcel(workspace, file)
            undo.callback(parcel.end)
            fill(parcel)
            parcel.end()
            undo.pop_all()
            return file
    except OSError as error:
        reason = error.strerror or str(error)
        raise BottegaError("store-failed", path=str(workspace.folder), reason=reason) from error
    finally:
        _TURNS.release()


def _cell(name: str, kind: str, source: str) -> dict[str, Any]:
    more: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source.splitlines(keepends=True), **more}
