"""The studio in a browser: one page for all its addresses, and the files that it is built of."""

from __future__ import annotations

import mimetypes
import os
import secrets
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from bottega.server import static
from bottega.server.context import base_url
from bottega.server.errors import missing
from bottega.server.pages import help  # noqa: A004 - the help pages
from bottega.server.routes.pages import whole

# As the page knows them (web/src/app/pages.tsx); an address below one of them is the page's, too.
_PAGES = ("experiments", "datasets", "models", "services", "environments", "settings", "login")
_NONCE = "__BOTTEGA_NONCE__"
# Styles may come in <style> where they bear this answer's mark: editors of code and of tables make theirs as they go.
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' blob: data:; connect-src 'self'; "
    "object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_SAFE = {
    "referrer-policy": "same-origin", "x-frame-options": "DENY", "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()", "cache-control": "no-cache",
}  # fmt: skip
_FOR_GOOD = "public, max-age=31536000, immutable"  # their names have the digest of the content


def routes() -> list[BaseRoute]:
    """The page itself needs no session; what it asks for does."""
    below = [Route(f"/{name}{{rest:path}}", _page) for name in _PAGES]
    return [Route("/", _page), Route("/assets/{name}", _asset), *below]


def folder() -> Path:
    """Where the built page lies; BOTTEGA_APP names another place for who works on it."""
    return Path(os.environ.get("BOTTEGA_APP") or Path(static.__file__).parent / "app")


async def _page(request: Request) -> Response:
    if request.path_params.get("rest", "/")[:1] not in {"", "/"}:  # /experimentsx
        raise missing("page", request.url.path)
    try:
        text = await run_in_threadpool((folder() / "index.html").read_text, "utf-8")
    except FileNotFoundError:
        return whole(help.root(base_url(request)))
    nonce = secrets.token_urlsafe(16)
    headers = {"content-security-policy": _POLICY.format(nonce=nonce), **_SAFE}
    return Response(text.replace(_NONCE, nonce), headers=headers, media_type="text/html; charset=utf-8")


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    path = folder() / "assets" / name
    packed = path.with_name(f"{name}.gz")
    if "/" in name or not await run_in_threadpool(path.is_file):
        raise missing("file", name)
    headers = {"cache-control": _FOR_GOOD, "vary": "accept-encoding"}
    media = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if "gzip" in request.headers.get("accept-encoding", "") and await run_in_threadpool(packed.is_file):
        return FileResponse(packed, headers={**headers, "content-encoding": "gzip"}, media_type=media)
    return FileResponse(path, headers=headers, media_type=media)
