"""Rows that are like each other, and new ones between two of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from bottega.modules.statistical_functions._values import centred, numbers
from bottega.sdk import BottegaError, Column, Kind, Table

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments
Array = np.ndarray[Any, Any]

_MEASURED = (Kind.INTEGER, Kind.DOUBLE, Kind.DATETIME, Kind.TIMESPAN)
# Above this many columns of 0 and 1 the matrix keeps only what is not 0.
_DENSE = 64
# A Double of up to this size is an int64 too.
_LARGE = 2.0**62
# What scikit-learn may take for distances at a time, in MiB; by itself it takes a thousand.
_WORKING = 64


def is_measured(column: Column) -> bool:
    """Whether there are values between two of the column: numbers and times, unless they are categories."""
    return column.type.kind in _MEASURED and not column.type.categorical


def nearest(table: Table, rows: Array, features: list[Column], count: int) -> Array:
    """For each of these rows the so many of them that are nearest to it, nearest first: places in `rows`.

    The squared distance is the sum over the features: of the squared difference in standard deviations for numbers and
    times, of 1 for other values that differ. A missing number is the mean; missing values of another type are alike.
    Raises `0033` for an infinite number.
    """
    from scipy import sparse
    from sklearn import config_context
    from sklearn.neighbors import NearestNeighbors

    chosen: Any = table.arrow.take(rows)
    measured, categories = [], []
    for column in features:
        values = chosen.column(column.name)
        if is_measured(column):
            measured.append(_scaled(values, column.name, rows))
        else:
            categories.append(_indicators(values))
    # Where all rows differ, as in a column of keys, no two are nearer than others; nor where all are the same.
    categories = [each for each in categories if 1 < each.shape[1] < len(rows)]
    dense = np.column_stack(measured or [np.zeros(len(rows))])
    if sum(each.shape[1] for each in categories) > _DENSE:
        matrix = sparse.hstack([sparse.csr_matrix(dense), *categories], format="csr")
    else:
        matrix = np.hstack([dense, *(each.toarray() for each in categories)])
    with config_context(working_memory=_WORKING):
        found: Array = NearestNeighbors(n_neighbors=count).fit(matrix).kneighbors(return_distance=False)
    return found


def between(column: Column, values: Any, starts: Array, ends: Array, shares: Array) -> Any:
    """New values of a column, one for each pair of rows, this share of the way from its start to its end.

    Between two numbers or times lie others, rounded where the type has no fractions; of other values the nearer one is
    taken. Where one of both is missing it is the start, missing too or not.
    """
    if not is_measured(column):
        missing = values.is_null().to_numpy()
        ends = np.where(missing[starts] | missing[ends], starts, ends)
        return values.take(pa.array(np.where(shares < 0.5, starts, ends)))
    low, high = values.take(pa.array(starts)), values.take(pa.array(ends))
    high = pc.coalesce(high, low)
    if column.type.kind is Kind.DOUBLE:
        first, last = low.to_numpy(), high.to_numpy()
        made = np.where(first == last, first, first * (1 - shares) + last * shares)
        return pa.chunked_array([pa.array(made, from_pandas=True)])
    missing = low.is_null().to_numpy()
    first, last = (each.cast(pa.int64()).fill_null(0).to_numpy() for each in (low, high))
    way = last.astype(np.float64) - first.astype(np.float64)
    steps = np.where(np.abs(way) < _LARGE, np.rint(way * shares), 0).astype(np.int64)
    return pa.chunked_array([pa.array(first + steps, mask=missing).cast(values.type)])


def _scaled(values: Any, name: str, rows: Array) -> Array:
    """The numbers less their mean, in standard deviations; 0 where missing."""
    found = numbers(values.cast(pa.int64()) if pa.types.is_temporal(values.type) else values)
    infinite = np.flatnonzero(np.isinf(found))
    if infinite.size:
        raise BottegaError("0033", column=name, row=int(rows[infinite[0]]) + 1)
    known = ~np.isnan(found)
    scaled = np.zeros(len(found))
    if known.any() and found[known].min() < found[known].max():
        scaled[known] = centred(found[known])
        scaled /= scaled[known].std()
    return scaled


def _indicators(values: Any) -> Any:
    """A row for each value with a 1 in the column of that value, so scaled that two different ones are 1 apart."""
    from scipy import sparse

    encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    array = encoded.combine_chunks()
    codes = array.indices.fill_null(len(array.dictionary)).to_numpy()
    different, codes = np.unique(codes, return_inverse=True)
    ones = np.full(len(codes), np.sqrt(0.5))
    return sparse.csr_matrix((ones, (np.arange(len(codes)), codes)), shape=(len(codes), len(different)))
