"""Principal Component Analysis (fact sheet 2.13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

from bottega.modules.data_transformation._columns import numeric
from bottega.sdk import BottegaError, Column, Columns, ColumnType, Kind, Label, Of, Range, Table, Transform, module


class Reduced(NamedTuple):
    """Both outputs."""

    results_dataset: Annotated[Table, Label("Results dataset")]
    pca_transformation: Annotated[Transform, Label("PCA Transformation")]


_COLUMNS = "Selected columns"
_NUMERIC = Columns.of_type("Numeric", features_only=True)


def _foretell(inputs: Mapping[str, tuple[Column, ...]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    from bottega.modules.data_transformation._principal_axes import told

    columns = inputs["dataset"]
    chosen = {column.name for column in numeric(parameters["columns"], columns, _COLUMNS)}
    kept = [column for column in columns if column.name not in chosen]
    return {"results_dataset": told(kept, parameters["dimensions"], ColumnType(Kind.DOUBLE))}


@module(title="Principal Component Analysis", category="Data Transformation/Scale and Reduce", foretell=_foretell)
def principal_component_analysis(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    columns: Annotated[Columns, Label(_COLUMNS), Of("dataset")] = _NUMERIC,
    dimensions: Annotated[int, Label("Number of dimensions to reduce to"), Range(minimum=1, maximum=10_000)],
    zero_mean: Annotated[bool, Label("Normalize dense dataset to zero mean")] = True,
) -> Reduced:
    """Replace numeric columns by fewer, along which the rows vary most.

    The columns go, and Col1, Col2 and so on come at the end of the table: the rows' places along the principal axes, the one
    of most variance first. With zero mean each column's mean is taken off first, which is what makes it a principal
    component analysis; without it the axes go through zero. Columns are not rescaled: use Normalize Data where
    their units differ. Each axis points to where its largest part is positive.

    The axes are singular vectors, by NumPy; of more than 1,000 rows and columns a few are found by scikit-learn's
    randomised decomposition, with the seed 0. A row with a missing value is not learned from and has no places, with
    a note. The transformation does the same to another table with these columns.

    Error 0003: the dataset is empty. 0011: no column is selected. 0017: one is not numeric. 0007: more dimensions than
    columns. 0021: fewer rows with all values than dimensions. 0033: a value is infinite.
    """
    from bottega.modules.data_transformation._principal_axes import PrincipalAxes

    if not dataset.num_columns or not dataset.num_rows:
        raise BottegaError("0003", input="Dataset")
    names = [column.name for column in numeric(columns, dataset.columns, _COLUMNS)]
    axes = PrincipalAxes.learn(dataset, names, dimensions, centred=zero_mean)
    return Reduced(axes.apply(dataset), axes)
