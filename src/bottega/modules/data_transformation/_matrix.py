"""Columns ⇄ a matrix of Doubles, NaN where a value is missing.

A Categorical column is an indicator for each category but the last: that is what the others leave of 1.
With it, each would tell the others alone, and what is missing together would never move from its mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from bottega.dataset.types import Kind
from bottega.sdk import BottegaError, Column

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments

_MOST_CATEGORIES = 1000
_NUMBERS = (Kind.INTEGER, Kind.DOUBLE, Kind.BOOLEAN)


@dataclass(frozen=True)
class Block:
    """One column's place in the matrix: its declaration, and its categories where it has them."""

    column: Column
    categories: pa.Array[Any] | None

    @classmethod
    def of(cls, column: Column, values: Any) -> Block:
        """Raises `0017` for a column that is neither numeric nor Categorical, `0014` for too many categories."""
        if not column.type.categorical:
            if column.type.kind not in _NUMBERS:
                raise BottegaError("0017", column=column.name, type=str(column.type))
            return cls(column, None)
        codes = pc.unique(values.combine_chunks().indices.drop_null())
        categories = values.combine_chunks().dictionary.take(codes.take(pc.array_sort_indices(codes)))
        if len(categories) > _MOST_CATEGORIES:
            raise BottegaError("0014", column=column.name, found=len(categories), upper=_MOST_CATEGORIES)
        return cls(column, categories)

    @property
    def width(self) -> int:
        """How many columns of the matrix."""
        return 1 if self.categories is None else max(1, len(self.categories) - 1)

    def numbers(self, values: Any) -> Any:
        """Rows x width. Raises `0033` with the row, counted from 1, of an infinite value."""
        if self.categories is None:
            numbers = values.cast(pa.float64(), safe=False) if not pa.types.is_boolean(values.type) else _flags(values)
            array = np.array(numbers.to_numpy(), dtype=np.float64)
            if np.isinf(array).any():
                raise BottegaError("0033", column=self.column.name, row=int(np.argmax(np.isinf(array))) + 1)
            return array[:, None]
        array = values.combine_chunks()
        known = pc.index_in(array.dictionary, self.categories).take(array.indices)
        codes = known.fill_null(-1).to_numpy()
        indicators = (codes[:, None] == np.arange(self.width)).astype(np.float64)
        indicators[codes < 0] = np.nan
        return indicators

    def filled(self, values: Any, numbers: Any) -> Any:
        """The column with its missing values from the matrix, in its own type.

        Integers are rounded, and true is what is nearer to 1; of categories the strongest is taken.
        """
        gaps = values.combine_chunks().is_null()
        if self.categories is None:
            return pc.if_else(gaps, self._of_numbers(numbers[:, 0], values.type), values.combine_chunks())
        array = values.combine_chunks()
        places = pc.index_in(self.categories, array.dictionary)
        dictionary = array.dictionary
        if places.null_count:  # the table has other categories than the one learned from
            dictionary = pa.concat_arrays([dictionary, self.categories.filter(places.is_null())])
            places = pc.index_in(self.categories, dictionary)
        if len(self.categories) > 1:
            numbers = np.hstack([numbers, 1 - numbers.sum(axis=1, keepdims=True)])
        best = places.take(pa.array(numbers.argmax(axis=1)))
        return pa.DictionaryArray.from_arrays(
            pc.if_else(gaps, best, array.indices), dictionary, ordered=array.type.ordered
        )

    def _of_numbers(self, numbers: Any, kind: Any) -> Any:
        if self.column.type.kind is Kind.BOOLEAN:
            return pa.array(numbers >= 0.5)
        if self.column.type.kind is Kind.INTEGER:
            bounded = np.clip(np.rint(numbers), -(2.0**63), np.nextafter(2.0**63, 0))
            return pa.array(bounded.astype(np.int64))
        return pa.array(numbers, kind)


def matrix(blocks: Sequence[Block], columns: Sequence[Any]) -> Any:
    """Rows x columns of all blocks side by side."""
    return np.hstack([block.numbers(values) for block, values in zip(blocks, columns, strict=True)])


def _flags(values: Any) -> Any:
    return values.cast(pa.int8()).cast(pa.float64())
