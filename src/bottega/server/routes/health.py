"""Whether the server lives, whether it is ready, and its numbers. Nothing here tells of anybody's work."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bottega.server.context import context_of
from bottega.server.metrics import MEDIA_TYPE


def routes() -> list[BaseRoute]:
    """For load balancers and Prometheus."""
    return [Route("/healthz", _health), Route("/readyz", _ready), Route("/metrics", _metrics)]


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def _ready(request: Request) -> Response:
    """Ready when the jails are warm and the database answers."""
    context = context_of(request)
    if not context.ready.is_set():
        return JSONResponse({"status": "starting"}, 503, {"retry-after": "1"})
    await run_in_threadpool(context.workspace.settings.all)
    return JSONResponse({"status": "ready"})


async def _metrics(request: Request) -> Response:
    return Response(await run_in_threadpool(context_of(request).metrics.text), media_type=MEDIA_TYPE)
