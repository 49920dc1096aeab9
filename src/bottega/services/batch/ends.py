"""Where the files of a job come from and go to: blob storage, or the workspace itself."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from bottega.errors import BottegaError
from bottega.services.batch.place import Place
from bottega.services.batch.storage import Stopped, Storage

Told = Callable[[int, int | None], None]
Asked = Callable[[], bool]
Pieces = Iterable[bytes | memoryview]


class Source(Protocol):
    """An input's file."""

    @property
    def extension(self) -> str:
        """What tells its format, such as `.csv`."""
        ...

    @property
    def shown(self) -> str:
        """As messages name it."""
        ...

    def fetch(self, file: BinaryIO, told: Told, stop: Asked) -> None:
        """Put its bytes into a file. Raises Stopped, and errors that speak for themselves."""
        ...


class Sink(Protocol):
    """Where an output's file goes."""

    @property
    def extension(self) -> str:
        """What tells its format."""
        ...

    def take(self, pieces: Pieces, content_type: str, stop: Asked) -> None:
        """Keep these bytes, all or none. Raises as `fetch` does."""
        ...


@dataclass(frozen=True)
class StorageSource:
    """A blob."""

    storage: Storage
    place: Place

    @property
    def extension(self) -> str:
        """Of its name."""
        return self.place.extension

    @property
    def shown(self) -> str:
        """Without what is secret."""
        return self.place.shown

    def fetch(self, file: BinaryIO, told: Told, stop: Asked) -> None:
        """Download it."""
        self.storage.download(self.place, file, told=told, stop=stop)


@dataclass(frozen=True)
class StorageSink:
    """A blob that is to be."""

    storage: Storage
    place: Place

    @property
    def extension(self) -> str:
        """Of its name."""
        return self.place.extension

    def take(self, pieces: Pieces, content_type: str, stop: Asked) -> None:
        """Upload it."""
        self.storage.upload(self.place, pieces, content_type=content_type, stop=stop)


@dataclass
class OwnSink:
    """A file of the workspace; until a job names it, it is only at `descriptor`."""

    folder: Path
    name: str
    type: str
    digest: str = ""
    descriptor: int = field(default=-1, repr=False)

    @property
    def extension(self) -> str:
        """Of its name."""
        return Path(self.name).suffix

    def take(self, pieces: Pieces, content_type: str, stop: Asked) -> None:
        """Write it to disk. Raises `store-failed`."""
        del content_type
        state = hashlib.blake2b(digest_size=32)
        try:
            with tempfile.TemporaryFile(dir=self.folder, prefix=".batch-") as file:
                for piece in pieces:
                    if stop():
                        raise Stopped
                    file.write(piece)
                    state.update(piece)
                file.flush()
                self.close()
                self.descriptor = os.dup(file.fileno())
        except OSError as error:
            raise BottegaError("store-failed", path=str(self.folder), reason=error.strerror or str(error)) from error
        self.digest = state.hexdigest()

    def result(self) -> dict[str, Any]:
        """How the job remembers it."""
        return {"digest": self.digest, "name": self.name}

    def close(self) -> None:
        """Let go of the file."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
