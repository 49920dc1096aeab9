"""What Import Data and Export Data share: the formats, by the names that classic gave them."""

from __future__ import annotations

from enum import StrEnum


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
