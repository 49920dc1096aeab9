"""Edit Metadata: names, types, categories and roles; what does not concern it stays."""

# ruff: noqa: DTZ001 - columns without a zone
from __future__ import annotations

import csv
import datetime as dt
import time
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset.types import Role
from tests.modules.data.helpers import categories, fails, foretold, known, lists, run, table, types

NAME = "edit-metadata"
_UTC = dt.UTC


def _typed(values: Any, data_type: str) -> Any:
    result = run(NAME, table(a=values), columns=["a"], data_type=data_type)
    assert [
        column.type for column in foretold(NAME, {"dataset": table(a=values)}, columns=["a"], data_type=data_type)
    ] == [column.type for column in result.columns]
    return lists(result)["a"]


@pytest.mark.parametrize(
    ("values", "data_type", "expected"),
    [
        (["1", " -2 ", "+3", "4.0", "1e2", None, "", "NA"], "Integer", [1, -2, 3, 4, 100, None, None, None]),
        (["9223372036854775807", "-9223372036854775808"], "Integer", [2**63 - 1, -(2**63)]),
        (
            ["1.5", "-2", " inf", "1e400", None, "n/a"],
            "Floating point",
            [1.5, -2.0, float("inf"), float("inf"), None, None],
        ),
        (["true", "FALSE", "1", "0", None], "Boolean", [True, False, True, False, None]),
        ([1, 0, None, -7], "Boolean", [True, False, None, True]),
        ([0.5, 0.0, None], "Boolean", [True, False, None]),
        ([1.0, -3.0, None], "Integer", [1, -3, None]),
        ([True, None, False], "Integer", [1, None, 0]),
        ([True, None, False], "Double", [1.0, None, 0.0]),
        ([2**62 + 1], "Double", [float(2**62 + 1)]),
        ([1.0, 2.5, None], "String", ["1.0", "2.5", None]),
        ([True, None], "String", ["True", None]),
        ([dt.datetime(2020, 1, 2, 3, 4, 5)], "String", ["2020-01-02 03:04:05"]),
        ([621_355_968_000_000_000], "DateTime", [dt.datetime(1970, 1, 1)]),
        ([dt.datetime(1970, 1, 1), None], "Integer", [621_355_968_000_000_000, None]),
        ([36_000_000_000, -10], "TimeSpan", [dt.timedelta(hours=1), dt.timedelta(microseconds=-1)]),
        ([dt.timedelta(seconds=1)], "Double", [1e7]),
    ],
    ids=range(17),
)
def test_values_go_to_the_type(values: list[Any], data_type: str, expected: list[Any]) -> None:
    assert _typed(values, data_type) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2010-01-31", "2010-01-31 00:00", "2010-01-31T00:00:00.000", "20100131", "2010/01/31", "1/31/2010", "01/31/10", "1-31-2010",
        "31.01.2010", "31.1.10", "31 Jan 2010", "31 January 2010", "31-Jan-2010", "31-Jan-10", "Jan 31, 2010",
        "January 31, 2010", "Sun, 31 Jan 2010", "1/31/2010 12:00 AM", "1/31/2010 00:00:00", " 2010-01-31 ",
    ],
)  # fmt: skip
def test_a_date_in_a_common_form(text: str) -> None:
    assert _typed([text, None], "DateTime") == [dt.datetime(2010, 1, 31), None]


def test_dates_of_several_forms_in_one_column() -> None:
    texts = ["2010-01-31", "1/31/2010 10:15 PM", "31.01.2010", "1/30/2010 10:15 PM", ""]
    assert _typed(texts, "DateTime") == [
        dt.datetime(2010, 1, 31), dt.datetime(2010, 1, 31, 22, 15), dt.datetime(2010, 1, 31),
        dt.datetime(2010, 1, 30, 22, 15), None,
    ]  # fmt: skip


def test_dates_with_an_offset_are_in_utc() -> None:
    both = ["2010-01-31T10:00:00+02:00", "2010-01-31 10:00"]
    assert _typed(both, "DateTime") == [
        dt.datetime(2010, 1, 31, 8, tzinfo=_UTC),
        dt.datetime(2010, 1, 31, 10, tzinfo=_UTC),
    ]
    assert _typed(["2010-01-31T10:00:00Z"], "DateTime") == [dt.datetime(2010, 1, 31, 10, tzinfo=_UTC)]
    assert _typed(["Sun, 31 Jan 2010 10:00:00 +0100", "x"][:1], "DateTime") == [
        dt.datetime(2010, 1, 31, 9, tzinfo=_UTC)
    ]


def test_nanoseconds_stay() -> None:
    result = run(NAME, table(a=["2010-01-31 10:00:00.123456789"]), columns="a", data_type="DateTime")
    assert result.arrow["a"].cast(pa.int64()).to_pylist() == [pd.Timestamp("2010-01-31 10:00:00.123456789").value]


@settings(deadline=None)
@given(st.lists(st.none() | st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1)), min_size=1))
def test_a_datetime_comes_back_from_its_text(values: list[dt.datetime | None]) -> None:
    typed = table(a=pa.array(values, pa.timestamp("us")))
    text = run(NAME, typed, columns="a", data_type="String")
    assert lists(run(NAME, text, columns="a", data_type="DateTime"))["a"] == values


@settings(deadline=None)
@given(st.lists(st.none() | st.timedeltas(dt.timedelta(days=-9999), dt.timedelta(days=9999)), min_size=1))
def test_a_span_comes_back_from_its_text(values: list[dt.timedelta | None]) -> None:
    typed = table(a=pa.array(values, pa.duration("us")))
    text = run(NAME, typed, columns="a", data_type="String")
    assert lists(run(NAME, text, columns="a", data_type="TimeSpan"))["a"] == values


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("00:01:00", 60), ("1.02:03:04", 93_784), ("-00:30", -1800), ("-1.02:03:04", -93_784), ("-1 days +23:00:00", -3600),
     ("36:00", 129_600), ("1 days 02:03:04.5", 93_784.5),
     ("PT2H", 7200), ("2 days", 172_800)],
)  # fmt: skip
def test_a_span_of_time(text: str, seconds: float) -> None:
    assert _typed([text], "TimeSpan") == [dt.timedelta(seconds=seconds)]


@pytest.mark.parametrize(
    ("values", "data_type", "row", "shown"),
    [
        (["1", "x", "y"], "Integer", 1, "'x'"),
        (["1.5"], "Integer", 0, "'1.5'"),
        (["1", "9223372036854775808"], "Integer", 1, "'9223372036854775808'"),
        (["0x1F"], "Integer", 0, "'0x1F'"),
        (["1_000"], "Integer", 0, "'1_000'"),
        ([1.0, 2.5], "Integer", 1, "2.5"),
        ([1.0, None, float("inf")], "Integer", 2, "inf"),
        ([2.0**63], "Integer", 0, "9.2"),
        (["1", "one"], "Double", 1, "'one'"),
        (["yes"], "Boolean", 0, "'yes'"),
        (["2010-01-01", "31/12/2010"], "DateTime", 1, "'31/12/2010'"),
        (["2010-01-01", "soon"], "DateTime", 1, "'soon'"),
        ([-1], "DateTime", 0, "-1"),
        (["5"], "TimeSpan", 0, "'5'"),
    ],
    ids=range(14),
)
def test_a_value_that_does_not_fit_is_named(values: list[Any], data_type: str, row: int, shown: str) -> None:
    error = fails("0139", NAME, table(ä=values), columns=["ä"], data_type=data_type)
    assert error.facts["column"] == "ä"
    assert f"row {row} " in str(error)
    assert shown in str(error)


@pytest.mark.parametrize(
    ("values", "data_type"),
    [
        ([True], "DateTime"), ([dt.datetime(2020, 1, 1)], "TimeSpan"), ([dt.timedelta(1)], "Boolean"), ([b"x"], "Integer"),
    ],
    ids=["Boolean", "DateTime", "TimeSpan", "Bytes"],
)  # fmt: skip
def test_types_without_anything_in_common(values: list[Any], data_type: str) -> None:
    fails("0042", NAME, table(a=values), columns=["a"], data_type=data_type)


def test_an_empty_column_takes_any_type() -> None:
    for data_type in ("Integer", "Double", "Boolean", "DateTime", "TimeSpan"):
        assert _typed(pa.array([], pa.string()), data_type) == []
        assert _typed(pa.array([None, None], pa.string()), data_type) == [None, None]


def test_categories_are_made_and_unmade() -> None:
    plain = table(s=["b", None, "a", "b"], n=[1, 1, None, 2], d=[0.5, None, 0.5, 1.0], t=[dt.datetime(2020, 1, 1)] * 4)
    made = run(NAME, plain, columns="All", categorical="Make categorical")
    assert types(made) == ["Categorical String", "Categorical Integer", "Categorical Double", "Categorical DateTime"]
    assert known(made, "s") == ["b", "a"]
    assert run(NAME, made, columns="All", categorical="Make non-categorical").equals(plain)


def test_categories_survive_another_type() -> None:
    before = table(a=categories(["10", "2", None, "10"], ["2", "unused", "10"], ordered=True))
    after = run(NAME, before, columns="a", data_type="Integer")
    assert types(after) == ["Categorical Integer"]
    assert lists(after)["a"] == [10, 2, None, 10]
    assert known(after, "a") == [2, 10]
    assert after.arrow["a"].type.ordered


def test_a_category_that_does_not_fit_tells_its_row() -> None:
    before = table(a=categories(["2", None, "x"], ["x", "2"]))
    assert "'x' in row 2 " in str(fails("0139", NAME, before, columns="a", data_type="Integer"))


def test_equal_values_make_one_category() -> None:
    after = run(NAME, table(a=categories(["1", "01", "2"], ["1", "01", "2"])), columns="a", data_type="Integer")
    assert known(after, "a") == [1, 2]


def test_roles_are_given_and_cleared() -> None:
    before = table({"score": Role.SCORE}, a=[1], b=[2.0], score=[0.5])
    labelled = run(NAME, before, columns="a", fields="Labels")
    weighted = run(NAME, labelled, columns="b", fields="Weights")
    assert [column.role for column in weighted.columns] == [Role.LABEL, Role.WEIGHT, Role.SCORE]
    for column, clear in (("a", "Clear label"), ("b", "Clear weight"), ("score", "Clear score")):
        weighted = run(NAME, weighted, columns=column, fields=clear)
    assert {column.role for column in weighted.columns} == {Role.FEATURE}
    assert run(NAME, labelled, columns="a", fields="Clear weight").equals(labelled), "clears only what it names"
    assert run(NAME, labelled, columns="a", fields="Features").equals(
        table({"score": Role.SCORE}, a=[1], b=[2.0], score=[0.5])
    )


def test_the_errors_of_roles() -> None:
    before = table({"a": Role.LABEL, "w": Role.WEIGHT}, a=[1], b=[2], w=[1.0], s=["x"])
    fails("0037", NAME, before, columns="b", fields="Labels")
    fails("0122", NAME, before, columns="b", fields="Weights")
    fails("0124", NAME, table(s=["x"]), columns="s", fields="Weights")
    fails("0124", NAME, table(n=[1]), columns="n", fields="Weights", categorical="Make categorical")


def test_new_names() -> None:
    before = table({"b": Role.LABEL}, a=[1], b=["x"], c=[None])
    after = run(NAME, before, columns=["c", "a"], new_names='first, "last, with comma"')
    assert after.arrow.column_names == ["first", "b", "last, with comma"]
    assert after.columns[1].role is Role.LABEL
    assert (
        foretold(NAME, {"dataset": before}, columns=["c", "a"], new_names='first, "last, with comma"') == after.columns
    )
    kept = {"begin": "no columns", "rules": [{"include": ["c", "a"]}], "keep": True}
    assert run(NAME, before, columns=kept, new_names="one, two").arrow.column_names == ["two", "b", "one"]


def test_names_may_be_swapped() -> None:
    assert lists(run(NAME, table(a=[1], b=[2]), columns=["a", "b"], new_names="b,a")) == {"b": [1], "a": [2]}


@pytest.mark.parametrize(
    ("code", "names"), [("0027", "x"), ("0027", "x,y,z"), ("0002", "x, "), ("0028", "x,x"), ("0028", "x,c")]
)
def test_names_that_do_not_fit(code: str, names: str) -> None:
    fails(code, NAME, table(a=[1], b=[2], c=[3]), columns=["a", "b"], new_names=names)


def test_a_name_longer_than_the_reader_takes() -> None:
    before = csv.field_size_limit(128 << 10)  # of the whole process: readers of files raise it
    try:
        error = fails("0002", NAME, table(a=[1]), columns=["a"], new_names="x" * 200_000)
    finally:
        csv.field_size_limit(before)
    assert len(str(error)) < 1000


def test_a_misfit_out_of_pythons_years_is_told() -> None:
    far = pa.array([-(10**17), 4 * 10**17], pa.timestamp("us"))
    assert "in row 0" in str(fails("0139", NAME, table(a=far), columns=["a"], data_type="Integer"))
    assert "in row 0" in str(
        fails(
            "0139",
            NAME,
            table(a=pa.chunked_array([far]).dictionary_encode().combine_chunks()),
            columns=["a"],
            data_type="Double",
        )
    )


def test_texts_with_a_zone_are_the_same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for zone in ("UTC", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        found.append(_typed(["1/31/2020 10:15 UTC", "1/31/2020 10:15 GMT"], "DateTime"))
        fails("0139", NAME, table(a=["1/31/2020 10:15 EST"]), columns=["a"], data_type="DateTime")
    monkeypatch.undo()
    time.tzset()
    assert found[0] == found[1] == [dt.datetime(2020, 1, 31, 10, 15, tzinfo=dt.UTC)] * 2


def test_selections_that_do_not_fit() -> None:
    before = table(a=[1])
    fails("0001", NAME, before, columns=["b"])
    fails("0011", NAME, before, columns="CategoricalAll")
    fails("0003", NAME, before)
    twice = {"begin": "no columns", "rules": [{"include": ["a", "a"]}], "keep": True}
    fails("0028", NAME, before, columns=twice)
    fails("0002", NAME, before, columns=["a"], data_type="Complex")


def test_the_rest_of_the_table_stays() -> None:
    before = table(
        {"l": Role.LABEL}, k=categories(["a", None], ["z", "a"]), l=[1, None], t=pa.array([1, 2], pa.timestamp("us", "Europe/Paris")),
        x=["1", "2"], b=[b"\0", None],
    )  # fmt: skip
    after = run(NAME, before, columns="x", data_type="Integer")
    assert after.arrow.column_names == before.arrow.column_names
    rest = ["k", "l", "t", "b"]
    assert after.arrow.select(rest).equals(before.arrow.select(rest), check_metadata=True)
    assert run(NAME, before, columns="All").equals(before)


def test_a_column_that_is_no_feature_has_no_role_and_can_become_one_again() -> None:
    cleared = run(NAME, table(a=[1], b=[2]), columns="a", fields="Clear feature")
    assert [column.role for column in cleared.columns] == [Role.NONE, Role.FEATURE]
    assert [column.role for column in run(NAME, cleared, columns="a", fields="Features").columns] == [Role.FEATURE] * 2
    labelled = table({"a": Role.LABEL}, a=[1])
    assert run(NAME, labelled, columns="a", fields="Clear feature").equals(labelled)


@pytest.mark.parametrize("data_type", ["Integer", "Double"])
def test_numbers_as_pandas_reads_them(data_type: str) -> None:
    texts = [str(number * 7 - 50_000) for number in range(20_000)]
    expected = pd.to_numeric(pd.Series(texts)).astype("int64" if data_type == "Integer" else "float64")
    assert _typed(texts, data_type) == expected.tolist()
