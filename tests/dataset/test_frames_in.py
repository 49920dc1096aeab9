"""Table → frame: types, missing values, index, and that every column can be changed in place."""

from __future__ import annotations

import datetime as dt
import math
import tempfile
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from bottega.dataset import exchange
from bottega.dataset.frames import from_pandas, to_pandas
from bottega.dataset.table import Table
from bottega.sandbox.guest import exchange_arrow, incoming

_DAY = dt.datetime(2020, 2, 29, 12, 30)  # noqa: DTZ001 - columns without a zone hold naive times
_SPAN = dt.timedelta(days=-3, microseconds=7)
_STRING = pd.DataFrame({"a": ["x"]}).dtypes["a"]  # `str` or object, by pandas' version


def _categories(values: list[Any], codes: list[int | None], *, ordered: bool = False) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(values), ordered=ordered)


# Every kind: data, dtype without and with missing values, another value of the kind to write.
_KINDS: dict[str, tuple[Any, str, str, Any]] = {
    "String": (pa.array(["a", "ünïcødé 🎉", ""]), str(_STRING), str(_STRING), "new"),
    "Integer": (pa.array([1, 2**53 + 1, -(2**63)]), "int64", "float64", 7),
    "Double": (pa.array([0.5, math.inf, -0.0]), "float64", "float64", 2.5),
    "Boolean": (pa.array([True, False, True]), "bool", "object", False),
    "DateTime": (pa.array([_DAY] * 3), "datetime64[us]", "datetime64[us]", pd.Timestamp(2021, 1, 1)),
    "DateTime ns": (pa.array([1, 2, 3], pa.timestamp("ns")), "datetime64[ns]", "datetime64[ns]", pd.Timestamp(9)),
    "DateTime zone": (
        pa.array([_DAY] * 3, pa.timestamp("us", "Europe/Paris")),
        "datetime64[us, Europe/Paris]",
        "datetime64[us, Europe/Paris]",
        pd.Timestamp("2021-01-01", tz="Europe/Paris"),
    ),
    "TimeSpan": (pa.array([_SPAN] * 3), "timedelta64[us]", "timedelta64[us]", pd.Timedelta(1, "s")),
    "Bytes": (pa.array([b"a", b"\x00\xff", b""]), "object", "object", b"new"),
    "Categorical": (_categories(["x", "y", "z"], [0, 2, 0]), "category", "category", "y"),
}
_EACH = pytest.mark.parametrize("kind", _KINDS)


def _table(kind: str, *, missing: bool = False, name: str = "a") -> Table:
    data = _KINDS[kind][0]
    if missing:
        data = pa.concat_arrays([data, pa.nulls(1, data.type)]) if kind != "Categorical" else _with_missing(data)
    return Table(pa.table({name: data}))


def _with_missing(data: Any) -> Any:
    codes = pa.concat_arrays([data.indices, pa.nulls(1, pa.int32())])
    return pa.DictionaryArray.from_arrays(codes, data.dictionary)


@_EACH
def test_dtype_and_values(kind: str) -> None:
    data, dtype, _, _ = _KINDS[kind]
    frame = to_pandas(_table(kind))
    assert str(frame.dtypes["a"]) == dtype
    assert frame["a"].tolist() == data.to_pandas().tolist()


@_EACH
def test_missing_is_the_na_of_the_dtype(kind: str) -> None:
    data, _, dtype, _ = _KINDS[kind]
    frame = to_pandas(_table(kind, missing=True))
    assert str(frame.dtypes["a"]) == dtype
    assert frame["a"].isna().tolist() == [False, False, False, True]
    if kind != "Integer":  # these are rounded
        assert frame["a"].tolist()[:3] == data.to_pandas().tolist()


def test_missing_is_nan_where_read_csv_gives_nan() -> None:
    table = Table(pa.table({"s": ["a", None], "i": [1, None], "b": [True, None], "d": [0.5, None]}))
    frame = to_pandas(table)
    for name in frame:
        last = frame[name].iloc[1]
        assert isinstance(last, float)
        assert math.isnan(last)


@_EACH
def test_all_missing(kind: str) -> None:
    data, _, dtype, _ = _KINDS[kind]
    if kind == "Categorical":
        data = _categories(["x"], [None, None])
    else:
        data = pa.nulls(2, data.type)
    frame = to_pandas(Table(pa.table({"a": data})))
    assert str(frame.dtypes["a"]) == dtype.replace("ns", "us")  # no value needs the finer unit
    assert frame["a"].isna().all()


@_EACH
def test_no_rows(kind: str) -> None:
    data, dtype, _, _ = _KINDS[kind]
    frame = to_pandas(Table(pa.table({"a": data.slice(0, 0)})))
    assert str(frame.dtypes["a"]) == dtype.replace("ns", "us")
    assert frame.shape == (0, 1)


@_EACH
def test_one_row(kind: str) -> None:
    data = _KINDS[kind][0]
    frame = to_pandas(Table(pa.table({"a": data.slice(1, 1)})))
    assert frame["a"].tolist() == data.to_pandas().tolist()[1:2]


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_index_is_counted_from_0(rows: int) -> None:
    index = to_pandas(Table(pa.table({"a": list(range(rows))}, schema=pa.schema([("a", pa.int64())])))).index
    assert index.equals(pd.RangeIndex(rows))
    assert index.dtype == np.int64
    assert index.name is None


@pytest.mark.parametrize("rows", [0, 3])
def test_no_columns_keep_their_rows(rows: int) -> None:
    frame = to_pandas(Table(pa.table({"a": pa.nulls(rows)}).select([])))
    assert frame.shape == (rows, 0)
    frame["b"] = 1
    assert frame["b"].tolist() == [1] * rows


def test_names_and_order_are_kept() -> None:
    names = ["b", "a", "", " a", "ü🎉", "a (1)", "\x00", "None", "1"]
    assert list(to_pandas(Table(pa.table([pa.array([1])] * len(names), names=names)))) == names


def test_ten_thousand_columns() -> None:
    table = Table(pa.table([pa.array([number, None]) for number in range(10_000)], names=[*map(str, range(10_000))]))
    frame = to_pandas(table)
    frame["one more"] = 1  # pandas would warn if the columns lay apart
    assert frame.shape == (2, 10_001)
    assert frame["9999"].iloc[0] == 9999


def test_categories_keep_order_rank_and_unused_ones() -> None:
    frame = to_pandas(Table(pa.table({"a": _categories(["z", "x", "y"], [2, None, 0], ordered=True)})))
    assert frame["a"].tolist() == ["y", np.nan, "z"]
    assert list(frame["a"].cat.categories) == ["z", "x", "y"]
    assert frame["a"].cat.ordered


@pytest.mark.parametrize(
    "values",
    [[1, 2], [0.5, 1.5], [True, False], [_DAY, _DAY + _SPAN], [_SPAN, -_SPAN], [b"a", b"b"], ["a", "b"]],
    ids=str,
)
def test_categories_of_each_kind(values: list[Any]) -> None:
    frame = to_pandas(Table(pa.table({"a": _categories(values, [1, 0, None])})))
    assert frame["a"].tolist()[:2] == values[::-1]
    assert frame["a"].isna().tolist() == [False, False, True]


def test_two_zeros_are_one_category_to_pandas() -> None:
    frame = to_pandas(Table(pa.table({"a": _categories([0.0, 1.0, -0.0], [2, 1, None, 0])})))
    assert frame["a"].tolist()[:2] == [0.0, 1.0]
    assert list(frame["a"].cat.categories) == [0.0, 1.0]
    assert frame["a"].isna().tolist() == [False, False, True, False]


@pytest.mark.parametrize(
    ("zone", "hour", "shown"),
    [
        ("UTC", 12, "UTC"),
        ("Asia/Kolkata", 18, "Asia/Kolkata"),
        ("+05:30", 18, "UTC+05:30"),
        ("+0530", 18, "UTC+05:30"),
        ("-03", 9, "UTC-03:00"),
        ("+00:00", 12, "UTC"),
        ("+99:00", 12, "UTC"),
        ("Nowhere/Land", 12, "UTC"),
        ("Europe", 12, "UTC"),
        ("?", 12, "UTC"),
    ],
)
def test_zones(zone: str, hour: int, shown: str) -> None:
    moment = dt.datetime(2020, 2, 29, 12, 30, tzinfo=dt.UTC)
    count = int(moment.timestamp()) * 1_000_000
    frame = to_pandas(Table(pa.table({"a": pa.array([count], pa.timestamp("us", zone))})))
    assert frame["a"].iloc[0] == moment
    assert frame["a"].iloc[0].hour == hour
    assert str(frame["a"].dt.tz) == shown


@_EACH
@pytest.mark.parametrize("missing", [False, True])
def test_every_column_can_be_changed_in_place(kind: str, missing: bool) -> None:
    value = _KINDS[kind][3]
    frame = to_pandas(_table(kind, missing=missing))
    frame.loc[0, "a"] = value
    frame.iloc[1, 0] = value
    assert frame["a"].tolist()[:2] == [value, value]
    frame["a"] = frame["a"].to_numpy()[::-1]
    frame["b"] = frame["a"]
    assert len(frame.sort_index(ascending=False)) == len(frame)


def test_arithmetic_in_place() -> None:
    frame = to_pandas(Table(pa.table({"i": [1, 2], "d": [0.5, None], "b": [True, False]})))
    frame["i"] += 1
    frame["d"] *= 2
    frame.loc[:, "b"] = ~frame["b"]
    frame.fillna({"d": 0.0}, inplace=True)  # noqa: PD002 - what scripts do
    assert frame.to_dict("list") == {"i": [2, 3], "d": [1.0, 0.0], "b": [False, True]}


class _Large:
    """A frame on the path without copies, and the file under it."""

    def __init__(self, table: Table, file: IO[bytes]) -> None:
        exchange.write(table, file)
        file.flush()
        self._file = file
        self.before = self.content()
        self.rows, self.names, self.vectors = exchange_arrow.read(file.fileno())
        self.frame = incoming.frame(self.rows, self.names, self.vectors)

    def content(self) -> bytes:
        self._file.seek(0)
        return self._file.read()


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Large]:
    monkeypatch.setattr(incoming, "_LARGE", 0)
    with tempfile.TemporaryFile() as file:
        columns = {kind: _KINDS[kind][0] for kind in _KINDS}
        yield _Large(Table(pa.table(columns)), file)


def test_large_numbers_are_not_copied(large: _Large) -> None:
    for name in ("Integer", "Double", "DateTime", "TimeSpan"):
        values = large.vectors[large.names.index(name)].values
        assert np.shares_memory(values, large.frame[name].to_numpy().view(values.dtype))


def test_small_frames_are_in_few_blocks() -> None:
    frame = to_pandas(Table(pa.table({str(number): [number] for number in range(50)})))
    first, last = frame["0"].to_numpy(), frame["49"].to_numpy()
    assert first.base is not None
    assert first.base is last.base


@_EACH
def test_large_frames_can_be_changed_and_their_file_cannot(large: _Large, kind: str) -> None:
    value = _KINDS[kind][3]
    large.frame.loc[0, kind] = value
    large.frame.iloc[1, large.names.index(kind)] = value
    assert large.frame[kind].tolist()[:2] == [value, value]
    assert large.content() == large.before


def test_writing_through_numpy_leaves_the_file(large: _Large) -> None:
    values = large.vectors[large.names.index("Double")].values
    values[:] = 42.0
    assert large.frame["Double"].tolist() == [42.0] * 3
    assert large.content() == large.before


def test_large_frames_give_back_what_changed(large: _Large) -> None:
    large.frame.loc[2, "Integer"] = 5
    assert from_pandas(large.frame).column("Integer").to_pylist() == [1, 2**53 + 1, 5]


def test_a_sliced_column_is_read_where_it_starts() -> None:
    table = Table(pa.table({"a": pa.array(range(10)), "s": [str(number) for number in range(10)]}).slice(3, 4))
    assert to_pandas(table).to_dict("list") == {"a": [3, 4, 5, 6], "s": ["3", "4", "5", "6"]}


def test_many_chunks_are_one_column() -> None:
    chunks: Any = pa.chunked_array([[1, 2], [], [None], [4]], pa.int64())
    texts: Any = pa.chunked_array([["a"], ["b", None], [], ["d"]], pa.string())
    frame = to_pandas(Table(pa.table({"a": chunks, "s": texts})))
    assert frame["a"].tolist()[3] == 4.0
    assert frame["s"].tolist()[:2] == ["a", "b"]
