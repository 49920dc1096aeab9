"""What Import Data and Export Data share: formats, ways to authenticate, the address of a database."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import quote

from bottega.sdk import BottegaError


class DataFormat(StrEnum):
    """How the table is written there."""

    CSV = "CSV"
    TSV = "TSV"
    ARFF = "ARFF"
    SVMLIGHT = "SvmLight"
    PARQUET = "Parquet"
    EXCEL = "Excel"
    JSON_LINES = "JSON lines"


def file_format(chosen: DataFormat, *, header: bool) -> str:
    """The format's name in `bottega.dataset.formats`."""
    if chosen in (DataFormat.CSV, DataFormat.TSV):
        return chosen.lower() if header else f"{chosen.lower()}-no-header"
    return {DataFormat.EXCEL: "excel", DataFormat.JSON_LINES: "jsonl"}.get(chosen, chosen.lower())


def given(text: str, parameter: str) -> str:
    """What a parameter says. Raises `0003` where that is nothing."""
    if not text.strip():
        raise BottegaError("0003", parameter=parameter)
    return text


def database_url(url: str, server: str, database: str) -> str:
    """SQLAlchemy's address of a database: as told, or that of Azure's SQL of old by server and name. Raises `0003`."""
    if url.strip() or not server.strip():
        return given(url, "Database URL")
    return f"mssql+pymssql://{quote(server.strip(), safe='.-:')}/{quote(given(database, 'Database name').strip(), safe='')}"
