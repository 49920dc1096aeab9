"""`/v1/datasets/{dataset}/entries`: what a dataset that is a zip holds."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.engine import look
from bottega.errors import BottegaError
from bottega.sdk.ports import PortType
from bottega.server import api, zips
from bottega.server.api import operation
from bottega.server.context import context_of
from bottega.server.errors import missing
from bottega.server.routes.v1._shapes import Name
from bottega.server.routes.v1._tables import Entry
from bottega.server.routes.v1.outputs import EntryQuery, EntryText
from bottega.store.records import Output

_TAG = "datasets"


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/datasets/{dataset}/entries", tag=_TAG)
def get_dataset_entries(request: Request, dataset: Name) -> list[Entry]:
    """Names and sizes of what a zip holds."""
    found = look.entries(context_of(request).workspace, _zip(request, dataset))
    return [Entry(name, size) for name, size in found]


@operation("GET", "/v1/datasets/{dataset}/entry", tag=_TAG)
def get_dataset_entry(request: Request, dataset: Name, query: EntryQuery) -> EntryText:
    """The begin of one file of a zip."""
    found = zips.begin(context_of(request).workspace, _zip(request, dataset), query.name)
    if found is None:
        raise missing("file", f"{query.name} in dataset {dataset}")
    return EntryText(query.name, found.size, found.text, found.cut)


def _zip(request: Request, dataset: str) -> Output:
    found = context_of(request).workspace.datasets.by_id(dataset)
    if found is None:
        raise missing("dataset", dataset)
    if found.output.type != PortType.ZIP:
        raise BottegaError("usage", reason=f"{found.name} is a {found.output.type}, not a zip")
    return found.output
