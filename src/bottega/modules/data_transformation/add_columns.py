"""Add Columns (fact sheet 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import pyarrow as pa

from bottega.dataset.names import unique_names
from bottega.dataset.table import role_metadata, role_of
from bottega.modules.data_transformation._roles import once
from bottega.sdk import BottegaError, Column, Label, Table, module


def _foretell(inputs: Mapping[str, tuple[Column, ...]], _parameters: Mapping[str, Any]) -> dict[str, Any]:
    columns = [*inputs["left_dataset"], *inputs["right_dataset"]]
    names = unique_names(column.name for column in columns)
    roles = once(column.role for column in columns)
    told = zip(columns, names, roles, strict=True)
    return {"combined_dataset": tuple(replace(column, name=name, role=role) for column, name, role in told)}


@module(title="Add Columns", category="Data Transformation/Manipulation", foretell=_foretell)
def add_columns(
    left_dataset: Annotated[Table, Label("Left dataset")], right_dataset: Annotated[Table, Label("Right dataset")]
) -> Annotated[Table, Label("Combined dataset")]:
    """Put two tables side by side, row by row.

    The table with fewer rows is filled up with missing values. A right column whose name the left table has gets a
    number after it, such as `Month (1)`. Where both have a label the right one becomes a feature, likewise of
    weights. To put rows together by a key, use Join Data.

    Error 0003: a table has no columns.
    """
    for dataset, title in ((left_dataset, "Left dataset"), (right_dataset, "Right dataset")):
        if not dataset.num_columns:
            raise BottegaError("0003", input=title)
    rows = max(left_dataset.num_rows, right_dataset.num_rows)
    sides = left_dataset.arrow, right_dataset.arrow
    columns = [_filled_up(column, rows) for arrow in sides for column in arrow.columns]
    fields: list[Any] = [field for arrow in sides for field in arrow.schema]
    roles = once(map(role_of, fields))
    schema = pa.schema([field.with_metadata(role_metadata(role)) for field, role in zip(fields, roles, strict=True)])
    combined = Table(pa.Table.from_arrays(columns, schema=schema))
    return combined.with_folds(left_dataset.folds if rows == left_dataset.num_rows else None)


def _filled_up(column: Any, rows: int) -> Any:
    if len(column) == rows:
        return column
    return pa.chunked_array([*column.chunks, pa.nulls(rows - len(column), column.type)], column.type)
