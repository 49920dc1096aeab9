"""The cells of a column, type by type, and times in the forms of fact sheet 5.1."""

from __future__ import annotations

import base64
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset import times
from bottega.dataset.cells import MisfitError, reader
from bottega.services.program import Field

MANY = 100  # columns longer than this are read by Arrow instead of cell by cell


def read(kind: str, *cells: Any, **more: Any) -> list[Any]:
    """The column read alone and in a long one: both ways must agree."""
    field = Field("x", kind, **more)
    short = reader(field)(cells)
    long = reader(field)(cells * MANY)
    assert long.slice(0, len(cells)).to_pylist() == short.to_pylist()
    assert long.type == short.type or pa.types.is_dictionary(short.type)
    found: list[Any] = short.to_pylist()
    return found


@pytest.mark.parametrize(
    ("cell", "value"),
    [("5", 5), (" 5 ", 5), ("+5", 5), ("1.0", 1), ("1e3", 1000), (5, 5), (5.0, 5), (True, 1), ("-7", -7), ("", None),
     ("  ", None), (None, None), (math.nan, None), ("NaN", None), ("NA", None), (2**63 - 1, 2**63 - 1),
     ("9007199254740993", 9007199254740993), ("9007199254740993.0", 9007199254740993), (str(-(2**63)), -(2**63))],
    ids=repr,
)  # fmt: skip
def test_integers(cell: Any, value: int | None) -> None:
    assert read("Integer", cell) == [value]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1.5", 1.5), ("1", 1.0), (".5", 0.5), ("5.", 5.0), ("1e-3", 0.001), (2, 2.0), (False, 0.0), ("", None), ("nan", None),
     ("Infinity", math.inf), ("-inf", -math.inf), (2**70, 2.0**70), ("0.1", 0.1), (None, None), ("  2.5\t", 2.5),
     ("1e400", math.inf)],
    ids=repr,
)  # fmt: skip
def test_doubles(cell: Any, value: float | None) -> None:
    assert read("Double", cell) == [value]


@pytest.mark.parametrize(
    ("cell", "value"),
    [(True, True), ("True", True), ("TRUE", True), ("false", False), (1, True), (0, False), ("1", True), ("0", False),
     (1.0, True), ("", None), (None, None), (math.nan, None), (" true ", True)],
    ids=repr,
)  # fmt: skip
def test_booleans(cell: Any, value: bool | None) -> None:
    assert read("Boolean", cell) == [value]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("text", "text"), ("", ""), ("NA", "NA"), (5, "5"), (1.5, "1.5"), (True, "True"), (None, None), (math.nan, None),
     (" x ", " x "), ("007", "007")],
    ids=repr,
)  # fmt: skip
def test_texts(cell: Any, value: str | None) -> None:
    assert read("String", cell) == [value]


@pytest.mark.parametrize(
    ("kind", "cell"),
    [("Integer", "x"), ("Integer", "1.5"), ("Integer", math.inf), ("Integer", "1e30"), ("Integer", "0x10"), ("Integer", []),
     ("Integer", "1e99999"), ("Double", "x"), ("Double", "1 2"), ("Double", "0x1"), ("Double", {}), ("Double", "１"),
     ("Boolean", "maybe"), ("Boolean", 2), ("Boolean", []), ("String", []), ("String", {}), ("String", "\ud800"),
     ("DateTime", "yesterday"), ("DateTime", 5), ("DateTime", "2016-13-01"), ("DateTime", "/Date(x)/"), ("DateTime", "31/12/2016"),
     ("TimeSpan", "soon"), ("TimeSpan", 5), ("TimeSpan", "P"), ("Bytes", "?"), ("Bytes", 5), ("Categorical Integer", "x")],
    ids=repr,
)  # fmt: skip
def test_misfits_are_told_with_their_row(kind: str, cell: Any) -> None:
    for before in (1, MANY):
        with pytest.raises(MisfitError) as caught:
            reader(Field("x", kind))([None] * before + [cell])
        assert caught.value.row == before + 1
        caught.value.value.encode()


DAY = datetime(2016, 1, 2)  # noqa: DTZ001 - of a column without a zone
MOMENT = datetime(2016, 1, 2, 15, 4, 5)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "value"),
    [("2016-01-02", DAY), ("2016-01-02T15:04:05", MOMENT), ("2016-01-02 15:04:05", MOMENT), ("2016-01-02T15:04:05Z", MOMENT),
     ("2016-01-02T15:04:05.000+00:00", MOMENT), ("2016-01-02T17:04:05+02:00", MOMENT), ("20160102", DAY),
     ("2016-01-02T15:04:05.1234567", MOMENT + timedelta(microseconds=123456)), ("/Date(1451747045000)/", MOMENT),
     ("\\/Date(1451747045000+0200)\\/", MOMENT), ("1/2/2016 3:04:05 PM", MOMENT), ("1/2/2016 12:00:00 AM", DAY),
     ("01/02/2016", DAY), ("2016/01/02 15:04:05", MOMENT), ("Sat, 02 Jan 2016 15:04:05 GMT", MOMENT),
     ("2016-01-02 15:04:05 UTC", MOMENT), ("", None), ("NaT", None), ("  2016-01-02 ", DAY)],
    ids=repr,
)  # fmt: skip
def test_moments(text: str, value: datetime | None) -> None:
    if text == "NaT":
        with pytest.raises(MisfitError):
            read("DateTime", text)
        return
    assert read("DateTime", text) == [value]


def test_moments_of_all_forms_in_one_column() -> None:
    assert read("DateTime", "2016-01-02", "1/2/2016", None, "2016-01-02T02:00:00+02:00") == [DAY, DAY, None, DAY]


def test_moments_of_a_zone() -> None:
    """Without an offset they are of the column's zone, with one they are what they say."""
    kind: Any = reader(Field("x", "DateTime", zone="Europe/Berlin"))
    for count in (1, MANY):
        for cells in (
            ["2016-01-02T15:04:05"],
            ["1/2/2016 15:04:05"],
            ["2016-01-02T14:04:05Z"],
            ["/Date(1451743445000)/"],
        ):
            found = kind(cells * count)
            assert found.type == pa.timestamp("us", "Europe/Berlin")
            assert (
                found.cast(pa.int64())[0].as_py() == int(datetime(2016, 1, 2, 14, 4, 5, tzinfo=UTC).timestamp()) * 10**6
            )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("02:03:04", 7384), ("1.02:03:04", 93784), ("-1.02:03:04", -93784), ("1 days 02:03:04", 93784), ("1 day", 86400),
     ("-1 days +23:00:00", -3600), ("P1DT2H3M4S", 93784), ("PT1.5S", 1.5), ("00:00:00.0000010", 0.000001), ("26:00", 93600),
     ("-PT1H", -3600)],
    ids=repr,
)  # fmt: skip
def test_spans(text: str, seconds: float) -> None:
    assert read("TimeSpan", text) == [timedelta(seconds=seconds)]


@given(st.timedeltas(timedelta(days=-10_000), timedelta(days=10_000)))
def test_spans_as_pandas_writes_them(span: timedelta) -> None:
    import pandas as pd

    assert times.span(str(pd.Timedelta(span))) * timedelta(microseconds=1) == span


@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)))  # noqa: DTZ001
def test_moments_as_python_writes_them(moment: datetime) -> None:
    micros, zoned = times.moment(moment.isoformat())
    assert not zoned
    assert micros == (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1)  # noqa: DTZ001


def test_bytes() -> None:
    assert read("Bytes", base64.b64encode(b"\0\xff").decode(), "", None) == [b"\0\xff", None, None]


def test_categories_that_were_known_come_first_and_new_ones_follow() -> None:
    found = reader(Field("x", "Categorical String", categories=("low", "high"), ordered=True))(
        ["new", "high", None, "new"]
    )
    assert found.to_pylist() == ["new", "high", None, "new"]
    assert found.dictionary.to_pylist() == ["low", "high", "new"]
    assert found.type.ordered
    assert read("Categorical Integer", "3", 4, None, categories=("4",)) == [3, 4, None]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [(("1", "2", ""), pa.int64()), (("1", "2.5"), pa.float64()), ((1, 2.5, None), pa.float64()), ((1, 2), pa.int64()),
     (("a", "1"), pa.large_string()), ((True, "x"), pa.large_string()), (("TRUE", "false"), pa.bool_()), ((True, None), pa.bool_()),
     ((None, ""), pa.float64()), ((), pa.float64()), ((2**70, 1), pa.large_string())],
    ids=repr,
)  # fmt: skip
def test_a_column_that_nothing_was_known_of_is_guessed(cells: tuple[Any, ...], kind: pa.DataType) -> None:
    assert reader(Field("x", "Double", known=False))(cells).type == kind


@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), max_size=5))
def test_integers_as_texts_and_as_json_are_the_same(values: list[int | None]) -> None:
    texts = [None if value is None else str(value) for value in values]
    assert read("Integer", *values) == read("Integer", *texts) == values


HOSTILE = st.one_of(
    st.text(max_size=30), st.from_regex(r"-?[0-9]{1,9} days? [0-9]{1,2}:[0-9]{2}:[0-9]{2}", fullmatch=True),
    st.from_regex(r"/Date\(-?[0-9]{1,17}\)/", fullmatch=True), st.from_regex(r"-?P[0-9]{1,9}DT[0-9]{1,9}H", fullmatch=True),
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]{0,9}Z?)?", fullmatch=True), st.integers(), st.floats(), st.booleans(),
    st.none(), st.lists(st.integers(), max_size=1), st.just("9" * 5000), st.just("1" * 100_000 + "x"), st.just(" " * 100_000 + "x"),
)  # fmt: skip


@given(
    st.sampled_from(["String", "Integer", "Double", "Boolean", "DateTime", "TimeSpan", "Bytes", "Categorical Double"]),
    st.lists(HOSTILE, max_size=3),
    st.sampled_from([None, "Europe/Berlin"]),
    st.booleans(),
)
def test_any_cells_are_read_or_told(kind: str, cells: list[Any], zone: str | None, known: bool) -> None:
    for many in (1, MANY):
        read_ = reader(Field("x", kind, zone=zone, known=known))
        try:
            found = read_(cells * many)
        except MisfitError:
            continue
        assert len(found) == len(cells) * many
        found.validate(full=True)
