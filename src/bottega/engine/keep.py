"""Keeping a file as a dataset of the workspace."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from bottega.dataset import formats
from bottega.engine.made import Made
from bottega.engine.steps import file_memory
from bottega.engine.values import Values
from bottega.errors import BottegaError
from bottega.sdk.ports import PortType
from bottega.store.datasets import check_name
from bottega.store.records import Dataset
from bottega.store.workspace import Workspace

PORT = "dataset"


def keep(workspace: Workspace, name: str, path: Path, description: str = "", source: str = "") -> Dataset:
    """Save a file under a name: a table in any format that its extension tells, or a zip or gz as it is.

    A name that is there gets its next version; `source` is what the file is called where it comes from.

    Raises `usage` for a name or an extension that cannot be, `0102` for what only calls itself an archive, and as
    `formats.read` does.
    """
    check_name(name)
    values = Values(workspace)
    made = Made()
    try:
        if formats.is_archive(path):
            _add_archive(made, path, values)
        else:
            made.add_table(PORT, formats.read(path), values)
        return workspace.datasets.save(
            name, made.outputs[0], description=description, source=source or path.name, blobs=made.blobs
        )
    finally:
        for _, blob in made.blobs:
            if isinstance(blob, int):
                os.close(blob)
        values.close()


def _add_archive(made: Made, path: Path, values: Values) -> None:
    with file_memory(path) as memory:
        kind = path.suffix.lower().removeprefix(".")
        if not (zipfile.is_zipfile(path) if kind == "zip" else _is_gzip(path)):
            raise BottegaError("0102", path=str(path), reason=f"it is no {kind} file")
        made.add_memory(PORT, PortType.ZIP, memory, None, values)


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"
