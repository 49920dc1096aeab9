"""What an output holds, whatever it came from: pages of rows, profiles, entries, pictures, links."""

from __future__ import annotations

import time
from typing import Annotated, Any

from msgspec import Meta, Struct
from starlette.requests import Request

from bottega.dataset.plain_rows import plain_rows
from bottega.dataset.profile import profile
from bottega.dataset.table import Table
from bottega.engine import look
from bottega.errors import BottegaError
from bottega.sdk.ports import PortType
from bottega.server.context import context_of
from bottega.server.routes import downloads
from bottega.server.routes.v1._shapes import Column, Count, Link
from bottega.store.records import Output

_EXTENSIONS = {PortType.CSV: "csv", PortType.ZIP: "zip", PortType.DEVICE: "json", PortType.TRAINED_MODEL: "ilearner"}


class RowsQuery(Struct, forbid_unknown_fields=True):
    """Which rows, counted from 0."""

    offset: Count = 0
    limit: Annotated[int, Meta(ge=0, le=1000)] = 100


class LinkQuery(Struct, forbid_unknown_fields=True):
    """In which format: one of a table's by its extension, such as `csv` or `parquet`; without one as it is stored."""

    format: Annotated[str, Meta(max_length=20)] | None = None


class Rows(Struct):
    """A page of a table. Numbers and Boolean values are as they are, all else is text; null is missing."""

    columns: list[Column]
    rows: list[list[Any]]
    offset: int
    total: int


class Profile(Struct):
    """Statistics of each column."""

    rows: int
    columns: list[dict[str, Any]]


class Entry(Struct):
    """A file in a zip."""

    name: str
    size: int


class Picture(Struct):
    """A picture and where it is."""

    name: str
    url: str


def rows(request: Request, output: Output, query: RowsQuery) -> Rows:
    """A page of a table. Raises `usage` for what is none."""
    table = _table(request, output)
    columns = [Column(each.name, str(each.type), each.role.value) for each in table.columns]
    return Rows(columns, plain_rows(table, query.offset, query.limit), query.offset, table.num_rows)


def profiled(request: Request, output: Output) -> Profile:
    """The statistics of a table. Raises `usage` for what is none."""
    table = _table(request, output)
    return Profile(table.num_rows, [each.as_json() for each in profile(table)])


def link(request: Request, output: Output, name: str, query: LinkQuery) -> Link:
    """Where it can be downloaded. Raises `usage` for a format that there is not."""
    expires = int(time.time() + context_of(request).options.link_seconds)
    if output.type == PortType.TABLE:
        url = downloads.table_link(request, output.digest, f"{name}.{query.format or 'csv'}")
    elif query.format is not None:
        raise BottegaError("usage", reason=f"A {output.type} is downloaded as it is stored, in no other format")
    else:
        extension = next((text for kind, text in _EXTENSIONS.items() if kind == output.type), "bin")
        url = downloads.file_link(request, output.digest, f"{name}.{extension}")
    return Link(str(url), expires)


def pictures(request: Request, found: list[tuple[str, str]]) -> list[Picture]:
    """Pictures by name and digest, with signed addresses."""
    return [Picture(name, str(downloads.file_link(request, digest, name))) for name, digest in found]


def _table(request: Request, output: Output) -> Table:
    table = look.table(context_of(request).workspace, output)
    if table is None:
        raise BottegaError("usage", reason=f"{output.port} is a {output.type}, not a table")
    return table
