"""Frame → table: names, index, and what every dtype becomes."""

from __future__ import annotations

import datetime as dt
import math
import zoneinfo
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset.frames import from_pandas, to_pandas
from bottega.dataset.table import Table
from bottega.sandbox.guest.failure import JobError

_BIG = 2**63
_DAY = dt.datetime(2020, 2, 29, 12, 30)  # noqa: DTZ001 - columns without a zone hold naive times


def _arrow(kind: pa.DataType) -> Any:
    return pd.ArrowDtype(kind)


def _extension(values: Any, dtype: Any) -> Any:
    make: Any = pd.array  # the stubs know no dtype that is told by a variable
    return make(values, dtype=dtype)


def _objects(values: list[Any]) -> Any:
    cells = np.empty(len(values), object)
    cells[:] = values
    return cells


def _column(column: Any, notes: list[str] | None = None) -> tuple[str, list[Any]]:
    """The type and the values that a column of a frame becomes."""
    table = from_pandas(pd.DataFrame({"a": column}), notes=notes)
    return str(table.columns[0].type), table.column("a").to_pylist()


# Names and index.


class _Label:
    def __str__(self) -> str:
        return "label"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("a", "a"),
        ("", ""),
        (0, "0"),
        (-1.5, "-1.5"),
        (np.int64(3), "3"),
        (None, "None"),
        (math.nan, "nan"),
        (True, "True"),
        (b"a", "b'a'"),
        (("a", 1), "('a', 1)"),
        (("a", ""), "('a', '')"),
        (pd.Timestamp(2020, 1, 1), "2020-01-01 00:00:00"),
        (pd.Interval(0, 1), "(0, 1]"),
        (_Label(), "label"),
    ],
    ids=str,
)
def test_name_is_the_label_s_text(label: Any, name: str) -> None:
    frame = pd.DataFrame([[1, 2]], columns=pd.Index(_objects(["first", label]), dtype=object, tupleize_cols=False))
    assert from_pandas(frame).arrow.column_names == ["first", name]


def test_names_of_several_levels() -> None:
    labels = pd.MultiIndex.from_product([["mean", "std"], [2020, 2021]])
    names = from_pandas(pd.DataFrame(np.zeros((1, 4)), columns=labels)).arrow.column_names
    assert names == ["('mean', 2020)", "('mean', 2021)", "('std', 2020)", "('std', 2021)"]


def test_name_that_is_no_valid_text_is_noted() -> None:
    notes: list[str] = []
    table = from_pandas(pd.DataFrame([[1]], columns=pd.Index(["a\ud800"], dtype=object)), notes=notes)
    assert table.arrow.column_names == ["a?"]
    assert notes == ["Column 'a?': characters of the name that are no valid text were replaced."]


@pytest.mark.parametrize(
    ("labels", "first", "names"),
    [
        (["a", "a", "a"], 1, ["a", "a (1)", "a (2)"]),
        (["a", "a", "a"], 2, ["a", "a (2)", "a (3)"]),
        (["a", "a (1)", "a"], 1, ["a", "a (1)", "a (2)"]),
        (["a", "a (2)", "a"], 2, ["a", "a (2)", "a (3)"]),
        ([1, "1", 1.0], 1, ["1", "1 (1)", "1.0"]),
        ([None, "None", None], 1, ["None", "None (1)", "None (2)"]),
    ],
)
def test_duplicate_names(labels: list[Any], first: int, names: list[str]) -> None:
    frame = pd.DataFrame([[1, 2, 3]], columns=pd.Index(labels, dtype=object))
    table = from_pandas(frame, first_duplicate=first)
    assert table.arrow.column_names == names
    assert table.arrow.to_pylist() == [dict(zip(names, [1, 2, 3], strict=True))]


def _concatenated() -> pd.DataFrame:
    return pd.concat([pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2, 3]})])


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": [3, 2, 1]}).sort_values("a"),
        pd.DataFrame({"a": [0, 1, 2, 3]})[lambda frame: frame["a"] > 0],
        pd.DataFrame({"a": [1, 2, 3]}, index=[5, 5, -1]),
        pd.DataFrame({"a": [1, 2, 3]}, index=["x", "y", "z"]),
        pd.DataFrame({"a": [1, 2, 3]}, index=pd.date_range("2020", periods=3, freq="D")),
        pd.DataFrame({"a": [1, 2, 3]}, index=pd.MultiIndex.from_product([["x"], [1, 2, 3]])),
        pd.DataFrame({"a": [1, 2, 3]}, index=pd.Index([0, None, 2], dtype="Int64")),
        pd.DataFrame({"a": [1, 2, 3]}, index=pd.Index([2**64 - 1, 0, 1], dtype="uint64")),
        pd.DataFrame({"i": [7, 8, 9], "a": [1, 2, 3]}).set_index("i"),
        _concatenated(),
    ],
)
def test_index_is_dropped(frame: pd.DataFrame) -> None:
    source = Table(pa.table({"a": [None, 2, 3]}))
    table = from_pandas(frame, inputs=(source,))
    assert table.arrow.to_pydict() == {"a": [1, 2, 3]}


def test_no_columns_and_no_rows() -> None:
    assert from_pandas(pd.DataFrame()).arrow.shape == (0, 0)
    assert from_pandas(pd.DataFrame(index=range(3))).arrow.shape == (3, 0)
    assert from_pandas(pd.DataFrame(columns=["a", "b"])).arrow.shape == (0, 2)


def test_ten_thousand_columns() -> None:
    table = from_pandas(pd.DataFrame(np.arange(20_000).reshape(2, -1)))
    assert table.arrow.shape == (2, 10_000)
    assert table.column("9999").to_pylist() == [9999, 19_999]


# NumPy dtypes.


@pytest.mark.parametrize(
    ("dtype", "kind"),
    [(dtype, "Integer") for dtype in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", ">i4", ">u2", ">i8")]
    + [(dtype, "Double") for dtype in ("f2", "f4", "f8", ">f4", ">f8", "longdouble")]
    + [("bool", "Boolean")],
)
def test_numpy_numbers(dtype: str, kind: str) -> None:
    notes: list[str] = []
    assert _column(np.array([0, 1, 1], dtype), notes) == (kind, [0, 1, 1])
    assert _column(np.array([], dtype)) == (kind, [])
    assert notes == []


def test_unsigned_beyond_64_bits() -> None:
    notes: list[str] = []
    assert _column(np.array([1, _BIG], "u8"), notes) == ("Double", [1.0, float(_BIG)])
    assert notes == ["Column 'a', row 1: 9223372036854775808 is beyond 64-bit integers; the column became Double."]
    assert _column(np.array([_BIG - 1], "u8")) == ("Integer", [_BIG - 1])


def test_long_doubles_lose_digits() -> None:
    notes: list[str] = []
    exact = np.longdouble(1)
    values = np.array([exact, np.longdouble("nan"), exact / 3, np.longdouble("1e4000")])
    kind, doubles = _column(values, notes)
    assert (kind, doubles) == ("Double", [1.0, None, 1 / 3, math.inf])
    assert notes == ["Column 'a', row 2: numbers lost digits as Doubles."]


def test_doubles_keep_infinities_and_lose_nan() -> None:
    kind, values = _column([math.inf, -math.inf, math.nan, -0.0])
    assert (kind, values) == ("Double", [math.inf, -math.inf, None, 0.0])
    assert math.copysign(1, values[3]) == -1


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times(unit: str) -> None:
    moments = np.array(["2020-02-29T12:30", "NaT"], f"M8[{unit}]")
    assert _column(moments) == ("DateTime", [_DAY, None])
    spans = np.array([-5, "NaT"], "m8[s]").astype(f"m8[{unit}]")
    assert _column(spans) == ("TimeSpan", [dt.timedelta(seconds=-5), None])


def test_nanoseconds_are_kept() -> None:
    table = from_pandas(pd.DataFrame({"a": pd.to_datetime([1, 2]), "b": pd.to_timedelta([1, None])}))
    assert [str(field.type) for field in table.arrow.schema] == ["timestamp[ns]", "duration[ns]"]
    assert table.column("a").cast(pa.int64()).to_pylist() == [1, 2]
    assert table.column("b").cast(pa.int64()).to_pylist() == [1, None]


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.arange(10)[::2],
        lambda: np.arange(10)[::-2],
        lambda: np.arange(20).reshape(10, 2)[:5, 1],
        lambda: np.array([1, 2, 3])[1:],
        lambda: np.linspace(0, 1, 6)[::-2],
        lambda: np.array([True, False, True, False])[::2],
        lambda: np.array([1, 2, 3, 4], "M8[us]")[::2],
        lambda: np.array([1, 2, 3, 4], "m8[us]")[::2],
        lambda: _objects(["a", "b", "c"])[::2],
        lambda: np.array(["2020", "2021"], ">M8[us]"),
    ],
)
def test_strided_and_read_only_arrays(make: Callable[[], Any]) -> None:
    values = make()
    values.flags.writeable = False
    expected = pd.Series(values).tolist()
    assert _column(pd.Series(values, copy=False))[1] == expected


def test_rows_of_a_matrix_as_columns() -> None:
    matrix = np.arange(12.0).reshape(3, 4)
    for array in (matrix, matrix.T, np.asfortranarray(matrix), matrix[::2, ::-1]):
        table = from_pandas(pd.DataFrame(array, copy=False))
        assert [list(row.values()) for row in table.arrow.to_pylist()] == array.tolist()


def test_complex_numbers_become_text() -> None:
    notes: list[str] = []
    assert _column(np.array([1 + 2j, complex("nan")]), notes) == ("String", ["(1+2j)", None])
    assert notes == ["Column 'a', row 0: complex values became text."]


def test_structured_arrays_become_json() -> None:
    notes: list[str] = []
    values = np.array([(1, 2.5), (3, 4.5)], [("x", int), ("y", float)])
    assert _column(values, notes) == ("String", ["[1, 2.5]", "[3, 4.5]"])
    assert notes == ["Column 'a', row 0: tuple values became JSON text."]


# Zones.


class _Unnamed(dt.tzinfo):
    """A zone of the script's own, which changes with the seasons, so that no offset stands for it."""

    def utcoffset(self, moment: dt.datetime | None) -> dt.timedelta | None:
        return None if moment is None else dt.timedelta(hours=2)

    def dst(self, moment: dt.datetime | None) -> dt.timedelta | None:
        return None

    def tzname(self, moment: dt.datetime | None) -> str | None:
        return "mine"


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("UTC", "UTC"),
        (dt.UTC, "UTC"),
        ("Etc/UTC", "Etc/UTC"),
        ("America/New_York", "America/New_York"),
        (zoneinfo.ZoneInfo("Asia/Kathmandu"), "Asia/Kathmandu"),
        ("+05:30", "+05:30"),
        (dt.timezone(dt.timedelta(hours=-9, minutes=-30)), "-09:30"),
        (dt.timezone(dt.timedelta(minutes=-30), "named"), "-00:30"),
    ],
)
def test_zone_is_kept(zone: Any, name: str) -> None:
    notes: list[str] = []
    moments = pd.Series([_DAY, pd.NaT], dtype="M8[us]").dt.tz_localize(zone)
    table = from_pandas(pd.DataFrame({"a": moments}), notes=notes)
    kind: Any = table.column("a").type
    assert kind.tz == name
    assert table.column("a").to_pandas()[0] == moments[0]
    assert notes == []


class _Invented(_Unnamed):
    zone = "Mine"


class _Path(_Unnamed):
    key = "../../etc/passwd"


@pytest.mark.parametrize("zone", [dt.timezone(dt.timedelta(hours=1, seconds=30)), _Unnamed(), _Invented(), _Path()])
def test_zone_without_a_standard_name(zone: dt.tzinfo) -> None:
    notes: list[str] = []
    moment = dt.datetime(2020, 1, 1, tzinfo=zone)
    table = from_pandas(pd.DataFrame({"a": _objects([None, moment])}), notes=notes)
    kind: Any = table.column("a").type
    assert kind.tz == "UTC"
    assert table.column("a").to_pylist()[1] == moment
    assert len(notes) == 1
    assert "has no standard name; its times are given in UTC." in notes[0]


def test_typed_zone_without_a_standard_name() -> None:
    notes: list[str] = []
    zone = dt.timezone(dt.timedelta(hours=1, seconds=30))
    moments = pd.Series(pd.to_datetime([_DAY])).dt.tz_localize(zone)
    assert _column(moments, notes) == ("DateTime", [_DAY.replace(tzinfo=zone)])
    assert notes == ["Column 'a': the zone UTC+01:00:30 has no standard name; its times are given in UTC."]


# Categoricals.


def test_categorical_keeps_categories_order_and_rank() -> None:
    column = pd.Categorical(["b", None, "a"], categories=["c", "b", "a"], ordered=True)
    table = from_pandas(pd.DataFrame({"a": column}))
    kind: Any = table.column("a").type
    assert str(table.columns[0].type) == "Categorical String"
    assert kind.ordered
    chunk: Any = table.column("a").chunk(0)
    assert chunk.dictionary.to_pylist() == ["c", "b", "a"]
    assert chunk.to_pylist() == ["b", None, "a"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2], "Integer"),
        ([0.5, 1.5], "Double"),
        ([True, False], "Boolean"),
        (["a", "b"], "String"),
        ([b"a", b"b"], "Bytes"),
        (pd.to_datetime(["2020", "2021"]), "DateTime"),
        (pd.to_datetime(["2020", "2021"]).tz_localize("Asia/Tokyo"), "DateTime"),
        (pd.to_timedelta([1, 2], "s"), "TimeSpan"),
        (pd.period_range("2020", periods=2, freq="M"), "DateTime"),
        ([dt.date(2020, 1, 1), dt.date(2020, 1, 2)], "DateTime"),
        ([(1, 2), (3, 4)], "String"),
    ],
)
def test_categories_of_each_kind(values: Any, kind: str) -> None:
    column = pd.Categorical.from_codes([1, -1, 0], categories=pd.Index(values, tupleize_cols=False))
    table = from_pandas(pd.DataFrame({"a": column}))
    assert str(table.columns[0].type) == f"Categorical {kind}"
    decoded = table.column("a").to_pylist()
    assert decoded[1] is None
    assert decoded[0] != decoded[2]


def test_cut_gives_ranked_texts() -> None:
    notes: list[str] = []
    table = from_pandas(pd.DataFrame({"a": pd.cut([1, 5], [0, 2, 6])}), notes=notes)
    assert table.column("a").to_pylist() == ["(0, 2]", "(2, 6]"]
    assert str(table.columns[0].type) == "Categorical String"
    assert notes == ["Column 'a', category 0: Interval values became text."]


def test_no_categories() -> None:
    kind, values = _column(pd.Categorical([None, None]))
    assert values == [None, None]
    assert kind.startswith("Categorical")


def test_category_that_no_table_holds_is_named() -> None:
    odd = pd.Categorical.from_codes([1], categories=pd.Index(_objects(["x", object()])))
    with pytest.raises(JobError, match=r"Column 'a', category 1 \(counting from 0\): it holds a value of type object"):
        from_pandas(pd.DataFrame({"a": odd}))


# Sparse, period, interval.


def test_sparse_becomes_dense() -> None:
    assert _column(pd.arrays.SparseArray([0, 0, 5])) == ("Integer", [0, 0, 5])
    assert _column(pd.arrays.SparseArray([math.nan, 1.5])) == ("Double", [None, 1.5])
    assert _column(pd.arrays.SparseArray([False, True])) == ("Boolean", [False, True])
    assert _column(pd.arrays.SparseArray(_objects(["a", None]))) == ("String", ["a", None])


def test_many_sparse_columns() -> None:
    table = from_pandas(pd.get_dummies(pd.Series(["x", "y"]), sparse=True))
    assert table.arrow.to_pydict() == {"x": [True, False], "y": [False, True]}


@pytest.mark.parametrize(
    ("frequency", "period", "start"),
    [
        ("M", "2020-02", dt.datetime(2020, 2, 1)),  # noqa: DTZ001
        ("Q", "2020Q3", dt.datetime(2020, 7, 1)),  # noqa: DTZ001
        ("W", "2020-02-29", dt.datetime(2020, 2, 24)),  # noqa: DTZ001
        ("h", "2020-02-29 12", dt.datetime(2020, 2, 29, 12)),  # noqa: DTZ001
        ("D", "3000-01-01", dt.datetime(3000, 1, 1)),  # noqa: DTZ001
    ],
)
def test_period_becomes_its_start(frequency: str, period: str, start: dt.datetime) -> None:
    notes: list[str] = []
    assert _column(pd.PeriodIndex([None, period], freq=frequency), notes) == ("DateTime", [None, start])
    assert notes == ["Column 'a', row 1: periods became the moments at which they start."]
    assert _column(pd.PeriodIndex([None], freq=frequency)) == ("DateTime", [None])


def test_interval_becomes_text() -> None:
    notes: list[str] = []
    assert _column(pd.arrays.IntervalArray.from_breaks([0, 1, 2]), notes) == ("String", ["(0, 1]", "(1, 2]"])
    assert notes == ["Column 'a', row 0: Interval values became text."]


# pandas' nullable dtypes.


@pytest.mark.parametrize(
    ("dtype", "kind"),
    [(f"{sign}{bits}", "Integer") for sign in ("Int", "UInt") for bits in (8, 16, 32, 64)]
    + [("Float32", "Double"), ("Float64", "Double"), ("boolean", "Boolean")],
)
def test_nullable(dtype: str, kind: str) -> None:
    assert _column(_extension([1, None, 0], dtype)) == (kind, [1, None, 0])
    assert _column(_extension([None], dtype)) == (kind, [None])
    assert _column(_extension([], dtype)) == (kind, [])


def test_nullable_beyond_double() -> None:
    notes: list[str] = []
    assert _column(pd.array([None, 2**63 - 1], "Int64"), notes) == ("Integer", [None, 2**63 - 1])
    assert notes == []
    assert _column(pd.array([None, _BIG], "UInt64"), notes) == ("Double", [None, float(_BIG)])
    assert notes == ["Column 'a', row 1: 9223372036854775808 is beyond 64-bit integers; the column became Double."]


def test_nan_within_a_nullable_float_is_missing() -> None:
    column = pd.Series([0.0, None, 1.0], dtype="Float64")
    assert _column(column / column) == ("Double", [None, None, 1.0])


@pytest.mark.parametrize("dtype", ["string[python]", "string[pyarrow]", "str", "object"])
def test_texts(dtype: str) -> None:
    values = pd.Series(["a", None, "ünïcødé 🎉\x00", ""], dtype=dtype)
    assert _column(values) == ("String", ["a", None, "ünïcødé 🎉\x00", ""])
    assert _column(values[:0]) == ("String", [])
    assert _column(values[1:2]) == ("String", [None])
    assert _column(pd.concat([values, values[::2]])) == (
        "String",
        ["a", None, "ünïcødé 🎉\x00", "", "a", "ünïcødé 🎉\x00"],
    )


@pytest.mark.parametrize("dtype", ["string[python]", "object"])
def test_texts_that_are_not_unicode(dtype: str) -> None:
    notes: list[str] = []
    values = pd.Series(["ü", None, "x\ud800", "\udfff"], dtype=dtype)
    assert _column(values, notes) == ("String", ["ü", None, "x?", "?"])
    assert notes == ["Column 'a', row 2: characters that are no valid text were replaced."]


# Arrow-backed dtypes.

_INSTANT = dt.datetime(2020, 2, 29, 12, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("values", "arrow", "kind", "result"),
    [
        (["a", None], pa.string(), "String", ["a", None]),
        (["a", None], pa.large_string(), "String", ["a", None]),
        ([b"a", None], pa.binary(), "Bytes", [b"a", None]),
        ([b"a", None], pa.large_binary(), "Bytes", [b"a", None]),
        ([b"ab", None], pa.binary(2), "Bytes", [b"ab", None]),
        ([True, None], pa.bool_(), "Boolean", [True, None]),
        ([1, None], pa.int8(), "Integer", [1, None]),
        ([1, None], pa.uint64(), "Integer", [1, None]),
        ([2**63 - 1, None], pa.int64(), "Integer", [2**63 - 1, None]),
        ([None, _BIG], pa.uint64(), "Double", [None, float(_BIG)]),
        ([1.5, None], pa.float32(), "Double", [1.5, None]),
        ([math.nan, None, 1.0], pa.float64(), "Double", [None, None, 1.0]),
        ([_DAY, None], pa.timestamp("s"), "DateTime", [_DAY, None]),
        ([_INSTANT, None], pa.timestamp("ns", "Asia/Tokyo"), "DateTime", [_INSTANT, None]),
        ([_DAY.date(), None], pa.date32(), "DateTime", [dt.datetime(2020, 2, 29), None]),  # noqa: DTZ001
        ([_DAY.date(), None], pa.date64(), "DateTime", [dt.datetime(2020, 2, 29), None]),  # noqa: DTZ001
        ([dt.time(1, 2, 3, 4), None], pa.time64("us"), "TimeSpan", [dt.timedelta(0, 3723, 4), None]),
        ([dt.timedelta(1), None], pa.duration("ms"), "TimeSpan", [dt.timedelta(1), None]),
        ([1, None], pa.decimal128(5, 2), "Double", [1.0, None]),
        ([[1, None], None], pa.list_(pa.int64()), "String", ["[1, null]", None]),
        ([{"x": 1}, None], pa.struct([("x", pa.int64())]), "String", ['{"x": 1}', None]),
        ([None, None], pa.null(), "String", [None, None]),
    ],
    ids=str,
)
def test_arrow_backed(values: list[Any], arrow: pa.DataType, kind: str, result: list[Any]) -> None:
    column = pd.Series(values, dtype=_arrow(arrow))
    assert _column(column) == (kind, result)
    assert _column(column[1:])[1] == result[1:]
    if not pa.types.is_null(arrow) and result[0] is not None and not pa.types.is_nested(arrow):
        assert _column(pd.concat([column, column])) == (kind, result * 2)


def test_arrow_backed_half_floats() -> None:
    column = pd.Series(_extension(pa.array([1.5, None], pa.float16()), _arrow(pa.float16())))
    assert _column(column) == ("Double", [1.5, None])


def test_arrow_backed_dictionary_is_categorical() -> None:
    for values in (["x", None, "y"], [5, None, 7]):
        array = pa.array(values).dictionary_encode()
        column = pd.Series(_extension(array, _arrow(array.type)))
        expected = "Categorical " + ("String" if values[0] == "x" else "Integer")
        assert _column(column) == (expected, values)
        assert _column(pd.concat([column, column[:0], column])) == (expected, values * 2)
        assert _column(column[:0]) == (expected, [])


def test_arrow_backed_zone_that_is_no_name() -> None:
    notes: list[str] = []
    column = pd.Series(_extension(pa.array([0], pa.timestamp("us", "?")), _arrow(pa.timestamp("us", "?"))))
    assert _column(column, notes)[1] == [dt.datetime(1970, 1, 1, tzinfo=dt.UTC)]
    assert notes == ["Column 'a': '?' is no name of a zone; its times are given in UTC."]


# What no rule knows.


@pd.api.extensions.register_extension_dtype
class _BrokenDtype(pd.api.extensions.ExtensionDtype):
    name = "broken"
    type = object

    @classmethod
    def construct_array_type(cls) -> Any:
        return _BrokenArray


class _BrokenArray(pd.api.extensions.ExtensionArray):
    """Another library's array that cannot say what is in it."""

    dtype: Any = _BrokenDtype()

    def __len__(self) -> int:
        return 2

    def copy(self) -> Any:
        return self

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("not today")


def test_a_dtype_that_fails_is_named() -> None:
    frame = pd.DataFrame({"good": [1, 2], "bad": pd.Series(_BrokenArray())})
    with pytest.raises(JobError) as error:
        from_pandas(frame)
    assert error.value.message == (
        "Column 'bad': its type broken cannot be turned into a table's (RuntimeError: not today)."
    )


def test_long_names_are_cut_in_messages() -> None:
    notes: list[str] = []
    from_pandas(pd.DataFrame({"n" * 1000: [1 + 2j]}), notes=notes)
    assert notes == [f"Column '{'n' * 80}…', row 0: complex values became text."]


@given(st.lists(st.integers() | st.floats(allow_nan=False) | st.text() | st.none() | st.binary() | st.booleans()))
def test_any_object_column_is_a_column_or_a_message(values: list[Any]) -> None:
    frame = pd.DataFrame({"a": pd.Series(_objects(values), dtype=object)})
    try:
        table = from_pandas(frame)
    except JobError as error:
        assert error.message.startswith("Column 'a', row ")  # noqa: PT017 - both ends are right
        return
    assert [value is None for value in table.column("a").to_pylist()] == [value is None for value in values]
    again = from_pandas(to_pandas(table), inputs=(table,))
    assert again.equals(table)
