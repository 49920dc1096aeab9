"""Files on their way in: the whole body at once, or blocks (clients.md 1, rows 4 and 5)."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bottega.server.bodies import body, stream
from bottega.server.context import context_of
from bottega.server.errors import HttpError
from bottega.server.routes.studio._guarded import guarded, query
from bottega.server.studio import data_types
from bottega.server.studio.jsons import answer

_PIECE = 1 << 20


def routes() -> list[BaseRoute]:
    """Both kinds of upload."""
    return [
        guarded("", _whole, "POST", root="/api/resourceuploads/workspaces/{workspace}"),
        guarded("", _block, "POST", root="/api/blobuploads/workspaces/{workspace}"),
    ]


async def _whole(request: Request) -> Response:
    """Begin an upload; a body is the file, no body means that blocks come."""
    uploads = context_of(request).workspace.uploads
    kind = data_types.get(query(request, "dataTypeId"))
    upload = await run_in_threadpool(uploads.begin, kind.id)
    try:
        waiting = bytearray()
        async for piece in stream(request, context_of(request).options.largest_upload):
            waiting += piece
            if len(waiting) >= _PIECE:
                await run_in_threadpool(uploads.append, upload, bytes(waiting))
                waiting.clear()
        if waiting:
            await run_in_threadpool(uploads.append, upload, bytes(waiting))
    except BaseException:
        await run_in_threadpool(uploads.drop, upload)
        raise
    return answer({"Id": upload, "DataTypeId": kind.id})


async def _block(request: Request) -> Response:
    """One block, in any order; one that is sent again takes the place of the first."""
    uploads = context_of(request).workspace.uploads
    upload = query(request, "uploadId")
    number, blocks = _number(request, "blockId"), _number(request, "numberOfBlocks")
    chunk = await body(request)
    await run_in_threadpool(uploads.put, upload, number, blocks, chunk)
    kind = await run_in_threadpool(uploads.data_type, upload)
    return answer({"Id": upload, "DataTypeId": kind, "BlockId": number, "Size": len(chunk)})


def _number(request: Request, name: str) -> int:
    told = query(request, name)
    if not (told.isascii() and told.isdigit() and len(told) < 10):
        raise HttpError(400, message=f"The query needs {name}, a whole number.")
    return int(told)
