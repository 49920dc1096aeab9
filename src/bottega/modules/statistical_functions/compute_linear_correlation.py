"""Compute Linear Correlation (fact sheet 2.13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa

from bottega.modules.statistical_functions._values import is_number, numbers
from bottega.sdk import BottegaError, Column, ColumnType, Kind, Label, Role, Table, module, note

if TYPE_CHECKING:
    import numpy as np


def _foretell(inputs: Mapping[str, tuple[Column, ...]], _parameters: Mapping[str, Any]) -> dict[str, Any]:
    double = ColumnType(Kind.DOUBLE)
    return {"results_dataset": tuple(replace(column, type=double, role=Role.FEATURE) for column in inputs["dataset"])}


@module(
    title="Compute Linear Correlation",
    category="Statistical Functions",
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
        more = f" and {len(incomplete) - 10} more" if len(incomplete) > 10 else ""
        note(f"No correlations are known of columns with missing values: {', '.join(incomplete[:10])}{more}.")
    correlations = _correlations(dataset)
    return Table(pa.table([pa.array(row) for row in correlations], names=dataset.arrow.column_names))


def _correlations(table: Table) -> np.ndarray[Any, Any]:
    """The square matrix, NaN where there is no correlation."""
    import numpy as np

    scaled = np.full((table.num_columns, table.num_rows), np.nan)
    for place, (column, values) in enumerate(zip(table.columns, table.arrow.columns, strict=True)):
        if is_number(column):
            scaled[place] = _scaled(numbers(values))
    usable = ~np.isnan(scaled[:, 0])
    scaled[~usable] = 0
    matrix: np.ndarray[Any, Any] = scaled @ scaled.T
    np.clip(matrix, -1, 1, out=matrix)
    np.fill_diagonal(matrix, 1)
    matrix[~usable] = np.nan
    matrix[:, ~usable] = np.nan
    return matrix


def _scaled(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | float:
    """Values with mean 0 and length 1; NaN where that cannot be."""
    import numpy as np

    low, high = values.min(), values.max()  # NaN where one is
    if not (np.isfinite(low) and np.isfinite(high)) or low == high:
        return np.nan
    # Exactly, by a power of two, and so that no sum leaves the range of a Double.
    values = np.ldexp(values, -np.frexp(max(abs(low), abs(high)))[1])
    values -= values.mean()
    values /= np.abs(values).max()
    scaled: np.ndarray[Any, Any] = values / np.sqrt((values * values).sum())
    return scaled
