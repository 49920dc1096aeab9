"""Compute Elementary Statistics: each method against numpy, scipy and the statistics library."""

from __future__ import annotations

import math
import statistics
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.sdk import catalogue
from tests.modules.data.helpers import categories, fails, foretold, lists, run, table, types

NAME = "compute-elementary-statistics"
_VALUES = np.round(np.random.default_rng(5).gamma(2.0, size=101), 1) + 0.1


def compute(before: Table, method: str, **parameters: Any) -> Table:
    """The statistics."""
    result = run(NAME, before, method=method, **parameters)
    assert isinstance(result, Table)
    assert result.columns == foretold(NAME, {"dataset": before}, method=method, **parameters)
    return result


def value(values: Any, method: str, **parameters: Any) -> Any:
    ((found,),) = lists(compute(table(a=values), method, **parameters)).values()
    return found


_EXPECTED = {
    "Deviation squared": ("DeviationSquared", ((_VALUES - _VALUES.mean()) ** 2).sum()),
    "Geometric mean": ("GeometricMean", stats.gmean(_VALUES)),
    "Harmonic mean": ("HarmonicMean", stats.hmean(_VALUES)),
    "Interquartile distance": ("InterquartileDistance", np.subtract(*np.percentile(_VALUES, [75, 25], method="averaged_inverted_cdf"))),
    "K-th central moment": ("KThCentralMoment", stats.moment(_VALUES, 3)),
    "Max": ("Max", _VALUES.max()),
    "Mean": ("Mean", statistics.fmean(_VALUES)),
    "Mean deviation": ("MeanDeviation", np.abs(_VALUES - _VALUES.mean()).mean()),
    "Median": ("Median", statistics.median(_VALUES)),
    "Median deviation": ("MedianDeviation", stats.median_abs_deviation(_VALUES)),
    "Min": ("Min", _VALUES.min()),
    "Population standard deviation": ("PopulationStandardDeviation", statistics.pstdev(_VALUES)),
    "Population variance": ("PopulationVariance", statistics.pvariance(_VALUES)),
    "Product": ("Product", math.prod(_VALUES)),
    "Range": ("Range", np.ptp(_VALUES)),
    "Sample kurtosis": ("SampleKurtosis", stats.kurtosis(_VALUES, bias=False)),
    "Sample skewness": ("SampleSkewness", stats.skew(_VALUES, bias=False)),
    "Sample standard deviation": ("SampleStandardDeviation", statistics.stdev(_VALUES)),
    "Sample variance": ("SampleVariance", statistics.variance(_VALUES)),
    "Sum": ("Sum", math.fsum(_VALUES)),
}  # fmt: skip


@pytest.mark.parametrize("method", _EXPECTED)
def test_methods(method: str) -> None:
    name, expected = _EXPECTED[method]
    with_gaps = table({"mpg": Role.LABEL}, mpg=[None, *_VALUES.tolist(), None], s=["x"] * 103)
    found = lists(compute(with_gaps, method))
    assert list(found) == [f"{name}(mpg)"]
    assert found[f"{name}(mpg)"] == [pytest.approx(expected, rel=1e-12)]


def test_no_method_is_untested() -> None:
    choices = catalogue.get(NAME).parameter("Method")
    assert choices is not None
    assert set(choices.choices) == {*_EXPECTED, "Mode"}


def test_all_modes_one_a_row() -> None:
    before = table(a=[3, 1, 3, 1, None, 2], b=[0.5, 0.5, 0.5, 1.0, 2.0, None], f=[True, False, None, True, True, False])
    modes = compute(before, "Mode", columns=["a", "b", "f"])
    assert lists(modes) == {"Mode(a)": [1, 3], "Mode(b)": [0.5, None], "Mode(f)": [True, None]}
    assert types(modes) == ["Integer", "Double", "Boolean"]
    assert lists(compute(table(a=[2, 1]), "Mode")) == {"Mode(a)": [1, 2]}


def test_values_of_the_column_keep_its_type() -> None:
    before = table(n=[2**62 + 1, 5], f=[True, False], d=[0.5, 1.5])
    assert lists(compute(before, "Max", columns="All")) == {"Max(n)": [2**62 + 1], "Max(f)": [True], "Max(d)": [1.5]}
    assert lists(compute(before, "Min", columns="All")) == {"Min(n)": [5], "Min(f)": [False], "Min(d)": [0.5]}
    assert lists(compute(before, "Range", columns=["f"])) == {"Range(f)": [1.0]}
    assert lists(compute(before, "Sum", columns=["f"])) == {"Sum(f)": [1.0]}


@pytest.mark.parametrize(
    ("values", "method", "expected"),
    [
        ([1.0], "Sample standard deviation", None), ([1.0], "Population variance", 0), ([1.0, 2.0], "Sample skewness", None),
        ([1.0, 2.0, 4.0], "Sample kurtosis", None), ([-1.0, 2.0], "Geometric mean", None), ([0.0, 2.0], "Geometric mean", 0),
        ([-1.0, 2.0], "Harmonic mean", None), ([0.0, 2.0], "Harmonic mean", 0), ([1.0, math.inf], "Mean", math.inf),
        ([1.0, math.inf], "Sample variance", None), ([1.0, math.inf, math.inf], "Median deviation", None),
        ([2.0, 2.0], "Sample kurtosis", None),
        ([1e308, 1e308], "Sum", math.inf), ([1e200, 1e200], "Product", math.inf), ([0.1] * 7, "Sample variance", 0),
    ],
)  # fmt: skip
def test_edges(values: list[float], method: str, expected: float | None) -> None:
    assert value(values, method) == expected


def test_the_order_of_the_moment() -> None:
    for order in (1, 2, 4, 7):
        assert value(_VALUES, "K-th central moment", order=order) == pytest.approx(
            stats.moment(_VALUES, order), abs=1e-9
        )
    fails("0005", NAME, table(a=[1]), method="K-th central moment", order=0)


@pytest.mark.parametrize("method", [*_EXPECTED, "Mode"])
def test_nothing_to_compute(method: str) -> None:
    for values in ([], [None, None]):
        before = table(a=pa.array(values, pa.float64()), f=pa.array(values, pa.bool_()))
        assert list(lists(compute(before, method, columns=["a", "f"])).values()) == [[None], [None]]


def test_spellings_and_many_columns() -> None:
    wide = Table(pa.table({f"c{place}": [1.0, 4.0] for place in range(10_000)}))
    assert lists(compute(wide, "PopulationVariance"))["PopulationVariance(c9999)"] == [2.25]
    assert catalogue.find("Elementary Statistics") is catalogue.get(NAME)


def test_errors() -> None:
    fails("0003", NAME, table(a=[1]))
    fails("0011", NAME, table(s=["x"]), method="Max")
    fails("0001", NAME, table(s=["x"]), method="Max", columns=["ü"])
    assert fails("0017", NAME, table(s=["x"]), method="Max", columns=["s"]).facts == {"column": "s", "type": "String"}
    assert fails("0056", NAME, table(k=categories([1], [1])), method="Max", columns=["k"]).facts["column"] == "k"
