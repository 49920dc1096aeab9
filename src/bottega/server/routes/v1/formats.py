"""`/v1/formats`: what tables can be downloaded as."""

from __future__ import annotations

from msgspec import Struct
from starlette.routing import BaseRoute

from bottega.server import api
from bottega.server.api import operation

# By the extension that a link takes; a writer that leaves something of a table out is told so by its own errors.
_TITLES = {
    "csv": "CSV", "nh.csv": "CSV without header", "tsv": "TSV", "nh.tsv": "TSV without header", "parquet": "Parquet",
    "arrow": "Arrow", "xlsx": "Excel", "jsonl": "JSON lines", "arff": "ARFF", "svmlight": "SVMlight",
}  # fmt: skip


class Format(Struct):
    """A file format, by its extension."""

    extension: str
    title: str


def routes() -> list[BaseRoute]:
    """One a path."""
    return [*api.routes(api.operations(globals()))]


@operation("GET", "/v1/formats", tag="outputs")
def list_formats() -> list[Format]:
    """The formats that a table can be downloaded in."""
    return [Format(extension, title) for extension, title in _TITLES.items()]
