"""Where a batch job reads or writes a file: a blob reference as clients send it (fact sheet 5.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urlsplit

_LONGEST = 200
_UNREADABLE = "(an address that cannot be read)"


@dataclass(frozen=True)
class Place:
    """A file in blob storage.

    connection  the connection string of its account, which holds a key
    base        or the address of its account or of a folder
    relative    container and name, without a slash before them: with `connection` as they are called, with `base` as
                they stand in an address
    sas         the token that opens `base`, without a question mark
    """

    connection: str | None = field(default=None, repr=False)
    base: str | None = None
    relative: str = ""
    sas: str | None = field(default=None, repr=False)

    @property
    def extension(self) -> str:
        """The ending that tells the format, such as `.csv`, in lower case."""
        return PurePosixPath(self.relative).suffix.lower()

    @property
    def shown(self) -> str:
        """As messages name it: never with a key, a token or what else may be secret."""
        path = self.relative.partition("?")[0]
        shown = f"{_shown(self.base)}/{path}" if self.base else path
        return shown[:_LONGEST].encode("utf-8", "backslashreplace").decode()


def _shown(base: str) -> str:
    """An address without scheme, user, password and query."""
    try:
        parts = urlsplit(base)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return _UNREADABLE
    return f"{host}{f':{port}' if port else ''}{parts.path.rstrip('/')}"
