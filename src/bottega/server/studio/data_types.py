"""The kinds of data that clients upload and download, by DataTypeId (clients.md 1, fact sheet 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bottega.sdk.ports import PortType
from bottega.server.errors import HttpError


class Content(StrEnum):
    """What a file of a kind is to this workspace."""

    TABLE = "table"  # parsed when it comes
    LINES = "lines"  # a table of one column, a row a line
    ZIP = "zip"
    OPAQUE = "opaque"  # kept, and given back
    MODEL = "model"  # made by runs alone


@dataclass(frozen=True)
class DataType:
    """A kind of data.

    format  of `dataset.formats`, for tables
    """

    id: str
    name: str
    extension: str
    content: Content
    format: str = ""


_TYPES = (
    DataType("PlainText", "Plain text", ".txt", Content.LINES),
    DataType("GenericCSV", "Generic CSV file with a header", ".csv", Content.TABLE, "csv"),
    DataType("GenericCSVNoHeader", "Generic CSV file without a header", ".nh.csv", Content.TABLE, "csv-no-header"),
    DataType("GenericTSV", "Generic TSV file with a header", ".tsv", Content.TABLE, "tsv"),
    DataType("GenericTSVNoHeader", "Generic TSV file without a header", ".nh.tsv", Content.TABLE, "tsv-no-header"),
    DataType("SvmLight", "SVMlight file", ".svmlight", Content.TABLE, "svmlight"),
    DataType("ARFF", "Attribute-relation file", ".arff", Content.TABLE, "arff"),
    DataType("Zip", "Zip file", ".zip", Content.ZIP),
    DataType("RData", "R object or workspace", ".RData", Content.OPAQUE),
    DataType("Dataset", "Table in Arrow's stream format", ".dataset", Content.TABLE, "arrow"),
    DataType("DataTableDotNet", "Table in Arrow's stream format", ".dataset", Content.TABLE, "arrow"),
    DataType("ILearnerDotNet", "Trained model", ".ilearner", Content.MODEL),
    DataType("ITransformDotNet", "Saved transform", ".itransform", Content.MODEL),
)
# PowerShell spells some otherwise when it promotes than when it compares; what is kept is the spelling here.
_BY_ID = {each.id.lower(): each for each in _TYPES}
_OF_PORTS = {
    PortType.TABLE: "GenericCSV", PortType.CSV: "GenericCSV", PortType.TSV: "GenericTSV", PortType.ARFF: "ARFF",
    PortType.SVMLIGHT: "SvmLight", PortType.ZIP: "Zip",
    PortType.TRAINED_MODEL: "ILearnerDotNet", PortType.UNTRAINED_MODEL: "ILearnerDotNet", PortType.TRANSFORM: "ITransformDotNet",
    PortType.DEVICE: "PlainText",
}  # fmt: skip


def every() -> tuple[DataType, ...]:
    """All kinds."""
    return _TYPES


def get(id: str) -> DataType:  # noqa: A002 - clients call it the DataTypeId
    """The kind of that id, in any capitals. Raises HttpError 400."""
    found = _BY_ID.get(id.strip().lower())
    if found is None:
        known = ", ".join(each.id for each in _TYPES)
        raise HttpError(400, message=f"There is no data type {id[:60]!r}; there are: {known}.")
    return found


def of_port(port_type: str) -> DataType:
    """The kind in which what a port carries is told and downloaded."""
    return _BY_ID[_OF_PORTS.get(PortType(port_type), "PlainText").lower()]
