"""What Group Data into Bins learned, to be done again to any table with the same columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa

from bottega.modules.data_transformation._columns import Added, changed, doubles, numbers_of, role_beside, told
from bottega.sdk import BottegaError, Column, Table, Transform

_MOST_RANKS = 1_000
_MOST_TOLD = 4_000  # edges, and some for each column's name


class Output(StrEnum):
    """Where the bins go."""

    APPEND = "Append"
    INPLACE = "Inplace"
    RESULT_ONLY = "ResultOnly"


@dataclass(frozen=True)
class Bins:
    """The bins of one column: bin k, counted from 0, has the values above edge k - 1 up to edge k.

    edges   ascending, fewer by one than bins; the first and the last bin have no outer edge
    labels  what a bin is called, Integer or Double
    """

    edges: tuple[float, ...]
    labels: tuple[float, ...]

    def binned(self, values: Any, *, categorical: bool) -> Any:
        """The labels of an Arrow column of numbers; missing where it is."""
        array = doubles(values).combine_chunks()
        codes = np.searchsorted(np.array(self.edges), array.fill_null(0.0).to_numpy(), side="left")
        indices = pa.array(codes.astype(np.int32), mask=array.is_null().to_numpy(zero_copy_only=False))
        labels = pa.array(self.labels)
        return pa.DictionaryArray.from_arrays(indices, labels, ordered=True) if categorical else labels.take(indices)


@dataclass(frozen=True)
class Binning(Transform):
    """A way to tell of numbers in which bin they are.

    mode         its name for people
    bins         by column
    categorical  whether bins are categories, in their order
    """

    mode: str
    bins: Mapping[str, Bins]
    output: Output
    categorical: bool

    def apply(self, table: Table) -> Table:
        """The table with bins. Raises `0001` where a column is not there, `0075` where one is not numeric."""
        declared = {column.name: column for column in table.columns}
        found = {}
        for name, bins in self.bins.items():
            column = table.column(name)
            values = numbers_of(declared[name], column)
            if values is None:
                reason = f"its column {name} is {declared[name].type}, and not numeric"
                raise BottegaError("0075", reason=reason)
            found[name] = bins.binned(values, categorical=self.categorical)
        if self.output is Output.INPLACE:
            return changed(table, found)
        more = [Added(quantized(name), role_beside(declared[name]), values) for name, values in found.items()]
        return changed(table, {}, more, dropped=table.arrow.column_names if self.output is Output.RESULT_ONLY else ())

    def describe(self) -> dict[str, Any]:
        """The mode, and each column's edges."""
        columns = {name: {"edges": [_plain(edge) for edge in bins.edges]} for name, bins in self.bins.items()}
        longest = max(len(bins.edges) for bins in self.bins.values())
        return {"kind": "Group Data into Bins", "mode": self.mode, **told(columns, _MOST_TOLD // (longest + 10))}


def _plain(edge: float) -> float | str:
    """An edge as JSON has it; one at an infinite value of the column is text."""
    return edge if math.isfinite(edge) else "Infinity" if edge > 0 else "-Infinity"


def quantized(name: str) -> str:
    """The name of a column's bins beside it."""
    return f"{name}_quantized"


def quantile_bins(values: Any, labels: Sequence[float]) -> Bins:
    """Bins with equal shares of a column's values; equal edges may repeat, and the bins between them are empty."""
    numbers = doubles(values).drop_null().to_numpy()
    count = len(labels)
    if not len(numbers) or count == 1:
        return Bins((), tuple(labels[:1]))
    # Whole numbers: a product of Doubles may lie just above the rank that is meant.
    ranks = [-(-len(numbers) * part // count) - 1 for part in range(1, count)]
    # Past some ranks sorting all takes less time than finding each.
    placed = np.sort(numbers) if count > _MOST_RANKS else np.partition(numbers, np.unique(ranks))
    return Bins(tuple(placed[ranks].tolist()), tuple(labels))


def even_edges(column: Column, values: Any, count: int) -> list[float]:
    """The edges of bins of equal width from the least to the greatest value. Raises `0033` for an infinite one."""
    numbers = doubles(values).to_numpy()
    infinite = np.isinf(numbers)
    if infinite.any():
        raise BottegaError("0033", column=column.name, row=int(np.argmax(infinite)) + 1)
    there = numbers[~np.isnan(numbers)]
    if not len(there) or there.min() == there.max():
        return []
    # By halves, for the width of all may be no Double.
    edges: list[float] = (np.linspace(there.min() / 2, there.max() / 2, count + 1)[1:-1] * 2).tolist()
    return edges


def stepped_edges(first: float, width: float, last: float) -> list[float]:
    """The edges from the first in steps to the last, which is one in any case."""
    steps = np.arange(int(np.ceil(widths(first, width, last) * (1 - 1e-12))))
    # By halves, for the way from the first to the last may be no Double.
    size = 0.5 if math.isinf(last - first) else 1.0
    return [*((first * size + width * size * steps) / size).tolist(), last]


def widths(first: float, width: float, last: float) -> float:
    """How many widths there are from the first to the last."""
    size = 0.5 if math.isinf(last - first) else 1.0
    return (last * size - first * size) / width / size


def numbered(edges: Sequence[float]) -> Bins:
    """Bins that are numbered from 1."""
    return Bins(tuple(edges), tuple(range(1, len(edges) + 2)))
