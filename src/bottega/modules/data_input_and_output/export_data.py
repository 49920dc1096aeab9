"""Export Data (fact sheet 2.5): a table to the world outside."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from bottega.modules.data_input_and_output._sources import DataFormat, file_format
from bottega.sdk import BottegaError, Help, Isolation, Label, Reach, Table, When, module


class WriteMode(StrEnum):
    """What to do where something is already."""

    ERROR = "Error"
    OVERWRITE = "Overwrite"


@module(
    title="Export Data",
    category="Data Input and Output",
    isolation=Isolation.HOST,
    deterministic=False,
    former=("Writer",),
)
def export_data(
    dataset: Annotated[Table, Label("Dataset")],
    reach: Reach,
    *,
    path: Annotated[str, Label("Path"), Help("Relative paths start at the experiment's folder")],
    format: Annotated[DataFormat, Label("File format")] = DataFormat.CSV,  # noqa: A002 - its name in files
    header: Annotated[bool, Label("Write header row"), When("format", DataFormat.CSV, DataFormat.TSV)] = False,
    write_mode: Annotated[WriteMode, Label("Write mode")] = WriteMode.ERROR,
) -> None:
    """Write a table to a local file, where the workspace allows local files.

    It runs outside the jail, in every run. The file appears whole or not at all. A file
    that is there already is Error 0057 unless it may be overwritten. CSV values with commas
    are quoted, which classic did not do.
    """
    from bottega.dataset import formats

    if not path:
        raise BottegaError("0003", parameter="Path")
    file = reach.local_file(path)
    if write_mode is WriteMode.ERROR and file.exists():
        raise BottegaError("0057", path=path)
    formats.write(dataset, file, file_format(format, header=header))
