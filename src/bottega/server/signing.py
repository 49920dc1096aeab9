"""Addresses that carry their own right: signed, for reading, for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

from starlette.requests import Request

from bottega.server.errors import HttpError
from bottega.server.paths import tidy

if TYPE_CHECKING:
    from bottega.store.vault import Vault

_PURPOSE = "url"


class SignedUrl(NamedTuple):
    """An address in the three parts that old clients put together: `base + location + credential`.

    base        ends in a slash
    location    relative to it
    credential  begins with `?`
    """

    base: str
    location: str
    credential: str

    def __str__(self) -> str:
        return f"{self.base}{self.location}{self.credential}"

    def __repr__(self) -> str:
        return f"SignedUrl({self.base}{self.location})"


class Signer:
    """Signs paths of this server and knows its signatures again."""

    def __init__(self, vault: Vault, clock: Callable[[], float] = time.time) -> None:
        self._vault = vault
        self._clock = clock

    def url(self, base: str, path: str, *, seconds: float = 3600.0, read_only: bool = True) -> SignedUrl:
        """An address for a path, told as plain text (`downloads/…/my file.csv`), that holds for so many seconds.

        read_only  it serves for GET and HEAD alone
        """
        path = tidy(f"/{path}")
        expiry, right = str(int(self._clock() + seconds)), "r" if read_only else "rw"
        signature = self._vault.sign(_message(path, expiry, right), _PURPOSE)
        credential = urlencode({"se": expiry, "sp": right, "sig": signature})
        return SignedUrl(f"{base.rstrip('/')}/", quote(path[1:], safe="/~"), f"?{credential}")

    def check(self, request: Request) -> None:
        """Raise HttpError 403 for a request whose address is not signed for it, or no longer."""
        given = request.query_params
        self.check_path(request.scope["path"], given.get("se", ""), given.get("sp", ""), given.get("sig", ""),
                        writes=request.method not in {"GET", "HEAD"})  # fmt: skip

    def check_path(self, path: str, expiry: str, right: str, signature: str, *, writes: bool = False) -> None:
        """The same for an address that no request was made of. Raises HttpError 403."""
        if not self._vault.is_signed(_message(path, expiry, right), signature, _PURPOSE):
            raise HttpError(403, message="This address is not signed, or was changed.")
        if int(expiry) < self._clock():
            raise HttpError(403, message="This address has expired; ask for a new one.")
        if writes and right != "rw":
            raise HttpError(403, message="This address is for reading alone.")


def _message(path: str, expiry: str, right: str) -> bytes:
    return f"{right}\n{expiry}\n{path}".encode("utf-8", "surrogatepass")
