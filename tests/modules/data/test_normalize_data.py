"""Normalize Data: against scikit-learn, SciPy and plain pandas."""

from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from bottega.dataset.folds import Folds
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.modules.machine_learning.apply_transformation import apply_transformation
from tests.modules.data.helpers import categories, fails, foretold, frame, known, lists, of_frame, run, table, types

NAME = "normalize-data"
_METHODS = ("ZScore", "MinMax", "Logistic", "LogNormal", "TanH")


def normalize(before: Table, **parameters: Any) -> tuple[Table, Any]:
    """The table and the transform, which does the same to the same table again, and after it was stored."""
    result, transform = run(NAME, before, **parameters)
    assert result.columns == foretold(NAME, {"dataset": before}, "transformed_dataset", **parameters)
    assert apply_transformation(pickle.loads(pickle.dumps(transform)), before).equals(result)
    return result, transform


def _one(values: Any, **parameters: Any) -> list[float | None]:
    found: list[float | None] = lists(normalize(table(x=values), **parameters)[0])["x"]
    return found


def _numbers(seed: int = 3, rows: int = 200) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    numbers = pd.DataFrame(
        {"a": chance.normal(1e6, 2.5, rows), "ß": chance.lognormal(1, 2, rows), "n": chance.integers(-50, 50, rows)}
    )
    numbers.loc[::7, "a"] = np.nan
    return numbers


def _expected(numbers: pd.DataFrame, method: str) -> Any:
    """The same by those who do nothing else."""
    if method == "ZScore":
        return StandardScaler().fit_transform(numbers)
    if method == "MinMax":
        return MinMaxScaler().fit_transform(numbers)
    if method == "Logistic":
        return 1 / (1 + np.exp(-numbers))
    if method == "TanH":
        return np.tanh(numbers)
    shares = {}
    for name, values in numbers.items():
        logs = np.log(values[values > 0])
        share = stats.lognorm.cdf(values, s=logs.std(ddof=0), scale=np.exp(logs.mean()))
        shares[name] = np.where(np.isnan(values), np.nan, share)
    return pd.DataFrame(shares)


@pytest.mark.parametrize("method", _METHODS)
def test_numbers_as_others_rescale_them(method: str) -> None:
    numbers = _numbers()
    result, _ = normalize(of_frame(numbers), method=method)
    assert types(result) == ["Double"] * 3
    np.testing.assert_allclose(frame(result), _expected(numbers, method), rtol=1e-9, atol=1e-9)


_VALUES = st.lists(
    st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False, min_value=-1e100, max_value=1e100)),
    min_size=1,
)


@settings(deadline=None)
@given(_VALUES)
def test_what_z_scores_and_min_max_are_for(values: list[float | None]) -> None:
    present = [value for value in values if value is not None]
    scores, shares = (_one(pa.array(values, pa.float64()), method=method) for method in ("ZScore", "MinMax"))
    for found in (scores, shares):
        assert [value is None for value in found] == [value is None for value in values]
    if len(set(present)) < 2:
        assert {value for value in (*scores, *shares) if value is not None} <= {0.0}
        return
    kept = [value for value in shares if value is not None]
    assert (min(kept), max(kept)) == (0.0, 1.0)
    kept = [value for value in scores if value is not None]
    assert np.mean(kept) == pytest.approx(0, abs=1e-6)
    spread = max(abs(value) for value in present) / (np.ptp(present) or 1)
    if spread < 1e6:  # else rounding is all there is
        assert np.std(kept) == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1e200, 1e308])
def test_numbers_at_the_ends_of_what_doubles_hold(scale: float) -> None:
    values = [-1.5 * scale, 0.5 * scale, scale]
    assert _one(values) == pytest.approx(stats.zscore([-1.5, 0.5, 1]))
    assert _one(values, method="MinMax") == pytest.approx([0, 0.8, 1])


@pytest.mark.parametrize(("method", "shift", "scale"), [("ZScore", 2.0, math.sqrt(2)), ("MinMax", 0.0, 4.0)])
def test_the_transform_uses_what_was_learned(method: str, shift: float, scale: float) -> None:
    _, transform = normalize(table(x=[0, 1, None, 3, 4, 2]), method=method)
    done = apply_transformation(transform, table(x=[10.0, None, math.inf]))
    assert lists(done)["x"] == [pytest.approx((10 - shift) / scale), None, math.inf]
    told = transform.describe()
    assert told["method"] == method
    assert told["columns"]["x"] == pytest.approx({"shift": shift, "scale": scale})


@pytest.mark.parametrize("method", ["ZScore", "MinMax", "LogNormal"])
@pytest.mark.parametrize(("zero", "expected"), [(True, 0.0), (False, None)])
def test_constant_columns(method: str, zero: bool, expected: float | None) -> None:
    for values in ([0.1] * 7, [3]):
        before = table(x=[*values, None])
        result, transform = normalize(before, method=method, zero_constant=zero)
        assert lists(result)["x"] == [expected] * len(values) + [None]
        done = apply_transformation(transform, table(x=[1e9, None]))
        assert lists(done)["x"] == [expected, None], "there is no scale for another value either"


def test_the_functions_that_learn_nothing_take_constants_and_infinities() -> None:
    assert _one([math.inf, -math.inf, 0.0, None], method="Logistic") == [1, 0, 0.5, None]
    assert _one([math.inf, -math.inf, 0.0, None], method="TanH") == [1, -1, 0, None]
    assert _one([1000.0, -1000.0], method="Logistic") == [1, 0]


def test_a_lognormal_distribution_has_nothing_at_and_below_zero() -> None:
    found = _one([-5.0, 0.0, 1.0, None, math.e, 1 / math.e], method="LogNormal")
    assert found[:2] == [0, 0]
    assert found[2] == pytest.approx(0.5)
    assert found[3] is None
    assert _one([-1.0, 0.0, None], method="LogNormal") == [0, 0, None], "no number has a logarithm"
    assert _one([-1.0, 0.0, None], method="LogNormal", zero_constant=False) == [None, None, None]


@pytest.mark.parametrize("method", _METHODS)
def test_columns_without_a_value(method: str) -> None:
    assert _one(pa.array([None, None], pa.float64()), method=method) == [None, None]


def test_untouched_columns_stay_as_they_are() -> None:
    folds = Folds(2, np.array([0, 1]))
    before = table(
        {"y": Role.LABEL, "s": Role.SCORE},
        x=[1, 2], y=[1, 3], s=[0.5, 0.25], t=["a", None], c=categories([7, 8], [9, 8, 7]), b=[True, False],
    ).with_folds(folds)  # fmt: skip
    result, transform = normalize(before, columns="x")
    assert result.folds is folds
    assert lists(result) == {**lists(before), "x": [-1, 1]}
    assert known(result, "c") == [9, 8, 7]
    assert [column.role for column in result.columns] == [column.role for column in before.columns]
    assert types(normalize(before)[0]) == ["Double"] * 3 + types(before)[3:], "numbers, whatever their role"
    assert list(transform.describe()["columns"]) == ["x"]


def test_ten_thousand_columns() -> None:
    wide = Table(pa.table({f"c{number}": [number, number + 2] for number in range(10_000)}))
    result, transform = run(NAME, wide)
    assert transform.describe()["more"] == 9_500
    assert len(str(transform.describe())) < 100_000, "a reply has no room for more"
    assert lists(Table(result.arrow.select([0, 9_999]))) == {"c0": [-1, 1], "c9999": [-1, 1]}


def test_large_integers_are_as_near_as_doubles_are() -> None:
    assert _one([-(2**63), 2**63 - 1], method="MinMax") == [0, 1]


def test_errors() -> None:
    before = table(x=[1.0, math.inf, 2.0], t=["a", "b", "c"], c=categories([1, 1, 1], [1]))
    for method in ("ZScore", "MinMax", "LogNormal"):
        assert fails("0033", NAME, before, method=method).facts == {"column": "x", "row": 2}
    fails("0017", NAME, before, columns="t")
    fails("0017", NAME, before, columns="c")
    fails("0001", NAME, before, columns="z")
    fails("0011", NAME, table(t=["a"]))
    fails("0003", NAME, table(x=pa.array([], pa.float64())))
    fails("0003", NAME, Table(pa.table({})))
    fails("0002", NAME, before, method="Box-Cox")


def test_another_table_that_does_not_fit() -> None:
    _, transform = normalize(table(x=[1, 2]))
    for code, other in (("0001", table(y=[1])), ("0016", table(x=["1"])), ("0016", table(x=categories([1], [1])))):
        with pytest.raises(Exception, match=code) as caught:
            apply_transformation(transform, other)
        assert getattr(caught.value, "code", None) == code
    assert lists(apply_transformation(transform, table(x=pa.array([], pa.int64())))) == {"x": []}


def test_the_transform_takes_a_column_without_any_value() -> None:
    _, transform = normalize(table(x=[1.0, 2.0]))
    result = apply_transformation(transform, table(x=pa.array([None, None], pa.large_string())))
    assert (types(result), lists(result)["x"]) == (["Double"], [None, None])
