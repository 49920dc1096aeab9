"""An exported program on disk: the file and the folder of its data, both whole or neither."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from bottega.errors import BottegaError

_TEXT, _DATA = "text", "data"


def data_folder(path: Path) -> Path:
    """The folder beside a program that holds its inputs."""
    return path.with_name(f"{path.stem}_data")


def check(path: Path, *, force: bool) -> None:
    """Raise `0048` where nothing can be written, and `usage` where something is there that may not be replaced."""
    if not path.parent.is_dir():
        raise BottegaError("0048", path=str(path), reason="its folder does not exist")
    if path.is_dir():
        raise BottegaError("0048", path=str(path), reason="it is a folder")
    folder = data_folder(path)
    if os.path.lexists(folder) and not folder.is_dir():
        raise BottegaError("0048", path=str(folder), reason="it is there and no folder")
    there = [str(each) for each in (path, folder) if os.path.lexists(each)]
    if there and not force:
        raise BottegaError("usage", reason=f"{' and '.join(there)} would be overwritten; --force does so")


def write(text: str, files: Mapping[str, Callable[[Path], object]], path: Path) -> list[Path]:
    """Write all; what the data folder holds beside stays. The paths of the data files. Raises `0048`."""
    folder = data_folder(path)
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".bottega-") as name:
            staging = Path(name)
            (staging / _DATA).mkdir()
            for file, write_file in files.items():
                write_file(staging / _DATA / file)
            (staging / _TEXT).write_bytes(text.encode())
            _place(staging, list(files), path, folder)
    except OSError as error:
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error
    return [folder / file for file in files]


def _place(staging: Path, files: list[str], path: Path, folder: Path) -> None:
    is_new = bool(files) and not folder.exists()
    if is_new:
        (staging / _DATA).rename(folder)
    try:
        for file in files if not is_new else ():
            (staging / _DATA / file).replace(folder / file)
        (staging / _TEXT).replace(path)
    except OSError:
        if is_new:
            shutil.rmtree(folder)
        raise
