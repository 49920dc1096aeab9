"""The profile against plain pandas, exact fractions and counting by hand."""

from __future__ import annotations

import bisect
import datetime as dt
import json
import math
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset import profile as module
from bottega.dataset.profile import ColumnProfile, Histogram, Top, profile
from bottega.dataset.table import Table

_LEAST, _LARGEST = -(2**63), 2**63 - 1


def _profile(values: Any, kind: Any = None, **options: int) -> ColumnProfile:
    array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, kind)
    (column,) = profile(Table(pa.table([array], names=["x"])), **options)
    json.dumps(column.as_json(), allow_nan=False)
    return column


def _tops(column: ColumnProfile) -> list[tuple[Any, int]]:
    return [(top.value, top.count) for top in column.top]


def _histogram(column: ColumnProfile) -> Histogram:
    assert column.histogram is not None
    assert len(column.histogram.edges) == len(column.histogram.counts) + 1
    return column.histogram


# --- Against pandas -------------------------------------------------------------------------


def _frame(rows: int) -> pd.DataFrame:
    random = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "normal": random.normal(3, 2, rows),
            "skewed": random.exponential(size=rows) * 1e9,
            "few": pd.array(random.integers(-3, 4, rows), dtype="Int64"),
            "many": pd.array(random.integers(-(10**12), 10**12, rows), dtype="Int64"),
            "word": pd.Series([f"w{number}" for number in random.geometric(0.2, rows)], dtype=object),
            "identifier": pd.Series([f"id-{number}" for number in range(rows)], dtype=object),
            "flag": pd.array(random.random(rows) < 0.3, dtype="boolean"),
            "when": pd.to_datetime(random.integers(-(10**15), 10**15, rows), unit="us"),
            "span": pd.to_timedelta(random.integers(-(10**12), 10**12, rows), unit="us"),
            "group": pd.Categorical([f"g{number}" for number in random.geometric(0.5, rows)]),
        }
    )
    frame = frame.mask(random.random(frame.shape) < 0.1)
    frame["whole"] = np.arange(rows)
    return frame


_NUMBERS = ["normal", "skewed", "few", "many", "whole"]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Return columns of each kind, a tenth of the values missing."""
    return _frame(5000)


@pytest.fixture(scope="module")
def columns(frame: pd.DataFrame) -> dict[str, ColumnProfile]:
    """Return the profile of that frame by column."""
    return {column.name: column for column in profile(Table(pa.Table.from_pandas(frame)))}


def test_columns_come_in_order_with_their_types(frame: pd.DataFrame, columns: dict[str, ColumnProfile]) -> None:
    assert list(columns) == list(frame.columns)
    types = "Double Double Integer Integer String String Boolean DateTime TimeSpan,Categorical String,Integer"
    assert [column.type for column in columns.values()] == [
        name for part in types.split(",") for name in ([part] if part.startswith("Categorical") else part.split())
    ]


def test_counts_are_those_of_pandas(frame: pd.DataFrame, columns: dict[str, ColumnProfile]) -> None:
    for name, series in frame.items():
        column = columns[str(name)]
        assert (column.count, column.missing) == (series.count(), series.isna().sum())
        assert column.distinct == series.nunique()


@pytest.mark.parametrize("name", _NUMBERS)
def test_numbers_are_those_of_pandas(frame: pd.DataFrame, columns: dict[str, ColumnProfile], name: str) -> None:
    column, series = columns[name], frame[name]
    assert (column.min, column.max, column.median) == (series.min(), series.max(), series.median())
    assert column.mean == pytest.approx(series.mean(), rel=1e-12)
    assert column.std == pytest.approx(series.std(), rel=1e-12)
    counts, edges = np.histogram(series.dropna().to_numpy(float), bins=10)
    assert _histogram(column).counts == tuple(counts)
    assert _histogram(column).edges == pytest.approx(edges)


def test_times_are_those_of_pandas(frame: pd.DataFrame, columns: dict[str, ColumnProfile]) -> None:
    column, series = columns["when"], frame["when"]
    assert [column.min, column.max] == [series.min().isoformat(), series.max().isoformat()]
    theirs: Any
    for ours, theirs in ((column.mean, series.mean()), (column.median, series.median())):
        assert abs(pd.Timestamp(str(ours)) - theirs) <= pd.Timedelta(1, "us")
    theirs = series.std()
    assert column.std == pytest.approx(theirs.total_seconds(), rel=1e-9)
    counts, edges = np.histogram(series.dropna().astype("int64"), bins=10)
    assert _histogram(column).counts == tuple(counts)
    for ours, theirs in zip(_histogram(column).edges, edges, strict=True):
        assert abs(pd.Timestamp(str(ours)).value // 1000 - theirs) <= 1


def test_spans_are_those_of_pandas_in_seconds(frame: pd.DataFrame, columns: dict[str, ColumnProfile]) -> None:
    column, series = columns["span"], frame["span"]
    seconds = series.dt.total_seconds()
    assert [column.min, column.max] == [seconds.min(), seconds.max()]
    assert [column.mean, column.median] == pytest.approx([seconds.mean(), seconds.median()], abs=2e-6)
    assert column.std == pytest.approx(seconds.std(), rel=1e-9)
    assert sum(_histogram(column).counts) == series.count()
    assert _histogram(column).edges == pytest.approx(np.linspace(seconds.min(), seconds.max(), 11), abs=2e-6)


@pytest.mark.parametrize("name", ["few", "word", "flag", "group"])
def test_top_values_are_those_of_pandas(frame: pd.DataFrame, columns: dict[str, ColumnProfile], name: str) -> None:
    counts = frame[name].value_counts()
    expected = counts[counts > 0].head(10)
    assert [count for _, count in _tops(columns[name])] == expected.to_list()
    for value, count in _tops(columns[name]):
        assert counts[value] == count


@pytest.mark.parametrize("name", ["normal", "many", "whole", "when", "span"])
def test_columns_of_measures_have_no_top_values(columns: dict[str, ColumnProfile], name: str) -> None:
    assert columns[name].top == ()


def test_threads_change_nothing(frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(pa.Table.from_pandas(frame))
    assert table.num_rows >= module._ROWS_FOR_THREADS
    threaded = profile(table)
    monkeypatch.setattr(module, "_ROWS_FOR_THREADS", table.num_rows + 1)
    assert profile(table) == threaded


def test_chunks_and_slices_change_nothing(frame: pd.DataFrame) -> None:
    arrow = pa.Table.from_pandas(frame)
    chunked = pa.concat_tables([arrow.slice(0, 7), arrow.slice(7, 0), arrow.slice(7, 3001), arrow.slice(3008)])
    assert profile(Table(chunked)) == profile(Table(arrow))


def test_the_table_stays_as_it_is(frame: pd.DataFrame) -> None:
    table = Table(pa.Table.from_pandas(frame))
    before = Table(pa.Table.from_pandas(frame)).digest
    profile(table)
    assert Table(table.arrow).digest == before


# --- Against exact arithmetic -----------------------------------------------------------------


def _exact(values: list[Any]) -> tuple[float, float, Decimal]:
    """Return mean, median and deviation, computed without rounding on the way."""
    exact = sorted(map(Fraction, values))
    count = len(exact)
    mean = sum(exact, Fraction(0)) / count
    median = (exact[(count - 1) // 2] + exact[count // 2]) / 2
    variance = sum(((value - mean) ** 2 for value in exact), Fraction(0)) / max(count - 1, 1)
    return float(mean), float(median), (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()


def _check_numbers(column: ColumnProfile, values: list[Any]) -> None:
    mean, median, std = _exact(values)
    size = max(map(abs, values))
    assert [column.min, column.max] == [min(values), max(values)]
    assert column.mean == pytest.approx(mean, rel=1e-12, abs=float(size) * 1e-15)
    assert column.median == pytest.approx(median, rel=1e-15, abs=5e-324)
    if len(values) == 1 or std > Decimal(np.finfo(float).max):
        assert column.std is None
    else:
        assert column.std is not None
        slack = std * Decimal("1e-9") + Decimal(size) * Decimal("1e-15") + Decimal("5e-324")
        assert abs(Decimal(column.std) - std) <= slack


def _check_histogram(histogram: Histogram, values: list[Any]) -> None:
    edges: list[Any] = list(histogram.edges)
    counts = [0] * (len(edges) - 1)
    for value in values:
        counts[max(min(bisect.bisect_right(edges, value) - 1, len(counts) - 1), 0)] += 1
    assert list(histogram.counts) == counts
    assert edges == sorted(edges)
    assert len(counts) == 1 or len(set(edges)) == len(edges)


_DOUBLES = st.floats() | st.sampled_from([0.0, -0.0, 1.0, 1.0 + 2**-52, 5e-324, 1.7976931348623157e308])


@given(st.lists(st.none() | _DOUBLES, max_size=12), st.integers(1, 12))
def test_any_doubles(values: list[float | None], bins: int) -> None:
    column = _profile(values, pa.float64(), bins=bins)
    present = [value for value in values if value is not None and not math.isnan(value)]
    finite = [value for value in present if math.isfinite(value)]
    assert (column.count, column.missing) == (len(present), len(values) - len(present))
    assert column.distinct == len(set(present))
    assert column.infinite == len(present) - len(finite)
    if finite:
        _check_numbers(column, finite)
        _check_histogram(_histogram(column), finite)
        assert len(_histogram(column).counts) <= bins
    else:
        assert (column.min, column.max, column.mean, column.median, column.std, column.histogram) == (None,) * 6


_INTEGERS = st.integers(_LEAST, _LARGEST) | st.integers(-3, 3) | st.integers(_LARGEST - 3, _LARGEST) | st.just(_LEAST)


@given(st.lists(st.none() | _INTEGERS, max_size=12), st.integers(1, 12), st.integers(0, 5))
def test_any_integers(values: list[int | None], bins: int, top: int) -> None:
    column = _profile(values, pa.int64(), bins=bins, top=top)
    present = [value for value in values if value is not None]
    assert (column.count, column.missing) == (len(present), len(values) - len(present))
    assert column.distinct == len(set(present))
    expected = sorted(Counter(present).items(), key=lambda item: (-item[1], item[0]))
    assert _tops(column) == expected[:top]
    if present:
        _check_numbers(column, present)
        assert sum(_histogram(column).counts) == len(present)
        if max(map(abs, present)) <= 2**53:
            _check_histogram(_histogram(column), present)


@given(st.lists(st.none() | _INTEGERS, min_size=1, max_size=12), st.integers(1, 12))
def test_any_times(values: list[int | None], bins: int) -> None:
    present = [value for value in values if value is not None]
    kinds: list[tuple[Any, int]] = [(pa.timestamp("us"), 6), (pa.timestamp("ns"), 9)]
    for kind, digits in kinds:
        column = _profile(values, kind, bins=bins)
        if not present:
            assert (column.min, column.mean, column.histogram) == (None, None, None)
            continue
        assert column.min == _iso(min(present), digits)
        assert column.max == _iso(max(present), digits)
        assert column.distinct == len(set(present))
        assert sum(_histogram(column).counts) == len(present)
        assert _histogram(column).edges[0] == column.min
        assert _histogram(column).edges[-1] == column.max


def _iso(ticks: int, digits: int) -> str:
    """Count the calendar by hand: a Gregorian cycle of 400 years has 146,097 days."""
    seconds, fraction = divmod(ticks, 10**digits)
    days, second = divmod(seconds, 86_400)
    cycles, day = divmod(days, 146_097)
    near = dt.datetime(1970, 1, 1) + dt.timedelta(days=day, seconds=second)  # noqa: DTZ001
    year = near.year + 400 * cycles
    text = f"{'-' if year < 0 else ''}{abs(year):04}{near.isoformat()[4:]}"
    return f"{text}.{fraction:0{digits}}".rstrip("0") if fraction else text


@given(st.lists(st.none() | st.sampled_from(["", "a", "b", "ab"]), max_size=12), st.integers(0, 5))
def test_any_texts(values: list[str | None], top: int) -> None:
    present = [value for value in values if value is not None]
    counts = Counter(present)
    column = _profile(values, pa.string(), top=top)
    assert (column.count, column.missing) == (len(present), len(values) - len(present))
    assert column.distinct == len(counts)
    # Counter keeps the order of first appearance, and sorting is stable.
    assert _tops(column) == sorted(counts.items(), key=lambda item: -item[1])[:top]
    assert (column.min, column.mean, column.histogram) == (None, None, None)


@given(st.lists(st.none() | st.booleans(), max_size=12))
def test_any_flags(values: list[bool | None]) -> None:
    counts = Counter(value for value in values if value is not None)
    column = _profile(values, pa.bool_())
    assert column.distinct == len(counts)
    assert _tops(column) == sorted(counts.items(), key=lambda item: (-item[1], item[0]))


# --- Corners ------------------------------------------------------------------------------------

_KINDS: list[Any] = [
    pa.large_string(),
    pa.int64(),
    pa.float64(),
    pa.bool_(),
    pa.timestamp("us", "Europe/Rome"),
    pa.duration("ns"),
    pa.large_binary(),
    pa.dictionary(pa.int32(), pa.large_string()),
    pa.dictionary(pa.int32(), pa.float64()),
    pa.dictionary(pa.int32(), pa.large_binary()),
]


@pytest.mark.parametrize("rows", [0, 3])
@pytest.mark.parametrize("kind", _KINDS, ids=str)
def test_nothing_there(kind: Any, rows: int) -> None:
    column = _profile([None] * rows, kind)
    nothing = ColumnProfile("x", column.type, count=0, missing=rows, distinct=0)
    assert column == nothing
    assert _profile(pa.chunked_array([], type=kind)) == ColumnProfile("x", column.type, 0, 0, 0)


@pytest.mark.parametrize("value", [0.1, -1e308, 5e-324])
def test_constant_doubles_are_exact(value: float) -> None:
    column = _profile([value] * 7)
    assert (column.min, column.max, column.mean, column.median, column.std) == (value, value, value, value, 0.0)
    assert column.histogram == Histogram((value, value), (7,))


def test_constant_integers_times_and_spans() -> None:
    assert _profile([7, 7]).histogram == Histogram((7.0, 7.0), (2,))
    assert (_profile([7, 7]).mean, _profile([7, 7]).std) == (7.0, 0.0)
    time = _profile([0, 0], pa.timestamp("us", "Europe/Rome"))
    assert time.histogram == Histogram(("1970-01-01T00:00:00Z",) * 2, (2,))
    assert (time.mean, time.std) == ("1970-01-01T00:00:00Z", 0.0)
    assert _profile([1500, 1500], pa.duration("ms")).histogram == Histogram((1.5, 1.5), (2,))


def test_one_value_has_no_deviation() -> None:
    assert _profile([1.5]).std is None
    assert _profile([3]).std is None


def test_infinities_are_counted_apart() -> None:
    column = _profile([math.inf, 1.0, -math.inf, 2.0, math.inf, None])
    assert (column.count, column.missing, column.distinct, column.infinite) == (5, 1, 4, 3)
    assert (column.min, column.max, column.mean, column.median) == (1.0, 2.0, 1.5, 1.5)
    assert sum(_histogram(column).counts) == 2
    assert _profile([math.inf]).min is None


def test_zero_has_no_sign() -> None:
    for values in ([0.0, -0.0], [-0.0, 0.0], [-0.0]):
        column = _profile(values)
        assert column.distinct == 1
        assert [math.copysign(1, value) for value in (column.min, column.max, column.median)] == [1, 1, 1]  # type: ignore[arg-type]


def test_doubles_at_the_end_of_their_range() -> None:
    most = 1.7976931348623157e308
    column = _profile([most, -most, most])
    assert column.mean == pytest.approx(most / 3)
    assert column.std is None, "it is larger than any double"
    assert _profile([most, 0.0]).std == pytest.approx(most / math.sqrt(2))
    assert _histogram(column).counts == (1, *[0] * 8, 2)
    assert _profile([most, math.nextafter(most, 0)]).mean is not None
    assert _profile([1e-300, 3e-300]).std == pytest.approx(math.sqrt(2) * 1e-300, rel=1e-12)


def test_huge_integers_keep_their_digits() -> None:
    column = _profile([2**60, 2**60 + 1, 2**60 + 2])
    assert (column.min, column.max, column.median, column.std) == (2**60, 2**60 + 2, 2**60 + 1, 1.0)
    shown = column.as_json()
    assert (shown["min"], shown["max"]) == ("1152921504606846976", "1152921504606846978")
    assert shown["top"][0] == {"value": "1152921504606846976", "count": 1}
    assert _profile([2**53 - 1]).as_json()["max"] == 2**53 - 1
    assert _profile([2**53]).as_json()["max"] == str(2**53)
    assert _profile([_LEAST, _LARGEST]).as_json()["min"] == str(_LEAST)


def test_integers_beyond_the_signed_range_are_doubles() -> None:
    column = _profile([2**64 - 1, 0], pa.uint64())
    assert (column.type, column.max) == ("Double", float(2**64))


def test_integers_with_many_values_have_no_top_values() -> None:
    assert len(_profile(range(100), top=200).top) == 100
    assert _profile(range(101), top=200).top == ()


def test_bins_of_integers_are_of_equal_width() -> None:
    assert _profile([0, 1, 2, 3], bins=2).histogram == Histogram((0.0, 1.5, 3.0), (2, 2))
    assert _profile([0, 2, 3, 4], bins=2).histogram == Histogram((0.0, 2.0, 4.0), (1, 3))


def test_bins_of_neighbouring_doubles_coincide() -> None:
    above = math.nextafter(1.0, 2.0)
    assert _profile([1.0, above, above]).histogram == Histogram((1.0, above), (3,))


def test_bins_of_times_are_whole_ticks() -> None:
    column = _profile([0, 1, 3], pa.timestamp("us"), bins=10)
    ends = ("", ".000001", ".000002", ".000003")
    assert _histogram(column).edges == tuple(f"1970-01-01T00:00:00{end}" for end in ends)
    assert _histogram(column).counts == (1, 1, 1)


def test_times_far_from_today() -> None:
    column = _profile([_LEAST, _LARGEST], pa.timestamp("us"))
    assert column.min == "-290308-12-21T19:59:05.224192"
    assert column.max == "294247-01-10T04:00:54.775807"


def test_times_with_a_zone_are_shown_in_utc() -> None:
    assert _profile([3_600_000], pa.timestamp("ms", "America/New_York")).min == "1970-01-01T01:00:00Z"


def test_nanoseconds_are_shown() -> None:
    column = _profile([1, 4], pa.timestamp("ns"))
    assert (column.min, column.mean, column.median) == tuple(f"1970-01-01T00:00:00.00000000{n}" for n in (1, 3, 2))
    assert _profile([1, 3], pa.duration("ns")).std == pytest.approx(math.sqrt(2) * 1e-9)


def test_bytes_are_described_by_their_lengths() -> None:
    column = _profile([b"", b"ab", b"cd", None, b"\xff" * 6])
    assert (column.type, column.count, column.missing, column.distinct) == ("Bytes", 4, 1, 3 + 1)
    assert (column.min, column.max, column.mean, column.median) == (0, 6, 2.5, 2)
    assert sum(_histogram(column).counts) == 4
    assert column.top == ()
    grouped = _profile(pa.array([b"ab", b"ab", None, b"c"]).dictionary_encode())
    assert (grouped.type, grouped.distinct, grouped.min, grouped.max, grouped.top) == ("Categorical Bytes", 2, 1, 2, ())


def _grouped(codes: list[int | None], values: Any) -> pa.DictionaryArray[Any, Any]:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), values)


def test_categories_that_no_row_uses_are_not_counted() -> None:
    column = _profile(_grouped([1, 2, 2, 1, None], pa.array(["unused", "b", "a"])))
    assert (column.type, column.count, column.missing, column.distinct) == ("Categorical String", 4, 1, 2)
    assert _tops(column) == [("b", 2), ("a", 2)], "equal ones stand in the order of the categories"


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (pa.array([1.5, math.inf, -math.inf]), [1.5, "Infinity", "-Infinity"]),
        (pa.array([3, 1, 2**60]), [3, 1, 2**60]),
        (pa.array([True, False]), [True, False]),
        (pa.array([1, 0], pa.timestamp("s", "UTC")), ["1970-01-01T00:00:01Z", "1970-01-01T00:00:00Z"]),
        (pa.array([1500, 1], pa.duration("ms")), [1.5, 0.001]),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_categories_of_any_kind(values: pa.Array[Any], shown: list[Any]) -> None:
    column = _profile(_grouped(list(range(len(values))), values))
    assert [value for value, _ in _tops(column)] == shown
    assert column.min is None


def test_flags_stay_flags_in_json() -> None:
    shown = _profile([True, True, False]).as_json()
    assert json.dumps(shown["top"]) == '[{"value": true, "count": 2}, {"value": false, "count": 1}]'


def test_long_texts_are_cut() -> None:
    column = _profile(["é" * 200, "é" * 201])
    assert [value for value, _ in _tops(column)] == ["é" * 200, "é" * 199 + "…"]
    assert column.distinct == 2


def test_json_of_a_column() -> None:
    assert _profile([1, 1, None, 3], bins=2, top=1).as_json() == {
        "name": "x",
        "type": "Integer",
        "count": 3,
        "missing": 1,
        "distinct": 2,
        "infinite": 0,
        "min": 1,
        "max": 3,
        "mean": pytest.approx(5 / 3),
        "median": 1,
        "std": pytest.approx(math.sqrt(4 / 3)),
        "histogram": {"edges": [1.0, 2.0, 3.0], "counts": [2, 1]},
        "top": [{"value": 1, "count": 2}],
        "box": {"q1": 1.0, "q3": 2.0, "low": 1, "high": 3, "outliers": 0},
    }


def test_a_profile_cannot_be_changed() -> None:
    column = _profile([1])
    with pytest.raises(AttributeError):
        column.count = 2  # type: ignore[misc]
    assert hash(column) == hash(_profile([1]))


@pytest.mark.slow
def test_ten_thousand_columns() -> None:
    table = Table(pa.table({f"c{number}": [number, None, number + 1] for number in range(10_000)}))
    columns = profile(table)
    assert [column.min for column in columns] == list(range(10_000))
    assert len(json.dumps([column.as_json() for column in columns], allow_nan=False)) < 10_000_000


def test_no_columns() -> None:
    assert profile(Table(pa.table({"a": [1]}).select([]))) == ()


@pytest.mark.parametrize("options", [{"bins": 0}, {"top": -1}])
def test_senseless_sizes(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="bins has to be at least 1 and top at least 0"):
        _profile([1], **options)


def test_no_top_values_wanted() -> None:
    assert _profile(["a"], top=0).top == ()
    assert _profile([1], top=0).top == ()


def test_top_is_taken_from_many_texts() -> None:
    texts = [f"t{number}" for number in range(1000)] + ["t7", "t500", "t500"]
    assert _tops(_profile(texts, top=4)) == [("t500", 3), ("t7", 2), ("t0", 1), ("t1", 1)]


def test_top_value_is_a_value_and_a_count() -> None:
    assert _profile(["a", "a"]).top == (Top("a", 2),)
