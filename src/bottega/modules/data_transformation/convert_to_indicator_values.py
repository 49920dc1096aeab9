"""Convert to Indicator Values (fact sheet 2.13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

from bottega.modules.data_transformation._columns import chosen
from bottega.sdk import BottegaError, Column, Columns, Label, Of, Table, Transform, module

_COLUMNS = "Categorical columns to convert"


class Converted(NamedTuple):
    """Both outputs."""

    results_dataset: Annotated[Table, Label("Results dataset")]
    transformation: Annotated[Transform, Label("Indicator transformation")]


def _foretell(inputs: Mapping[str, tuple[Column, ...]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    _categorical(parameters["columns"], inputs["dataset"])
    return {"results_dataset": None}  # the categories are known with the data only


@module(title="Convert to Indicator Values", category="Data Transformation/Manipulation", version=2, foretell=_foretell)
def convert_to_indicator_values(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    columns: Annotated[Columns, Label(_COLUMNS), Of("dataset")],
    overwrite: Annotated[bool, Label("Overwrite categorical columns")] = False,
) -> Converted:
    """Make a column of 0 and 1 for each category of Categorical columns.

    The new columns are Integer, stand after all others and are named for column and category, such as `color-red`. Each
    category that the column knows has one, in the column's order, also one that no row has: tables with the same
    categories get the same columns. A row without a value has 0 in all of them. They are features where the column is one.
    The Categorical columns stay, or go where they are overwritten.

    The transformation, which classic had not, makes the same columns of another table, whatever categories that has: a
    category that was not there before has 0 in all of them. It wants the same columns (Error 0001). Setting up a predictive web
    service saves it, so that a call of one row has all columns that the model was trained with.

    Error 0011: no column is selected. 0056: one is not Categorical; Edit Metadata makes it so. 0129: there are
    more categories than a table may have columns.
    """
    from bottega.dataset.formats.rendering import labelled
    from bottega.modules.data_transformation._indicators import Indicators

    arrays: dict[str, Any] = {
        column.name: dataset.column(column.name).combine_chunks() for column in _categorical(columns, dataset.columns)
    }
    known = {name: tuple(labelled(array.dictionary).to_pylist()) for name, array in arrays.items()}
    function = Indicators(known, overwrite)
    return Converted(function.apply(dataset), function)


def _categorical(columns: Columns, schema: tuple[Column, ...]) -> list[Column]:
    """The columns selected. Raises `0011`, and `0056` for one that is not Categorical."""
    selected = chosen(columns, schema, _COLUMNS)
    for column in selected:
        if not column.type.categorical:
            raise BottegaError("0056", column=column.name, type=str(column.type))
    return selected
