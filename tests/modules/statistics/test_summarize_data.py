"""Summarize Data: every statistic against pandas, numpy and scipy."""

# ruff: noqa: DTZ001 - columns without a zone
from __future__ import annotations

import datetime as dt
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.sdk import catalogue
from tests.modules.data.helpers import categories, fails, foretold, lists, run, table

NAME = "summarize-data"
_STATISTICS = (
    "Min", "Max", "Mean", "Mean Deviation", "1st Quartile", "Median", "3rd Quartile", "Mode", "Range", "Sample Variance",
    "Sample Standard Deviation", "Sample Skewness", "Sample Kurtosis", "P0.5", "P1", "P5", "P95", "P99.5",
)  # fmt: skip
_COUNTS = ("Count", "Unique Value Count", "Missing Value Count")


def summary(before: Table) -> dict[str, dict[str, Any]]:
    """The rows by feature."""
    result = run(NAME, before)
    assert result.columns == foretold(NAME, {"dataset": before})
    return {row.pop("Feature"): row for row in result.arrow.to_pylist()}


def _expected(values: Any) -> dict[str, float]:
    """The statistics of known values, by libraries."""
    series = pd.Series(values, dtype="float64")

    def percentile(part: float) -> float:
        return float(np.percentile(series, part, method="averaged_inverted_cdf"))

    return {
        "Min": series.min(), "Max": series.max(), "Mean": series.mean(), "Mean Deviation": (series - series.mean()).abs().mean(),
        "1st Quartile": percentile(25), "Median": series.median(), "3rd Quartile": percentile(75), "Mode": series.mode().iloc[0],
        "Range": series.max() - series.min(), "Sample Variance": series.var(), "Sample Standard Deviation": series.std(),
        "Sample Skewness": series.skew() if series.max() > series.min() else math.nan,
        "Sample Kurtosis": series.kurt() if series.max() > series.min() else math.nan,
        "P0.5": percentile(0.5), "P1": percentile(1), "P5": percentile(5), "P95": percentile(95), "P99.5": percentile(99.5),
    }  # fmt: skip


def _same(row: dict[str, Any], values: Any) -> None:
    for name, expected in _expected(values).items():
        if math.isnan(expected):
            assert row[name] is None, name
        else:
            assert row[name] == pytest.approx(expected, rel=1e-9, abs=1e-9), name


def test_the_columns_of_the_report() -> None:
    assert tuple(lists(run(NAME, table(a=[1])))) == ("Feature", *_COUNTS, *_STATISTICS)
    assert catalogue.find("Descriptive Statistics") is catalogue.get(NAME)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 199, 200, 201, 1000])
def test_numbers_as_pandas_has_them(count: int) -> None:
    rng = np.random.default_rng(count)
    values: dict[str, Any] = {
        "skewed": rng.exponential(size=count),
        "tied": rng.integers(0, 7, count),
        "wide": rng.normal(size=count) ** 9,
    }
    rows = summary(Table(pa.table(values)))
    assert list(rows) == ["skewed", "tied", "wide"]
    for name, column in values.items():
        _same(rows[name], column)
        assert (rows[name]["Count"], rows[name]["Missing Value Count"]) == (count, 0)
        assert rows[name]["Unique Value Count"] == len(set(column.tolist()))


def test_values_far_from_0_as_exact_fractions_have_them() -> None:
    values = [*np.random.default_rng(9).normal(1e8, 1, 50)]
    exact = [Fraction(value) for value in values]
    mean = sum(exact) / 50
    second, third, fourth = (sum((value - mean) ** order for value in exact) / 50 for order in (2, 3, 4))
    row = summary(table(a=values))["a"]
    assert row["Sample Variance"] == pytest.approx(float(second) * 50 / 49, rel=1e-12)
    assert row["Sample Skewness"] == pytest.approx(
        float(third) / float(second) ** 1.5 * math.sqrt(50 * 49) / 48, rel=1e-9
    )
    assert row["Sample Kurtosis"] == pytest.approx(49 / (48 * 47) * (51 * float(fourth / second**2) - 3 * 49), rel=1e-9)


@settings(deadline=None)
@given(st.lists(st.none() | st.floats(-1e3, 1e3).map(lambda value: round(value, 2)), min_size=1))
def test_missing_values_are_counted_and_left_out(values: list[float | None]) -> None:
    known = [value for value in values if value is not None]
    row = summary(table(a=pa.array(values, pa.float64())))["a"]
    assert (row["Count"], row["Missing Value Count"]) == (len(values), values.count(None))
    assert row["Unique Value Count"] == len(set(known))
    if known:
        _same(row, known)
    else:
        assert [row[name] for name in _STATISTICS] == [None] * len(_STATISTICS)


def test_booleans_are_0_and_1() -> None:
    rows = summary(table({"f": Role.LABEL}, f=[True, None, False, True], t=[True] * 4, n=[False, None, None, None]))
    _same(rows["f"], [1, 0, 1])
    assert (rows["f"]["Min"], rows["f"]["Max"], rows["f"]["Range"]) == (0, 1, 1)
    assert (rows["t"]["Min"], rows["t"]["Max"], rows["t"]["Range"]) == (1, 1, 0)
    assert (rows["n"]["Unique Value Count"], rows["n"]["Max"]) == (1, 0)


def test_other_columns_have_only_counts() -> None:
    day = dt.datetime(2020, 1, 1)
    before = table(
        s=["a", None, "a"], b=[b"x", b"y", None], t=[day, day, None], d=[dt.timedelta(1), None, None],
        k=categories(["x", None, "x"], ["unused", "x"]), n=categories([1, 2, 1], [1, 2]), v=pa.array([None] * 3, pa.string()),
    )  # fmt: skip
    rows = summary(before)
    assert {name: (row["Unique Value Count"], row["Missing Value Count"]) for name, row in rows.items()} == {
        "s": (1, 1), "b": (2, 1), "t": (1, 1), "d": (1, 2), "k": (1, 1), "n": (2, 0), "v": (0, 3)
    }  # fmt: skip
    assert all(row[name] is None for row in rows.values() for name in _STATISTICS)


def test_constant_columns_do_not_vary() -> None:
    row = summary(table(a=[0.1] * 1000))["a"]
    assert (row["Mean"], row["Mean Deviation"], row["Sample Variance"], row["Range"]) == (0.1, 0, 0, 0)
    assert row["Sample Skewness"] is row["Sample Kurtosis"] is None


def test_values_at_the_ends_of_the_doubles() -> None:
    rows = summary(
        table(a=[1e308, 1e308, -1e308, 1e308], b=[1.0, 2.0, math.inf, 3.0], c=[-math.inf, math.inf, 0.0, 0.0])
    )
    assert rows["a"]["Mean"] == pytest.approx(5e307)
    assert rows["a"]["Sample Skewness"] == pytest.approx(-2)
    assert (rows["a"]["Range"], rows["a"]["Median"]) == (math.inf, 1e308)
    assert (rows["b"]["Mean"], rows["b"]["Median"], rows["b"]["Max"]) == (math.inf, 2.5, math.inf)
    assert rows["b"]["Sample Variance"] is None
    assert (rows["c"]["Mean"], rows["c"]["Mode"]) == (None, 0)


def test_large_integers_are_told_apart() -> None:
    assert summary(table(a=[2**62, 2**62 + 1, 2**62 + 1]))["a"]["Unique Value Count"] == 2


def test_many_columns_and_odd_names() -> None:
    columns: dict[str, Any] = {"": [1.0, 3.0], "größe ☃": [1, 2]}
    before = Table(pa.table(columns | {f"c{place}": [1.0, 2.0] for place in range(10_000)}))
    rows = summary(before)
    assert len(rows) == 10_002
    assert (rows[""]["Mean"], rows["größe ☃"]["Mean"], rows["c9999"]["Mean"]) == (2, 1.5, 1.5)


def test_nothing_to_describe() -> None:
    fails("0003", NAME, table(a=pa.array([], pa.float64())))
    fails("0003", NAME, Table(pa.table({})))
