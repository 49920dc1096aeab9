"""`/v1/samples`: experiments to begin with."""

from __future__ import annotations

from msgspec import Struct
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.server import api, beginnings
from bottega.server.api import Told, operation
from bottega.server.context import context_of
from bottega.server.errors import missing
from bottega.server.routes.v1._graphs import Graph, graph
from bottega.server.routes.v1._shapes import Name
from bottega.server.routes.v1.experiments import Experiment, told

_TAG = "experiments"


class Sample(Struct):
    """An experiment that comes along."""

    id: str
    title: str
    description: str
    graph: Graph


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/samples", tag=_TAG)
def list_samples() -> list[Sample]:
    """The experiments that come along, the simplest first."""
    return [
        Sample(each.id, each.experiment.title, each.experiment.description, graph(each.experiment))
        for each in beginnings.SAMPLES
    ]


@operation("POST", "/v1/samples/{sample}/copy", tag=_TAG, status=201)
def copy_sample(request: Request, sample: Name) -> Told[Experiment]:
    """A new experiment from a sample, with the data that it needs."""
    found = beginnings.find(sample)
    if found is None:
        raise missing("sample", sample)
    made = found.copy(context_of(request).workspace)
    return told(made, {"location": f"/v1/experiments/{made.id}"})
