"""What Clean Missing Data learned, to be done again to any table with the same columns."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute

from bottega.dataset.formats.rendering import rendered
from bottega.dataset.types import column_type
from bottega.modules.data_transformation._moments import fitting
from bottega.sdk import BottegaError, Column, Table, Transform

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments


@dataclass(frozen=True)
class Cleaning(Transform):
    """A way to clean some columns of a table.

    columns  the columns that it cleans, as they were declared where it was learned
    removed  the names of columns that it takes away
    """

    columns: tuple[Column, ...]
    removed: tuple[str, ...]

    def apply(self, table: Table) -> Table:
        """The table cleaned.

        Raises `0001` where a column is not there, `0016` where its type is not that of the one
        learned from.
        """
        for column in self.columns:
            found = column_type(table.column(column.name).type)
            if found != column.type:
                raise BottegaError("0016", column=column.name, found=str(found), expected=str(column.type))
        for name in self.removed:
            table.column(name)
        cleaned = Table(self.clean(table.arrow.drop_columns(list(self.removed)) if self.removed else table.arrow))
        return cleaned.with_folds(table.folds if cleaned.num_rows == table.num_rows else None)

    @abstractmethod
    def clean(self, arrow: pa.Table) -> pa.Table:
        """The Arrow table cleaned; its columns are those that were learned from."""

    def describe(self) -> dict[str, Any]:
        """The kind of cleaning, its columns, and what it learned."""
        names = [column.name for column in self.columns]
        return {"kind": "Clean Missing Data", "columns": names, "removed": list(self.removed), **self.learned()}

    def learned(self) -> dict[str, Any]:
        """What it learned, as plain values."""
        return {}


@dataclass(frozen=True)
class RowRemoval(Cleaning):
    """Takes away the rows in which one of the columns has no value."""

    def clean(self, arrow: pa.Table) -> pa.Table:
        """The rows that are complete."""
        complete = None
        for column in self.columns:
            there = arrow.column(column.name).is_valid()
            complete = there if complete is None else pc.and_(complete, there)
        return arrow if complete is None else arrow.filter(complete)


@dataclass(frozen=True)
class ColumnRemoval(Cleaning):
    """Takes columns away, and nothing else."""

    def clean(self, arrow: pa.Table) -> pa.Table:
        """The table as it is: the base has taken away what is to go."""
        return arrow


@dataclass(frozen=True)
class Substitution(Cleaning):
    """Puts one value per column in the place of those that are missing.

    values  an array of one value for each column, of the column's type; one of Categorical has
            its category's
    """

    values: Mapping[str, pa.Array[Any]]

    def clean(self, arrow: pa.Table) -> pa.Table:
        """The table without missing values in the columns, where there is a value to put in.

        Raises `0139` where a time is too far away for the column's unit.
        """
        for column in self.columns:
            place = arrow.schema.get_field_index(column.name)
            array = arrow.column(place)
            try:
                arrow = put(arrow, place, filled(array, self.values[column.name]))
            except pa.ArrowInvalid as error:
                reason = (
                    f"{rendered(self.values[column.name])[0]} lies outside of what its nanoseconds reach, 1677 to 2262"
                )
                raise BottegaError("0139", column=column.name, type=str(column.type), reason=reason) from error
        return arrow

    def learned(self) -> dict[str, Any]:
        """The values by column, as text where JSON has no type for them."""
        plain = {}
        for name, value in self.values.items():
            told = rendered(value) if pa.types.is_temporal(value.type) else value
            plain[name] = told[0].as_py()
        return {
            "values": {
                name: value if isinstance(value, str | int | float | None) else str(value)
                for name, value in plain.items()
            }
        }


def put(arrow: pa.Table, place: int, column: Any) -> pa.Table:
    """The table with another column in this place, under the same name and in the same role."""
    field = arrow.schema.field(place)
    return arrow.set_column(place, pa.field(field.name, column.type, metadata=field.metadata), column)


def filled(column: Any, value: Any) -> Any:
    """The column with the one value of an array where it has none; a new category comes last.

    Raises ArrowInvalid for a time that the column's nanoseconds do not reach.
    """
    if not column.null_count:
        return column
    if not pa.types.is_dictionary(column.type):
        return column.fill_null(_fitting(value, column.type)[0])
    array = column.combine_chunks()
    dictionary = array.dictionary
    value = _fitting(value, dictionary.type)
    code = pc.index(dictionary, value[0]).as_py()
    if code < 0:
        code = len(dictionary)
        dictionary = pa.concat_arrays([dictionary, value])
    codes = array.indices.fill_null(pa.scalar(code, pa.int32()))
    return pa.DictionaryArray.from_arrays(codes, dictionary, ordered=column.type.ordered)


def _fitting(value: Any, kind: Any) -> Any:
    """The value, of which the kind is known to be right, as this Arrow type."""
    return fitting(value, kind) if pa.types.is_temporal(kind) else value.cast(kind)
