"""Bodies of requests: of any content type, chunked or not, bounded in size, and in time where a client is slow."""

from __future__ import annotations

import asyncio
import time
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
    pieces = [
        piece async for piece in stream(request, context_of(request).options.largest_body if most is None else most)
    ]
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


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
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and int(told[:20]) > most:
        raise _too_large(most)
    options = context_of(request).options
    started, size = time.monotonic(), 0
    pieces = request.stream()
    while True:
        # A client may pause, and may be slow on the whole, but not without end.
        patience = min(
            options.body_seconds, options.body_seconds + size / options.body_rate - (time.monotonic() - started)
        )
        try:
            async with asyncio.timeout(max(patience, 0)):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise HttpError(
                408, message="The request's body came too slowly.", headers={"connection": "close"}
            ) from error
        size += len(piece)
        if size > most:
            raise _too_large(most)
        if piece:
            yield piece


def _too_large(most: int) -> HttpError:
    message = f"The request's body has more than {most:,} bytes."
    return HttpError(413, message=message, details=(Detail("RequestBodyTooLarge", "body", message),))
