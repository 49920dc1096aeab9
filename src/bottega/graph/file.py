"""Experiment files on disk."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from bottega.graph.editing import update
from bottega.graph.reading import Loaded, loads
from bottega.graph.references import open_regular
from bottega.graph.syntax import MAX_BYTES, refuse
from bottega.graph.writing import dumps

__all__ = ["Loaded", "dumps", "load", "loads", "save", "update"]


def load(path: str | os.PathLike[str]) -> Loaded:
    """Read an experiment file; files that it names are found from its folder.

    Raises `0048` where it cannot be opened and `experiment-invalid` as `loads` does.
    """
    place = Path(path)
    return loads(_read(place), place.absolute().parent, path=str(path))


def save(path: str | os.PathLike[str], experiment: Experiment) -> None:
    """Write an experiment, at once or not at all; a file that is there is edited, not written anew.

    Raises `0048` where it cannot be written, and `experiment-invalid` for a file there that is no experiment.
    """
    place = Path(os.path.realpath(path))  # a link stays one
    text = update(_read(place), experiment) if place.exists() else dumps(experiment)
    try:
        replaced(place, text.encode())
    except OSError as error:
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error


def _read(path: Path) -> str:
    try:
        with open_regular(path) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error
    if len(data) > MAX_BYTES:
        refuse(str(path), 1, f"it is larger than {MAX_BYTES >> 20} MiB")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        refuse(str(path), data.count(b"\n", 0, error.start) + 1, "it is no text in UTF-8")


def replaced(path: Path, data: bytes) -> None:
    """Make a file, or put another in its place with the same rights: wholly or not at all. Raises OSError."""
    mode = path.stat().st_mode & 0o777 if path.exists() else None
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(descriptor, _default_mode() if mode is None else mode)
            os.fsync(descriptor)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _default_mode() -> int:
    """What a new file gets: mkstemp's are their owner's alone."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
