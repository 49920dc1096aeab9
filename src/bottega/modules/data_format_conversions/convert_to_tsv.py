"""Convert to TSV (fact sheet 2.10)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.data_format_conversions._files import as_bytes
from bottega.sdk import Label, Table, TsvFile, module


@module(title="Convert to TSV", category="Data Format Conversions")
def convert_to_tsv(dataset: Annotated[Table, Label("Dataset")]) -> Annotated[TsvFile, Label("Results dataset")]:
    """Write a table as tab-separated text in UTF-8, with a header.

    A value with a tab, a quote or a line end stands in quotes, quotes in it doubled. Missing values
    are empty cells; an empty text is `""`. Times are in ISO 8601, binary values in base64.
    """
    return TsvFile(as_bytes(dataset, "tsv"))
