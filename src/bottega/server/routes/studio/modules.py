"""The catalogue's modules, the kinds of data, and modules of one's own (clients.md 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from bottega.server.context import context_of
from bottega.server.errors import missing
from bottega.server.routes.studio._guarded import guarded, query
from bottega.server.studio import data_types, modules
from bottega.server.studio.jsons import answer, listed, read_object, text
from bottega.server.studio.state import studio_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

_NO_CUSTOM = (
    "Custom modules of R, a zip with a definition in XML, cannot be taken over. Use Execute R Script, "
    "or add a module in Python to the workspace."
)


def routes() -> list[BaseRoute]:
    """Looking, and trying to upload."""
    return [
        guarded("/modules", _list),
        guarded("/modules/custom", _upload, "POST"),
        guarded("/modules/custom", _uploaded),
        guarded("/modules/{id}", _get),
        guarded("/datatypes", _data_types),
    ]


async def _list(request: Request) -> Response:
    return listed(request, await run_in_threadpool(modules.every))


async def _get(request: Request) -> Response:
    found = await run_in_threadpool(modules.get, request.path_params["id"])
    if found is None:
        raise missing("module", request.path_params["id"])
    return answer(found)


async def _data_types(_request: Request) -> Response:
    return answer([modules.data_type(each) for each in data_types.every()])


async def _upload(request: Request) -> Response:
    """An activity that ends as `Failed` and says why; the upload is let go of."""
    upload = text(await read_object(request), "Id", "UploadId")
    uploads = context_of(request).workspace.uploads

    def refused() -> list[str]:
        uploads.drop(upload)
        return ["Failed", _NO_CUSTOM]

    return answer(studio_of(request).activities.start(refused))


async def _uploaded(request: Request) -> Response:
    """How the upload of a module stands."""
    found = await studio_of(request).activities.settled(query(request, "activityGroupId"), list)
    return answer(found if found is not None else ["Pending", None])
