"""The one file that is wanted out of a zip or gzip archive; what it unpacks to is bounded."""

from __future__ import annotations

import gzip
import io
import lzma
import zipfile
import zlib
from typing import IO

from bottega.sdk import BottegaError

# As much as classic took as one dataset; the jail's own limit of memory stands before it where that is lower.
LARGEST = 2 << 30
_BLOCK = 1 << 20
_MOST_ENTRIES = 10_000
_MOST_TOLD = 20
_GZIP, _ZIP = b"\x1f\x8b", b"PK"
# What the two libraries raise for bytes that are not as they should be; RuntimeError where a password is needed.
_REFUSALS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, OverflowError,
)  # fmt: skip


def unzipped(data: bytes, name: str) -> tuple[str, bytearray]:
    """Name and content of the file of that name in a zip, or of its only one where no name is given.

    Folders, and what macOS puts beside files, do not count. Raises `0131`, `0132` and `0133`.
    """
    if data[:2] == _GZIP:
        raise _bad("it is a gzip file; choose Gzip as the compression file format")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entry = _chosen(archive.infolist(), name)
            with archive.open(entry) as file:
                return entry.filename, _content(file, entry.filename)
    except _REFUSALS as error:
        raise _bad(str(error) or type(error).__name__) from error


def gunzipped(data: bytes) -> bytearray:
    """What a gzip file holds. Raises `0131`."""
    if data[:2] == _ZIP:
        raise _bad("it is a zip file; choose Zip as the compression file format")
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return _content(file, "the gzip file")
    except _REFUSALS as error:
        raise _bad(str(error) or type(error).__name__) from error


def _chosen(entries: list[zipfile.ZipInfo], name: str) -> zipfile.ZipInfo:
    if len(entries) > _MOST_ENTRIES:
        raise _bad(f"it holds {len(entries):,} entries; the most is {_MOST_ENTRIES:,}")
    files = [each for each in entries if not each.is_dir() and not each.filename.startswith("__MACOSX/")]
    if not files:
        raise _bad("it holds no file")
    if not name:
        if len(files) > 1:
            raise BottegaError("0132", names=_listed(files))
        return files[0]
    # By its path, or by its name alone where that is clear.
    for fitting in ([each for each in files if each.filename == name], [each for each in files if _last(each) == name]):
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise _bad(f"{name[:200]} is in it {len(fitting)} times")
    raise BottegaError("0133", name=name[:200], names=_listed(files))


def _last(entry: zipfile.ZipInfo) -> str:
    return entry.filename.rpartition("/")[2]


def _listed(files: list[zipfile.ZipInfo]) -> str:
    told = ", ".join(each.filename[:200] for each in files[:_MOST_TOLD])
    more = len(files) - _MOST_TOLD
    return f"{told} and {more} more" if more > 0 else told


def _content(file: IO[bytes] | gzip.GzipFile, name: str) -> bytearray:
    """All that is in it, read piece by piece: what an archive says of its own size is no bound."""
    content = bytearray()
    while block := file.read(_BLOCK):
        if len(content) + len(block) > LARGEST:
            raise _bad(f"{name[:200]} unpacks to more than {LARGEST:,} bytes")
        content += block
    return content


def _bad(reason: str) -> BottegaError:
    return BottegaError("0131", path="the dataset", reason=reason[:300])
