"""`/v1/runs/{run}/outputs/…`: what came out of nodes."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.engine import look
from bottega.errors import BottegaError
from bottega.sdk.ports import TABLE_FILES, PortType
from bottega.server import api, zips
from bottega.server.api import Told, operation
from bottega.server.context import context_of
from bottega.server.errors import HttpError, missing
from bottega.server.routes.v1 import _shapes as shapes
from bottega.server.routes.v1 import _tables as tables
from bottega.server.routes.v1._kept import Dataset, told
from bottega.server.routes.v1._shapes import Link, Name
from bottega.server.routes.v1._statistics import ColumnStatistics, Profile
from bottega.server.routes.v1._steps import output_of
from bottega.server.routes.v1._tables import (
    ColumnQuery,
    CompareQuery,
    Comparison,
    Entry,
    LinkQuery,
    ProfileQuery,
    Rows,
    RowsQuery,
)
from bottega.server.routes.v1.runs import record
from bottega.store.datasets import Datasets
from bottega.store.records import Output
from bottega.store.workspace import Workspace

_TAG = "outputs"
_PATH = "/v1/runs/{run}/outputs/{node}/{port}"


class EntryQuery(Struct, forbid_unknown_fields=True):
    """Which file of a zip."""

    name: Annotated[str, Meta(max_length=1 << 16)]


class EntryText(Entry):
    """The begin of a file in a zip, where it is text; `cut`: there is more."""

    text: str | None
    cut: bool


class SaveRequest(Struct, forbid_unknown_fields=True):
    """How an output is kept; a name that is there gets its next version."""

    name: Name
    description: Annotated[str, Meta(max_length=10_000)] = ""


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", _PATH, tag=_TAG)
def get_output(request: Request, run: Name, node: Name, port: Name) -> shapes.Output:
    """What is known of an output without opening it."""
    return shapes.output(output_of(request, run, node, port))


@operation("GET", f"{_PATH}/rows", tag=_TAG)
def get_output_rows(request: Request, run: Name, node: Name, port: Name, query: RowsQuery) -> Rows:
    """A page of a table; 200,000 values at most."""
    return tables.rows(request, output_of(request, run, node, port), query)


@operation("GET", f"{_PATH}/profile", tag=_TAG)
def get_output_profile(request: Request, run: Name, node: Name, port: Name, query: ProfileQuery) -> Profile:
    """Statistics of each column of a table, or of a block of them; 1,000 columns at most."""
    return tables.profiled(request, output_of(request, run, node, port), query)


@operation("GET", f"{_PATH}/column", tag=_TAG)
def get_output_column(request: Request, run: Name, node: Name, port: Name, query: ColumnQuery) -> ColumnStatistics:
    """Statistics of one column, in more detail."""
    return tables.column(request, output_of(request, run, node, port), query)


@operation("GET", f"{_PATH}/compare", tag=_TAG)
def compare_output_columns(request: Request, run: Name, node: Name, port: Name, query: CompareQuery) -> Comparison:
    """Two columns against each other."""
    return tables.compared(request, output_of(request, run, node, port), query)


@operation("GET", f"{_PATH}/entries", tag=_TAG)
def get_output_entries(request: Request, run: Name, node: Name, port: Name) -> list[Entry]:
    """Names and sizes of what a zip holds."""
    output = _zip(request, run, node, port)
    return [Entry(name, size) for name, size in look.entries(context_of(request).workspace, output)]


@operation("GET", f"{_PATH}/entry", tag=_TAG)
def get_output_entry(request: Request, run: Name, node: Name, port: Name, query: EntryQuery) -> EntryText:
    """The begin of one file of a zip."""
    output = _zip(request, run, node, port)
    found = zips.begin(context_of(request).workspace, output, query.name)
    if found is None:
        raise missing("file", f"{query.name} in {node}.{port}")
    return EntryText(query.name, found.size, found.text, found.cut)


@operation("GET", f"{_PATH}/link", tag=_TAG)
def get_output_link(request: Request, run: Name, node: Name, port: Name, query: LinkQuery) -> Link:
    """A signed address for downloading it."""
    return tables.link(request, output_of(request, run, node, port), f"{node}-{port}", query)


@operation("POST", f"{_PATH}/save", tag=_TAG, status=201)
def save_output(request: Request, run: Name, node: Name, port: Name, body: SaveRequest) -> Told[Dataset]:
    """Keep an output under a name: a table or zip as a dataset, a model as a trained model, a transform as one."""
    found, output = record(request, run), output_of(request, run, node, port)
    place, kept = _place(context_of(request).workspace, output)
    made = kept.save(
        body.name, output, description=body.description, source=f"{node} of {found.title}", experiment=found.experiment
    )
    return Told(told(made), {"location": f"/v1/{place}/{made.id}"})


def _place(workspace: Workspace, output: Output) -> tuple[str, Datasets]:
    match output.type:
        case kind if kind in (PortType.TABLE, *TABLE_FILES, PortType.ZIP):
            return "datasets", workspace.datasets
        case PortType.TRAINED_MODEL:
            return "models", workspace.trained_models
        case PortType.TRANSFORM:
            return "transforms", workspace.transforms
        case _:
            raise HttpError(
                400, message=f"What comes out of {output.port} is a {output.type}, which is not kept by name."
            )


def _zip(request: Request, run: str, node: str, port: str) -> Output:
    output = output_of(request, run, node, port)
    if output.type != PortType.ZIP:
        raise BottegaError("usage", reason=f"{node}.{port} is a {output.type}, not a zip")
    return output
