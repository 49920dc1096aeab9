"""Blob storage as batch jobs use it: files are read and written in pieces, results are told with a token for reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from bottega.engine import place as rules
from bottega.engine.reach import Outside, Stopped
from bottega.services.batch import trouble
from bottega.services.batch.blob import Blob, find
from bottega.services.batch.place import Place
from bottega.store.blobs import Blobs
from bottega.store.workspace import Workspace

if TYPE_CHECKING:
    from bottega.engine.line import Line

__all__ = ["LARGEST", "Own", "Stop", "Stopped", "Storage", "Told"]

LARGEST = 16 << 30
_SECONDS = 4 * 3600.0
_PIECE = 1 << 20
# Known to all storage servers of the last years, Azurite among them; the SDK's own is often too new for it.
_VERSION = "2021-12-02"

Stop = Callable[[], bool]
# Bytes that were read, of how many if that is known.
Told = Callable[[int, int | None], None]
# The stored file that an address of this server stands for; None for an address elsewhere.
Own = Callable[[str], str | None]


@dataclass(frozen=True)
class Storage:
    """What the jobs of a workspace may reach.

    accounts  where accounts lie that are not Azure's own; those may be private addresses
    blobs     the workspace's own files, which `own` finds
    largest   bytes that a file may have that is read
    seconds   that a transfer may take
    """

    outside: Outside
    accounts: Mapping[str, str]
    blobs: Blobs
    own: Own | None = field(default=None, repr=False)
    largest: int = LARGEST
    seconds: float = _SECONDS

    @classmethod
    def of(cls, workspace: Workspace, own: Own | None = None) -> Storage:
        """As the workspace's settings are now."""
        accounts: Mapping[str, str] = workspace.settings.get("storage_accounts")
        return cls(rules.outside(Path(), workspace), accounts, workspace.blobs, own)

    def download(
        self, place: Place, file: BinaryIO, *, told: Told = lambda *_: None, stop: Stop = lambda: False
    ) -> int:
        """Read a blob into a file; how many bytes it has.

        Raises Stopped; ServiceError (BlobNotFound, InvalidBlobConnectionString, InvalidBlob …), and `input-too-large`,
        `access-refused`, `0072`, `0154`, `blob-missing`. What writing to the file raises goes through.
        """
        blob = find(place, self.accounts)
        digest = self._own_digest(blob)
        if digest is not None:
            return self._copied(digest, place, file, told, stop)
        from bottega.services.batch.reading import Reading

        with self._line(blob, stop) as line:
            reading = Reading(line, blob, place, _VERSION)
            return self._saved(reading.pieces(), place, file, lambda taken: told(taken, reading.total))

    def upload(
        self, place: Place, pieces: Iterable[bytes | memoryview], *, content_type: str, stop: Stop = lambda: False
    ) -> None:
        """Replace a blob, whole or not at all; with an account's key its container is made where there is none.

        Raises as `download`, and what `pieces` raises.
        """
        blob = find(place, self.accounts)
        from bottega.services.batch.writing import Writing

        with self._line(blob, stop) as line:
            Writing(line, blob, place, _VERSION).write(pieces, content_type)

    def own_file(self, place: Place) -> str | None:
        """The digest of the stored file that a reference means; None for a blob elsewhere. Raises as `find` does."""
        return self._own_digest(find(place, self.accounts))

    def result(self, place: Place, seconds: float) -> dict[str, Any]:
        """A blob that was written, as answers tell it: an address in parts that opens it for reading, for so many seconds.

        One that was written with a token is told without: that token may write, and it cannot be made less.
        """
        blob = find(place, self.accounts)
        return {
            "ConnectionString": None,
            "RelativeLocation": blob.path,
            "BaseLocation": f"{blob.endpoint}/",
            "SasBlobToken": f"?{blob.token(seconds)}" if blob.key else "",
        }

    def _own_digest(self, blob: Blob) -> str | None:
        return self.own(f"{blob.url}?{blob.sas}") if self.own is not None and blob.sas else None

    def _copied(self, digest: str, place: Place, file: BinaryIO, told: Told, stop: Stop) -> int:
        size = self.blobs.size(digest)

        def pieces(source: BinaryIO) -> Iterator[bytes]:
            while piece := source.read(_PIECE):
                if stop():
                    raise Stopped
                yield piece

        with self.blobs.open(digest) as source:
            return self._saved(pieces(source), place, file, lambda taken: told(taken, size))

    def _saved(self, pieces: Iterable[bytes], place: Place, file: BinaryIO, told: Callable[[int], None]) -> int:
        taken = 0
        for piece in pieces:
            taken += len(piece)
            if taken > self.largest:
                raise trouble.too_large(place, self.largest)
            file.write(piece)
            told(taken)
        return taken

    @contextmanager
    def _line(self, blob: Blob, stop: Stop) -> Iterator[Line]:
        from bottega.engine.line import Line

        outside = replace(self.outside, private_addresses=True) if blob.named else self.outside
        with Line(outside, stop, self.seconds) as line:
            yield line
