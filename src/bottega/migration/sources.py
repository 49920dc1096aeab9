"""Scripts as files: read in whatever encoding they are in, and written back in it, whole or not at all."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from bottega.engine import source_text
from bottega.errors import BottegaError
from bottega.graph.file import replaced
from bottega.graph.references import open_regular
from bottega.migration.python2 import LONGEST

ORIGINAL = ".orig"
_DECLARED = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_LAST = "latin-1"  # every byte means something, so that what is written back is what was read


@dataclass(frozen=True)
class Source:
    """A script; `mark` is the byte order mark that its file begins with."""

    text: str
    encoding: str = "utf-8"
    mark: bytes = b""

    def data(self) -> bytes:
        """As a file. Letters that its encoding has not make it UTF-8, which the script has to say then."""
        try:
            return self.mark + self.text.encode(self.encoding)
        except UnicodeEncodeError:
            return codecs.BOM_UTF8 + self.text.encode()

    def with_text(self, text: str) -> Source:
        """Another text in the same encoding."""
        return replace(self, text=text)


def read(path: Path) -> Source:
    """Raises `0048`, also for what is no text, and `script-too-large`."""
    try:
        with open_regular(path) as file:
            data = file.read(LONGEST * 4 + 1)
    except OSError as error:
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error
    source = decoded(data)
    if source is None:
        raise BottegaError("0048", path=str(path), reason="it is no text")
    if len(source.text) > LONGEST:
        raise BottegaError("script-too-large", size=len(source.text), limit=LONGEST)
    return source


def decoded(data: bytes) -> Source | None:
    """The text by its mark, by what it declares, as UTF-8, else as `bottega script` takes it; None for what is no text."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return _as(data[len(mark) :], encoding, mark)
    guess = source_text.decoded(data)[1] or "utf-8"
    for encoding in (*_declared(data), guess, _LAST):
        found = _as(data, encoding)
        if found is not None:
            return found
    return None


def write(path: Path, data: bytes) -> None:
    """Replace or make a file, at once or not at all. Raises `0048`."""
    try:
        replaced(path, data)
    except OSError as error:
        raise BottegaError("0048", path=str(path), reason=error.strerror or str(error)) from error


def keep_original(path: Path) -> Path:
    """Keep a file beside itself, under a name that ends so; what is kept already is the original. Raises `0048`."""
    kept = path.with_name(path.name + ORIGINAL)
    try:
        try:
            os.link(path, kept, follow_symlinks=False)
        except FileExistsError:
            pass
        except (NotImplementedError, OSError):  # no links on this disk
            if not kept.exists():
                shutil.copy2(path, kept, follow_symlinks=False)
    except OSError as error:
        raise BottegaError("0048", path=str(kept), reason=error.strerror or str(error)) from error
    return kept


def _declared(data: bytes) -> list[str]:
    """The encoding that one of the first two lines tells."""
    for line in data.splitlines()[:2]:
        found = _DECLARED.match(line)
        if found is not None:
            with contextlib.suppress(LookupError, UnicodeDecodeError):
                return [codecs.lookup(found[1].decode("ascii")).name]
    return []


def _as(data: bytes, encoding: str, mark: bytes = b"") -> Source | None:
    try:
        text = data.decode(encoding)
        # Some codecs read what they would write otherwise: such a file would not come back as it was.
        return Source(text, encoding, mark) if text.encode(encoding) == data and "\0" not in text else None
    except (UnicodeError, LookupError, ValueError):
        return None
