"""Zips of what runs elsewhere: a script with its inputs, a table with a notebook, an exported experiment."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from bottega.dataset import formats
from bottega.engine import look, stored
from bottega.errors import BottegaError
from bottega.sandbox.host import environment as environments
from bottega.sdk.ports import PortType
from bottega.server.errors import HttpError
from bottega.store.uploads import FOLDER as UPLOADS

if TYPE_CHECKING:
    from bottega.dataset.table import Table
    from bottega.engine.prepared import Prepared, Ready
    from bottega.engine.reach import Outside
    from bottega.graph.document import Experiment
    from bottega.store.records import Output
    from bottega.store.workspace import Workspace

_TABLES = ("dataset1", "dataset2")
_LARGEST = 2 << 30
_PIECE = 1 << 20
# Each takes disk and a core while it is made; the others wait so many seconds for their turn.
_TURNS = threading.BoundedSemaphore(2)
_PATIENCE = 20.0
_RUNNER = '''"""Calls the script as the experiment did. Run it, or set a breakpoint in script.py and debug it."""

import inspect
import sys
import zipfile
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
if (HERE / "inputs" / "bundle.zip").exists():
    zipfile.ZipFile(HERE / "inputs" / "bundle.zip").extractall(HERE / "Script Bundle")
    sys.path.insert(0, str(HERE / "Script Bundle"))

import script  # noqa: E402


def call(function, given):
    """A parameter that nothing feeds and that has no default gets None."""
    wanted = [each for each in inspect.signature(function).parameters.values() if each.kind in (0, 1)]
    return function(*given, *(None for each in wanted[len(given) :] if each.default is each.empty))


frames = {name: pd.read_parquet(HERE / "inputs" / f"{name}.parquet") for name in %(ports)r}

if __name__ == "__main__":
    result = call(script.azureml_main, [%(arguments)s])
    for number, frame in enumerate(result if isinstance(result, (tuple, list)) else (result,), start=1):
        if isinstance(frame, pd.DataFrame):
            print(f"result {number}: {len(frame)} rows, {len(frame.columns)} columns")
            print(frame.head())
'''
_README = """The script of node {node}, with what came in at it.

    python -m pip install -r requirements.txt
    python run_locally.py

script.py is the script as it is in the experiment: edit it, debug it, and paste it back.
inputs/ holds the tables of that run as Parquet. Python there: {python}.
"""


def script(workspace: Workspace, node: Ready, inputs: Mapping[str, Output]) -> BinaryIO:
    """A script, its inputs as Parquet, what calls it, and the versions of its packages. Raises as `_made` does."""
    tables = [port for port in _TABLES if port in inputs]
    slots = str(node.values["port_mapping"]) == "slots"
    given = _TABLES[: _TABLES.index(tables[-1]) + 1] if slots and tables else tables
    arguments = ", ".join(f"frames[{port!r}]" if port in inputs else "None" for port in given)
    found = environments.find(str(node.values["environment"]))
    packages = "".join(f"{name}=={version}\n" for name, version in found.packages) if found is not None else "pandas\n"
    python = found.interpreter.version if found is not None else "the one of the environment"

    def fill(parcel: _Parcel) -> None:
        parcel.text("script.py", str(node.values["script"]))
        parcel.text("run_locally.py", _RUNNER % {"ports": tables, "arguments": arguments})
        parcel.text("requirements.txt", packages if "pyarrow" in packages else f"{packages}pyarrow\n")
        parcel.text("README.txt", _README.format(node=node.id, python=python))
        for port in tables:
            table = look.table(workspace, inputs[port])
            if table is not None:
                parcel.table(f"inputs/{port}.parquet", table)
        bundle = inputs.get("script_bundle")
        if bundle is not None and bundle.type == PortType.ZIP:
            parcel.blob("inputs/bundle.zip", bundle.digest)

    return _made(workspace, fill)


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
