"""Mean, median and mode of a column, in the column's own type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from bottega.dataset.types import Kind, column_type

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments

MEAN_KINDS = (Kind.INTEGER, Kind.DOUBLE, Kind.BOOLEAN, Kind.DATETIME, Kind.TIMESPAN)
MEDIAN_KINDS = (Kind.INTEGER, Kind.DOUBLE, Kind.DATETIME, Kind.TIMESPAN)


def mean(column: Any) -> Any:
    """The mean of the values that are there, in an array of one value.

    In all types but Double rounded to the nearest value of the type, half to even.
    """
    return _rounded(column, _mean)


def median(column: Any) -> Any:
    """The median of the values that are there, that of an even number half-way between the two; rounded as `mean`."""
    return _rounded(column, np.median)


def mode(column: Any) -> Any:
    """The value that occurs most, of several the least, or the first category."""
    if pa.types.is_dictionary(column.type):
        array = column.combine_chunks()
        return array.dictionary.take(mode(pa.chunked_array([array.indices])))
    plain = _plain(column.drop_null())
    counted: Any = pc.value_counts(plain)
    counts = counted.field("counts")
    most = counted.field("values").filter(pc.equal(counts, pc.max(counts)))
    least = most.take(pc.array_sort_indices(most)[:1])
    return least.cast(column.type)


def _rounded(column: Any, average: Callable[[Any], Any]) -> Any:
    kind = column_type(column.type).kind
    values = _plain(column.drop_null())
    if kind is Kind.DOUBLE:
        result = _of_doubles(values.to_numpy(), average)
        return pa.array([None if np.isnan(result) else result], pa.float64())
    numbers = (values.cast(pa.int64()) if kind is Kind.BOOLEAN else values).to_numpy()
    # Moments have more digits than a Double, their distances from the least have not; those fit uint64.
    least = int(numbers.min())
    least -= least % 2  # so that a half is rounded to the same side
    distances = numbers.view(np.uint64) - np.array(least).view(np.uint64)
    nearest = least + round(float(average(distances.astype(np.float64))))
    # The distance, a Double, may reach beyond the greatest value.
    nearest = min(nearest, int(numbers.max()))
    return pa.array([bool(nearest) if kind is Kind.BOOLEAN else nearest]).cast(column.type)


def _of_doubles(numbers: Any, average: Callable[[Any], Any]) -> float:
    with np.errstate(invalid="ignore", over="ignore"):  # infinities of both signs, and sums beyond Doubles
        result = float(average(numbers))
    if np.isfinite(result) or not np.isfinite(numbers).all():
        return result
    # So small that no sum of them is too large, and back by a power of two, exactly.
    scale = 2.0**64
    return float(np.clip(average(numbers / scale), numbers.min() / scale, numbers.max() / scale)) * scale


def _mean(values: Any) -> Any:
    return values.mean()


def _plain(column: Any) -> Any:
    """Times as their ticks, for which Arrow and NumPy have all functions."""
    return column.cast(pa.int64()) if pa.types.is_temporal(column.type) else column
