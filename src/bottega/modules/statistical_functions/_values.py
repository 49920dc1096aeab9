"""The values of numeric columns as numpy has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from bottega.sdk import Column, Kind

NUMBERS = (Kind.INTEGER, Kind.DOUBLE)
COUNTED = (*NUMBERS, Kind.BOOLEAN)


def is_number(column: Column) -> bool:
    """Whether a column is Integer or Double, and no set of categories."""
    return column.type.kind in NUMBERS and not column.type.categorical


def numbers(values: Any) -> np.ndarray[Any, Any]:
    """All values of an Arrow column as Doubles, NaN where missing: False and True as 0 and 1, categories looked up."""
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_boolean(values.type):  # Arrow does not cast it to Double by itself
        values = values.cast(pa.int8())
    result: np.ndarray[Any, Any] = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return result


def known(values: Any) -> np.ndarray[Any, Any]:
    """The values of an Arrow column that are not missing: Integers as they are, all else as Doubles."""
    values = values.drop_null()
    if pa.types.is_integer(values.type):
        result: np.ndarray[Any, Any] = values.to_numpy()
        return result
    return numbers(values)


def centred(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Finite Doubles less their mean, the largest between -1 and 1 by a factor: their squares and sums stay Doubles."""
    # First exactly, by a power of two, and so that no sum leaves the range of a Double.
    values = np.ldexp(values, -np.frexp(np.abs(values).max())[1])
    values -= values.mean()
    # What the mean lacks for its rounding is much where the values are far from 0.
    values -= values.mean()
    largest = np.abs(values).max()
    return values / largest if largest else values


def scaled(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | float:
    """Values with mean 0 and length 1; NaN where that cannot be."""
    low, high = values.min(), values.max()  # NaN where one is
    if not (np.isfinite(low) and np.isfinite(high)) or low == high:
        return np.nan
    values = centred(values)
    result: np.ndarray[Any, Any] = values / np.sqrt((values * values).sum())
    return result
