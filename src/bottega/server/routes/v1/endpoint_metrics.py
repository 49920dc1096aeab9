"""`/v1/services/{service}/endpoints/{endpoint}/metrics`: how an endpoint is called, minute by minute."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.server import api, minutes
from bottega.server.api import operation
from bottega.server.context import context_of
from bottega.server.errors import missing
from bottega.server.routes.v1._shapes import Name


class MetricsQuery(Struct, forbid_unknown_fields=True):
    """How far back."""

    minutes: Annotated[int, Meta(ge=1, le=minutes.MOST)] = 60


class Minute(Struct):
    """The calls of one minute; times in milliseconds, null without calls."""

    calls: int
    errors: int
    mean_ms: float | None
    max_ms: float | None


class EndpointMetrics(Struct):
    """Minutes, the oldest first, since `start`. They are of this server's life, and no other's."""

    start: float
    minutes: list[Minute]


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/services/{service}/endpoints/{endpoint}/metrics", tag="services")
def get_endpoint_metrics(request: Request, service: Name, endpoint: Name, query: MetricsQuery) -> EndpointMetrics:
    """How an endpoint was called: requests, errors and times for each minute."""
    context = context_of(request)
    if context.workspace.services.find(service) is None:
        raise missing("web service", service)
    found = next((each for each in context.workspace.services.endpoints(service) if each.name == endpoint), None)
    if found is None:
        raise missing("endpoint", endpoint)
    start, last = context.metrics.minutes.last(found.id, query.minutes)
    return EndpointMetrics(start, [_told(each) for each in last])


def _told(minute: minutes.Minute) -> Minute:
    if not minute.calls:
        return Minute(0, 0, None, None)
    return Minute(minute.calls, minute.errors, minute.seconds / minute.calls * 1000, minute.longest * 1000)
