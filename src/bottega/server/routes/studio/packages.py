"""Experiments on their way from one workspace to another (clients.md 4, Copy-AmlExperiment)."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from bottega.engine import place
from bottega.server.context import base_url, context_of
from bottega.server.errors import HttpError
from bottega.server.paths import decoded
from bottega.server.routes.studio._guarded import guarded, query, viewed
from bottega.server.studio import drafts, packages
from bottega.server.studio.jsons import answer
from bottega.server.studio.state import studio_of
from bottega.server.studio.wire import ExperimentId
from bottega.store.uploads import LARGEST

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from bottega.server.context import Context
    from bottega.store.records import StoredExperiment

_TYPE = "Zip"
_PIECE = 1 << 20
_SECONDS = 300.0


@dataclass(frozen=True)
class Packed:
    """A package that lies with the uploads, whose age ends it."""

    upload: str


@dataclass(frozen=True)
class Unpacked:
    """An experiment that came out of a package."""

    experiment: str


def routes() -> list[BaseRoute]:
    """Packing and unpacking are activities, and each side asks after its own."""
    return [
        guarded("/packages", _pack, "POST"),
        guarded("/packages", _unpack, "PUT"),
        guarded("/packages", _status),
        viewed("/packages/{upload}/package.zip", _download),
    ]


async def _pack(request: Request) -> Response:
    context, given = context_of(request), ExperimentId.parse(query(request, "experimentid"))
    stored = await run_in_threadpool(drafts.find, context.workspace, given)
    clear = query(request, "clearCredentials", "true").lower() != "false"
    activity = studio_of(request).activities.start(lambda: _packed(context, stored, clear=clear))
    return answer(_told(activity))


async def _unpack(request: Request) -> Response:
    """From an address of this server, or of another Bottega."""
    if query(request, "entityId") or query(request, "communityUri"):
        raise HttpError(400, message="Experiments of the old gallery cannot be had any more; import an exported one.")
    context, url = context_of(request), _address(request)
    own = _own(context, url, base_url(request))
    activity = studio_of(request).activities.start(lambda: _unpacked(context, url, own))
    return answer(_told(activity))


async def _status(request: Request) -> Response:
    """How it stands. What went wrong is an error: clients that poll know no other end than `Complete`."""
    activities = studio_of(request).activities
    activity = query(request, "packageActivityId")
    if activity:
        packed = await activities.settled(activity, Packed)
        return answer(_told(activity, _location(request, packed.upload) if packed is not None else None))
    activity = query(request, "unpackActivityId")
    unpacked = await activities.settled(activity, Unpacked)
    return answer(_told(activity, unpacked.experiment if unpacked is not None else None))


async def _download(request: Request) -> Response:
    uploads, upload = context_of(request).workspace.uploads, request.path_params["upload"]
    if await run_in_threadpool(uploads.data_type, upload) != _TYPE:
        raise HttpError(404, message="There is no such package.")
    path = await run_in_threadpool(uploads.path, upload)
    return FileResponse(path, media_type="application/zip", headers={"cache-control": "private, no-transform"})


def _told(activity: str, location: str | None = None) -> dict[str, Any]:
    done = location is not None
    return {
        "Location": location, "ItemsComplete": int(done), "ItemsPending": int(not done),
        "Status": "Complete" if done else "Pending", "ActivityId": activity,
    }  # fmt: skip


def _location(request: Request, upload: str) -> str:
    context = context_of(request)
    path = f"api/workspaces/{context.workspace.id}/packages/{upload}/package.zip"
    return str(context.signer.url(base_url(request), path, seconds=context.options.link_seconds))


def _packed(context: Context, stored: StoredExperiment, *, clear: bool) -> Packed:
    uploads = context.workspace.uploads
    upload = uploads.begin(_TYPE)
    with tempfile.TemporaryFile(dir=context.workspace.folder) as file:
        packages.pack(context.workspace, stored, file, clear_credentials=clear)
        file.seek(0)
        while piece := file.read(_PIECE):
            uploads.append(upload, piece)
    return Packed(upload)


def _unpacked(context: Context, url: str, own: str | None) -> Unpacked:
    """Fetch, within what the workspace allows its modules to reach, and keep."""
    workspace = context.workspace
    with tempfile.TemporaryDirectory(prefix="bottega-package-") as folder:
        path = Path(folder, "package.zip")
        if own is not None:
            stored = packages.unpack(workspace, _linked(workspace.uploads.path(own), path), creator=drafts.CREATOR)
        else:
            outside = place.outside(workspace.folder.parent, workspace)
            replace(outside, seconds=_SECONDS).fetch(url, path)  # other activities wait meanwhile
            if path.stat().st_size > LARGEST:
                raise HttpError(413, message="The package is too large.")
            stored = packages.unpack(workspace, path, creator=drafts.CREATOR)
    return Unpacked(str(ExperimentId(workspace.id, stored.id)))


def _linked(upload: Path, path: Path) -> Path:
    """A package of this server beside room for what comes out of it."""
    path.symlink_to(upload)
    return path


def _address(request: Request) -> str:
    """Where the package is; an address that a client did not encode has taken the rest of the query into it."""
    raw = request.url.query
    _, found, rest = raw.partition("packageUri=")
    if not found:
        raise HttpError(400, message="The query needs packageUri: where the package is.")
    told = rest.partition("&region=")[0] if "?" in rest.partition("&")[0] else rest.partition("&")[0]
    return told if "?" in told else unquote(told.replace("+", "%20"))


def _own(context: Context, url: str, base: str) -> str | None:
    """The upload, where an address bears this server's signature, by whatever name the client reaches it.

    Raises HttpError 403 for one of this server that is not signed, or no longer.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise HttpError(400, message="packageUri is no address.") from error
    prefix = f"/api/workspaces/{context.workspace.id}/packages/"
    path = decoded(parts.path.encode("ascii", "replace"))
    if prefix not in path:
        return None
    path, given = path[path.index(prefix) :], dict(parse_qsl(parts.query))
    try:
        context.signer.check_path(path, given.get("se", ""), given.get("sp", ""), given.get("sig", ""))
    except HttpError:
        if url.startswith(f"{base}/"):
            raise
        return None
    return path.removeprefix(prefix).partition("/")[0]
