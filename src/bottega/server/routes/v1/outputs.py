"""`/v1/runs/{run}/outputs/…`: what came out of nodes."""

from __future__ import annotations

from msgspec import Struct
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.engine import look
from bottega.errors import BottegaError
from bottega.sdk.ports import PortType
from bottega.server import api, logs
from bottega.server.api import operation
from bottega.server.context import context_of
from bottega.server.errors import missing
from bottega.server.routes.v1 import _shapes as shapes
from bottega.server.routes.v1 import _tables as tables
from bottega.server.routes.v1._shapes import Link, Name
from bottega.server.routes.v1._tables import Entry, LinkQuery, Picture, Profile, Rows, RowsQuery
from bottega.server.routes.v1.runs import record
from bottega.store.records import Output, Step

_TAG = "outputs"
_PATH = "/v1/runs/{run}/outputs/{node}/{port}"


class Log(Struct):
    """What a node printed, and what it noted beside."""

    text: str
    notes: list[str]
    pictures: list[Picture]


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/runs/{run}/nodes/{node}/log", tag=_TAG)
def get_log(request: Request, run: Name, node: Name) -> Log:
    """What a node printed and drew. Of a reused result that is told where it was computed."""
    workspace = context_of(request).workspace
    made = look.computed(workspace, _step(request, run, node))
    device = next((each for each in made.outputs if each.type == PortType.DEVICE), None)
    text, found = look.device(workspace, device) if device is not None else (made.log, ())
    drawn = list(found) or [(each.name, each.digest) for each in made.pictures]
    return Log(text, list(made.notes), tables.pictures(request, drawn))


@operation("GET", _PATH, tag=_TAG)
def get_output(request: Request, run: Name, node: Name, port: Name) -> shapes.Output:
    """What is known of an output without opening it."""
    return shapes.output(_output(request, run, node, port))


@operation("GET", f"{_PATH}/rows", tag=_TAG)
def get_output_rows(request: Request, run: Name, node: Name, port: Name, query: RowsQuery) -> Rows:
    """A page of a table."""
    return tables.rows(request, _output(request, run, node, port), query)


@operation("GET", f"{_PATH}/profile", tag=_TAG)
def get_output_profile(request: Request, run: Name, node: Name, port: Name) -> Profile:
    """Statistics of each column of a table."""
    return tables.profiled(request, _output(request, run, node, port))


@operation("GET", f"{_PATH}/entries", tag=_TAG)
def get_output_entries(request: Request, run: Name, node: Name, port: Name) -> list[Entry]:
    """Names and sizes of what a zip holds."""
    output = _output(request, run, node, port)
    if output.type != PortType.ZIP:
        raise BottegaError("usage", reason=f"{node}.{port} is a {output.type}, not a zip")
    return [Entry(name, size) for name, size in look.entries(context_of(request).workspace, output)]


@operation("GET", f"{_PATH}/link", tag=_TAG)
def get_output_link(request: Request, run: Name, node: Name, port: Name, query: LinkQuery) -> Link:
    """A signed address for downloading it."""
    return tables.link(request, _output(request, run, node, port), f"{node}-{port}", query)


def _step(request: Request, run: str, node: str) -> Step:
    found = next((step for step in record(request, run).steps if step.node == node), None)
    if found is None:
        raise missing("node", f"{node} in run {run}")
    logs.tell(request, node=node)
    return found


def _output(request: Request, run: str, node: str, port: str) -> Output:
    found = next((each for each in _step(request, run, node).outputs if each.port == port), None)
    if found is None:
        raise missing("output", f"{node}.{port} of run {run}")
    return found
