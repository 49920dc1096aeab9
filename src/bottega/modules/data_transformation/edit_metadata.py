"""Edit Metadata (fact sheet 2.6)."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any

import pyarrow as pa

from bottega.sdk import BottegaError, Column, Columns, ColumnType, Kind, Label, Of, Role, Table, module


class DataType(StrEnum):
    """The type that the columns get; a type's name in the column selector means it too."""

    UNCHANGED = "Unchanged"
    STRING = "String"
    INTEGER = "Integer"
    DOUBLE = "Floating point"
    BOOLEAN = "Boolean"
    DATETIME = "DateTime"
    TIMESPAN = "TimeSpan"


class Categorical(StrEnum):
    """Whether the columns' values are categories."""

    UNCHANGED = "Unchanged"
    MAKE = "Make categorical"
    UNMAKE = "Make non-categorical"


class Fields(StrEnum):
    """The role that the columns get or lose."""

    UNCHANGED = "Unchanged"
    FEATURES = "Features"
    LABELS = "Labels"
    WEIGHTS = "Weights"
    CLEAR_FEATURE = "Clear feature"
    CLEAR_LABEL = "Clear label"
    CLEAR_SCORE = "Clear score"
    CLEAR_WEIGHT = "Clear weight"


_KINDS = {
    DataType.STRING: Kind.STRING, DataType.INTEGER: Kind.INTEGER, DataType.DOUBLE: Kind.DOUBLE,
    DataType.BOOLEAN: Kind.BOOLEAN, DataType.DATETIME: Kind.DATETIME, DataType.TIMESPAN: Kind.TIMESPAN,
}  # fmt: skip
_GIVEN = {Fields.FEATURES: Role.FEATURE, Fields.LABELS: Role.LABEL, Fields.WEIGHTS: Role.WEIGHT}
_CLEARED = {Fields.CLEAR_LABEL: Role.LABEL, Fields.CLEAR_SCORE: Role.SCORE, Fields.CLEAR_WEIGHT: Role.WEIGHT}
_COLUMN = "Column"
_NEW_NAMES = "New column names"


def _foretell(inputs: Mapping[str, tuple[Column, ...]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    names = ("columns", "data_type", "categorical", "fields", "new_names")
    return {"results_dataset": _declared(inputs["dataset"], *(parameters[name] for name in names))}


@module(
    title="Edit Metadata",
    category="Data Transformation/Manipulation",
    former=("Metadata Editor",),
    foretell=_foretell,
)
def edit_metadata(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    columns: Annotated[Columns, Label(_COLUMN, ("column list",)), Of("dataset")],
    data_type: Annotated[DataType, Label("Data type")] = DataType.UNCHANGED,
    categorical: Annotated[Categorical, Label("Categorical")] = Categorical.UNCHANGED,
    fields: Annotated[Fields, Label("Fields")] = Fields.UNCHANGED,
    new_names: Annotated[str, Label(_NEW_NAMES)] = "",
) -> Annotated[Table, Label("Results dataset")]:
    """Rename columns, and set their type, whether they are categories, and their role.

    All that is chosen holds for every selected column. New names are a list with commas, one for
    each column in the table's order; a name that has a comma itself stands in double quotes.

    A value that the new type cannot hold is Error 0139 with column, row and value: text that is no
    number, a fraction in a column that shall be Integer. Two types without anything in common are
    Error 0042. Dates are read in ISO 8601 and in common forms, those with slashes month first;
    a number as a date is a count of .NET's ticks, 100 ns since year 1. Categories stay categories
    when their type changes.

    Error 0027: there are more or fewer names than columns. 0028: a column is selected twice, or a
    name is. 0122, 0124: a second weight column, or one that is not numeric. 0037: a second label.
    """
    from bottega.modules.data_transformation._conversion import converted

    declared = _declared(dataset.columns, columns, data_type, categorical, fields, new_names)
    arrays = []
    for before, after, array in zip(dataset.columns, declared, dataset.arrow.columns, strict=True):
        typed = converted(array, after.type.kind, before.name)
        arrays.append(_flagged(typed, categorical=after.type.categorical))
    names = [column.name for column in declared]
    roles = {column.name: column.role for column in declared}
    return Table(pa.Table.from_arrays(arrays, names=names), roles=roles).with_folds(dataset.folds)


def _declared(
    columns: Sequence[Column], selection: Columns, data_type: str, categorical: str, fields: str, new_names: str
) -> tuple[Column, ...]:
    """The columns as they shall be. Raises what the module raises, but for values that do not fit."""
    places = selection.places(columns, _COLUMN)
    if not places:
        raise BottegaError("0011", parameter=_COLUMN)
    for place in places:
        if places.count(place) > 1:
            raise BottegaError("0028", column=columns[place].name, parameter=_COLUMN)
    result = list(columns)
    for place in places:
        result[place] = _edited(columns[place], data_type, categorical, fields)
    for place, name in zip(places, _names(new_names, len(places)), strict=False):
        result[place] = replace(result[place], name=name)
    _check_names(result)
    if fields in (Fields.LABELS, Fields.WEIGHTS):
        _check_roles(result)
    return tuple(result)


def _edited(column: Column, data_type: str, categorical: str, fields: str) -> Column:
    kind = _KINDS.get(DataType(data_type), column.type.kind)
    flag = column.type.categorical if categorical == Categorical.UNCHANGED else categorical == Categorical.MAKE
    return Column(column.name, ColumnType(kind, flag), _role(column, Fields(fields)))


def _role(column: Column, fields: Fields) -> Role:
    if fields is Fields.CLEAR_FEATURE:
        return Role.NONE if column.role is Role.FEATURE else column.role
    if _CLEARED.get(fields) is column.role:
        return Role.FEATURE
    return _GIVEN.get(fields, column.role)


def _names(text: str, count: int) -> list[str]:
    """The new names, or none. Raises `0002` for a blank one and `0027` for another number of them."""
    if not text.strip():
        return []
    try:
        cells = next(csv.reader([" ".join(text.splitlines())], skipinitialspace=True))
    except csv.Error as error:
        wanted = f"a list of names ({error})"
        raise BottegaError("0002", value=repr(text[:200])[:200], parameter=_NEW_NAMES, type=wanted) from error
    names = [name.strip() for name in cells]
    if not all(names):
        raise BottegaError("0002", value=repr(text)[:200], parameter=_NEW_NAMES, type="names that are not blank")
    if len(names) != count:
        raise BottegaError("0027", found=len(names), expected=count)
    return names


def _check_names(columns: Sequence[Column]) -> None:
    seen = set()
    for column in columns:
        if column.name in seen:
            raise BottegaError("0028", column=column.name, parameter=_NEW_NAMES)
        seen.add(column.name)


def _check_roles(columns: Sequence[Column]) -> None:
    labels = [column.name for column in columns if column.role is Role.LABEL]
    if len(labels) > 1:
        raise BottegaError("0037", dataset="Dataset", columns=", ".join(labels))
    weights = [column for column in columns if column.role is Role.WEIGHT]
    if len(weights) > 1:
        raise BottegaError("0122", columns=", ".join(column.name for column in weights))
    for column in weights:
        if column.type.categorical or column.type.kind not in (Kind.INTEGER, Kind.DOUBLE):
            raise BottegaError("0124", column=column.name, type=str(column.type))


def _flagged(array: Any, *, categorical: bool) -> Any:
    """The column with or without categories, which are in the order of their first appearance."""
    if pa.types.is_dictionary(array.type) is categorical:
        return array
    if not categorical:
        return array.cast(array.type.value_type)
    return array.dictionary_encode()
