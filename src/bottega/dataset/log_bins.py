"""A histogram on a logarithmic scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from bottega.dataset.profile import Histogram
from bottega.dataset.types import Kind

if TYPE_CHECKING:
    from bottega.dataset.table import Table


def log_histogram(table: Table, name: str, bins: int) -> Histogram | None:
    """Count the positive, finite values of a column of numbers in bins of equal width in their logarithm.

    Edges are in the data's own unit, spans in seconds. None for a column without such values or of
    another type. Raises `0001` where there is no such column.
    """
    values = table.column(name)
    column = next(each for each in table.columns if each.name == name)
    if column.type.categorical or column.type.kind not in {Kind.INTEGER, Kind.DOUBLE, Kind.TIMESPAN}:
        return None
    ticks = {"us": 1e6, "ns": 1e9}.get(getattr(values.type, "unit", ""), 1.0)
    present = values.drop_null()
    present = present.cast(pa.int64()) if pa.types.is_temporal(present.type) else present
    numbers = present.to_numpy().astype(np.float64) / ticks
    positive = numbers[np.isfinite(numbers) & (numbers > 0)]
    if not len(positive):
        return None
    low, high = float(positive.min()), float(positive.max())
    edges = np.unique(np.geomspace(low, high, bins + 1)) if low < high else np.array([low, high])
    edges[0], edges[-1] = low, high
    counts, _ = np.histogram(positive, bins=edges) if low < high else ([len(positive)], None)
    return Histogram(tuple(map(float, edges)), tuple(map(int, counts)))
