"""Select Columns in Dataset (fact sheet 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from bottega.sdk import Column, Columns, Label, Of, Table, module


def _foretell(inputs: Mapping[str, tuple[Column, ...]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    columns = inputs["dataset"]
    places = parameters["columns"].places(columns)
    return {"results_dataset": None if parameters["columns"].keep else tuple(columns[place] for place in places)}


@module(
    title="Select Columns in Dataset",
    category="Data Transformation/Manipulation",
    former=("Project Columns",),
    foretell=_foretell,
)
def select_columns_in_dataset(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    columns: Annotated[Columns, Label("Select columns", ("column list",)), Of("dataset")],
) -> Annotated[Table, Label("Results dataset")]:
    """Keep some of a table's columns: by name, place, type or role.

    Columns come in the table's own order, each once; a selection that keeps duplicates and
    order gives them as its rules name them, the second of equal names with a number after it.
    Types and roles stay. A selection that matches nothing is Error 0011; a name that is not
    there is Error 0001; a place outside of the table is Error 0060.
    """
    places = columns.places(dataset.columns, "Select columns")
    if not places:
        columns.select(dataset.columns, "Select columns")  # raises
    return Table(dataset.arrow.select(places)).with_folds(dataset.folds)
