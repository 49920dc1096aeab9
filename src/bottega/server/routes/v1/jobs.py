"""`/v1/jobs`: batch jobs of web services, looked at and canceled. They are made at their endpoint, with its key."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.server import api, logs
from bottega.server.api import operation
from bottega.server.context import context_of
from bottega.server.errors import HttpError, missing
from bottega.server.routes.v1._shapes import Name
from bottega.store import records

_TAG = "jobs"


class Job(Struct):
    """A batch job, without what it was asked for, which holds keys of others. `queued`: it waits for its turn."""

    id: str
    endpoint: str
    status: str
    queued: bool
    details: str | None
    progress: dict[str, Any]
    created: float
    started: float | None
    ended: float | None


class JobsQuery(Struct, forbid_unknown_fields=True):
    """Which jobs."""

    endpoint: str | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/jobs", tag=_TAG)
def list_jobs(request: Request, query: JobsQuery) -> list[Job]:
    """The newest jobs, newest first."""
    return [_told(each) for each in context_of(request).workspace.jobs.list(query.endpoint, query.limit)]


@operation("GET", "/v1/jobs/{job}", tag=_TAG)
def get_job(request: Request, job: Name) -> Job:
    """One job."""
    return _told(_find(request, job))


@operation("POST", "/v1/jobs/{job}/cancel", tag=_TAG, status=202)
def cancel_job(request: Request, job: Name) -> Job:
    """Cancel a job."""
    if _find(request, job).has_ended:
        raise HttpError(409, message=f"Job {job} has ended already.")
    context_of(request).jobs.cancel(job)
    return _told(_find(request, job))


@operation("DELETE", "/v1/jobs/{job}", tag=_TAG, status=204)
def delete_job(request: Request, job: Name) -> None:
    """Forget a job that has ended."""
    if not _find(request, job).has_ended:
        raise HttpError(409, message=f"Job {job} has not ended; cancel it first.")
    context_of(request).workspace.jobs.delete(job)


def _find(request: Request, job: str) -> records.Job:
    found = context_of(request).workspace.jobs.find(job)
    if found is None:
        raise missing("job", job)
    logs.tell(request, job=job)
    return found


def _told(found: records.Job) -> Job:
    return Job(**{name: getattr(found, name) for name in Job.__struct_fields__})
