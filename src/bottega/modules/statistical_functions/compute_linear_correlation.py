"""Compute Linear Correlation (fact sheet 2.13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa

from bottega.modules.machine_learning._values import told
from bottega.modules.statistical_functions._values import is_number, numbers, scaled
from bottega.sdk import BottegaError, Column, ColumnType, Kind, Label, Role, Table, module, note

if TYPE_CHECKING:
    import numpy as np


def _foretell(inputs: Mapping[str, tuple[Column, ...]], _parameters: Mapping[str, Any]) -> dict[str, Any]:
    double = ColumnType(Kind.DOUBLE)
    return {"results_dataset": tuple(replace(column, type=double, role=Role.FEATURE) for column in inputs["dataset"])}


@module(
    title="Compute Linear Correlation",
    category="Statistical Functions",
    version=2,
    former=("Linear Correlation",),
    foretell=_foretell,
)
def compute_linear_correlation(
    dataset: Annotated[Table, Label("Dataset")],
) -> Annotated[Table, Label("Results dataset")]:
    """Compute Pearson's correlation of each pair of columns.

    The result is a square table: a column for each column of the dataset, by name, and a row for each in the same
    order. Of a number with itself the correlation is 1.

    Only Integer and Double columns correlate. Those of another type, Categorical ones, columns with a missing or an infinite
    value and columns whose values are all equal have missing correlations; a note names columns that
    Clean Missing Data would help.

    Error 0003: the dataset has no columns. 0020: it has only one. 0021: it has fewer than two rows.
    """
    if not dataset.num_columns:
        raise BottegaError("0003", input="Dataset")
    if dataset.num_columns < 2:
        raise BottegaError("0020", dataset="Dataset", found=dataset.num_columns, lower=2)
    if dataset.num_rows < 2:
        raise BottegaError("0021", dataset="Dataset", found=dataset.num_rows, lower=2)
    incomplete = [
        column.name
        for column, values in zip(dataset.columns, dataset.arrow.columns, strict=True)
        if is_number(column) and values.null_count
    ]
    if incomplete:
        note(f"No correlations are known of columns with missing values: {told(incomplete)}.")
    correlations = _correlations(dataset)
    return Table(pa.table([pa.array(row) for row in correlations], names=dataset.arrow.column_names))


def _correlations(table: Table) -> np.ndarray[Any, Any]:
    """The square matrix, NaN where there is no correlation."""
    import numpy as np

    places = [place for place, column in enumerate(table.columns) if is_number(column)]
    rows = np.empty((len(places), table.num_rows))
    for row, place in zip(rows, places, strict=True):
        row[:] = scaled(numbers(table.arrow.column(place)))
    usable = ~np.isnan(rows[:, 0])
    rows[~usable] = 0
    known = rows @ rows.T
    np.clip(known, -1, 1, out=known)
    np.fill_diagonal(known, 1)
    known[~usable] = np.nan
    known[:, ~usable] = np.nan
    matrix: np.ndarray[Any, Any] = np.full((table.num_columns, table.num_columns), np.nan)
    matrix[np.ix_(places, places)] = known
    return matrix
