"""A blob read in pieces, from where it broke off when the line does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import requests
import urllib3

from bottega.engine.line import CONNECT_SECONDS, SILENT_SECONDS, WORD, Line, reason
from bottega.services.batch import trouble
from bottega.services.batch.blob import Blob
from bottega.services.batch.place import Place

_PIECE = 1 << 20
_TRIES = 4  # without a byte in between


class Reading:
    """One blob.

    total  bytes it has, as soon as that is known
    """

    def __init__(self, line: Line, blob: Blob, place: Place, version: str) -> None:
        token = blob.token()
        self._url = f"{blob.url}?{token}" if token else blob.url
        self._headers = {"Accept-Encoding": "identity", "x-ms-version": version}
        self._line = line
        self._place = place
        self._tag: str | None = None
        self._taken = 0
        self.total: int | None = None

    def pieces(self) -> Iterator[bytes]:
        """Its bytes, all of one version of it. Raises ServiceError, BottegaError and Stopped."""
        failed = 0
        while True:
            before = self._taken
            try:
                yield from self._rest()
            except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                self._line.check()
                failed = 1 if self._taken > before else failed + 1
                if failed >= _TRIES or (self._taken and self._tag is None):
                    raise trouble.lost(self._place, reason(error)) from error
            else:
                return
            self._line.sleep(2.0**failed)

    def _rest(self) -> Iterator[bytes]:
        headers = self._headers
        if self._taken:
            headers = {**headers, "Range": f"bytes={self._taken}-", "If-Match": self._tag or "*"}
        wait = (CONNECT_SECONDS, SILENT_SECONDS)
        asked = self._line.session.get(self._url, headers=headers, stream=True, allow_redirects=False, timeout=wait)
        with closing(asked) as response:
            self._check(response)
            while piece := response.raw.read(_PIECE, decode_content=False):
                self._taken += len(piece)
                yield piece
        self._line.check()  # an end that was made is none

    def _check(self, response: requests.Response) -> None:
        """Raise for an answer that is not the bytes that were asked for; RequestException for one worth another try."""
        if trouble.is_passing(response.status_code):
            raise requests.HTTPError(response.status_code)
        if response.status_code != (requests.codes.partial if self._taken else requests.codes.ok):
            raise trouble.refusal(self._place, response.status_code, response.headers.get(WORD))
        if not self._taken:
            self._tag = response.headers.get("ETag")
            size = response.headers.get("Content-Length", "")
            self.total = int(size) if size.isdecimal() else None
