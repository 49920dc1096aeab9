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
