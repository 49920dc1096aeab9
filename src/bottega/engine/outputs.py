"""Writing what came out of a run: each file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa

from bottega.dataset import formats
from bottega.dataset.table import Table
from bottega.errors import BottegaError
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.task import Picture

_LOG = "log.txt"


def check_output(path: str, *, is_table: bool) -> None:
    """Raise for a path that cannot be written, before anything runs."""
    if is_table:
        formats.format_of(Path(path))
    if not Path(path).parent.is_dir():
        raise BottegaError("0048", path=path, reason="its folder does not exist")
    if Path(path).exists() and not Path(path).is_file():
        raise BottegaError("0048", path=path, reason="it is there and no regular file")


class OutputFiles:
    """Writes files with the rights that the caller's `umask` leaves."""

    def __init__(self, umask: int) -> None:
        self._mode = 0o666 & ~umask

    def write_table(self, table: Table, path: str) -> None:
        """A table, in the format of its path."""
        name = formats.format_of(Path(path))
        try:
            self._write(path, lambda target: formats.write(table, target, name))
        except (pa.ArrowException, ValueError, OverflowError) as error:
            reason = f"it cannot be written as {name}: {str(error)[:300]}"
            raise BottegaError("result-invalid", port="table", reason=reason) from error

    def write_memory(self, memory: Memory, path: str) -> None:
        """The content of a memory file."""
        self._write(path, lambda target: _copy(memory, target))

    def write_device(self, pictures: tuple[Picture, ...], log: str, folder: str) -> tuple[str, ...]:
        """Pictures, by their names, and the printed text; the pictures' paths."""
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            raise BottegaError("0048", path=folder, reason=error.strerror or str(error)) from error
        paths = []
        taken = {_LOG}
        for picture in pictures:
            name = picture.name
            while name.lower() in taken:  # some file systems hold capitals and small letters for the same
                name = f"_{name}"
            taken.add(name.lower())
            path = os.path.join(folder, name)
            self._write(path, lambda target, data=picture.data: target.write_bytes(data))  # type: ignore[misc]  # bound now, not at the call
            paths.append(path)
        self._write(os.path.join(folder, _LOG), lambda target: target.write_bytes(log.encode()))
        return tuple(paths)

    def _write(self, path: str, write: Callable[[Path], object]) -> None:
        """Write to the file that a link stands for, not over the link."""
        target = Path(path).resolve()
        try:
            with self._beside(target) as temporary:
                write(temporary)
                temporary.replace(target)
        except OSError as error:
            raise BottegaError("0048", path=path, reason=error.strerror or str(error)) from error

    @contextlib.contextmanager
    def _beside(self, target: Path) -> Iterator[Path]:
        """A temporary file in the same folder."""
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".bottega-")
        os.fchmod(descriptor, self._mode)
        os.close(descriptor)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)


def _copy(memory: Memory, target: Path) -> None:
    with os.fdopen(os.dup(memory.descriptor), "rb") as source, target.open("wb") as file:
        source.seek(0)
        shutil.copyfileobj(source, file, 1 << 20)
