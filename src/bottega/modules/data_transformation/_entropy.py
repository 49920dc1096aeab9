"""Edges that tell classes apart: entropy splits, as long as they pay by minimum description length.

U. M. Fayyad and K. B. Irani, Multi-interval discretization of continuous-valued attributes for
classification learning, 13th IJCAI (1993), 1022-1027.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bottega.modules.data_transformation._binning import Bins, numbered
from bottega.modules.data_transformation._columns import doubles, one_zero
from bottega.sdk import BottegaError, Column, Role, Table, note

_MOST_CLASSES = 100
_BLOCK = 1 << 13  # cuts that are weighed at once


def entropy_bins(table: Table, columns: Sequence[Column]) -> dict[str, Bins]:
    """The bins of the columns, by the classes of the label column, which is left out with a note.

    Raises `0024` and `0037` where there is not one label, `0058` and `0014` where it has no classes or too many.
    """
    label, classes = _classes(table)
    there = classes >= 0
    count = int(classes.max(initial=-1)) + 1
    found = {}
    for column in columns:
        if column.name == label:
            note(f"The label column {label} gets no bins: they are to tell of it.")
            continue
        numbers = doubles(table.column(column.name)).to_numpy()
        known = there & ~np.isnan(numbers)
        found[column.name] = numbered(entropy_edges(numbers[known], classes[known], count))
    return found


def _classes(table: Table) -> tuple[str, Any]:
    """The label column, and the code of each row's class, -1 where it is missing."""
    labels = [column.name for column in table.columns if column.role is Role.LABEL]
    if not labels:
        raise BottegaError("0024", dataset="Dataset")
    if len(labels) > 1:
        raise BottegaError("0037", dataset="Dataset", columns=", ".join(labels))
    values: Any = one_zero(table.column(labels[0]))
    if pa.types.is_floating(values.type) and pc.any(pc.not_equal(values, pc.trunc(values))).as_py():
        raise BottegaError("0058", column=labels[0], reason="numbers with fractions are no classes")
    codes = values.dictionary_encode().combine_chunks().indices
    used = codes.drop_null().unique()
    if len(used) > _MOST_CLASSES:
        raise BottegaError("0014", column=labels[0], found=len(used), upper=_MOST_CLASSES)
    return labels[0], pc.index_in(codes, used).fill_null(-1).to_numpy()


def entropy_edges(numbers: Any, classes: Any, count: int) -> list[float]:
    """The edges between bins of numbers whose classes differ, ascending; none where no split pays.

    numbers, classes  NumPy arrays without missing values; classes are codes below `count`

    An edge is the middle of two values next to each other.
    """
    order = np.lexsort((classes, numbers))
    numbers, classes = numbers[order], classes[order]
    starts = groups_of(numbers, classes)
    # How many rows of each class have the first k groups.
    totals = np.zeros((len(starts) + 1, count), np.int32)
    rows = np.arange(len(numbers))
    np.add.at(totals, (np.searchsorted(starts, rows, side="right"), classes), 1)
    np.cumsum(totals, axis=0, out=totals)
    edges = []
    parts = [(0, len(starts))]
    while parts:
        start, end = parts.pop()
        split = _split(totals, start, end)
        if split is not None:
            edges.append(_between(numbers[starts[split] - 1], numbers[starts[split]]))
            parts += [(start, split), (split, end)]
    return sorted(edges)


def groups_of(numbers: Any, classes: Any) -> Any:
    """Where groups of rows begin that no best cut parts: those of one value, or of neighbours that are all of one class.

    numbers, classes  both sorted, by number and then by class
    """
    if not len(numbers):
        return np.zeros(0, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], numbers[1:] != numbers[:-1]]))
    first, last = classes[starts], classes[np.append(starts[1:], len(numbers)) - 1]
    joined = (first[:-1] == last[:-1]) & (first[1:] == last[1:]) & (first[1:] == first[:-1])
    return starts[np.concatenate([[True], ~joined])]


def _split(totals: Any, start: int, end: int) -> int | None:
    """Where the values from start to end are best parted in two; None where that does not pay."""
    if end - start < 2:
        return None
    whole = totals[end] - totals[start]
    rows = int(whole.sum())
    least, best = np.inf, start + 1
    for first in range(start + 1, end, _BLOCK):
        lower = totals[first : min(first + _BLOCK, end)] - totals[start]
        upper = whole - lower
        weighted = (lower.sum(axis=1) * _entropy(lower) + upper.sum(axis=1) * _entropy(upper)) / rows
        place = int(np.argmin(weighted))
        if weighted[place] < least:
            least, best = float(weighted[place]), first + place
    lower, upper = totals[best] - totals[start], totals[end] - totals[best]
    before, below, above = (float(_entropy(part[None])[0]) for part in (whole, lower, upper))
    kinds, kinds_below, kinds_above = (int(np.count_nonzero(part)) for part in (whole, lower, upper))
    change = np.log2(3.0**kinds - 2) if kinds < 600 else kinds * np.log2(3)
    change -= kinds * before - kinds_below * below - kinds_above * above
    pays = before - least > (np.log2(rows - 1) + change) / rows
    return best if pays else None


def _entropy(counts: Any) -> Any:
    """The entropy in bits of each row of class counts."""
    shares = counts / counts.sum(axis=1, keepdims=True)
    return -(shares * np.log2(np.where(shares > 0, shares, 1))).sum(axis=1)


def _between(one: float, other: float) -> float:
    """The middle, which rounding must not make the greater one; an infinite value has the other as its edge."""
    if np.isinf(one):
        return float(one)
    middle = one / 2 + other / 2
    return float(middle) if one <= middle < other else float(one)
