"""Zips of what runs elsewhere: a script with its inputs, a table with a notebook, an exported experiment."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bottega.dataset import formats
from bottega.engine import look, stored
from bottega.errors import BottegaError
from bottega.sandbox.host import environment as environments
from bottega.sdk.ports import PortType

if TYPE_CHECKING:
    from bottega.dataset.table import Table
    from bottega.engine.prepared import Prepared, Ready
    from bottega.engine.reach import Outside
    from bottega.graph.document import Experiment
    from bottega.store.records import Output
    from bottega.store.workspace import Workspace

_TABLES = ("dataset1", "dataset2")
_LARGEST = 2 << 30
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


def script(workspace: Workspace, node: Ready, inputs: Mapping[str, Output]) -> bytes:
    """A script, its inputs as Parquet, what calls it, and the versions of its packages. Raises `input-too-large`."""
    tables = [port for port in _TABLES if port in inputs]
    slots = str(node.values["port_mapping"]) == "slots"
    given = _TABLES[: _TABLES.index(tables[-1]) + 1] if slots and tables else tables
    arguments = ", ".join(f"frames[{port!r}]" if port in inputs else "None" for port in given)
    found = environments.find(str(node.values["environment"]))
    packages = "".join(f"{name}=={version}\n" for name, version in found.packages) if found is not None else "pandas\n"
    python = found.interpreter.version if found is not None else "the one of the environment"
    with _Parcel() as parcel:
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
            parcel.data("inputs/bundle.zip", stored.read(workspace, bundle.digest))
        return parcel.bytes()


def notebook(table: Table, name: str) -> bytes:
    """A table as Parquet with a notebook that reads it and looks at it."""
    cells = [
        _cell("about", "markdown", f"# {name}\n\n{table.num_rows:,} rows, {table.num_columns:,} columns."),
        _cell("read", "code", f'import pandas as pd\n\nframe = pd.read_parquet("{name}.parquet")\nframe.head()'),
        _cell("describe", "code", 'frame.describe(include="all")'),
    ]
    told = {
        "cells": cells, "nbformat": 4, "nbformat_minor": 5,
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    }  # fmt: skip
    with _Parcel() as parcel:
        parcel.text(f"{name}.ipynb", json.dumps(told, indent=1))
        parcel.table(f"{name}.parquet", table)
        return parcel.bytes()


def program(
    workspace: Workspace, prepared: Prepared, experiment: Experiment, outside: Outside, *, form: str, name: str
) -> bytes:
    """An experiment as plain Python with its inputs. Raises what exporting does."""
    from bottega.engine.export.export import Form, default_name, export

    with tempfile.TemporaryDirectory(prefix="bottega-export-") as folder, _Parcel() as parcel:
        chosen = Form.NOTEBOOK if form == "notebook" else Form.SCRIPT
        target = Path(folder, default_name(f"{name}.yaml", chosen, frozenset()))
        export(prepared, experiment, workspace, outside, source=f"{name}.yaml", form=chosen, path=target)
        for path in sorted(each for each in Path(folder).rglob("*") if each.is_file()):
            parcel.file(str(path.relative_to(folder)), path)
        return parcel.bytes()


class _Parcel:
    """A zip that grows. Raises `input-too-large` where it would not fit into memory."""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()
        self._zip = zipfile.ZipFile(self._buffer, "w", zipfile.ZIP_DEFLATED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def text(self, name: str, text: str) -> None:
        """A file of text."""
        self._zip.writestr(name, text.encode("utf-8", "backslashreplace"))

    def data(self, name: str, data: bytes) -> None:
        """A file of bytes."""
        self._zip.writestr(name, data)

    def table(self, name: str, table: Table) -> None:
        """A table as Parquet, which is compressed already."""
        with tempfile.TemporaryDirectory(prefix="bottega-parcel-") as folder:
            path = Path(folder, "table.parquet")
            formats.write(table, path, "parquet")
            self.file(name, path, compression=zipfile.ZIP_STORED)

    def file(self, name: str, path: Path, compression: int = zipfile.ZIP_DEFLATED) -> None:
        """A file of this machine."""
        size = path.stat().st_size
        if self._buffer.tell() + size > _LARGEST:
            raise BottegaError("input-too-large", input=name, size=size, limit=_LARGEST)
        self._zip.write(path, name, compress_type=compression)

    def bytes(self) -> bytes:
        """The whole zip; nothing more can be added."""
        self._zip.close()
        return self._buffer.getvalue()


def _cell(name: str, kind: str, source: str) -> dict[str, Any]:
    more: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source.splitlines(keepends=True), **more}
