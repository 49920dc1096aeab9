"""The begin of a file in a stored zip, read as hostile: nothing is unpacked to disk, and no more than is shown."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bottega.engine.look import bounded
from bottega.errors import BottegaError
from bottega.sandbox.host.archive import unopened

if TYPE_CHECKING:
    from bottega.store.records import Output
    from bottega.store.workspace import Workspace

_MOST = 256 << 10


@dataclass(frozen=True)
class Begin:
    """The first text of a file; None where it is no text in UTF-8."""

    size: int
    text: str | None
    cut: bool


def begin(workspace: Workspace, output: Output, name: str) -> Begin | None:
    """The begin of a file of a zip; None where the zip has no such file. Raises `0102` for what cannot be read."""
    with workspace.blobs.open(output.digest) as file:
        try:
            with zipfile.ZipFile(bounded(file)) as archive:
                if name not in archive.NameToInfo:
                    return None
                entry = archive.getinfo(name)
                if reason := unopened(entry):
                    raise ValueError(reason)
                with archive.open(entry) as content:
                    data = content.read(_MOST)
        except Exception as error:  # zipfile raises many kinds for hostile bytes
            raise BottegaError(
                "0102", path=f"{output.port}/{name}", reason=str(error) or type(error).__name__
            ) from error
    cut = entry.file_size > len(data)
    return Begin(entry.file_size, _text(data, cut=cut), cut)


def _text(data: bytes, *, cut: bool) -> str | None:
    for less in range(4 if cut else 1):  # the last character may be cut, too
        try:
            text = data[: len(data) - less].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None
