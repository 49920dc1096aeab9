"""Clean Missing Data (fact sheet 2.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from bottega.dataset.names import unique_names
from bottega.sdk import (
    BottegaError,
    Column,
    Columns,
    ColumnType,
    Kind,
    Label,
    Of,
    Range,
    Role,
    Table,
    Transform,
    When,
    module,
    note,
)

if TYPE_CHECKING:
    from bottega.modules.data_transformation._cleaning import Cleaning


class Mode(StrEnum):
    """What becomes of missing values."""

    CUSTOM = "Custom substitution value"
    MICE = "Replace using MICE"
    MEAN = "Replace with mean"
    MEDIAN = "Replace with median"
    MODE = "Replace with mode"
    ROW = "Remove entire row"
    COLUMN = "Remove entire column"
    PPCA = "Replace using Probabilistic PCA"


class AllMissing(StrEnum):
    """What becomes of columns without a value to learn from."""

    REMOVE = "Remove"
    PROPAGATE = "Propagate"


class Cleaned(NamedTuple):
    """Both outputs."""

    cleaned_dataset: Annotated[Table, Label("Cleaned dataset")]
    cleaning_transformation: Annotated[Transform, Label("Cleaning transformation")]


_LEARNING = (Mode.MICE, Mode.MEAN, Mode.MEDIAN, Mode.MODE, Mode.PPCA)
_FLAG = ColumnType(Kind.BOOLEAN)
_EVERY = Columns.every()
_COLUMNS = "Columns to be cleaned"
_REPLACEMENT = "Replacement value"
_LEAST, _MOST = "Minimum missing value ratio", "Maximum missing value ratio"


def _foretell(inputs: Mapping[str, tuple[Column, ...]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    columns, mode = inputs["dataset"], parameters["mode"]
    places = dict.fromkeys(parameters["columns"].places(columns, _COLUMNS))
    if mode is Mode.COLUMN or (mode in _LEARNING and parameters["all_missing"] is AllMissing.REMOVE):
        return {"cleaned_dataset": None}
    if parameters["indicator"] and mode is not Mode.ROW:
        flags = tuple(Column(f"{columns[place].name}_IsMissing", _FLAG, Role.FEATURE) for place in places)
        names = unique_names(column.name for column in (*columns, *flags))
        columns = tuple(replace(column, name=name) for column, name in zip((*columns, *flags), names, strict=True))
    return {"cleaned_dataset": columns}


@module(
    title="Clean Missing Data",
    category="Data Transformation/Manipulation",
    former=("Missing Values Scrubber",),
    foretell=_foretell,
)
def clean_missing_data(
    dataset: Annotated[Table, Label("Dataset", ("dataset to be cleaned",))],
    *,
    columns: Annotated[Columns, Label(_COLUMNS), Of("dataset")] = _EVERY,
    minimum_missing_ratio: Annotated[float, Label(_LEAST), Range(0, 1)] = 0.0,
    maximum_missing_ratio: Annotated[float, Label(_MOST), Range(0, 1)] = 1.0,
    mode: Annotated[Mode, Label("Cleaning mode")] = Mode.CUSTOM,
    replacement: Annotated[str, Label(_REPLACEMENT), When("mode", Mode.CUSTOM)] = "0",
    all_missing: Annotated[
        AllMissing, Label("Cols with all missing values"), When("mode", *_LEARNING)
    ] = AllMissing.REMOVE,
    indicator: Annotated[
        bool, Label("Generate missing value indicator column"), When("mode", Mode.CUSTOM, *_LEARNING)
    ] = False,
    iterations: Annotated[int, Label("Number of iterations"), Range(1, 10), When("mode", Mode.MICE)] = 5,
    pca_iterations: Annotated[
        int, Label("Number of iterations for PCA prediction"), Range(1, 50), When("mode", Mode.PPCA)
    ] = 10,
) -> Cleaned:
    """Replace missing values, or remove the rows or columns that have them.

    Each selected column is judged alone: it is cleaned where the share of its values that is missing
    lies between both ratios, and left as it is elsewhere. (Classic's page says so in its example, and
    in another place that one column outside of the ratios kept all from being cleaned.)

    Columns keep their types. A mean or median of integers or times is rounded to the nearest; of
    several modes the least is taken. MICE and probabilistic PCA work on numeric, Boolean and Categorical
    columns, the last by an indicator for each category. The replacement value is read in the type of
    each column that has a gap; for a DateTime also as a count of .NET's ticks, in UTC where the column has a zone. A
    complete column that it does not fit stays out of the cleaning. The indicator columns, one for each
    selected column and named for it with `_IsMissing`, tell which rows had their value replaced.

    The transformation cleans another table by what was learned here. It wants the same columns of the
    same types (Error 0001, 0016), removes the columns removed here, and adds no indicators.

    Error 0003: the dataset is empty. 0002: the replacement does not fit a column. 0017: a column has
    a type that the mode cannot work with. 0033: a value is infinite for MICE or PCA, or what they put in would be. 0139: a
    time is too far away for the column of another table, which is in nanoseconds.
    """
    if not dataset.num_columns or not dataset.num_rows:
        raise BottegaError("0003", input="Dataset")
    if minimum_missing_ratio > maximum_missing_ratio:
        raise BottegaError("0007", parameter=_LEAST, value=minimum_missing_ratio, upper=maximum_missing_ratio)
    selected = [dataset.columns[place] for place in dict.fromkeys(columns.places(dataset.columns, _COLUMNS))]
    if not selected:
        raise BottegaError("0011", parameter=_COLUMNS)
    judged = [
        column
        for column in selected
        if minimum_missing_ratio <= dataset.column(column.name).null_count / dataset.num_rows <= maximum_missing_ratio
    ]
    cleaning = _learned(dataset, judged, mode, replacement, all_missing, iterations, pca_iterations)
    cleaned = cleaning.apply(dataset)
    if indicator and mode not in (Mode.ROW, Mode.COLUMN):
        cleaned = _with_indicators(dataset, cleaned, selected)
    return Cleaned(cleaned, cleaning)


def _learned(
    table: Table,
    columns: Sequence[Column],
    mode: Mode,
    replacement: str,
    all_missing: AllMissing,
    iterations: int,
    pca_iterations: int,
) -> Cleaning:
    """What cleans the columns in this mode."""
    from bottega.modules.data_transformation._cleaning import ColumnRemoval, RowRemoval, Substitution

    if mode is Mode.ROW:
        return RowRemoval(tuple(columns), ())
    if mode is Mode.COLUMN:
        return ColumnRemoval((), tuple(column.name for column in columns if table.column(column.name).null_count))
    if mode is Mode.CUSTOM:
        values = _replacements(table, columns, replacement)
        return Substitution(tuple(column for column in columns if column.name in values), (), values)
    blank = [column.name for column in columns if table.column(column.name).null_count == table.num_rows]
    full = tuple(column for column in columns if column.name not in blank)
    removed = tuple(blank) if all_missing is AllMissing.REMOVE else ()
    if mode in (Mode.MICE, Mode.PPCA):
        return _imputation(table, full, removed, mode, iterations if mode is Mode.MICE else pca_iterations)
    return Substitution(full, removed, _averages(table, full, mode))


def _averages(table: Table, columns: Sequence[Column], mode: Mode) -> dict[str, Any]:
    """The mean, median or mode by column. Raises `0017` for a column that has none."""
    from bottega.modules.data_transformation import _averages as averages

    kinds: dict[Mode, Sequence[Kind]] = {Mode.MEAN: averages.MEAN_KINDS, Mode.MEDIAN: averages.MEDIAN_KINDS}
    for column in columns:
        if mode in kinds and (column.type.categorical or column.type.kind not in kinds[mode]):
            raise BottegaError("0017", column=column.name, type=str(column.type))
    average = {Mode.MEAN: averages.mean, Mode.MEDIAN: averages.median, Mode.MODE: averages.mode}[mode]
    return {column.name: average(table.column(column.name)) for column in columns}


def _imputation(
    table: Table, columns: tuple[Column, ...], removed: tuple[str, ...], mode: Mode, iterations: int
) -> Cleaning:
    from bottega.modules.data_transformation._cleaning import Substitution
    from bottega.modules.data_transformation._imputation import Imputation, Mice
    from bottega.modules.data_transformation._ppca import Ppca

    if not columns:
        return Substitution((), removed, {})
    learn = Mice.learn if mode is Mode.MICE else Ppca.learn
    return Imputation.learn(columns, removed, [table.column(column.name) for column in columns], learn, iterations)


def _replacements(table: Table, columns: Sequence[Column], text: str) -> dict[str, Any]:
    """The replacement by column, in its type.

    A complete column that it does not fit has none, of which a note tells. Raises `0002` or `0017` for another one.
    """
    values = {}
    for column in columns:
        array = table.column(column.name)
        try:
            values[column.name] = _replacement(array, column, text)
        except BottegaError:
            if array.null_count:
                raise
            note(
                f"The replacement does not fit column {column.name}, which is complete: it is not part of the cleaning."
            )
    return values


def _replacement(array: Any, column: Column, text: str) -> Any:
    """The replacement in an array of one value of the column's type. Raises `0002` or `0017`."""
    from bottega.modules.data_transformation._conversion import can_become, converted

    kind = column.type.kind
    if not can_become(Kind.STRING, kind):
        raise BottegaError("0017", column=column.name, type=str(column.type))
    ticks = kind in (Kind.DATETIME, Kind.TIMESPAN) and text.strip().lstrip("-").isdecimal()
    wanted = array.type.value_type if column.type.categorical else array.type
    try:
        given = pa.chunked_array([[int(text)] if ticks else [text]], pa.int64() if ticks else pa.large_string())
        value = converted(given, kind, column.name).combine_chunks()
        if kind in (Kind.DATETIME, Kind.TIMESPAN):
            value = _time(value, wanted, ticks=ticks)
    except (BottegaError, OverflowError, ValueError) as error:  # of too many digits, or of a year too far away
        raise _unfit(column, text, wanted) from error
    if value.null_count and not (kind is Kind.DOUBLE and text.strip().casefold() == "nan"):
        raise _unfit(column, text, wanted)
    return value


def _time(value: Any, wanted: Any, *, ticks: bool) -> Any:
    """A time as one of the column's; a date without an offset is of its zone, but ticks count in UTC."""
    from bottega.modules.data_transformation._moments import fitting, localised

    if pa.types.is_timestamp(wanted):
        value = localised(value.cast(pa.timestamp("us", "UTC")) if ticks and wanted.tz else value, wanted)
    return fitting(value, wanted)


def _unfit(column: Column, text: str, kind: Any) -> BottegaError:
    wanted = f"{column.type}, the type of column {column.name}"
    if getattr(kind, "unit", "") == "ns":
        wanted += f", whose nanoseconds reach {'from 1677 to 2262' if pa.types.is_timestamp(kind) else '292 years'}"
    return BottegaError("0002", value=repr(text)[:200], parameter=_REPLACEMENT, type=wanted)


def _with_indicators(before: Table, after: Table, columns: Sequence[Column]) -> Table:
    """The cleaned table, then which rows of each column had a value replaced."""
    arrow = after.arrow
    there = set(arrow.column_names)
    for column in columns:
        if column.name in there:
            replaced = pc.and_(before.column(column.name).is_null(), after.column(column.name).is_valid())
            arrow = arrow.append_column(f"{column.name}_IsMissing", replaced)
    return Table(arrow).with_folds(after.folds)
