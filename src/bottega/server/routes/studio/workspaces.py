"""The workspace itself: tokens, people, room, and the lists that are always empty here (clients.md 4, 4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from bottega.server.bodies import body
from bottega.server.context import Context, context_of
from bottega.server.errors import HttpError
from bottega.server.routes.studio._guarded import guarded
from bottega.server.studio import people
from bottega.server.studio.jsons import answer, read_object
from bottega.server.studio.wire import date

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

# Kinds of things that classic had and this server has not: none of them is there.
_NOTHING = (
    "/projectcontainers", "/gateways", "/notebooks", "/notebooks/family/{family}/attachments", "/credentials",
)  # fmt: skip
_MOST_PEOPLE_BYTES = 1 << 16
_UPDATE = "updatetoken"


def routes() -> list[BaseRoute]:
    """The root is asked for to see whether anybody is there."""
    return [
        Route("/api", _root),
        guarded("", _get),
        guarded("", _change, "POST"),
        guarded("/users", _users),
        guarded("/invitations", _users),
        guarded("/invitations", _invite, "POST"),
        guarded("/users/{id}", _remove, "DELETE"),
        guarded("/quota", _quota),
        guarded("/notebooks/family/{family}/session", _no_session, "POST"),
        *(guarded(path, _nothing) for path in _NOTHING),
    ]


async def _root(_request: Request) -> Response:
    return answer({"Service": "Bottega"})


async def _get(request: Request) -> Response:
    """The workspace with both tokens, which the caller has one of."""
    return answer(await run_in_threadpool(_told, context_of(request)))


async def _change(request: Request) -> Response:
    """Make another token where its value is `UpdateToken`; the other of the two still holds."""
    fields, context = await read_object(request), context_of(request)
    wanted = fields.get("AuthorizationToken")
    if not isinstance(wanted, dict):
        raise HttpError(400, message="Only AuthorizationToken can be changed: a token is told as UpdateToken.")

    def changed() -> dict[str, Any]:
        for which in ("primary", "secondary"):
            if str(wanted.get(f"{which.capitalize()}Token", "")).strip().lower() == _UPDATE:
                context.workspace.tokens.rotate(which)
        return _told(context)

    return answer(await run_in_threadpool(changed))


def _told(context: Context) -> dict[str, Any]:
    workspace = context.workspace
    created = workspace.folder.stat().st_ctime
    return {
        "Id": workspace.id,
        "WorkspaceId": workspace.id,
        "FriendlyName": workspace.folder.name,
        "Description": None,
        "Region": "Local",
        "Type": "Production",
        "WorkspaceStatus": "Enabled",
        "SubscriptionId": None,
        "HDInsightClusterConnectionString": None,
        "HDInsightStorageConnectionString": None,
        "UseDefaultHDInsightSettings": False,
        "SqlAzureConnectionString": None,
        "AnalyticFramework": None,
        "UserStorage": None,
        "OwnerEmail": None,
        "CreatedTime": date(created),
        "AuthorizationToken": {
            "PrimaryToken": workspace.tokens.primary, "SecondaryToken": workspace.tokens.secondary,
        },
    }  # fmt: skip


async def _users(request: Request) -> Response:
    """Who was invited: a list for people; what lets one in is a token."""
    return answer(await run_in_threadpool(people.listed, context_of(request).workspace))


async def _invite(request: Request) -> Response:
    """Note who was invited; the body is no JSON where PowerShell sends it (clients.md 0, rule 3)."""
    told = await body(request, _MOST_PEOPLE_BYTES)
    return answer(await run_in_threadpool(people.invite, context_of(request).workspace, told))


async def _remove(request: Request) -> Response:
    await run_in_threadpool(people.remove, context_of(request).workspace, request.path_params["id"])
    return Response(status_code=204)


async def _quota(request: Request) -> Response:
    """What the workspace takes, in bytes; there is no limit but the disk."""
    workspace = context_of(request).workspace

    def told() -> dict[str, Any]:
        return {"StorageUsed": workspace.blobs.total_size(), "StorageLimit": None, "Unit": "Bytes"}

    return answer(await run_in_threadpool(told))


async def _no_session(_request: Request) -> Response:
    raise HttpError(400, message="This server has no notebooks; use `import bottega` in a notebook of your own.")


async def _nothing(_request: Request) -> Response:
    return answer([])
