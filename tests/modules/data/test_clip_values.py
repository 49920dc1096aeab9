"""Clip Values: against pandas' clip, where and quantile."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset.folds import Folds
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.errors import BottegaError
from bottega.sdk import catalogue
from tests.modules.data.helpers import categories, fails, foretold, frame, known, lists, of_frame, run, table, types

NAME = "clip-values"
_BOTH = {"thresholds": "ClipPeaksAndSubPeaks"}


def clip(before: Table, **parameters: Any) -> Table:
    """The table clipped, with the columns foretold."""
    result = run(NAME, before, **parameters)
    assert result.columns == foretold(NAME, {"dataset": before}, **parameters)
    return result  # type: ignore[no-any-return]


def _one(values: Any, **parameters: Any) -> list[Any]:
    return lists(clip(table(x=values), **parameters))["x"]


_VALUES = st.lists(st.one_of(st.none(), st.floats(-100, 100)), min_size=1)


@settings(deadline=None)
@given(_VALUES, st.floats(-60, 60), st.floats(-60, 60))
def test_constants_as_pandas_clips(values: list[float | None], one: float, other: float) -> None:
    low, high = sorted((one, other))
    before = pd.DataFrame({"x": pd.Series(values, dtype="float64")})
    for parameters, lower, upper in (
        ({"upper_constant": high}, None, high),
        ({"thresholds": "ClipSubPeaks", "lower_constant": low}, low, None),
        ({**_BOTH, "both_lower_constant": low, "both_upper_constant": high}, low, high),
    ):
        result = frame(clip(of_frame(before), **parameters))
        pd.testing.assert_frame_equal(result, before.clip(lower, upper))


_SUBSTITUTES: dict[str, Any] = {"Mean": pd.Series.mean, "Median": pd.Series.median, "Missing": lambda _: np.nan}


@settings(deadline=None)
@given(_VALUES, st.integers(1, 99), st.integers(1, 99), st.sampled_from(sorted(_SUBSTITUTES)))
def test_percentiles_and_substitutes(values: list[float | None], one: int, other: int, substitute: str) -> None:
    low, high = sorted((one, other))
    x = pd.Series(values, dtype="float64", name="x")
    lower, upper = float(x.quantile(low / 100)), float(x.quantile(high / 100))
    result = clip(
        of_frame(x.to_frame()), **_BOTH, threshold="Percentile", both_lower_percentile=low, both_upper_percentile=high,
        peak_substitute=substitute, subpeak_substitute="Threshold", indicator=True,
    )  # fmt: skip
    beyond = (x > upper) | (x < lower)
    # Quantiles that pandas and NumPy interpolate differ in the last digit.
    near = (x - lower).abs().lt(1e-9) | (x - upper).abs().lt(1e-9)
    expected = x.mask(x > upper, _SUBSTITUTES[substitute](x)).mask(x < lower, lower)
    found = frame(result)
    np.testing.assert_allclose(found["x"][~near], expected[~near], rtol=1e-9, atol=1e-9)
    assert found["x_IsClipped"][~near].tolist() == beyond[~near].tolist()


def test_one_side_by_percentile() -> None:
    values = [float(value) for value in range(101)]
    assert max(_one(values, upper_threshold="Percentile")) == 99
    lower = {"thresholds": "ClipSubPeaks", "lower_threshold": "Percentile", "lower_percentile": 10}
    assert _one(values, **lower)[:12] == [10.0] * 11 + [11.0]
    assert _one(values, **lower, lower_substitute="Missing")[:11] == [None] * 10 + [10.0]
    assert _one(values, upper_threshold="Percentile", upper_percentile=50, upper_substitute="Mean") == [
        *values[:51], *[50.0] * 50
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"upper_constant": 2.5}, [-3, 0, 2, 2, 2, None]),
        ({"upper_constant": 2.5, "upper_substitute": "Mean"}, [-3, 0, 2, 2, 2, None]),
        ({"upper_constant": 2.5, "upper_substitute": "Missing"}, [-3, 0, 2, None, None, None]),
        ({"thresholds": "ClipSubPeaks", "lower_constant": -2.5}, [-2, 0, 2, 3, 9, None]),
        ({**_BOTH, "both_lower_constant": 0, "both_upper_constant": 3, "subpeak_substitute": "Median"}, [2, 0, 2, 3, 3, None]),
        ({"upper_constant": math.inf}, [-3, 0, 2, 3, 9, None]), ({"upper_constant": 1e300}, [-3, 0, 2, 3, 9, None]),
        ({"thresholds": "ClipSubPeaks", "lower_constant": -1e300}, [-3, 0, 2, 3, 9, None]),
    ],
)  # fmt: skip
def test_integers_stay_integers(parameters: dict[str, Any], expected: list[int | None]) -> None:
    result = clip(table(x=[-3, 0, 2, 3, 9, None]), **parameters)
    assert types(result) == ["Integer"]
    assert lists(result)["x"] == expected


def test_large_integers_are_compared_exactly() -> None:
    values = [2**62, 2**62 + 1]
    assert _one(values, upper_constant=2.0**62) == [2**62, 2**62]
    most = 2**63 - 1
    assert _one([0, most, most], upper_constant=5, upper_substitute="Median") == [0, most, most]


def test_a_value_at_the_threshold_stays() -> None:
    result = clip(table(x=[1.0, math.nextafter(1, 2)]), upper_substitute="Missing", indicator=True)
    assert lists(result) == {"x": [1.0, None], "x_IsClipped": [False, True]}


def test_new_columns_stand_after_all_others() -> None:
    folds = Folds(2, np.array([0, 1]))
    before = table(
        {"y": Role.LABEL}, x=[5.0, 0.0], y=[7, 0], c=categories([1, 9], [9, 1]), s=["a", None]
    ).with_folds(folds)  # fmt: skip
    result = clip(before, overwrite=False, indicator=True)
    assert lists(result) == {
        **lists(before),
        "x_clipped": [1.0, 0.0], "x_IsClipped": [True, False], "y_clipped": [1, 0], "y_IsClipped": [True, False],
    }  # fmt: skip
    assert [column.role for column in result.columns[-4:]] == [Role.FEATURE] * 2 + [Role.NONE] * 2
    assert result.folds is folds
    assert known(result, "c") == [9, 1]
    inplace = clip(before, columns="y")
    assert inplace.columns == before.columns
    assert lists(inplace)["y"] == [1, 0]


def test_names_that_are_there_get_a_number() -> None:
    assert clip(table(x=[1], x_clipped=["a"]), overwrite=False).arrow.column_names == [
        "x",
        "x_clipped",
        "x_clipped (1)",
    ]


def test_infinities() -> None:
    values = [-math.inf, 0.0, math.inf]
    assert _one(values, **_BOTH) == [-1, 0, 1]
    before = table(x=[None, *values])
    for parameters in ({"upper_threshold": "Percentile"}, {"upper_substitute": "Mean"}):
        assert fails("0033", NAME, before, **parameters).facts == {"column": "x", "row": 2}
    assert lists(clip(before, upper_substitute="Median"))["x"] == [None, -math.inf, 0, 0]


@pytest.mark.parametrize("threshold", ["Constant", "Percentile"])
@pytest.mark.parametrize("values", [[], [None, None], [3.0]])
def test_few_values(values: list[float | None], threshold: str) -> None:
    column = pa.array(values, pa.float64())
    expected = [value if threshold == "Percentile" or value is None else 1.0 for value in values]
    assert _one(column, upper_threshold=threshold) == expected


def test_ten_thousand_columns() -> None:
    wide = Table(pa.table({f"c{number}": [number, -number] for number in range(10_000)}))
    result = clip(wide, **_BOTH)
    assert lists(Table(result.arrow.select([0, 9_999]))) == {"c0": [0, 0], "c9999": [1, -1]}


def test_errors() -> None:
    before = table(x=[1.0], s=["a"], c=categories([1], [1]))
    fails("0017", NAME, before, columns="s")
    fails("0017", NAME, before, columns="c")
    fails("0001", NAME, before, columns="z")
    fails("0011", NAME, table(s=["a"]))
    fails("0008", NAME, before, upper_percentile=100)
    fails("0002", NAME, before, upper_substitute="Zero")
    low_is_high = {**_BOTH, "both_lower_constant": 2}
    assert fails("0007", NAME, before, **low_is_high).facts["parameter"] == "Constant value of lower threshold"
    percentiles = {**_BOTH, "threshold": "Percentile", "both_lower_percentile": 60, "both_upper_percentile": 40}
    fails("0007", NAME, before, **percentiles)


def test_integers_with_no_whole_number_between_the_thresholds_keep_their_order() -> None:
    constants = {**_BOTH, "both_lower_constant": 0.2, "both_upper_constant": 0.7}
    assert _one([-3, 0, 1, 3, 6, None], **constants) == [0, 0, 1, 1, 1, None]
    assert _one([0, 3], **constants, peak_substitute="Missing") == [0, None]
    assert _one([0, 1], **_BOTH, threshold="Percentile") == [0, 1]


def test_a_threshold_that_is_no_number_is_refused() -> None:
    with pytest.raises(BottegaError) as caught:
        catalogue.get(NAME).function(table(x=[1.0, 2.0]), upper_constant=math.nan)
    assert (caught.value.code, caught.value.facts["parameter"]) == ("0002", "Constant value for upper threshold")
