"""`/v1/datasets`: what the workspace keeps under names, in versions."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import BaseRoute

from bottega.engine.keep import keep
from bottega.errors import BottegaError
from bottega.server import api
from bottega.server.api import Told, operation
from bottega.server.bodies import body_to_file
from bottega.server.context import context_of
from bottega.server.errors import missing
from bottega.server.routes.v1 import _tables as tables
from bottega.server.routes.v1._kept import Dataset, told
from bottega.server.routes.v1._shapes import Link, Name
from bottega.server.routes.v1._statistics import ColumnStatistics, Profile
from bottega.server.routes.v1._tables import (
    ColumnQuery,
    CompareQuery,
    Comparison,
    LinkQuery,
    ProfileQuery,
    Rows,
    RowsQuery,
)
from bottega.store import records

_TAG = "datasets"
_UNSAFE = re.compile(r"[^\w. -]+")


class UploadQuery(Struct, forbid_unknown_fields=True):
    """How the file is kept; its extension tells its format: csv, tsv, arff, parquet, xlsx, zip and more."""

    name: Name
    file_name: Annotated[str, Meta(min_length=1, max_length=200)]
    description: Annotated[str, Meta(max_length=10_000)] = ""


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/datasets", tag=_TAG)
def list_datasets(request: Request) -> list[Dataset]:
    """The newest version of each dataset, by name."""
    return [told(each) for each in context_of(request).workspace.datasets.list()]


@operation("POST", "/v1/datasets", tag=_TAG, status=201, accepts=("application/octet-stream",))
async def upload_dataset(request: Request, query: UploadQuery) -> Told[Dataset]:
    """Keep a file as a dataset: the body is the file. A name that is there gets its next version."""
    with tempfile.TemporaryDirectory(prefix="bottega-upload-") as folder:
        path = Path(folder, f"_{_UNSAFE.sub('_', query.file_name)[-150:]}")
        with await run_in_threadpool(path.open, "wb") as file:
            await body_to_file(request, file)
        try:
            workspace = context_of(request).workspace
            made = await run_in_threadpool(keep, workspace, query.name, path, query.description, query.file_name)
        except BottegaError as error:
            raise _of_the_client(error, str(path), query.file_name) from error
    return Told(told(made), {"location": f"/v1/datasets/{made.id}"})


@operation("GET", "/v1/datasets/{dataset}", tag=_TAG)
def get_dataset(request: Request, dataset: Name) -> Dataset:
    """One version of a dataset, by its id."""
    return told(_find(request, dataset))


@operation("DELETE", "/v1/datasets/{dataset}", tag=_TAG, status=204)
def delete_dataset(request: Request, dataset: Name) -> None:
    """Remove a dataset with all its versions; results of runs stay."""
    context_of(request).workspace.datasets.delete_family(_find(request, dataset).family)


@operation("GET", "/v1/datasets/{dataset}/versions", tag=_TAG)
def list_dataset_versions(request: Request, dataset: Name) -> list[Dataset]:
    """All versions of a dataset, the oldest first."""
    return [told(each) for each in context_of(request).workspace.datasets.versions(_find(request, dataset).family)]


@operation("GET", "/v1/datasets/{dataset}/rows", tag=_TAG)
def get_dataset_rows(request: Request, dataset: Name, query: RowsQuery) -> Rows:
    """A page of a table; 200,000 values at most."""
    return tables.rows(request, _find(request, dataset).output, query)


@operation("GET", "/v1/datasets/{dataset}/profile", tag=_TAG)
def get_dataset_profile(request: Request, dataset: Name, query: ProfileQuery) -> Profile:
    """Statistics of each column of a table, or of a block of them; 1,000 columns at most."""
    return tables.profiled(request, _find(request, dataset).output, query)


@operation("GET", "/v1/datasets/{dataset}/column", tag=_TAG)
def get_dataset_column(request: Request, dataset: Name, query: ColumnQuery) -> ColumnStatistics:
    """Statistics of one column, in more detail."""
    return tables.column(request, _find(request, dataset).output, query)


@operation("GET", "/v1/datasets/{dataset}/compare", tag=_TAG)
def compare_dataset_columns(request: Request, dataset: Name, query: CompareQuery) -> Comparison:
    """Two columns against each other."""
    return tables.compared(request, _find(request, dataset).output, query)


@operation("GET", "/v1/datasets/{dataset}/link", tag=_TAG)
def get_dataset_link(request: Request, dataset: Name, query: LinkQuery) -> Link:
    """A signed address for downloading it."""
    found = _find(request, dataset)
    return tables.link(request, found.output, found.name, query)


def _of_the_client(error: BottegaError, path: str, name: str) -> BottegaError:
    """The same error about the file that the client knows."""
    facts = {key: fact.replace(path, name) if isinstance(fact, str) else fact for key, fact in error.facts.items()}
    return BottegaError(error.code, **facts)


def _find(request: Request, dataset: str) -> records.Dataset:
    found = context_of(request).workspace.datasets.by_id(dataset)
    if found is None:
        raise missing("dataset", dataset)
    return found
