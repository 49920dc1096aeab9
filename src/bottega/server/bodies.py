"""Bodies of requests: of any content type, chunked or not, bounded in size, and in time where a client is slow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from bottega.server.context import context_of
from bottega.server.errors import Detail, HttpError

_WRITE = 1 << 20


async def body(request: Request, most: int | None = None) -> bytes:
    """All of the body; `most` bytes, or what the server's options say.

    Raises HttpError: 413 where it is larger, 408 where the client is too slow; and ClientDisconnect where it leaves.
    """
    measure = _Measure(request, context_of(request).options.largest_body if most is None else most)
    pieces: list[bytes] = []
    try:
        async with asyncio.timeout_at(measure.patience()) as limit:
            async for piece in request.stream():
                measure.take(piece)
                pieces.append(piece)
                limit.reschedule(measure.patience())
    except TimeoutError as error:
        raise _too_slow() from error
    return b"".join(pieces)


async def body_to_file(request: Request, file: BinaryIO, most: int | None = None) -> int:
    """Write the body to a file; how many bytes it had. Raises as `body` does."""
    most = context_of(request).options.largest_upload if most is None else most
    size = 0
    waiting = bytearray()
    async for piece in stream(request, most):
        waiting += piece
        size += len(piece)
        if len(waiting) >= _WRITE:
            await run_in_threadpool(file.write, bytes(waiting))
            waiting.clear()
    if waiting:
        await run_in_threadpool(file.write, bytes(waiting))
    return size


async def stream(request: Request, most: int) -> AsyncIterator[bytes]:
    """The body piece by piece. Raises as `body` does."""
    measure = _Measure(request, most)
    pieces = request.stream()
    while True:
        try:
            async with asyncio.timeout_at(measure.patience()):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise _too_slow() from error
        measure.take(piece)
        if piece:
            yield piece


class _Measure:
    """How much of a body has come, and how long its client may take: it may pause, and be slow on the whole, not without end."""

    def __init__(self, request: Request, most: int) -> None:
        told = request.headers.get("content-length", "")
        if told.isascii() and told.isdigit() and int(told[:20]) > most:
            raise _too_large(most)
        self._options = context_of(request).options
        self._most = most
        self._now = asyncio.get_running_loop().time
        self._started = self._now()
        self._size = 0

    def take(self, piece: bytes) -> None:
        """Count a piece. Raises HttpError 413 where that makes it too much."""
        self._size += len(piece)
        if self._size > self._most:
            raise _too_large(self._most)

    def patience(self) -> float:
        """Until when, by the loop's clock, the next piece may come."""
        options, now = self._options, self._now()
        whole = self._started + options.body_seconds + self._size / options.body_rate
        return max(now, min(now + options.body_seconds, whole))


def _too_slow() -> HttpError:
    return HttpError(408, message="The request's body came too slowly.", headers={"connection": "close"})


def _too_large(most: int) -> HttpError:
    message = f"The request's body has more than {most:,} bytes."
    return HttpError(413, message=message, details=(Detail("RequestBodyTooLarge", "body", message),))
