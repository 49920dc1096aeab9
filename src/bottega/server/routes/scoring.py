"""Calls of web services: request and response, and batch jobs (fact sheet 5.1 to 5.3, clients.md 2, 6).

`execute` is what services live from: it asks the database nothing but whether something changed. Calls whose answer
comes at once run on the event loop, all others in threads of their own, so that slow ones hold up nobody else.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple, TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bottega.errors import BottegaError
from bottega.sandbox.host.waits import quickly
from bottega.server.auth import endpoint_auth
from bottega.server.bodies import body, body_to_file
from bottega.server.context import Context, context_of
from bottega.server.errors import Detail, HttpError
from bottega.server.routes._found import find_called, not_found
from bottega.server.routes.downloads import file_link
from bottega.services.batch.request import TABLES
from bottega.services.errors import refused

_THREADS = 1024  # more than the 200 calls at once of an endpoint and those 400 that wait for their turn
_INPUT_SECONDS = 7 * 86_400.0  # a job may wait long for its turn
_LONGEST_NAME = 200
_JSON = "application/json; charset=utf-8"
_VERSIONS = ("2.0", "1.0")
_T = TypeVar("_T")


class _Called(NamedTuple):
    id: str


def routes() -> list[BaseRoute]:
    """Calls, below the path of classic's services and of the later ones of subscriptions."""
    found: list[BaseRoute] = []
    for root in ("/workspaces/{workspace}/services/{endpoint}", "/subscriptions/{subscription}/services/{endpoint}"):
        found += [
            Route(f"{root}/execute", _execute, methods=["POST"]),
            Route(f"{root}/score", _score, methods=["POST"]),
            Route(f"{root}/jobs", _create_job, methods=["POST"]),
            Route(f"{root}/jobs/inputs", _take_input, methods=["POST"]),
            Route(f"{root}/jobs/{{job}}/start", _start_job, methods=["POST"]),
            Route(f"{root}/jobs/{{job}}", _job, methods=["GET", "DELETE"]),
        ]
    return found


async def _execute(request: Request) -> Response:
    """Rows in, rows out."""
    context, endpoint = await _let_in(request)
    asked = request.query_params
    details, swagger = _flag(asked.get("details")), _is_swagger(asked.get("format"))
    data = await body(request, context.hosting.options.body)
    steps = context.hosting.calling(endpoint, data, details=details, swagger=swagger)
    answer = await quickly(steps, _threads(request))
    return Response(answer, media_type=_JSON)


async def _score(request: Request) -> Response:
    """The oldest form of a call: one row as a mapping in, an array of texts out (clients.md 6)."""
    context, endpoint = await _let_in(request, versioned=False)
    data = await body(request, context.hosting.options.body)

    def score() -> bytes:
        called = _instance(data)
        hosted = context.hosting.endpoint(endpoint)
        if hosted is None:
            raise not_found("web service", endpoint, "WebServiceNotFound")
        inputs = {each.name: [called["FeatureVector"]] for each in hosted.program.inputs[:1]}
        asked = {"Inputs": inputs, "GlobalParameters": called.get("GlobalParameters") or {}}
        answer = msgspec.json.decode(
            context.hosting.execute(endpoint, msgspec.json.encode(asked), details=False, swagger=True)
        )
        rows: list[dict[str, Any]] = next(iter(answer["Results"].values()), [])
        return msgspec.json.encode([value for row in rows[:1] for value in row.values()])

    return Response(await _beside(request, score), media_type=_JSON)


async def _create_job(request: Request) -> Response:
    """A new job that waits to be started; its id is the answer, in quotes."""
    context, endpoint = await _let_in(request)
    jobs = context.jobs
    data = await body(request, context.hosting.options.body)
    return Response(msgspec.json.encode(await run_in_threadpool(jobs.create, endpoint, data)), media_type=_JSON)


async def _take_input(request: Request) -> Response:
    """A file for a job, from who has no storage; the answer is the reference that stands for it under `Inputs`."""
    context, _ = await _let_in(request)
    jobs, name = context.jobs, request.query_params.get("name", "")
    if not name.lower().endswith(TABLES):
        raise refused(
            "BadArgument", "InvalidBlobExtension", f"The query's name has to end in one of {', '.join(TABLES)}.", "name"
        )
    with tempfile.TemporaryFile(dir=context.workspace.folder, prefix=".input-") as file:
        await body_to_file(request, file)
        digest = await run_in_threadpool(jobs.keep_input, file)
    # An address holds so much of a name; it is the ending that counts.
    base, location, credential = file_link(request, digest, name[-_LONGEST_NAME:], seconds=_INPUT_SECONDS)
    told = {"ConnectionString": None, "RelativeLocation": location, "BaseLocation": base, "SasBlobToken": credential}
    return Response(msgspec.json.encode(told), headers={"cache-control": "no-store"}, media_type=_JSON)


async def _start_job(request: Request) -> Response:
    context, endpoint = await _let_in(request)
    await body(request)
    await _asked(context, context.jobs.start, await _job_of(request, context, endpoint))
    return Response(status_code=204)


async def _job(request: Request) -> Response:
    """How a job stands; or its end."""
    context, endpoint = await _let_in(request)
    job = await _job_of(request, context, endpoint)
    if request.method == "DELETE":
        await _asked(context, context.jobs.delete, job)
        return Response(status_code=204)
    link = partial(file_link, request)
    told = await _asked(context, lambda name: context.jobs.status(name, link), job)
    return Response(msgspec.json.encode(told), headers={"cache-control": "no-store"}, media_type=_JSON)


async def _let_in(request: Request, *, versioned: bool = True) -> tuple[Context, str]:
    """The context and the endpoint's id, for a call with one of its keys. Raises HttpError: 400, 401, 404, 429."""
    context, path = context_of(request), request.path_params
    endpoint = path["endpoint"].lower()
    workspace = path.get("workspace")
    if workspace is not None and workspace.lower() != context.workspace.id:
        raise not_found("workspace", workspace, "WorkspaceNotFound")
    keys = context.keys.of(endpoint)
    if keys is None:  # not called before, or there is none
        await run_in_threadpool(find_called, context, endpoint)
    await endpoint_auth(request, _Called(endpoint), keys)
    if versioned:
        _check_version(request.query_params.get("api-version"))
    return context, endpoint


async def _beside(request: Request, call: Callable[[], _T]) -> _T:
    """Run in a thread of those that calls have for themselves."""
    return await asyncio.get_running_loop().run_in_executor(_threads(request), call)


def _threads(request: Request) -> ThreadPoolExecutor:
    """The threads that calls have for themselves."""
    state = request.app.state
    threads: ThreadPoolExecutor | None = getattr(state, "callers", None)
    if threads is None:
        threads = state.callers = ThreadPoolExecutor(_THREADS, "call")
        # What runs is waited for where web services close; what has no thread yet has nobody left to answer.
        context_of(request).when_closed(partial(threads.shutdown, wait=False, cancel_futures=True))
    return threads


def _check_version(told: str | None) -> None:
    if told not in _VERSIONS:
        given = "is missing" if told is None else f"is {told[:40]}"
        message = f"The version of the API {given}; add ?api-version=2.0 to the address."
        raise HttpError(400, "BadArgument", message, (Detail("BadVersionCall", "api-version", message),))


def _flag(told: str | None) -> bool:
    word = (told or "false").strip().lower()
    if word not in {"true", "false", "1", "0"}:
        raise _wrong_query("details", "details is true or false.")
    return word in {"true", "1"}


def _is_swagger(told: str | None) -> bool:
    word = (told or "").strip().lower()
    if word not in {"", "swagger"}:
        raise _wrong_query("format", "format can only be swagger; without it rows are tables.")
    return word == "swagger"


def _wrong_query(name: str, message: str) -> HttpError:
    return HttpError(400, "BadArgument", message, (Detail("InvalidQueryParameter", name, message),))


def _instance(data: bytes) -> dict[str, Any]:
    """What a call of the oldest form holds. Raises ServiceError."""
    try:
        told = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise refused("BadArgument", "RequestBodyInvalid", f"The request is no JSON: {error}") from error
    instance = told.get("Instance") if isinstance(told, dict) else None
    if not isinstance(instance, dict) or not isinstance(instance.get("FeatureVector"), dict):
        raise refused(
            "BadArgument", "MissingRequestInput", "The request needs Instance with FeatureVector, a mapping of columns."
        )
    return instance


async def _asked(context: Context, call: Callable[[str], _T], job: str) -> _T:
    """Ask something of a job that was there a moment ago. Raises HttpError 404 where it is not any more."""
    try:
        return await run_in_threadpool(call, job)
    except BottegaError as error:
        if error.code == "usage" and await run_in_threadpool(context.workspace.jobs.find, job) is None:
            raise not_found("job", job, "JobNotFound") from error
        raise


async def _job_of(request: Request, context: Context, endpoint: str) -> str:
    """The job that a path names, quoted or not, if it is one of the endpoint. Raises HttpError 404."""
    wanted: str = request.path_params["job"].strip("\"' ").lower()
    job = await run_in_threadpool(context.workspace.jobs.find, wanted)
    if job is None or job.endpoint != endpoint:
        raise not_found("job", wanted, "JobNotFound")
    return wanted
