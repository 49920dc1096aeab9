"""Compute Elementary Statistics (fact sheet 2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa

from bottega.dataset.names import unique_names
from bottega.modules.statistical_functions._values import COUNTED
from bottega.sdk import BottegaError, Column, Columns, ColumnType, Kind, Label, Of, Range, Role, Table, When, module

if TYPE_CHECKING:
    from collections.abc import Callable

    from bottega.modules.statistical_functions._sample import Sample


class Method(StrEnum):
    """The statistic."""

    DEVIATION_SQUARED = "Deviation squared"
    GEOMETRIC_MEAN = "Geometric mean"
    HARMONIC_MEAN = "Harmonic mean"
    INTERQUARTILE_DISTANCE = "Interquartile distance"
    KTH_CENTRAL_MOMENT = "K-th central moment"
    MAX = "Max"
    MEAN = "Mean"
    MEAN_DEVIATION = "Mean deviation"
    MEDIAN = "Median"
    MEDIAN_DEVIATION = "Median deviation"
    MIN = "Min"
    MODE = "Mode"
    POPULATION_STANDARD_DEVIATION = "Population standard deviation"
    POPULATION_VARIANCE = "Population variance"
    PRODUCT = "Product"
    RANGE = "Range"
    SAMPLE_KURTOSIS = "Sample kurtosis"
    SAMPLE_SKEWNESS = "Sample skewness"
    SAMPLE_STANDARD_DEVIATION = "Sample standard deviation"
    SAMPLE_VARIANCE = "Sample variance"
    SUM = "Sum"


_COLUMNS = "Column set"
_NUMERIC = Columns.of_type("Numeric")
# Values of the column itself, which stay in its type.
_OWN_VALUES = (Method.MAX, Method.MIN, Method.MODE)
_STATISTICS: Mapping[Method, Callable[[Sample, int], Any]] = {
    Method.DEVIATION_SQUARED: lambda sample, _: sample.deviation_squared,
    Method.GEOMETRIC_MEAN: lambda sample, _: sample.geometric_mean,
    Method.HARMONIC_MEAN: lambda sample, _: sample.harmonic_mean,
    Method.INTERQUARTILE_DISTANCE: lambda sample, _: sample.interquartile_distance,
    Method.KTH_CENTRAL_MOMENT: lambda sample, order: sample.central_moment(order),
    Method.MAX: lambda sample, _: sample.ends[1:],
    Method.MEAN: lambda sample, _: sample.mean,
    Method.MEAN_DEVIATION: lambda sample, _: sample.mean_deviation,
    Method.MEDIAN: lambda sample, _: sample.median,
    Method.MEDIAN_DEVIATION: lambda sample, _: sample.median_deviation,
    Method.MIN: lambda sample, _: sample.ends[:1],
    Method.MODE: lambda sample, _: sample.modes,
    Method.POPULATION_STANDARD_DEVIATION: lambda sample, _: sample.variance(0) ** 0.5,
    Method.POPULATION_VARIANCE: lambda sample, _: sample.variance(0),
    Method.PRODUCT: lambda sample, _: sample.product,
    Method.RANGE: lambda sample, _: sample.range,
    Method.SAMPLE_KURTOSIS: lambda sample, _: sample.kurtosis,
    Method.SAMPLE_SKEWNESS: lambda sample, _: sample.skewness,
    Method.SAMPLE_STANDARD_DEVIATION: lambda sample, _: sample.variance(1) ** 0.5,
    Method.SAMPLE_VARIANCE: lambda sample, _: sample.variance(1),
    Method.SUM: lambda sample, _: sample.sum,
}


def _foretell(inputs: Mapping[str, tuple[Column, ...]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    method = parameters["method"]
    chosen = _chosen(inputs["dataset"], parameters["columns"])
    names = _names(method, [column.name for column in chosen])
    types = [column.type if method in _OWN_VALUES else ColumnType(Kind.DOUBLE) for column in chosen]
    return {"results_dataset": tuple(Column(name, kind, Role.FEATURE) for name, kind in zip(names, types, strict=True))}


@module(
    title="Compute Elementary Statistics",
    category="Statistical Functions",
    former=("Elementary Statistics",),
    foretell=_foretell,
)
def compute_elementary_statistics(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    method: Annotated[Method, Label("Method")],
    columns: Annotated[Columns, Label(_COLUMNS, ("Selected columns",)), Of("dataset")] = _NUMERIC,
    order: Annotated[int, Label("Order"), Range(1), When("method", Method.KTH_CENTRAL_MOMENT)] = 3,
) -> Annotated[Table, Label("Results dataset")]:
    """Compute one statistic of each selected column.

    The result has one row and a column for each selected one, named like `Max(mpg)` or `DeviationSquared(mpg)`.
    Mode gives all modes of a column, one a row, and as many rows as the column with most of them has; the
    rows that others leave are missing. Max, Min and Mode keep the type of their column, all else is Double.

    Missing values are left out. Of a Boolean column False counts as 0 and True as 1, so that Min is true where all values are,
    and Max where one is. Quartiles and the median are values of the column, or the mean of the two between which they
    fall. Deviation squared is the sum of the squared distances from the mean; mean and median deviation are the mean distance
    from the mean and the median distance from the median. Sample variance and deviation divide by n - 1, those of the
    population by n. Sample skewness and kurtosis are the adjusted estimators of spreadsheets.

    A statistic is missing where there are too few values for it, where a geometric or harmonic mean meets a
    negative one, and where infinite values leave it no meaning.

    Error 0011: no column is selected. 0017: a column is neither numeric nor Boolean. 0056: a numeric
    column is Categorical; Edit Metadata makes it a plain one.
    """
    import numpy as np

    from bottega.modules.statistical_functions._sample import Sample
    from bottega.modules.statistical_functions._values import known

    chosen = _chosen(dataset.columns, columns)
    if not chosen:
        raise BottegaError("0011", parameter=_COLUMNS)
    found = []
    for column in chosen:
        values = dataset.column(column.name)
        with np.errstate(all="ignore"):
            statistic = _STATISTICS[method](Sample(known(values)), order)
        found.append(
            pa.array(statistic).cast(values.type) if method in _OWN_VALUES else pa.array([statistic], pa.float64())
        )
    length = max(1, *map(len, found))
    arrays = [pa.concat_arrays([each, pa.nulls(length - len(each), each.type)]) for each in found]
    return Table(pa.table(arrays, names=_names(method, [column.name for column in chosen])))


def _chosen(columns: tuple[Column, ...], selection: Columns) -> list[Column]:
    """The columns selected. Raises `0017` or `0056` for one that has no such statistics."""
    chosen = [columns[place] for place in selection.places(columns, _COLUMNS)]
    for column in chosen:
        if column.type.kind not in COUNTED:
            raise BottegaError("0017", column=column.name, type=str(column.type))
        if column.type.categorical:
            raise BottegaError("0056", column=column.name, type=str(column.type))
    return chosen


def _names(method: Method, columns: list[str]) -> list[str]:
    """The names of the results, such as `KThCentralMoment(mpg)`."""
    statistic = "".join(word[:1].upper() + word[1:] for word in method.replace("-", " ").split())
    return unique_names(f"{statistic}({column})" for column in columns)
