"""Convert to ARFF (fact sheet 2.10)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.data_format_conversions._files import as_bytes
from bottega.sdk import ArffFile, Label, Table, module


@module(title="Convert to ARFF", category="Data Format Conversions")
def convert_to_arff(dataset: Annotated[Table, Label("Dataset")]) -> Annotated[ArffFile, Label("Results dataset")]:
    """Write a table in the attribute-relation format of Weka, in UTF-8.

    Categorical columns are nominal, with their categories in order; Boolean ones are `{False, True}`. DateTime
    is a date in milliseconds, which is all that Weka's dates keep; TimeSpan and binary values are strings,
    the latter in base64. A missing value is `?`. Which column is the label is not kept.
    """
    return ArffFile(as_bytes(dataset, "arff"))
