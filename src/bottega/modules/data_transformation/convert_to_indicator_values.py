"""Convert to Indicator Values (fact sheet 2.13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute

from bottega.dataset.exchange import MOST_COLUMNS
from bottega.dataset.formats.rendering import rendered
from bottega.modules.data_transformation._columns import Added, changed, chosen, role_beside
from bottega.sdk import BottegaError, Column, Columns, Label, Of, Table, module

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments
_COLUMNS = "Categorical columns to convert"


def _foretell(inputs: Mapping[str, tuple[Column, ...]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    _categorical(parameters["columns"], inputs["dataset"])
    return {"results_dataset": None}  # the categories are known with the data only


@module(title="Convert to Indicator Values", category="Data Transformation/Manipulation", foretell=_foretell)
def convert_to_indicator_values(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    columns: Annotated[Columns, Label(_COLUMNS), Of("dataset")],
    overwrite: Annotated[bool, Label("Overwrite categorical columns")] = False,
) -> Annotated[Table, Label("Results dataset")]:
    """Make a column of 0 and 1 for each category of Categorical columns.

    The new columns are Integer, stand after all others and are named for column and category, such as `color-red`. Each
    category that the column knows has one, in the column's order, also one that no row has: tables with the same
    categories get the same columns. A row without a value has 0 in all of them. They are features where the column is one.
    The Categorical columns stay, or go where they are overwritten.

    Error 0011: no column is selected. 0056: one is not Categorical; Edit Metadata makes it so. 0129: there are
    more categories than a table may have columns.
    """
    selected = _categorical(columns, dataset.columns)
    found: list[tuple[Column, Any]] = [(each, dataset.column(each.name).combine_chunks()) for each in selected]
    dropped = [column.name for column in selected] if overwrite else []
    total = dataset.num_columns - len(dropped) + sum(len(array.dictionary) for _, array in found)
    if total > MOST_COLUMNS:
        raise BottegaError("0129", dataset="Results dataset", found=total, upper=MOST_COLUMNS)
    more = [new for column, array in found for new in _indicators(column, array)]
    return changed(dataset, {}, more, dropped=dropped)


def _categorical(columns: Columns, schema: tuple[Column, ...]) -> list[Column]:
    """The columns selected. Raises `0011`, and `0056` for one that is not Categorical."""
    selected = chosen(columns, schema, _COLUMNS)
    for column in selected:
        if not column.type.categorical:
            raise BottegaError("0056", column=column.name, type=str(column.type))
    return selected


def _indicators(column: Column, array: Any) -> Iterator[Added]:
    """A column for each category."""
    codes = array.indices.fill_null(-1)
    for code, category in enumerate(rendered(array.dictionary).to_pylist()):
        yield Added(f"{column.name}-{category}", role_beside(column), pc.equal(codes, code).cast(pa.int64()))
