"""How much a column tells of a target, by one number: 0 where it tells nothing, NaN where infinite values hide it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import stats

from bottega.modules.statistical_functions._values import COUNTED, centred, numbers, scaled
from bottega.sdk import Column, Kind

Array = np.ndarray[Any, Any]
Relation = Callable[[Array, Array], float]

_TIMES = (Kind.DATETIME, Kind.TIMESPAN)
# Numbers and times of more different values are counted by as many ranges of equally many rows.
_BINS = 20


def is_numeric(column: Column) -> bool:
    """Whether a column has numbers, or truth values as 0 and 1, that are no categories."""
    return column.type.kind in COUNTED and not column.type.categorical


@dataclass(frozen=True)
class Target:
    """What is to be told.

    numbers  its values, NaN where missing; None where it has classes
    classes  the number of each row's class or range, -1 where missing
    """

    numbers: Array | None
    classes: Array

    @classmethod
    def of(cls, column: Column, values: Any) -> Target:
        """The target that a column is."""
        return cls(numbers(values) if is_numeric(column) else None, classes(column, values))


def classes(column: Column, values: Any) -> Array:
    """The number of each row's value, or of the range that it is in; -1 where missing."""
    if column.type.categorical or column.type.kind not in (*COUNTED, *_TIMES):
        encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
        codes: Array = encoded.combine_chunks().indices.fill_null(-1).to_numpy()
        return codes
    measured = numbers(values.cast(pa.int64()) if column.type.kind in _TIMES else values)
    known = ~np.isnan(measured)
    different = np.unique(measured[known])
    if len(different) > _BINS:
        edges = np.quantile(measured[known], np.arange(1, _BINS) / _BINS, method="inverted_cdf")
        different = np.unique(edges)
    return np.where(known, np.searchsorted(different, measured), -1)


def pearson(values: Array, target: Array) -> float:
    """The linear correlation, without its sign."""
    return float(np.minimum(1, np.abs(np.sum(scaled(values) * scaled(target)))))  # NaN stays NaN


def spearman(values: Array, target: Array) -> float:
    """The correlation of ranks, without its sign."""
    return pearson(stats.rankdata(values), stats.rankdata(target))


def kendall(values: Array, target: Array) -> float:
    """Tau-b, without its sign."""
    return abs(float(stats.kendalltau(values, target).statistic))


def correlated(values: Array, target: Target, relation: Relation) -> float:
    """The relation of numbers with the target: with a target of classes, that with the mean of each row's class."""
    known = _known(values, target)
    values = values[known]
    if len(values) < 2 or values.min() == values.max():
        return 0.0
    if target.numbers is None:
        groups = target.classes[known]
        other = _means(_centred(values), groups)[groups]
    else:
        other = target.numbers[known]
    return 0.0 if other.min() == other.max() else relation(values, other)


def fisher(values: Array, target: Target) -> float:
    """The variance between the classes of the target over that within them; infinite where they have none within."""
    known = _known(values, target)
    values, groups = values[known], target.classes[known]
    if len(values) < 2 or values.min() == values.max():
        return 0.0
    values = _centred(values)
    means = _means(values, groups)
    between = (np.bincount(groups) * np.square(means)).sum()
    within = np.square(values - means[groups]).sum()
    if within == 0:
        return float("inf") if between > 0 else 0.0
    return float(between / within)


def mutual_information(values: Array, target: Target) -> float:
    """What the classes of both have in common, as a share of the larger of their entropies."""
    joint, rows, columns, total = _contingency(values, target.classes)
    if not total:
        return 0.0
    shared = (joint * np.log(joint * total / (_sums(rows, joint) * _sums(columns, joint)))).sum() / total
    largest = max(_entropy(rows, joint, total), _entropy(columns, joint, total))
    return max(0.0, float(shared / largest)) if largest > 0 else 0.0


def chi_squared(values: Array, target: Target) -> float:
    """Pearson's statistic of the table of counts."""
    joint, rows, columns, total = _contingency(values, target.classes)
    if not total:
        return 0.0
    return max(0.0, float(total * ((joint**2 / (_sums(rows, joint) * _sums(columns, joint))).sum() - 1)))


def count(values: Array) -> float:
    """How many values are neither missing nor 0."""
    return float(np.count_nonzero(values[~np.isnan(values)]))


def _known(values: Array, target: Target) -> Any:
    """Which rows have both, as an index: the slice of all where all have, which copies nothing."""
    known = ~np.isnan(values) & (target.classes >= 0)
    return slice(None) if known.all() else known


def _centred(values: Array) -> Array:
    """Less their mean, where they are finite."""
    return centred(values) if np.isfinite(values).all() else values


def _means(values: Array, groups: Array) -> Array:
    """The mean of each group, exactly where its values are all the same."""
    counts = np.maximum(np.bincount(groups), 1)
    means: Array = np.bincount(groups, values) / counts
    # The sum of many equal values is not quite a multiple of one; that of what they differ from the mean is near enough.
    rest = np.bincount(groups, values - means[groups]) / counts
    return np.where(np.isfinite(rest), means + rest, means)


def _contingency(one: Array, other: Array) -> tuple[Array, Array, Array, int]:
    """The cells that are not empty: counts as Doubles, rows and columns; and the count of all."""
    known = (one >= 0) & (other >= 0)
    one, other = one[known].astype(np.int64), other[known].astype(np.int64)
    width = int(other.max(initial=0)) + 1
    cells, counts = np.unique(one * width + other, return_counts=True)
    return counts.astype(np.float64), cells // width, cells % width, int(known.sum())


def _sums(groups: Array, counts: Array) -> Array:
    """For each cell the sum of its row or column."""
    sums: Array = np.bincount(groups, counts)[groups]
    return sums


def _entropy(groups: Array, counts: Array, total: int) -> float:
    sums = np.bincount(groups, counts)
    shares = sums[sums > 0] / total
    return float(-(shares * np.log(shares)).sum())
