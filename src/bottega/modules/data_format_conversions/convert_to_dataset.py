"""Convert to Dataset (fact sheet 2.10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any

import pyarrow as pa

from bottega.sdk import BottegaError, Column, Kind, Label, Table, When, module, note


class Action(StrEnum):
    """What is done to the values."""

    NONE = "None"
    SET_MISSING_VALUES = "SetMissingValue"
    REPLACE_VALUES = "ReplaceValues"
    SPARSE_OUTPUT = "SparseOutput"


class Which(StrEnum):
    """Which values: those that are missing, or one that is told."""

    MISSING = "Missing"
    CUSTOM = "Custom"


_NUMBERS = (pa.int64(), pa.float64())


def _foretell(inputs: Mapping[str, tuple[Column, ...]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The same columns; only texts that are marked as missing may leave a column of numbers."""
    columns = inputs["dataset"]
    is_open = parameters["action"] is Action.SET_MISSING_VALUES and any(
        column.type.kind is Kind.STRING and not column.type.categorical for column in columns
    )
    return {"results_dataset": None if is_open else columns}


@module(title="Convert to Dataset", category="Data Format Conversions", foretell=_foretell)
def convert_to_dataset(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    action: Annotated[Action, Label("Action")] = Action.NONE,
    custom_missing_value: Annotated[
        str, Label("Custom missing value"), When("action", Action.SET_MISSING_VALUES)
    ] = "?",
    replace: Annotated[Which, Label("Replace"), When("action", Action.REPLACE_VALUES)] = Which.MISSING,
    custom_value: Annotated[
        str, Label("Custom value"), When("action", Action.REPLACE_VALUES), When("replace", Which.CUSTOM)
    ] = "",
    new_value: Annotated[str, Label("New value"), When("action", Action.REPLACE_VALUES)] = "0",
    remove: Annotated[Which, Label("Remove"), When("action", Action.SPARSE_OUTPUT)] = Which.MISSING,
    remove_value: Annotated[
        str, Label("Remove value"), When("action", Action.SPARSE_OUTPUT), When("remove", Which.CUSTOM)
    ] = "",
) -> Annotated[Table, Label("Results dataset")]:
    """Bring a table, or a file of one, into the form that modules work on, and tidy its values up on the way.

    Every input that takes a table does this by itself, so the module is needed for its actions:

    - **SetMissingValue**: a value that only stands for a missing one, such as `?`, becomes one. A column of text
      that holds nothing but numbers then becomes a column of numbers, as if it had been read so.
    - **ReplaceValues**: missing values, or one value, become another one; nothing as the new value stands for
      missing. A column whose type the new value does not fit stays as it is, and a note names it.
    - **SparseOutput**: in columns of numbers what is removed counts as zero, as it does in a sparse column. Tables here
      keep their zeros, so removing zeros changes nothing.

    Values are compared whole: `obs` is neither `obs.` nor `obsolete`, and `3` is not found in 35. In a column of
    numbers `3` is 3.0, too. Categories and roles stay.

    Error 0003: the value to look for is not given. 0002: the value to remove is no number.
    """
    match action:
        case Action.SET_MISSING_VALUES:
            return _changed(
                dataset, lambda column: _marked(column, _given(custom_missing_value, "Custom missing value"))
            )
        case Action.REPLACE_VALUES:
            old = None if replace is Which.MISSING else _given(custom_value, "Custom value")
            return _replace(dataset, old, new_value or None)
        case Action.SPARSE_OUTPUT:
            value = None if remove is Which.MISSING else _number(_given(remove_value, "Remove value"))
            return _changed(dataset, lambda column: _zeroed(column, value))
        case _:
            return dataset


def _changed(dataset: Table, change: Callable[[Any], Any]) -> Table:
    """The table with its columns changed, those that are not left where they are."""
    before = dataset.arrow.columns
    columns = [change(column) for column in before]
    if all(column is had for column, had in zip(columns, before, strict=True)):
        return dataset
    fields = [field.with_type(column.type) for field, column in zip(dataset.arrow.schema, columns, strict=True)]
    return Table(pa.Table.from_arrays(columns, schema=pa.schema(fields))).with_folds(dataset.folds)


def _marked(column: Any, value: str) -> Any:
    from bottega.dataset.formats.guess import guess
    from bottega.modules.data_format_conversions._replacing import replaced

    after = replaced(column, value, None)
    is_text = after is not column and pa.types.is_large_string(after.type) and after.null_count < len(after)
    return guess(after) if is_text else after


def _replace(dataset: Table, old: str | None, new: str | None) -> Table:
    from bottega.modules.data_format_conversions._replacing import UnfitError, replaced

    kept = []
    names = iter(dataset.arrow.column_names)

    def change(column: Any) -> Any:
        name = next(names)
        try:
            return replaced(column, old, new)
        except UnfitError:
            kept.append(name)
            return column

    result = _changed(dataset, change)
    if kept:
        more = f" and {len(kept) - 10} more" if len(kept) > 10 else ""
        note(f"{new} is no value of these columns, which stay as they are: {', '.join(kept[:10])}{more}")
    return result


def _zeroed(column: Any, value: float | None) -> Any:
    """A column of numbers with zero where it is missing, or has this value."""
    import pyarrow.compute as pc

    if column.type not in _NUMBERS:
        return column
    if value is None:
        return column.fill_null(0) if column.null_count else column
    found = pc.call_function("equal", [column, value]).fill_null(False)  # noqa: FBT003 - pyarrow's own signature
    zero = pa.scalar(0, column.type)
    return pc.if_else(found, zero, column) if pc.any(found).as_py() else column


def _given(text: str, parameter: str) -> str:
    if not text:
        raise BottegaError("0003", parameter=parameter)
    return text


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise BottegaError("0002", value=repr(text[:200]), parameter="Remove value", type="a number") from error
