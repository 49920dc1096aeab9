"""Experiments: listed, read, saved, run, canceled, deleted (clients.md 1, row 7; 4)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bottega.server.context import context_of
from bottega.server.errors import HttpError
from bottega.server.routes.studio._guarded import flag, guarded
from bottega.server.studio import drafts, experiments, samples
from bottega.server.studio.activities import PAUSE_SECONDS
from bottega.server.studio.assets import WorkspaceAssets
from bottega.server.studio.experiments import Progress
from bottega.server.studio.jsons import answer, listed, read_object
from bottega.server.studio.links import Links
from bottega.server.studio.wire import ExperimentId

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from bottega.server.context import Context
    from bottega.store.records import StoredExperiment


def routes() -> list[BaseRoute]:
    """The experiments of a workspace, and the samples."""
    return [
        guarded("/experiments", _list),
        guarded("/experiments", _create, "POST"),
        guarded("/experiments/{experiment}", _get),
        guarded("/experiments/{experiment}", _overwrite, "POST"),
        guarded("/experiments/{experiment}", _act, "PUT"),
        guarded("/experiments/{experiment}", _delete, "DELETE"),
        guarded("/experiments/{experiment}/lineage", _lineage),
        guarded("/experiments/{experiment}/annotations", _annotations),
        guarded("/assets/{family}/experiments", _users),
    ]


async def _list(request: Request) -> Response:
    """The workspace's own, the newest first, then the samples."""
    context = context_of(request)

    def told() -> list[dict[str, Any]]:
        own = context.workspace.experiments.list(archived=flag(request, "includeArchived"))
        found = [experiments.summary(context.workspace.id, each, _progress(context, each)) for each in own]
        return found + [experiments.sample_summary(each) for each in samples.EXPERIMENTS]

    return listed(request, await run_in_threadpool(told))


async def _get(request: Request) -> Response:
    """One with its graph and what became of its nodes."""
    context, given = context_of(request), _id(request)
    assets = WorkspaceAssets(context.workspace)
    sample = samples.experiment(given)
    if sample is not None:
        return answer(await run_in_threadpool(experiments.sample_whole, assets, sample))
    stored = await run_in_threadpool(drafts.find, context.workspace, given)
    if stored.last_run is not None and context.runs.is_active(stored.last_run):
        await asyncio.sleep(PAUSE_SECONDS)  # see `Activities.settled`
        stored = await run_in_threadpool(drafts.find, context.workspace, given)

    def told() -> dict[str, Any]:
        return experiments.whole(Links(request), assets, stored, _progress(context, stored))

    return answer(await run_in_threadpool(told), headers={"etag": f'"{stored.etag}"'})


async def _create(request: Request) -> Response:
    fields = await read_object(request)
    return _saved(request, await run_in_threadpool(drafts.create, context_of(request), fields))


async def _overwrite(request: Request) -> Response:
    """Save, and run unless it is a draft; If-Match is heeded where it is sent."""
    fields, context, given = await read_object(request), context_of(request), _id(request)

    def saved() -> StoredExperiment:
        return drafts.overwrite(context, drafts.find(context.workspace, given), fields, _etag(request))

    return _saved(request, await run_in_threadpool(saved))


async def _act(request: Request) -> Response:
    """Cancel the run that goes on; where none does, that is what was wanted."""
    action = request.headers.get("x-ms-action", "").strip().lower()
    if action != "cancel":
        raise HttpError(400, message=f"The header x-ms-action says {action[:40]!r}; what can be done is: cancel.")
    context = context_of(request)
    stored = await run_in_threadpool(drafts.find, context.workspace, _id(request))
    if stored.last_run is not None:
        await run_in_threadpool(context.runs.cancel, stored.last_run)
    return _saved(request, stored)


async def _delete(request: Request) -> Response:
    context, given = context_of(request), _id(request)

    def gone() -> None:
        stored = drafts.find(context.workspace, given)
        drafts.delete(context, stored, _etag(request), ancestors=flag(request, "deleteAncestors"))

    await run_in_threadpool(gone)
    return Response(status_code=204)


async def _lineage(request: Request) -> Response:
    """The experiment and those that it was made from."""
    context, given = context_of(request), _id(request)
    sample = samples.experiment(given)
    if sample is not None:
        return answer([experiments.sample_summary(sample)])

    def told() -> list[dict[str, Any]]:
        found = drafts.lineage(context.workspace, drafts.find(context.workspace, given))
        return [experiments.summary(context.workspace.id, each, _progress(context, each)) for each in found]

    return answer(await run_in_threadpool(told))


async def _annotations(request: Request) -> Response:
    """None: comments are in the nodes themselves."""
    given = _id(request)
    if samples.experiment(given) is None:
        await run_in_threadpool(drafts.find, context_of(request).workspace, given)
    return answer([])


async def _users(request: Request) -> Response:
    """The experiments that use any version of a dataset, model or transform."""
    context, family = context_of(request), request.path_params["family"].lower()

    def told() -> list[dict[str, Any]]:
        found = drafts.users(context.workspace, family)
        return [experiments.summary(context.workspace.id, each, _progress(context, each)) for each in found]

    return answer(await run_in_threadpool(told))


def _progress(context: Context, stored: StoredExperiment) -> Progress:
    run = experiments.last_run(context.workspace, stored)
    return Progress(run, frozenset(context.runs.running_nodes(run.id)) if run is not None else frozenset())


def _saved(request: Request, stored: StoredExperiment) -> Response:
    told = experiments.reference(context_of(request).workspace.id, stored)
    return answer(told, headers={"etag": f'"{stored.etag}"'})


def _id(request: Request) -> ExperimentId:
    return ExperimentId.parse(request.path_params["experiment"])


def _etag(request: Request) -> str | None:
    """What If-Match says; None where it is not sent, or takes any."""
    told = request.headers.get("if-match", "").strip().removeprefix("W/").strip('"')
    return told if told not in ("", "*") else None
