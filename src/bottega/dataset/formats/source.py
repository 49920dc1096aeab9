"""The bytes of an input file: mapped into memory, text as UTF-8 whatever it was."""

from __future__ import annotations

import codecs
import mmap
import os
import stat
import tempfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from bottega.errors import BottegaError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK = 1 << 20

# The longer mark stands first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF8_NAMES = ("utf-8", "utf-8-sig")


@dataclass(frozen=True)
class Text:
    """A text file as UTF-8 bytes without byte order mark, and how many bytes the mark took."""

    path: Path
    data: memoryview
    skipped: int = 0


def mapped(path: Path) -> memoryview:
    """Return the bytes of a regular file, not read before they are used.

    Raises `0048` for what is missing, not permitted, or not a regular file (opening a pipe
    would wait for its other end).
    """
    try:
        # Without O_NONBLOCK the opening of a pipe waits before its kind can be asked.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(descriptor)
            if stat.S_ISDIR(status.st_mode):
                raise BottegaError("0048", path=str(path), reason="it is a directory")
            if not stat.S_ISREG(status.st_mode):
                raise BottegaError("0048", path=str(path), reason="it is not a regular file")
            return _map(descriptor, status.st_size)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error
    except ValueError as error:  # a NUL in the path
        raise BottegaError("0048", path=str(path), reason=str(error)) from error


def text(path: Path, encoding: str | None = None) -> Text:
    """Return a text file as UTF-8; by its byte order mark or `encoding` where it is something else.

    The bytes are checked only where another encoding is converted; see `lines`. Raises
    `0048`, `0049` where the bytes are not of the encoding, `usage` for an unknown encoding.
    """
    return decoded(path, mapped(path), encoding)


def decoded(path: Path, data: memoryview, encoding: str | None = None) -> Text:
    """The same of bytes that are there already; `path` names them in errors."""
    name = _codec(encoding)
    for mark, marked in _MARKS:
        if bytes(data[: len(mark)]) == mark and name in (None, marked, *(_UTF8_NAMES if marked == "utf-8" else ())):
            if marked == "utf-8":
                return Text(path, data[len(mark) :], len(mark))
            name = marked
            break
    if name is None or name in _UTF8_NAMES:
        return Text(path, data)
    return Text(path, _converted(path, data, name))


def temporary_map(file: IO[bytes]) -> memoryview:
    """Return the bytes of an open temporary file, which stay after it is closed."""
    file.flush()
    return _map(file.fileno(), os.fstat(file.fileno()).st_size)


def lines(source: Text) -> Iterator[str]:
    """Return the lines of a text with their line ends: LF, CRLF or CR.

    Raises `0049` with line and byte at the first that is not UTF-8.
    """
    offset = source.skipped
    for number, line in enumerate(byte_lines(source.data), start=1):
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            raise _undecodable(source.path, number, offset + error.start, "UTF-8", error) from error
        offset += len(line)


def byte_lines(data: memoryview) -> Iterator[bytes]:
    """Return the lines of some bytes with their line ends."""
    rest = b""
    for start in range(0, len(data), BLOCK):
        block = rest + bytes(data[start : start + BLOCK])
        pieces = block.splitlines(keepends=True)
        # A block's last line may go on, and its CR may be half of a CRLF.
        rest = pieces.pop() if pieces and not pieces[-1].endswith(b"\n") else b""
        yield from pieces
    if rest:
        yield rest


def _map(descriptor: int, size: int) -> memoryview:
    # An empty file cannot be mapped.
    return memoryview(mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) if size else b"")


def _codec(encoding: str | None) -> str | None:
    """Return the codec's own name. Raises `usage` for one that does not exist or is not of text."""
    if encoding is None:
        return None
    try:
        "".encode(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise BottegaError("usage", reason=f"there is no text encoding {encoding!r}") from error


def _converted(path: Path, data: memoryview, encoding: str) -> memoryview:
    """Return the text in UTF-8, in a temporary file: it may be larger than memory."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with tempfile.TemporaryFile() as file:
        for start in range(0, len(data) + 1, BLOCK):
            block = bytes(data[start : start + BLOCK])
            try:
                piece = decoder.decode(block, final=start + BLOCK > len(data))
                encoded = piece.encode()
            except UnicodeDecodeError as error:
                before = len(error.object) - len(block)
                line += error.object[: error.start].decode(encoding, "replace").count("\n")
                raise _undecodable(path, line, start - before + error.start, encoding, error) from error
            except UnicodeError as error:
                raise BottegaError("0049", path=str(path), line=line, reason=f"not {encoding}: {error}") from error
            line += encoded.count(b"\n")
            # UTF-8 named as such has lost its mark before; other codecs may leave theirs.
            file.write(encoded.removeprefix(codecs.BOM_UTF8) if start == 0 else encoded)
        return temporary_map(file)


def _undecodable(path: Path, line: int, offset: int, encoding: str, error: UnicodeDecodeError) -> BottegaError:
    value = error.object[error.start]
    reason = (
        f"byte {offset} of the file (0x{value:02x}) is not {encoding} text; "
        "name the encoding that it has, for example encoding='cp1252'"
    )
    return BottegaError("0049", path=str(path), line=line, reason=reason)
