"""`/v1/runs`: begun, followed live, looked at, canceled."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from bottega.errors import BottegaError
from bottega.server import api, logs
from bottega.server.api import Told, operation
from bottega.server.auth import native_auth
from bottega.server.context import Context, context_of
from bottega.server.errors import HttpError, missing
from bottega.server.feed import Numbered
from bottega.server.routes.v1 import _shapes as shapes
from bottega.server.routes.v1._shapes import Name, Run, RunSummary
from bottega.server.routes.v1.experiments import find
from bottega.store import records

_TAG = "runs"
_EVENTS = "text/event-stream"
_BEAT_SECONDS = 15.0


class RunRequest(Struct, forbid_unknown_fields=True):
    """What to run.

    targets    nodes to run with what they need; none for all
    settings   other values for this run alone, as `NODE.PARAMETER=VALUE`
    fresh      reuse nothing
    fail_fast  end at the first failure; else what does not hang on it is finished
    """

    targets: list[Name] = []
    settings: list[Annotated[str, Meta(max_length=1 << 20)]] = []
    fresh: bool = False
    fail_fast: bool = False


class RunsQuery(Struct, forbid_unknown_fields=True):
    """Which runs."""

    experiment: str | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 50


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("POST", "/v1/experiments/{experiment}/runs", tag=_TAG, status=202)
def start_run(request: Request, experiment: Name, body: RunRequest) -> Told[Run]:
    """Run an experiment, now or when its turn comes."""
    context, found = context_of(request), find(request, experiment)
    run = context.runs.start(found, body.targets, body.settings, fresh=body.fresh, fail_fast=body.fail_fast)
    logs.tell(request, run=run)
    return Told(_told(context, context.workspace.runs.get(run)), {"location": f"/v1/runs/{run}"})


@operation("GET", "/v1/runs", tag=_TAG)
def list_runs(request: Request, query: RunsQuery) -> list[RunSummary]:
    """The newest runs, newest first."""
    found = context_of(request).workspace.runs.headers(query.experiment, query.limit)
    return [shapes.run_summary(each) for each in found]


@operation("GET", "/v1/runs/{run}", tag=_TAG)
def get_run(request: Request, run: Name) -> Run:
    """One run, node by node."""
    return _told(context_of(request), record(request, run))


@operation("POST", "/v1/runs/{run}/cancel", tag=_TAG, status=202)
def cancel_run(request: Request, run: Name) -> Run:
    """End a run; what it has finished is kept."""
    found, context = record(request, run), context_of(request)
    if not context.runs.cancel(run):
        why = "has ended already" if found.ended is not None else "is not one of this server"
        raise HttpError(409, message=f"Run {run} {why}.")
    return _told(context, found)


@operation(
    "GET",
    "/v1/runs/{run}/events",
    tag=_TAG,
    gives=_EVENTS,
    headers={"Last-Event-ID": "go on after the event of this id"},
)
async def follow_run(request: Request, run: Name) -> Response:
    """What a run tells while it goes on, as server-sent events, until its end.

    Events: `run-started`, `phase`, `node-started`, `node-printed`, `node-ended`, `run-ended`. A client that
    comes back is told what it missed; of a run that is long over, the nodes as they ended. Where the token or the
    session that was let in holds no longer, it ends before.
    """
    await run_in_threadpool(record, request, run)
    given = request.headers.get("last-event-id", "")
    after = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    lines = _lines(context_of(request).runs.events(run, after), partial(_is_let_in, request))
    return StreamingResponse(lines, headers=headers, media_type=_EVENTS)


def record(request: Request, run: str) -> records.Run:
    """A run. Raises HttpError 404."""
    logs.tell(request, run=run)
    try:
        return context_of(request).workspace.runs.get(run)
    except BottegaError as error:
        if error.code != "usage":
            raise
        raise missing("run", run) from error


def _told(context: Context, found: records.Run) -> Run:
    return shapes.run(found, context.runs.running_nodes(found.id))


async def _is_let_in(request: Request) -> bool:
    try:
        await native_auth(request)
    except (HttpError, BottegaError):
        return False
    return True


async def _lines(events: AsyncIterator[Numbered], is_let_in: Callable[[], Awaitable[bool]]) -> AsyncIterator[bytes]:
    """Events as lines, and a sign of life where there are none for long; no more to who is not let in any more."""
    coming: asyncio.Future[Numbered] | None = None
    looked = time.monotonic()
    try:
        while True:
            coming = coming or asyncio.ensure_future(anext(events))
            done, _ = await asyncio.wait({coming}, timeout=_BEAT_SECONDS)
            if not done or time.monotonic() - looked >= _BEAT_SECONDS:
                if not await is_let_in():
                    return
                looked = time.monotonic()
            if not done:
                yield b": alive\n\n"
                continue
            try:
                number, event = coming.result()
            except StopAsyncIteration:
                return
            coming = None
            name, content = shapes.event(event)
            yield b"id: %d\nevent: %s\ndata: %s\n\n" % (number, name.encode(), msgspec.json.encode(content))
    finally:
        if coming is not None:
            coming.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await coming
