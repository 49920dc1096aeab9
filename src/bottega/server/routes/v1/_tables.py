"""What an output holds, whatever it came from: pages of rows, statistics, comparisons, links."""

from __future__ import annotations

import time
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request

from bottega.dataset import comparison
from bottega.dataset.log_bins import log_histogram
from bottega.dataset.plain_rows import plain_rows
from bottega.dataset.table import Table
from bottega.errors import BottegaError
from bottega.sdk.ports import TABLE_FILES, PortType
from bottega.server.context import context_of
from bottega.server.routes import downloads
from bottega.server.routes.v1._shapes import Column, Count, Link
from bottega.server.routes.v1._statistics import ColumnStatistics, Histogram, Profile, statistics
from bottega.store.records import Output

_EXTENSIONS = {**TABLE_FILES, PortType.ZIP: "zip", PortType.DEVICE: "json", PortType.TRAINED_MODEL: "ilearner"}
_MOST_TOP = 50
_MOST_CELLS = 200_000  # of one page
_MOST_PROFILED = 1000  # columns at once
Bins = Annotated[int, Meta(ge=1, le=200)]
ColumnName = Annotated[str, Meta(min_length=1, max_length=1 << 16)]
Comparison = comparison.Scatter | comparison.Boxes | comparison.Crosstab


class RowsQuery(Struct, forbid_unknown_fields=True):
    """Which rows and columns, counted from 0; texts longer than `text` characters are cut and end in `…`."""

    offset: Count = 0
    limit: Annotated[int, Meta(ge=0, le=1000)] = 100
    column: Count = 0
    columns: Count | None = None
    text: Annotated[int, Meta(ge=1, le=1 << 20)] | None = None


class ProfileQuery(Struct, forbid_unknown_fields=True):
    """So many bins at most, of which columns, counted from 0."""

    bins: Bins = 10
    column: Count = 0
    columns: Count | None = None


class ColumnQuery(Struct, forbid_unknown_fields=True):
    """Which column, in how many bins; `log`: bins of equal width in the logarithm of the positive values."""

    name: ColumnName
    bins: Bins = 50
    log: bool = False


class CompareQuery(Struct, forbid_unknown_fields=True):
    """Which two columns."""

    x: ColumnName
    y: ColumnName


class LinkQuery(Struct, forbid_unknown_fields=True):
    """In which format: one of a table's by its extension, such as `csv` or `parquet`; without one as it is stored."""

    format: Annotated[str, Meta(max_length=20)] | None = None


class Rows(Struct):
    """A page of a table. Numbers and Boolean values are as they are, all else is text; null is missing."""

    columns: list[Column]
    rows: list[list[Any]]
    offset: int
    total: int
    total_columns: int


class Entry(Struct):
    """A file in a zip."""

    name: str
    size: int


class Picture(Struct):
    """A picture and where it is."""

    name: str
    url: str


def rows(request: Request, output: Output, query: RowsQuery) -> Rows:
    """A page of a table. Raises `usage` for what is none, and for a page that is too large."""
    whole = table(request, output)
    shown = _some(whole, query.column, query.columns)
    _check_page(shown, query)
    columns = [Column(each.name, str(each.type), each.role.value) for each in shown.columns]
    page = plain_rows(shown, query.offset, query.limit)
    if query.text is not None:
        page = [[_cut(value, query.text) for value in row] for row in page]
    return Rows(columns, page, query.offset, whole.num_rows, whole.num_columns)


def profiled(request: Request, output: Output, query: ProfileQuery) -> Profile:
    """The statistics of a table, computed once. Raises `usage` for what is none, and for too many columns."""

    def made() -> Profile:
        whole = table(request, output)
        shown = _some(whole, query.column, query.columns)
        _check_columns(shown, query)
        return Profile(whole.num_rows, whole.num_columns, statistics(shown, bins=query.bins, top=10))

    key = ("profile", query.bins, query.column, query.columns)
    return context_of(request).previews.answer(output, key, made)


def column(request: Request, output: Output, query: ColumnQuery) -> ColumnStatistics:
    """All of one column, computed once. Raises `0001` for one that is not there."""

    def made() -> ColumnStatistics:
        whole = table(request, output)
        whole.column(query.name)
        one = Table(whole.arrow.select([query.name]))
        (told,) = statistics(one, bins=query.bins, top=_MOST_TOP)
        if query.log:
            found = log_histogram(one, query.name, query.bins)
            told.histogram = None if found is None else Histogram(list(found.edges), list(found.counts))
        return told

    return context_of(request).previews.answer(output, ("column", *msgspec.structs.astuple(query)), made)


def compared(request: Request, output: Output, query: CompareQuery) -> Comparison:
    """Two columns against each other, computed once. Raises `0001` for one that is not there."""

    def made() -> Comparison:
        return comparison.compare(table(request, output), query.x, query.y)

    return context_of(request).previews.answer(output, ("compare", query.x, query.y), made)


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


def table(request: Request, output: Output) -> Table:
    """An output's table. Raises `usage` for what is none."""
    context = context_of(request)
    found = context.previews.table(context.workspace, output)
    if found is None:
        raise BottegaError("usage", reason=f"{output.port} is a {output.type}, not a table")
    return found


def _check_page(shown: Table, query: RowsQuery) -> None:
    count = min(query.limit, max(shown.num_rows - query.offset, 0))
    cells = count * shown.num_columns
    if cells > _MOST_CELLS:
        asked = f"{count:,} rows of {shown.num_columns:,} columns are {cells:,} values; one page has {_MOST_CELLS:,} at most"
        lead = (
            f"a smaller limit, or for a block of columns, such as column={query.column}&columns={_MOST_CELLS // count}"
        )
        raise BottegaError("usage", reason=f"{asked}. Ask for {lead}")


def _check_columns(shown: Table, query: ProfileQuery) -> None:
    if shown.num_columns > _MOST_PROFILED:
        asked = (
            f"Statistics of {shown.num_columns:,} columns were asked for; {_MOST_PROFILED:,} at most are told at once"
        )
        lead = f"column={query.column}&columns={_MOST_PROFILED}, then for column={query.column + _MOST_PROFILED}"
        raise BottegaError("usage", reason=f"{asked}. Ask for {lead} and so on")


def _some(whole: Table, first: int, count: int | None) -> Table:
    if first == 0 and (count is None or count >= whole.num_columns):
        return whole
    last = whole.num_columns if count is None else min(first + count, whole.num_columns)
    return Table(whole.arrow.select(list(range(first, last))))


def _cut(value: Any, length: int) -> Any:
    return f"{value[: length - 1]}…" if isinstance(value, str) and len(value) > length else value
