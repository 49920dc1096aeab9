"""A blob written in blocks, which count from the moment that their list is there: whole or not at all."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from azure.core.exceptions import AzureError, HttpResponseError, ResourceExistsError
from azure.storage.blob import BlobBlock, BlobClient, ContainerClient, ContentSettings, ExponentialRetry

from bottega.engine.line import CONNECT_SECONDS, SILENT_SECONDS, Line, reason
from bottega.services.batch import trouble
from bottega.services.batch.blob import Blob
from bottega.services.batch.place import Place

_BLOCK = 4 << 20


class Writing:
    """One blob."""

    def __init__(self, line: Line, blob: Blob, place: Place, version: str) -> None:
        self._line = line
        self._blob = blob
        self._place = place
        self._options: dict[str, Any] = {
            "credential": {"account_name": blob.account, "account_key": blob.key} if blob.key else blob.sas,
            "transport": line.transport,
            "api_version": version,
            "retry_policy": ExponentialRetry(initial_backoff=1, increment_base=2, retry_total=3),
            "permit_redirects": False,
            "connection_timeout": CONNECT_SECONDS,
            "read_timeout": SILENT_SECONDS,
        }
        self._client = BlobClient(blob.endpoint, blob.container, blob.name, **self._options)
        # Blocks of two jobs that write the same blob at the same time are not taken for one another's.
        self._mark = secrets.token_hex(8)

    def write(self, pieces: Iterable[bytes | memoryview], content_type: str) -> None:
        """Replace the blob. Raises ServiceError, BottegaError, Stopped, and what `pieces` raises."""
        blocks = [self._stage(number, block) for number, block in enumerate(_blocks(pieces))]
        with self._told():
            self._client.commit_block_list(blocks, content_settings=ContentSettings(content_type=content_type))

    def _stage(self, number: int, block: bytes) -> BlobBlock:
        name = base64.b64encode(f"{self._mark}-{number:06}".encode()).decode()
        self._line.check()
        with self._told():
            try:
                self._client.stage_block(name, block, length=len(block))
            except HttpResponseError as error:
                if _word(error) != "ContainerNotFound" or self._blob.key is None:
                    raise
                self._make_container()
                self._client.stage_block(name, block, length=len(block))
        return BlobBlock(name)

    def _make_container(self) -> None:
        """As Studio's own storage did: nobody wants to lose a job's work for a container that was not there."""
        client = ContainerClient(self._blob.endpoint, self._blob.container, **self._options)
        try:
            client.create_container()
        except ResourceExistsError:
            return

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except AzureError as error:
            self._line.check()
            status = error.status_code if isinstance(error, HttpResponseError) else None
            if status is None:
                raise trouble.lost(self._place, reason(error), writing=True) from error
            raise trouble.refusal(self._place, status, _word(error), writing=True) from error


def _word(error: AzureError) -> str:
    """What the storage itself calls an error."""
    code = getattr(error, "error_code", None) or ""
    return str(getattr(code, "value", code))  # one that the SDK knows is an Enum


def _blocks(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """The same bytes in blocks."""
    waiting = bytearray()
    for piece in pieces:
        view = memoryview(piece).cast("B")
        while view.nbytes:
            part = view[: _BLOCK - len(waiting)]
            waiting += part
            view = view[part.nbytes :]
            if len(waiting) == _BLOCK:
                yield bytes(waiting)
                waiting.clear()
    if waiting:
        yield bytes(waiting)
