"""Enter Data Manually (fact sheet 2.5)."""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from bottega.sdk import BottegaError, Code, Label, Table, When, module


class DataFormat(StrEnum):
    """How the data are written."""

    ARFF = "ARFF"
    CSV = "CSV"
    SVMLIGHT = "SVMLight"
    TSV = "TSV"


_NEWLINE, _END = "\n", "end"
_SEPARATORS = {DataFormat.CSV: ",", DataFormat.TSV: "\t"}


@module(title="Enter Data Manually", category="Data Input and Output")
def enter_data_manually(
    *,
    data_format: Annotated[DataFormat, Label("DataFormat")] = DataFormat.CSV,
    has_header: Annotated[bool, Label("HasHeader"), When("data_format", DataFormat.CSV, DataFormat.TSV)] = True,
    data: Annotated[str, Label("Data"), Code("text")],
) -> Annotated[Table, Label("Dataset")]:
    """Type a small table in.

    CSV and TSV take their column names from the first row, or else call them Col1, Col2 and so on; types
    are guessed from the values. The last line ends the text, whether or not there is a line end
    after it; every other empty line is a row of missing values. ARFF brings names and types with it;
    SVMLight gives Col1 to Coln, then Labels.

    Error 0003: there are no data. 0061: a row is longer than the first. 0049, 0018: the text is
    not of the format.
    """
    if not data.strip():
        raise BottegaError("0003", parameter="Data")
    from bottega.dataset.formats import registry

    name = data_format.value.lower()
    if data_format in _SEPARATORS:
        data = _even(data, _SEPARATORS[data_format], has_header=has_header)
        name = name if has_header else f"{name}-no-header"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "data")
        path.write_text(data, encoding="utf-8", errors="replace", newline="")
        try:
            return registry.read(path, name)
        except BottegaError as error:
            # The user knows of no file.
            facts = {**error.facts, "path": "the text of Data"} if "path" in error.facts else error.facts
            raise BottegaError(error.code, **facts) from error


def _even(text: str, separator: str, *, has_header: bool) -> str:
    """The text with its empty lines as rows of missing values; all lines keep their numbers.

    As it is where a quote is not closed, for the reader to say so. Raises `0003` where all lines are empty.
    """
    csv.field_size_limit(sys.maxsize)  # of the whole process; its default refuses longer cells
    # A last line that is a row of its own, unless a quote is still open before it.
    *rows, end = csv.reader(io.StringIO(f"{text.removesuffix(_NEWLINE)}\n{_END}", newline=""), delimiter=separator)
    if end != [_END]:
        return text
    blank = [len(row) < 2 and not any(cell.strip() for cell in row) for row in rows]
    if all(blank):
        raise BottegaError("0003", parameter="Data")
    first = blank.index(False)
    even = io.StringIO(newline="")
    # With "\n" alone, the writer before Python 3.13 leaves a lone CR in a cell without quotes.
    writer = csv.writer(even, delimiter=separator, lineterminator="\r\n")
    for number, (row, is_blank) in enumerate(zip(rows, blank, strict=True)):
        if is_blank and has_header and number < first:
            even.write("\r\n")
        else:
            writer.writerow([""] * len(rows[first]) if is_blank else row)
    return even.getvalue()
