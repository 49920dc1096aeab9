"""What signed addresses lead to: stored files as they are, and stored tables in the format that the name tells.

Never compressed, for old clients read the bytes as they come (clients.md rule 1).
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from bottega.dataset import formats
from bottega.engine import stored
from bottega.sdk.ports import PortType
from bottega.server.context import Context, base_url, context_of
from bottega.server.errors import HttpError, missing
from bottega.server.signing import SignedUrl
from bottega.store.records import Output

_PIECE = 1 << 18
_DIGEST = re.compile(r"[0-9a-f]{64}")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]+")
# Types that no browser runs; all else is just bytes.
_TYPES = {
    ".csv": "text/csv; charset=utf-8", ".tsv": "text/tab-separated-values; charset=utf-8", ".txt": "text/plain; charset=utf-8",
    ".arff": "text/plain; charset=utf-8", ".jsonl": "application/x-ndjson", ".png": "image/png", ".zip": "application/zip",
}  # fmt: skip


def routes() -> list[BaseRoute]:
    """No token is asked for: the signature is all."""
    return [Route("/downloads/table/{digest}/{name}", _table), Route("/downloads/{digest}/{name}", _file)]


def file_link(request: Request, digest: str, name: str, *, seconds: float | None = None) -> SignedUrl:
    """A signed address of a stored file, which is saved under this name; for so many seconds, else as options say."""
    return _link(request, digest, name, seconds)


def table_link(request: Request, digest: str, name: str) -> SignedUrl:
    """A signed address of a stored table, in the format of the name's extension. Raises `usage` where that is none."""
    formats.format_of(name)
    return _link(request, f"table/{digest}", name)


def _link(request: Request, place: str, name: str, seconds: float | None = None) -> SignedUrl:
    context = context_of(request)
    safe = _UNSAFE.sub("_", name)[:200] or "data"
    lives = context.options.link_seconds if seconds is None else seconds
    return context.signer.url(base_url(request), f"downloads/{place}/{safe}", seconds=lives)


def whole(file: BinaryIO, headers: Mapping[str, str], kind: str) -> Response:
    """All of a file that is open, sent a piece at a time; it is closed in the end."""
    size = file.seek(0, io.SEEK_END)
    return _FileAnswer(file, _pieces(file, 0, size), 200, {**headers, "content-length": str(size)}, kind)


async def _file(request: Request) -> Response:
    context, digest = _checked(request)
    size = await run_in_threadpool(context.workspace.blobs.size, digest)
    return await _sent(request, digest, await run_in_threadpool(context.workspace.blobs.open, digest), size)


async def _table(request: Request) -> Response:
    context, digest = _checked(request)
    file, size = await run_in_threadpool(_written, context, digest, request.path_params["name"])
    return await _sent(request, f"{digest}.{formats.format_of(request.path_params['name'])}", file, size)


def _checked(request: Request) -> tuple[Context, str]:
    context, digest = context_of(request), request.path_params["digest"]
    context.signer.check(request)
    if not _DIGEST.fullmatch(digest):
        raise missing("file", digest)
    return context, digest


def _written(context: Context, digest: str, name: str) -> tuple[BinaryIO, int]:
    """A table in a file that is gone as soon as it is closed."""
    table = stored.table(context.workspace, Output("", PortType.TABLE, digest, 0))
    with tempfile.TemporaryDirectory(prefix="bottega-download-") as folder:
        path = Path(folder, "table")
        formats.write(table, path, formats.format_of(name))
        file = path.open("rb")
        return file, path.stat().st_size


async def _sent(request: Request, etag: str, file: BinaryIO, size: int) -> Response:
    name = request.path_params["name"]
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "private, no-transform, max-age=3600",
        "accept-ranges": "bytes",
        "etag": f'"{etag}"',
    }
    try:
        wanted = _range(request, size, headers["etag"])
        begin, end = wanted or (0, size)
        headers["content-length"] = str(end - begin)
        if wanted:
            headers["content-range"] = f"bytes {begin}-{end - 1}/{size}"
        status = 206 if wanted else 200
        kind = _TYPES.get(Path(name).suffix.lower(), "application/octet-stream")
        if request.method == "HEAD":
            file.close()
            return Response(status_code=status, headers=headers, media_type=kind)
    except BaseException:
        file.close()
        raise
    return _FileAnswer(file, _pieces(file, begin, end), status, headers, kind)


def _range(request: Request, size: int, etag: str) -> tuple[int, int] | None:
    """Begin and end of the part that is asked for; None for all. Raises HttpError 416."""
    match = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if match is None or match[0] == "bytes=-" or request.headers.get("if-range", etag) != etag:
        return None
    first, last = match.groups()
    begin = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if begin >= end:
        raise HttpError(416, message="There is nothing in that range.", headers={"content-range": f"bytes */{size}"})
    return begin, end


class _FileAnswer(StreamingResponse):
    """Closes its file however it ends: a client that has read enough goes away."""

    def __init__(self, file: BinaryIO, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._file.close()


def _pieces(file: BinaryIO, begin: int, end: int) -> Iterator[bytes]:
    file.seek(begin)
    while begin < end and (piece := file.read(min(_PIECE, end - begin))):
        begin += len(piece)
        yield piece
