"""Convert to SVMLight (fact sheet 2.10)."""

from __future__ import annotations

from typing import Annotated, Any

import pyarrow as pa

from bottega.modules.data_format_conversions._files import as_bytes
from bottega.sdk import BottegaError, Kind, Label, Role, SvmLightFile, Table, module, note


@module(title="Convert to SVMLight", category="Data Format Conversions")
def convert_to_svmlight(
    dataset: Annotated[Table, Label("Dataset")],
) -> Annotated[SvmLightFile, Label("Results dataset")]:
    """Write a table as SVMlight text: a line a row, the label first, then its features that are not zero.

    The label is the column of that role; where there is none, the first column. All other columns that are
    features follow in their order, counted from 1, and are known by their numbers alone. Labels that are all 0 and 1
    become -1 and 1, the classes that SVMlight knows. Columns that are weights, scores or of no role are left out.
    The last feature of the first row is written even where it is zero, so that a reader learns how many there are.

    All columns must be numbers, or categories that are numbers: Error 0017 names the first that is not. 0020: there
    is no column. 0080: a label column without any value; 0039: a label is missing in some row.
    """
    columns = _columns(dataset)
    arrays = [dataset.column(name) for name in columns]
    arrays[0] = _label(arrays[0], columns[0])
    # The writer takes the label from its role.
    chosen = Table(pa.Table.from_arrays(arrays, names=columns), roles={columns[0]: Role.LABEL})
    return SvmLightFile(as_bytes(chosen, "svmlight"))


def _columns(dataset: Table) -> list[str]:
    """The label and then the features; Error 0017 for one that holds no numbers."""
    if not dataset.columns:
        raise BottegaError("0020", dataset="Dataset", found=0, lower=1)
    labels = [column for column in dataset.columns if column.role is Role.LABEL]
    if not labels:
        note(f"No column is marked as the label: the first, {dataset.columns[0].name}, is taken for it")
    label = labels[0] if labels else dataset.columns[0]
    chosen = [label, *(column for column in dataset.columns if column.role is Role.FEATURE and column is not label)]
    for column in chosen:
        if column.type.kind not in (Kind.INTEGER, Kind.DOUBLE, Kind.BOOLEAN):
            raise BottegaError("0017", column=column.name, type=str(column.type))
    return [column.name for column in chosen]


def _label(column: Any, name: str) -> Any:
    """The label as numbers, 0 and 1 as -1 and 1."""
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if len(column) and column.null_count == len(column):
        raise BottegaError("0080", column=name)
    if column.null_count:
        raise BottegaError(
            "0039", reason=f"column {name} is the label, and {column.null_count} of its values are missing"
        )
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int64())
    if set(pc.unique(column).to_pylist()) <= {0, 1}:
        return pc.subtract(pc.multiply(column, 2), 1)
    return column
