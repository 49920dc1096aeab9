"""Summarize Data (fact sheet 2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa
import pyarrow.compute

from bottega.sdk import BottegaError, Column, ColumnType, Kind, Label, Role, Table, module

if TYPE_CHECKING:
    from collections.abc import Callable

    from bottega.modules.statistical_functions._sample import Sample

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments

_FEATURE = "Feature"
_COUNTS = ("Count", "Unique Value Count", "Missing Value Count")
_STATISTICS: Mapping[str, Callable[[Sample], float]] = {
    "Min": lambda sample: sample.min,
    "Max": lambda sample: sample.max,
    "Mean": lambda sample: sample.mean,
    "Mean Deviation": lambda sample: sample.mean_deviation,
    "1st Quartile": lambda sample: sample.percentile(25),
    "Median": lambda sample: sample.median,
    "3rd Quartile": lambda sample: sample.percentile(75),
    "Mode": lambda sample: sample.mode,
    "Range": lambda sample: sample.range,
    "Sample Variance": lambda sample: sample.variance(1),
    "Sample Standard Deviation": lambda sample: sample.variance(1) ** 0.5,
    "Sample Skewness": lambda sample: sample.skewness,
    "Sample Kurtosis": lambda sample: sample.kurtosis,
    "P0.5": lambda sample: sample.percentile(1, 200),
    "P1": lambda sample: sample.percentile(1),
    "P5": lambda sample: sample.percentile(5),
    "P95": lambda sample: sample.percentile(95),
    "P99.5": lambda sample: sample.percentile(199, 200),
}
_KINDS = {
    _FEATURE: Kind.STRING,
    **dict.fromkeys(_COUNTS, Kind.INTEGER),
    **dict.fromkeys(_STATISTICS, Kind.DOUBLE),
}
_SCHEMA = tuple(Column(name, ColumnType(kind), Role.FEATURE) for name, kind in _KINDS.items())


def _foretell(_inputs: Mapping[str, tuple[Column, ...]], _parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"results_dataset": _SCHEMA}


@module(
    title="Summarize Data",
    category="Statistical Functions",
    former=("Descriptive Statistics",),
    foretell=_foretell,
)
def summarize_data(dataset: Annotated[Table, Label("Dataset")]) -> Annotated[Table, Label("Results dataset")]:
    """Describe every column of a table by its statistics, one row a column.

    Count is the number of rows; unique values are the different ones that are not missing. All further
    statistics are of the known values of Integer, Double and Boolean columns, with False as 0 and True as 1; other columns,
    Categorical ones too, have only the counts, and what a column has no value for is missing.

    Quartiles and percentiles: of n values in order the one at n times p, rounded up, and where that product is
    whole the mean of this value and the next. Of several modes the least is told. Variance and deviation divide by n - 1;
    Sample Skewness and Sample Kurtosis are the adjusted estimators of spreadsheets (for a normal distribution
    about 0), and missing where all values are equal. Mean Deviation is the mean distance from the mean. An infinite value
    makes the mean infinite or missing, and leaves no variance.

    Error 0003: the dataset has no rows or no columns.
    """
    if not dataset.num_columns or not dataset.num_rows:
        raise BottegaError("0003", input="Dataset")
    import numpy as np

    with np.errstate(all="ignore"):
        rows = [_row(column, dataset.arrow.column(place)) for place, column in enumerate(dataset.columns)]
    types: Mapping[Kind, Any] = {Kind.STRING: pa.large_string(), Kind.INTEGER: pa.int64(), Kind.DOUBLE: pa.float64()}
    arrays = [pa.array([row[place] for row in rows], types[kind]) for place, kind in enumerate(_KINDS.values())]
    return Table(pa.table(arrays, names=list(_KINDS)))


def _row(column: Column, values: Any) -> list[Any]:
    from bottega.modules.statistical_functions._sample import Sample
    from bottega.modules.statistical_functions._values import COUNTED, known

    if column.type.categorical or column.type.kind not in COUNTED:
        return [column.name, len(values), _distinct(values), values.null_count, *[None] * len(_STATISTICS)]
    sample = Sample(known(values))
    statistics = [statistic(sample) for statistic in _STATISTICS.values()]
    return [column.name, len(values), sample.distinct, values.null_count, *statistics]


def _distinct(values: Any) -> int:
    if pa.types.is_dictionary(values.type):
        values = pa.chunked_array([chunk.indices for chunk in values.chunks], pa.int32())
    count: int = pc.count_distinct(values).as_py()
    return count
