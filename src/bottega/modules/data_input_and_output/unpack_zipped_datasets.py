"""Unpack Zipped Datasets (fact sheet 2.5)."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

from bottega.modules.data_input_and_output import _archives
from bottega.sdk import Help, Label, Table, When, Zip, module


class Compression(StrEnum):
    """What kind of archive it is."""

    ZIP = "Zip"
    GZIP = "Gzip"


class FileFormat(StrEnum):
    """How the table is written in the archive."""

    CSV = "CSV"
    TSV = "TSV"
    ARFF = "ARFF"
    SVMLIGHT = "SVMLIGHT"


_SEPARATORS = {FileFormat.CSV: ",", FileFormat.TSV: "\t"}


@module(title="Unpack Zipped Datasets", category="Data Input and Output")
def unpack_zipped_datasets(
    dataset: Annotated[Zip, Label("Dataset")],
    *,
    compression: Annotated[Compression, Label("Compression file format")] = Compression.ZIP,
    dataset_to_unpack: Annotated[
        str, Label("Dataset to Unpack"), Help("The file's name with its extension; nothing where it is the only one")
    ] = "",
    format: Annotated[FileFormat, Label("Dataset file format")] = FileFormat.CSV,  # noqa: A002 - its name in files
    header: Annotated[bool, Label("File has header row"), When("format", FileFormat.CSV, FileFormat.TSV)] = False,
) -> Annotated[Table, Label("Results dataset")]:
    """Take one table out of a zip or gzip file.

    In a zip with folders the name is the path within it, or the file's own name where only one has it. A gzip file
    holds one file, so no name is looked at. Without a header row the columns are Col1, Col2 and so on. The file
    is UTF-8, or has a byte order mark that tells UTF-16. It is unpacked in the jail, and to 2 GB at most.

    Error 0131: the archive is damaged, encrypted, too large, or of the other kind. 0132: it holds several files, and none is
    chosen. 0133: there is none of that name. 0049: the file is not UTF-8, or not of its format. 0061: a row is
    longer than the first. 0018: it is no table, or one of too many columns.
    """
    from bottega.dataset.formats.source import decoded

    if compression is Compression.GZIP:
        found, content = dataset_to_unpack or "the unpacked file", _archives.gunzipped(dataset.data)
    else:
        found, content = _archives.unzipped(dataset.data, dataset_to_unpack)
    options: dict[str, Any] = {}
    if format in _SEPARATORS:
        options = {"separator": _SEPARATORS[format], "header": header}
    reader = import_module(f"bottega.dataset.formats.{'delimited' if options else format.lower()}")
    table: Table = reader.parsed(decoded(Path(found[:200]), memoryview(content)), **options)
    return table
