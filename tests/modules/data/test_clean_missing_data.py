"""Clean Missing Data: every mode, the ratios, the transformation for other tables."""

# ruff: noqa: DTZ001 - columns without a zone
from __future__ import annotations

import datetime as dt
import pickle
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.errors import BottegaError
from bottega.sdk.notes import collect
from tests.modules.data.helpers import categories, fails, foretold, frame, known, lists, of_frame, run, table, types

NAME = "clean-missing-data"
_MODES = (
    "Custom substitution value", "Replace using MICE", "Replace with mean", "Replace with median", "Replace with mode",
    "Remove entire row", "Remove entire column", "Replace using Probabilistic PCA",
)  # fmt: skip


_FACTORS = {"a": 1, "b": 2, "c": -3, "d": 4}


def clean(before: Table, **parameters: Any) -> Table:
    """The cleaned table, which the transformation, pickled, makes of the same table too."""
    cleaned, transformation = run(NAME, before, **parameters)
    assert foretold(NAME, {"dataset": before}, "cleaned_dataset", **parameters) in (None, cleaned.columns)
    again = pickle.loads(pickle.dumps(transformation)).apply(before)
    if not parameters.get("indicator"):
        assert again.equals(cleaned)
    return cleaned  # type: ignore[no-any-return]


def _gappy(rows: int = 200, seed: int = 3) -> pd.DataFrame:
    """Numbers that hang together, with gaps."""
    rng = np.random.default_rng(seed)
    base = rng.normal(size=rows)
    result = pd.DataFrame({name: base * factor + rng.normal(scale=0.1, size=rows) for name, factor in _FACTORS.items()})
    return result.mask(rng.random(result.shape) < 0.15)


@pytest.mark.parametrize(
    ("values", "replacement", "expected"),
    [
        ([1, None], "0", [1, 0]),
        ([1.5, None], " 7 ", [1.5, 7.0]),
        ([1.5, None], "-inf", [1.5, float("-inf")]),
        ([1.5, None], "NaN", [1.5, None]),
        (["x", None], "0", ["x", "0"]),
        (["x", None], "", ["x", ""]),
        (["x", None], "NA", ["x", "NA"]),
        ([True, None], "0", [True, False]),
        ([dt.datetime(2020, 1, 1), None], "2/1/2020", [dt.datetime(2020, 1, 1), dt.datetime(2020, 2, 1)]),
        ([dt.datetime(2020, 1, 1), None], "0", [dt.datetime(2020, 1, 1), dt.datetime(1, 1, 1)]),
        ([dt.timedelta(1), None], "00:01:00", [dt.timedelta(1), dt.timedelta(minutes=1)]),
        ([dt.timedelta(1), None], "10", [dt.timedelta(1), dt.timedelta(microseconds=1)]),
        ([None, None], "0", ["0", "0"]),
    ],
    ids=range(13),
)
def test_custom_substitution(values: list[Any], replacement: str, expected: list[Any]) -> None:
    assert lists(clean(table(a=values), replacement=replacement))["a"] == expected


def test_the_default_puts_0_everywhere() -> None:
    before = table(n=[1, None], d=[None, 2.0], s=[None, "x"], b=[None, True], k=categories(["x", None], ["x"]))
    after = clean(before)
    assert lists(after) == {"n": [1, 0], "d": [0.0, 2.0], "s": ["0", "x"], "b": [False, True], "k": ["x", "0"]}
    assert types(after) == types(before)


def test_a_new_category_comes_last_and_a_known_one_is_used() -> None:
    before = table(
        a=categories(["x", None, "y"], ["unused", "x", "y"], ordered=True), b=categories([1, None, 2], [2, 1])
    )
    after = clean(before, replacement="2")
    assert known(after, "a") == ["unused", "x", "y", "2"]
    assert known(after, "b") == [2, 1]
    assert lists(after) == {"a": ["x", "2", "y"], "b": [1, 2, 2]}
    assert after.arrow["a"].type.ordered


def test_a_moment_of_the_columns_own_zone() -> None:
    before = table(a=pa.array([None], pa.timestamp("us", "Europe/Paris")))
    after = lists(clean(before, replacement="2020-07-01"))["a"]
    assert after[0].astimezone(dt.UTC) == dt.datetime(2020, 6, 30, 22, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("values", "replacement"),
    [([1, None], "x"), ([1, None], ""), ([1, None], "NA"), ([1, None], "1.5"), ([True, None], "2"),
     ([dt.datetime(2020, 1, 1), None], "soon"), ([dt.datetime(2020, 1, 1), None], "-5"), ([1.0, None], ""),
     ([dt.datetime(2020, 1, 1), None], "9" * 30), ([dt.datetime(2020, 1, 1), None], "9" * 5000),
     (pa.array([1, None], pa.timestamp("ns")), "0"), (pa.array([1, None], pa.timestamp("ns")), "1600-01-01"),
     (pa.array([1, None], pa.timestamp("ns", "Asia/Tokyo")), "3000-01-01"), (pa.array([1, None], pa.duration("ns")), "9" * 17),
     (categories([None], [1]), "x")],
    ids=range(15),
)  # fmt: skip
def test_a_replacement_that_does_not_fit(values: list[Any], replacement: str) -> None:
    assert "column a" in str(fails("0002", NAME, table(a=values), replacement=replacement))


def test_only_columns_with_a_gap_are_judged() -> None:
    notes = collect()
    before = table(s=["x", None], n=[1, 2], b=[b"x", b"y"], t=[dt.datetime(2020, 1, 1)] * 2)
    cleaned, transformation = run(NAME, before, replacement="unknown")
    assert lists(cleaned) == {**lists(before), "s": ["x", "unknown"]}
    assert [next(name for name in "nbt" if f"column {name}," in told) for told in notes] == ["n", "b", "t"]
    assert transformation.describe()["columns"] == ["s"]
    fails("0002", NAME, table(s=["x", "y"], n=[1, None]), replacement="unknown")


def test_a_moment_of_another_unit() -> None:
    ns, us = pa.timestamp("ns"), pa.timestamp("us")
    fine = pa.array([1_577_836_800_000_000_001, None], ns)
    after = clean(table(a=fine), replacement="1/1/2020").arrow["a"]
    assert after.cast(pa.int64()).to_pylist() == [1_577_836_800_000_000_001, 1_577_836_800_000_000_000]
    _, of_ns = run(NAME, table(a=pa.array([1_001, None], ns)), mode="Replace with mean")
    assert of_ns.apply(table(a=pa.array([5, None], us))).arrow["a"].cast(pa.int64()).to_pylist() == [5, 1]
    _, of_us = run(NAME, table(a=pa.array([5, None], us)))
    with pytest.raises(BottegaError, match=r"0139.*0001-01-01"):
        of_us.apply(table(a=fine))


@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tokyo", "America/New_York"])
def test_ticks_of_a_column_with_a_zone_are_utc(zone: str | None) -> None:
    cleaned, transformation = run(NAME, table(z=pa.array([1, None, 3], pa.timestamp("us", zone))))
    assert cleaned.arrow["z"].cast(pa.int64()).to_pylist() == [1, -62_135_596_800_000_000, 3], (
        "the first moment of year 1"
    )
    assert isinstance(transformation.describe()["values"]["z"], str)


def test_what_was_learned_of_moments_out_of_pythons_years() -> None:
    far = pa.array([-(10**17), None, 4 * 10**17], pa.timestamp("us"))
    for mode in ("Replace with mode", "Replace with median"):
        _, transformation = run(NAME, table(z=far), mode=mode)
        assert isinstance(transformation.describe()["values"]["z"], str)
    _, local = run(NAME, table(z=pa.array([1, None], pa.timestamp("us", "Asia/Tokyo"))), replacement="0001-01-01")
    assert local.describe()["values"]["z"] == "0000-12-31 14:41:01+00:00", "as far east as its sun"


@pytest.mark.parametrize("mode", ["Replace using MICE", "Replace using Probabilistic PCA"])
def test_imputation_of_huge_numbers(mode: str) -> None:
    rng = np.random.default_rng(4)
    base = rng.normal(size=100)
    plain = {"a": [*base, None], "b": [*(base + rng.normal(scale=0.1, size=100)), 1.5]}
    expected = lists(clean(table(**plain), mode=mode))["a"][-1]
    for factor in (2.0**1000, 2.0**1020):
        huge = table(a=[None if value is None else value * factor for value in plain["a"]], b=plain["b"])
        found = lists(clean(huge, mode=mode))["a"][-1]
        # Beside numbers of one size the regression's own weak priors have another weight.
        assert found / factor == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize(
    "mode", ["Replace with mean", "Replace with median", "Replace using MICE", "Replace using Probabilistic PCA"]
)
@pytest.mark.parametrize("most", [1e300, 1.7e308, 1.7976931348623157e308])
def test_no_gap_gets_what_is_no_number_of_its_column(mode: str, most: float) -> None:
    after = lists(clean(table(a=[most, most, None, 5.0], b=[1.0, 2.0, 3.0, None]), mode=mode))
    assert 0 < after["a"][2] <= most
    assert after["a"][2] > most / 2 or mode not in ("Replace with mean", "Replace with median")
    assert abs(after["b"][3]) < 1e6
    assert lists(clean(table(a=[most, most, most, None]), mode=mode))["a"] == pytest.approx([most] * 4)


@pytest.mark.parametrize("mode", ["Replace using MICE", "Replace using Probabilistic PCA"])
def test_an_imputation_beyond_all_numbers(mode: str) -> None:
    _, transformation = run(NAME, table(a=[1.0, 2.0, 3.0], b=[1e200, 2e200, 3e200]), mode=mode)
    assert transformation.apply(table(a=[4.0], b=pa.array([None], pa.float64()))).arrow["b"][0].as_py() > 2e200
    with pytest.raises(BottegaError, match=r"(0033: Column b .* row 2|1000)"):
        transformation.apply(table(a=[4.0, 1e300], b=pa.array([1.0, None], pa.float64())))


@pytest.mark.parametrize(("mode", "method"), [("Replace with mean", "mean"), ("Replace with median", "median")])
def test_averages_as_pandas_has_them(mode: str, method: str) -> None:
    before = _gappy()
    expected = before.fillna(getattr(before, method)())
    pd.testing.assert_frame_equal(frame(clean(of_frame(before), mode=mode)), expected)


def test_averages_in_the_columns_type() -> None:
    day = dt.datetime(2020, 1, 1)
    before = table(
        n=[1, 2, None, 5], b=[True, False, None, True],
        t=pa.array([day, day + dt.timedelta(days=1), None, day + dt.timedelta(microseconds=2)], pa.timestamp("ns")),
        s=[dt.timedelta(seconds=1), dt.timedelta(seconds=2), None, dt.timedelta(seconds=6)],
    )  # fmt: skip
    after = clean(before, mode="Replace with mean")
    assert types(after) == ["Integer", "Boolean", "DateTime", "TimeSpan"]
    assert [values[2] for values in lists(after).values()] == [
        3, True, day + dt.timedelta(hours=8) + dt.timedelta(microseconds=2) / 3, dt.timedelta(seconds=3)
    ]  # fmt: skip
    medians = clean(before, mode="Replace with median", columns=["n", "t", "s"])
    assert [lists(medians)[name][2] for name in "nts"] == [
        2,
        day + dt.timedelta(microseconds=2),
        dt.timedelta(seconds=2),
    ]


def test_the_mean_of_integers_is_rounded_half_to_even() -> None:
    assert lists(clean(table(a=[0, 1, None]), mode="Replace with mean"))["a"] == [0, 1, 0]
    assert lists(clean(table(a=[1, 2, None]), mode="Replace with median"))["a"] == [1, 2, 2]


def test_the_mean_of_the_largest_integers() -> None:
    ends = [-(2**63), 2**63 - 1, None]
    assert lists(clean(table(a=ends), mode="Replace with mean"))["a"][2] in (-1, 0)


@settings(deadline=None)
@given(st.lists(st.none() | st.integers(-3, 3) | st.floats(-3, 3), min_size=1).filter(any))
def test_the_mode_of_numbers(values: list[float | None]) -> None:
    before = pd.DataFrame({"a": pd.Series(values, dtype="float64") + 0.0})
    after = lists(clean(of_frame(before), mode="Replace with mode"))["a"]
    assert after == before["a"].fillna(before["a"].mode()[0]).tolist()


def test_the_mode_of_other_columns() -> None:
    day = dt.datetime(2020, 1, 1)
    before = table(
        s=["b", "a", None, "b", "a"], k=categories(["z", "a", None, "z", "a"], ["z", "a"]), b=[True, True, None, False, None],
        t=[day, None, day, None, None], d=[dt.timedelta(2), dt.timedelta(1), None, None, None], x=[b"b", b"a", None, None, b"a"],
    )  # fmt: skip
    after = lists(clean(before, mode="Replace with mode"))
    assert {name: values[2] for name, values in after.items()} == {
        "s": "a", "k": "z", "b": True, "t": day, "d": dt.timedelta(1), "x": b"a"
    }  # fmt: skip


def test_mean_of_infinities_leaves_what_it_cannot_tell() -> None:
    inf = float("inf")
    assert lists(clean(table(a=[inf, -inf, None]), mode="Replace with mean"))["a"] == [inf, -inf, None]


@pytest.mark.parametrize(
    ("mode", "values"),
    [
        ("Replace with mean", ["x", None]), ("Replace with mean", categories([1, None], [1])), ("Replace with median", [True, None]),
        ("Replace with median", ["x"]), ("Replace using MICE", ["x", None]), ("Replace using MICE", [dt.datetime(2020, 1, 1), None]),
        ("Replace using Probabilistic PCA", ["x", None]),
    ],
    ids=range(7),
)  # fmt: skip
def test_a_column_that_the_mode_cannot_work_with(mode: str, values: Any) -> None:
    fails("0017", NAME, table(a=values), mode=mode)


def test_binary_values_have_no_replacement() -> None:
    fails("0017", NAME, table(a=[b"x", None]))


def test_rows_are_removed() -> None:
    before = pd.DataFrame({"a": [1.0, np.nan, 3.0], "b": ["x", "y", None], "c": [np.nan, 1.0, 2.0]})
    after = frame(clean(of_frame(before), mode="Remove entire row", columns=["a", "b"]))
    pd.testing.assert_frame_equal(after, before.dropna(subset=["a", "b"]).reset_index(drop=True))


def test_columns_are_removed() -> None:
    before = table(a=[1, None], b=[1, 2], c=[None, None])
    assert clean(before, mode="Remove entire column").arrow.column_names == ["b"]
    assert clean(before, mode="Remove entire column", columns=["b", "c"]).arrow.column_names == ["a", "b"]


@pytest.mark.parametrize("mode", _MODES[1:5] + _MODES[7:])
def test_columns_without_a_value(mode: str) -> None:
    blank = pa.array([None, None, None], pa.float64())
    before = table(a=[1.0, None, 2.0], blank=blank, c=[2.0, 3.0, None])
    assert clean(before, mode=mode).arrow.column_names == ["a", "c"]
    kept = clean(before, mode=mode, all_missing="Propagate")
    assert kept.arrow.column_names == ["a", "blank", "c"]
    assert kept.arrow["blank"].null_count == 3
    assert kept.arrow["a"].null_count == kept.arrow["c"].null_count == 0
    assert clean(table(blank=blank), mode=mode).num_columns == 0


def test_ratios_judge_each_column() -> None:
    before = table(none=[1, 2, 3, 4], quarter=[None, 2, 3, 4], half=[None, None, 3, 4], most=[None, None, None, 4])
    after = clean(before, minimum_missing_ratio=0.25, maximum_missing_ratio=0.5)
    assert [column.null_count for column in after.arrow.columns] == [0, 0, 0, 3]
    after = clean(before, minimum_missing_ratio=0.5, mode="Remove entire column")
    assert after.arrow.column_names == ["none", "quarter"]
    after = clean(before, maximum_missing_ratio=0.25, mode="Remove entire row")
    assert lists(after)["quarter"] == [2, 3, 4]
    fails("0007", NAME, before, minimum_missing_ratio=0.6, maximum_missing_ratio=0.5)
    fails("0008", NAME, before, minimum_missing_ratio=1.5)


def test_indicators() -> None:
    before = table(a=[1, None, 3], b=["x", "y", "z"], c=[None, None, 1.0], d=pa.array([None] * 3, pa.float64()))
    after = clean(before, columns=["a", "b", "c"], maximum_missing_ratio=0.5, indicator=True)
    assert after.arrow.column_names == ["a", "b", "c", "d", "a_IsMissing", "b_IsMissing", "c_IsMissing"]
    assert lists(after)["a_IsMissing"] == [False, True, False]
    assert lists(after)["b_IsMissing"] == lists(after)["c_IsMissing"] == [False] * 3, "c lies outside of the ratios"
    told = foretold(NAME, {"dataset": before}, "cleaned_dataset", columns=["a", "b"], indicator=True)
    assert [column.name for column in told] == [*before.arrow.column_names, "a_IsMissing", "b_IsMissing"]
    removed = clean(before, columns=["a", "d"], mode="Replace with mean", indicator=True)
    assert removed.arrow.column_names == ["a", "b", "c", "a_IsMissing"]
    assert clean(before, mode="Remove entire row", indicator=True).num_columns == 4


def test_mice_as_scikit_learn_does_it() -> None:
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.impute import IterativeImputer

    before = _gappy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # whether it converged
        expected = IterativeImputer(max_iter=10, tol=1e-3, random_state=0).fit_transform(before)
    after = frame(clean(of_frame(before), mode="Replace using MICE", iterations=10))
    np.testing.assert_allclose(after.to_numpy(), expected, rtol=1e-9)


@pytest.mark.parametrize("mode", ["Replace using MICE", "Replace using Probabilistic PCA"])
def test_imputation_finds_what_the_mean_cannot(mode: str) -> None:
    rng = np.random.default_rng(11)
    base = rng.normal(size=200)
    full = pd.DataFrame({name: base * factor + rng.normal(scale=0.1, size=200) for name, factor in _FACTORS.items()})
    gaps = rng.random(full.shape) < 0.2
    before = full.mask(gaps)
    after = frame(clean(of_frame(before), mode=mode))
    np.testing.assert_array_equal(after.to_numpy()[~gaps], full.to_numpy()[~gaps])
    error = np.abs(after.to_numpy() - full.to_numpy())[gaps].mean()
    plain = np.abs(before.fillna(before.mean()).to_numpy() - full.to_numpy())[gaps].mean()
    assert error < plain / 4


@pytest.mark.parametrize("mode", ["Replace using MICE", "Replace using Probabilistic PCA"])
def test_imputation_keeps_the_types(mode: str) -> None:
    rng = np.random.default_rng(5)
    n = rng.integers(0, 50, 300)
    kinds = [
        None if gap else str(kind)
        for kind, gap in zip(np.where(n < 25, "low", "high"), rng.random(300) < 0.2, strict=True)
    ]
    before = Table(
        pa.table(
            {
                "n": pa.array(n, mask=rng.random(300) < 0.2),
                "double": pa.array(n * 2.0, mask=rng.random(300) < 0.2),
                "flag": pa.array(n > 25, mask=rng.random(300) < 0.2),
                "kind": categories(kinds, ["?", "low", "high"]),
                "text": pa.array(["x", None] * 150),
            }
        ),
        roles={"flag": Role.LABEL},
    )  # fmt: skip
    after = clean(before, columns=["n", "double", "flag", "kind"], mode=mode)
    assert types(after) == types(before)
    assert [column.role for column in after.columns] == [column.role for column in before.columns]
    assert [column.null_count for column in after.arrow.columns] == [0, 0, 0, 0, 150]
    right = np.array(lists(after)["kind"]) == np.where(n < 25, "low", "high")
    assert right.mean() > 0.95
    assert known(after, "kind") == ["?", "low", "high"]


@pytest.mark.parametrize("mode", ["Replace using MICE", "Replace using Probabilistic PCA"])
def test_imputation_at_its_limits(mode: str) -> None:
    assert lists(clean(table(a=[1.0, None, 3.0]), mode=mode))["a"] == pytest.approx([1.0, 2.0, 3.0])
    rows = table(a=[1.0, None, 3.0, None], b=[2.0, None, 6.0, 4.0])
    assert clean(rows, mode=mode).arrow["a"].null_count == 0
    constant = table(a=[5.0, 5.0, None], b=[1.0, 2.0, 3.0])
    assert lists(clean(constant, mode=mode))["a"] == pytest.approx([5.0] * 3)
    assert fails("0033", NAME, table(a=[1.0, float("inf"), None]), mode=mode).facts["row"] == 2
    many = [f"v{number}" for number in range(1001)]
    fails("0014", NAME, table(a=categories(many, many)), mode=mode)


def test_ppca_is_the_conditional_mean_of_its_own_covariance() -> None:
    from bottega.modules.data_transformation._ppca import Ppca

    gappy = _gappy().to_numpy()
    model = Ppca.learn(gappy, 20)
    filled = model.fill(gappy)
    place = int(np.flatnonzero(np.isnan(gappy).sum(axis=1) == 2)[0])
    gaps = np.isnan(gappy[place])
    scaled, found = ((matrix[place] - model.centre) / model.scale for matrix in (gappy, filled))
    inverse = np.linalg.inv(model.covariance[np.ix_(~gaps, ~gaps)])
    expected = model.mean[gaps] + model.covariance[np.ix_(gaps, ~gaps)] @ inverse @ (scaled[~gaps] - model.mean[~gaps])
    np.testing.assert_allclose(found[gaps], expected)


def test_ppca_without_gaps_is_the_closed_form() -> None:
    from bottega.modules.data_transformation._ppca import Ppca

    rng = np.random.default_rng(2)
    data = rng.normal(size=(400, 2)) @ rng.normal(size=(2, 5)) + rng.normal(scale=0.2, size=(400, 5))
    model = Ppca.learn(data, 3)
    from sklearn.decomposition import PCA

    scaled = (data - data.mean(axis=0)) / data.std(axis=0)
    pca = PCA(n_components=model.dimensions).fit(scaled)
    np.testing.assert_allclose(model.covariance, pca.get_covariance() * (399 / 400), atol=1e-9)


def test_the_transformation_uses_what_was_learned() -> None:
    _, transformation = run(NAME, table(a=[1.0, 3.0], b=[10, None]), mode="Replace with mean")
    other = table({"b": Role.LABEL}, x=["k", None], b=[None, 1], a=[None, 100.0])
    after = transformation.apply(other)
    assert lists(after) == {"x": ["k", None], "b": [10, 1], "a": [2.0, 100.0]}
    assert after.columns[1].role is Role.LABEL
    assert transformation.describe()["values"] == {"a": 2.0, "b": 10}


@pytest.mark.parametrize("mode", _MODES)
def test_the_transformation_of_a_table_without_rows(mode: str) -> None:
    before = table(a=[1.0, None, 2.0, 4.0], b=[2.0, 3.0, None, 1.0])
    cleaned, transformation = run(NAME, before, mode=mode)
    assert transformation.apply(Table(before.arrow.slice(0, 0))).arrow.column_names == cleaned.arrow.column_names
    assert transformation.describe()["kind"] == "Clean Missing Data"


@pytest.mark.parametrize("mode", ["Replace using MICE", "Replace using Probabilistic PCA"])
def test_an_imputation_of_other_categories_and_gaps(mode: str) -> None:
    before = table(k=categories(["x", "y", "x", "y"], ["x", "y"]), n=[1.0, 9.0, 1.1, 9.1])
    _, transformation = run(NAME, before, mode=mode)
    other = table(k=categories([None, "new", None], ["new", "y"]), n=[1.0, 5.0, 9.0])
    after = transformation.apply(other)
    assert lists(after)["k"] == ["x", "new", "y"]


def test_the_transformation_refuses_other_columns() -> None:
    _, transformation = run(NAME, table(a=[1, None]), mode="Replace with mean")
    for other, code in ((table(b=[1]), "0001"), (table(a=[1.0]), "0016")):
        with pytest.raises(Exception, match=code):
            transformation.apply(other)
    _, removal = run(NAME, table(a=[1, None], b=[1, 2]), mode="Remove entire column")
    with pytest.raises(Exception, match="0001"):
        removal.apply(table(b=[1]))


def test_the_other_errors() -> None:
    fails("0003", NAME, table(a=pa.array([], pa.int64())))
    fails("0003", NAME, Table(pa.table({})))
    fails("0011", NAME, table(a=[1]), columns="StringFeature")
    fails("0001", NAME, table(a=[1]), columns=["b"])
    fails("0008", NAME, table(a=[1]), mode="Replace using MICE", iterations=11)
    fails("0008", NAME, table(a=[1]), mode="Replace using Probabilistic PCA", pca_iterations=0)
    fails("0002", NAME, table(a=[1]), mode="Guess")


def test_nothing_missing_nothing_changed() -> None:
    before = table({"b": Role.LABEL}, a=categories(["x", "y"], ["z", "y", "x"]), b=[1, 2], c=[0.5, 1.5])
    for mode in ("Custom substitution value", "Replace with mode", "Remove entire row", "Remove entire column"):
        assert clean(before, mode=mode).equals(before)
    for mode in ("Replace with mean", "Replace using MICE", "Replace using Probabilistic PCA"):
        assert clean(before, mode=mode, columns=["b", "c"]).equals(before)
