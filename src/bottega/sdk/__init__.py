"""What the author of a module imports: the declaration, port and parameter types, errors.

A module is a typed function. Positional parameters are its input ports, keyword-only ones
its parameters, the return type its output ports (a NamedTuple where there are several):

    @module(title="Clip Values", category="Data Transformation/Scale and Reduce")
    def clip_values(
        dataset: Annotated[Table, Label("Dataset")],
        *,
        columns: Annotated[Columns, Label("List of columns"), Of("dataset")] = Columns.of_type("Numeric"),
        upper: Annotated[float, Label("Upper threshold"), Range(minimum=0)] = 1.0,
    ) -> Annotated[Table, Label("Results dataset")]:
        \"\"\"Cuts off peaks.  The docstring's first paragraph is the summary on the palette.\"\"\"

Heavy libraries are imported inside functions: the catalogue has to load in a blink.
"""

from bottega.dataset.selection import Columns
from bottega.dataset.table import Column, Table
from bottega.dataset.types import ColumnType, Kind, Role
from bottega.errors import BottegaError
from bottega.sdk.declaration import Isolation, ModuleSpec, module, spec_of
from bottega.sdk.hints import Code, Help, Label, Of, Range, Secret, Single, When
from bottega.sdk.notes import note
from bottega.sdk.reach import Reach
from bottega.sdk.values import (
    ArffFile,
    CsvFile,
    Dataset,
    Device,
    Setting,
    SvmLightFile,
    TrainedModel,
    Transform,
    TsvFile,
    UntrainedModel,
    Zip,
)

__all__ = [
    "ArffFile",
    "BottegaError",
    "Code",
    "Column",
    "ColumnType",
    "Columns",
    "CsvFile",
    "Dataset",
    "Device",
    "Help",
    "Isolation",
    "Kind",
    "Label",
    "ModuleSpec",
    "Of",
    "Range",
    "Reach",
    "Role",
    "Secret",
    "Setting",
    "Single",
    "SvmLightFile",
    "Table",
    "TrainedModel",
    "Transform",
    "TsvFile",
    "UntrainedModel",
    "When",
    "Zip",
    "module",
    "note",
    "spec_of",
]
