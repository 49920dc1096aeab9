"""Files that clients are sending, piece by piece, until they are saved as something."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from bottega.errors import BottegaError
from bottega.store.naming import is_id, new_id

FOLDER = "uploads"
# The largest file whose size fits into the 31 bits that an old client has for it (clients.md, section 0).
LARGEST = (1 << 31) - 1
MOST_BLOCKS = 10_000
_TYPE = "type"
_WHOLE = "whole"
_LONGEST_TYPE = 100
_DAY = 86_400.0
_BLOCK = re.compile(r"[0-9]+")


class Uploads:
    """Each a folder of blocks, or of one file that is appended to; nothing of it is in backups or outlives a day idle.

    An id that is none is `usage`, what the disk refuses `store-failed`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def begin(self, data_type: str) -> str:
        """A new upload of this type; its id. What nobody touched for a day is swept away."""
        if len(data_type) > _LONGEST_TYPE or not data_type.isprintable():
            raise BottegaError("usage", reason=f"{data_type[:60]!r} is no type of a file")
        upload_id = new_id()
        with self._told():
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self.sweep()
            place = self._folder / upload_id
            place.mkdir(mode=0o700)
            (place / _TYPE).write_text(data_type, encoding="utf-8")
        return upload_id

    def data_type(self, upload_id: str) -> str:
        """The type that it was begun with."""
        with self._told():
            return (self._place(upload_id) / _TYPE).read_text(encoding="utf-8")

    def put(self, upload_id: str, block: int, blocks: int, chunk: bytes) -> None:
        """Keep one of so many blocks, counted from 0, in any order; one that is sent again takes the place of the first.

        Raises `usage` for a block that cannot be, and for more bytes than a file may have.
        """
        if not 0 <= block < blocks <= MOST_BLOCKS:
            reason = f"Block {block} of {blocks} cannot be: they are counted from 0, and at most {MOST_BLOCKS:,}"
            raise BottegaError("usage", reason=reason)
        with self._told():
            place = self._place(upload_id)
            if (place / _WHOLE).exists():
                raise BottegaError("usage", reason=f"Upload {upload_id} is complete and takes no further blocks")
            folder = place / f"of-{blocks}"
            if any(other != folder for other in place.glob("of-*")):
                raise BottegaError("usage", reason=f"Upload {upload_id} was begun with another number of blocks")
            folder.mkdir(mode=0o700, exist_ok=True)
            there = sum(size for number, size in _sizes(folder).items() if number != block)
            _check_size(there + len(chunk))
            with _part(place) as part:
                part.write_bytes(chunk)
                part.rename(folder / str(block))

    def append(self, upload_id: str, piece: bytes) -> None:
        """Add to the end of the file, for one that comes as a stream."""
        with self._told():
            place = self._place(upload_id)
            if any(place.glob("of-*")):
                raise BottegaError("usage", reason=f"Upload {upload_id} was begun in blocks")
            with (place / _WHOLE).open("ab") as file:
                _check_size(file.tell() + len(piece))
                file.write(piece)

    def path(self, upload_id: str) -> Path:
        """The file, complete. Raises `usage` when blocks are missing."""
        with self._told():
            place = self._place(upload_id)
            whole = place / _WHOLE
            if not whole.exists():
                try:
                    _join(upload_id, place, whole)
                except (BottegaError, FileNotFoundError):  # blocks go when another thread was faster
                    if not whole.exists():
                        raise
            return whole

    def drop(self, upload_id: str) -> None:
        """Forget it; one that is gone already is no error."""
        with self._told(), contextlib.suppress(BottegaError):
            shutil.rmtree(self._place(upload_id))

    def sweep(self, age: float = _DAY, *, dry_run: bool = False) -> int:
        """Forget what nobody touched for so many seconds; how many."""
        if not self._folder.exists():
            return 0
        with self._told():
            old = [place for place in self._folder.iterdir() if time.time() - _touched(place) > age]
            for place in [] if dry_run else old:
                shutil.rmtree(place, ignore_errors=True)
        return len(old)

    def size(self) -> int:
        """The bytes of all of them."""
        with self._told():
            return sum(path.stat().st_size for path in self._folder.rglob("*") if path.is_file())

    def _place(self, upload_id: str) -> Path:
        place = self._folder / upload_id
        if not is_id(upload_id) or not place.is_dir():
            raise BottegaError("usage", reason=f"There is no upload {upload_id[:60]!r} in this workspace")
        return place

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            raise BottegaError("store-failed", path=str(self._folder.parent), reason=reason) from error


def _join(upload_id: str, place: Path, whole: Path) -> None:
    """Make one file of all blocks, or none."""
    folders = list(place.glob("of-*"))
    if len(folders) != 1:
        what = "More than one file" if folders else "Nothing"
        raise BottegaError("usage", reason=f"{what} was sent for upload {upload_id}")
    folder = folders[0]
    blocks = int(folder.name.removeprefix("of-"))
    if missing := sorted(set(range(blocks)) - set(_sizes(folder))):
        reason = f"Upload {upload_id} is not complete: block {missing[0]} is missing, of {blocks}"
        raise BottegaError("usage", reason=reason)
    with _part(place) as part:
        _copy([folder / str(number) for number in range(blocks)], part)
        part.rename(whole)
    shutil.rmtree(folder, ignore_errors=True)


def _copy(sources: Iterable[Path], target: Path) -> None:
    with target.open("wb") as file:
        for path in sources:
            with path.open("rb") as source:
                shutil.copyfileobj(source, file, 1 << 20)


@contextlib.contextmanager
def _part(place: Path) -> Iterator[Path]:
    """Where a file is written before it gets its name; nothing stays there."""
    path = place / f"{secrets.token_hex(8)}.part"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _sizes(folder: Path) -> dict[int, int]:
    with os.scandir(folder) as entries:
        return {int(entry.name): entry.stat().st_size for entry in entries if _BLOCK.fullmatch(entry.name)}


def _touched(place: Path) -> float:
    """When anything was last written there; now, where another sweeps it away at this moment."""
    try:
        return max(path.stat().st_mtime for path in [place, *place.iterdir()])
    except FileNotFoundError:
        return time.time()


def _check_size(size: int) -> None:
    if size > LARGEST:
        raise BottegaError("usage", reason=f"A file of more than {LARGEST:,} bytes cannot be uploaded")
