"""Convert to CSV (fact sheet 2.10)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.data_format_conversions._files import as_bytes
from bottega.sdk import CsvFile, Label, Table, module


@module(title="Convert to CSV", category="Data Format Conversions")
def convert_to_csv(dataset: Annotated[Table, Label("Dataset")]) -> Annotated[CsvFile, Label("Results dataset")]:
    """Write a table as comma-separated text in UTF-8, with a header.

    A value with a comma, a quote or a line end stands in quotes, quotes in it doubled. Missing values
    are empty cells; an empty text is `""`. Times are in ISO 8601, binary values in base64.
    """
    return CsvFile(as_bytes(dataset, "csv"))
