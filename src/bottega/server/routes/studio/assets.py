"""Datasets, trained models and transforms (clients.md 1, rows 1 to 6; 3; 4)."""

from __future__ import annotations

import mimetypes
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bottega.server.context import context_of
from bottega.server.errors import HttpError, missing
from bottega.server.routes.studio._guarded import guarded, viewed
from bottega.server.studio import assets, data_types, parsing, samples, saving, views
from bottega.server.studio.assets import PATHS, WorkspaceAssets
from bottega.server.studio.jsons import answer, listed, read_object
from bottega.server.studio.links import Links
from bottega.server.studio.samples import SampleDataset
from bottega.server.studio.state import studio_of
from bottega.store.records import Kind

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute, Route

    from bottega.dataset.table import Table
    from bottega.server.routes.studio._guarded import Handler
    from bottega.store.workspace import Workspace


def routes() -> list[BaseRoute]:
    """The same for each kind; uploads are datasets alone."""
    return [*(route for kind in PATHS for route in _of(kind)), viewed("/datasources/{id}/content/{name}", _content)]


def _of(kind: Kind) -> list[Route]:
    root = f"/{PATHS[kind]}"

    def bound(handler: Any) -> Handler:
        made = partial(handler, kind)
        made.__name__ = handler.__name__  # type: ignore[attr-defined]
        return made

    return [
        guarded(root, bound(_list)),
        guarded(root, bound(_create), "POST"),
        guarded(f"{root}/family/{{family}}", bound(_versions)),
        guarded(f"{root}/family/{{family}}", bound(_delete), "DELETE"),
        guarded(f"{root}/{{id}}", bound(_get)),
        viewed(f"{root}/{{id}}/schema", bound(_schema)),
        viewed(f"{root}/{{id}}/visualizationdata", bound(_visualization)),
    ]


async def _list(kind: Kind, request: Request) -> Response:
    """The newest version of each, the samples after the workspace's own."""

    def told() -> list[dict[str, Any]]:
        links = Links(request)
        records = assets.own(_kept(request).of(kind).list())
        found = [assets.as_json(links, each) for each in records]
        if kind is Kind.DATASET:
            found += [assets.sample_as_json(links, each) for each in samples.DATASETS]
        return found

    return listed(request, await run_in_threadpool(told))


async def _get(kind: Kind, request: Request) -> Response:
    def told() -> dict[str, Any]:
        links, kept = Links(request), _kept(request)
        found = kept.get(kind, request.path_params["id"])
        if isinstance(found, SampleDataset):
            return assets.sample_as_json(links, found)
        newest = kept.of(kind).versions(found.family)[-1]
        return assets.as_json(links, found, latest=newest.id == found.id)

    return answer(await run_in_threadpool(told))


async def _versions(kind: Kind, request: Request) -> Response:
    """All versions of a family, the newest first."""

    def told() -> list[dict[str, Any]]:
        links, family = Links(request), request.path_params["family"].lower()
        found = _kept(request).of(kind).versions(family)
        if found:
            return [assets.as_json(links, each, latest=each is found[-1]) for each in reversed(found)]
        sample = next((each for each in samples.DATASETS if each.id.family == family), None)
        if sample is None or kind is not Kind.DATASET:
            raise missing(f"{kind.word} family", family)
        return [assets.sample_as_json(links, sample)]

    return listed(request, await run_in_threadpool(told))


async def _create(kind: Kind, request: Request) -> Response:
    """From an upload, or from an output of a run; the id."""
    fields = await read_object(request)
    workspace, studio = context_of(request).workspace, studio_of(request)

    def saved() -> str:
        if fields.get("ModuleNodeId") or kind is not Kind.DATASET:
            return saving.promote(workspace, kind, fields)
        return saving.save_upload(workspace, fields)

    return answer(await studio.parse(saved))


async def _delete(kind: Kind, request: Request) -> Response:
    """A family, that is all versions."""
    family = request.path_params["family"].lower()
    if any(family == sample.id.family for sample in samples.DATASETS):
        raise HttpError(403, message="A sample cannot be deleted.")

    def gone() -> None:
        kept = _kept(request).of(kind)
        if not kept.versions(family):
            raise missing(f"{kind.word} family", family)
        kept.delete_family(family)

    await run_in_threadpool(gone)
    return Response(status_code=204)


async def _schema(kind: Kind, request: Request) -> Response:
    """The columns of a table."""

    def told() -> list[dict[str, Any]]:
        found = _kept(request).get(kind, request.path_params["id"])
        if isinstance(found, SampleDataset):
            return views.schema(_sample_table(found).columns)
        views.refuse_unreadable(found.output)
        return views.schema(found.output.columns)

    return answer(await run_in_threadpool(told))


async def _visualization(kind: Kind, request: Request) -> Response:
    """Columns, statistics and first rows."""
    workspace, studio = context_of(request).workspace, studio_of(request)

    def told() -> dict[str, Any]:
        found = _kept(request).get(kind, request.path_params["id"])
        if isinstance(found, SampleDataset):
            return views.of_table(_sample_table(found))
        return views.of_output(workspace, found.output)

    return answer(await studio.parse(told))


async def _content(request: Request) -> Response:
    """The file of a sample dataset; those of others have addresses of their own."""
    found = _kept(request).get(Kind.DATASET, request.path_params["id"])
    if not isinstance(found, SampleDataset):
        raise missing("sample", request.path_params["id"])
    media = mimetypes.guess_type(found.file)[0] or "text/plain"
    return Response(
        await run_in_threadpool(found.read), media_type=media, headers={"cache-control": "private, no-transform"}
    )


def _kept(request: Request) -> WorkspaceAssets:
    workspace: Workspace = context_of(request).workspace
    return WorkspaceAssets(workspace)


def _sample_table(sample: SampleDataset) -> Table:
    with tempfile.NamedTemporaryFile(prefix="bottega-sample-") as file:
        file.write(sample.read())
        file.flush()
        return parsing.read_table(Path(file.name), data_types.get(sample.data_type))
