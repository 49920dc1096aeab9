"""Add Rows: against pandas' concat, and the types that it would lose."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset.table import Table
from bottega.dataset.types import Role
from tests.modules.data.helpers import categories, fails, foretold, frame, known, lists, of_frame, run, table, types

NAME = "add-rows"


def add(upper: Table, lower: Table) -> Table:
    """Both one above the other, with the columns foretold."""
    result = run(NAME, upper, lower)
    assert result.columns == foretold(NAME, {"dataset1": upper, "dataset2": lower})
    return result  # type: ignore[no-any-return]


_ROWS = st.lists(
    st.tuples(st.one_of(st.none(), st.floats(allow_nan=False)), st.integers(-(2**63), 2**63 - 1), st.text("aä"))
)


@settings(deadline=None)
@given(_ROWS, _ROWS)
def test_as_pandas_puts_one_above_the_other(first: Any, second: Any) -> None:
    frames = [
        pd.DataFrame(rows, columns=["x", "n", "ü"]).astype({"x": "float64", "n": "int64", "ü": "str"})
        for rows in (first, second)
    ]
    result = frame(add(*map(of_frame, frames)))
    pd.testing.assert_frame_equal(result, pd.concat(frames, ignore_index=True))


_MOMENT = dt.datetime(2020, 1, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("upper", "lower", "expected", "kind"),
    [
        ([1, None], [0.5], [1.0, None, 0.5], "Double"),
        ([0.5], [2**53 + 1], [0.5, 2.0**53], "Double"),
        ([dt.timedelta(1)], pa.array([1], pa.duration("ns")), [pd.Timedelta(1, "D"), pd.Timedelta(1, "ns")], "TimeSpan"),
        (pa.array([1], pa.timestamp("ns")), pa.array([1], pa.timestamp("us")),
         [pd.Timestamp(1), pd.Timestamp(1000)], "DateTime"),
        (pa.array([_MOMENT], pa.timestamp("us", "UTC")), pa.array([_MOMENT], pa.timestamp("us", "Asia/Tokyo")),
         [_MOMENT, _MOMENT], "DateTime"),
        (categories(["b"], ["a", "b"]), categories(["c", "a"], ["c", "a"]), ["b", "c", "a"], "Categorical String"),
        (categories([1], [1]), categories([2, None], [2]), [1, 2, None], "Categorical Integer"),
    ],
    ids=range(7),
)  # fmt: skip
def test_types_that_go_together(upper: Any, lower: Any, expected: list[Any], kind: str) -> None:
    result = add(table(c=upper), table(c=lower))
    assert lists(result)["c"] == expected
    assert types(result) == [kind]


def test_moments_are_in_the_first_tables_zone() -> None:
    zoned = [table(c=pa.array([_MOMENT], pa.timestamp("us", zone))) for zone in ("Asia/Tokyo", "UTC")]
    assert add(*zoned).arrow.schema.types == [pa.timestamp("us", "Asia/Tokyo")]


def test_categories_of_both() -> None:
    upper, lower = table(c=categories(["b"], ["a", "b"], ordered=True)), table(c=categories(["b"], ["z", "b"]))
    result = add(upper, lower)
    assert known(result, "c") == ["a", "b", "z"]
    assert not result.arrow.schema.field("c").type.ordered, "an order that one of them does not have is none"
    assert add(upper, upper).arrow.schema.field("c").type.ordered
    times = [pa.array([1], kind).dictionary_encode() for kind in (pa.timestamp("us"), pa.timestamp("ns"))]
    assert known(add(table(c=times[0]), table(c=times[1])), "c") == [pd.Timestamp(1000), pd.Timestamp(1)]


def test_roles_are_those_of_the_first() -> None:
    result = add(table({"y": Role.LABEL}, y=[1], w=[1]), table({"w": Role.WEIGHT}, y=[2], w=[2]))
    assert [column.role for column in result.columns] == [Role.LABEL, Role.FEATURE]


def test_without_rows() -> None:
    empty, one = table(a=pa.array([], pa.int64()), c=categories([], ["u"])), table(a=[1], c=categories(["v"], ["v"]))
    assert lists(add(empty, one)) == lists(add(one, empty)) == {"a": [1], "c": ["v"]}
    assert add(empty, empty).num_rows == 0
    assert known(add(empty, one), "c") == ["u", "v"]


def test_many_columns() -> None:
    wide = Table(pa.table({f"c{number}": [number] for number in range(10_000)}))
    result = add(wide, wide)
    assert (result.num_rows, result.num_columns) == (2, 10_000)


@pytest.mark.parametrize(
    ("code", "upper", "lower"),
    [
        ("0067", {"a": [1], "b": [1]}, {"a": [1]}), ("0010", {"a": [1], "b": [1]}, {"b": [1], "a": [1]}),
        ("0016", {"a": [1]}, {"a": ["1"]}), ("0016", {"a": [1]}, {"a": [True]}), ("0016", {"a": ["x"]}, {"a": categories(["x"], ["x"])}),
        ("0016", {"a": categories([1], [1])}, {"a": categories([0.5], [0.5])}), ("0016", {"a": [1]}, {"a": categories([1], [1])}),
        ("0016", {"a": pa.array([1], pa.timestamp("us"))}, {"a": pa.array([1], pa.timestamp("us", "UTC"))}),
        ("0139", {"a": pa.array([1], pa.timestamp("ns"))}, {"a": pa.array([2**61], pa.timestamp("us"))}),
        ("0139", {"a": pa.array([2**61], pa.duration("us"))}, {"a": pa.array([1], pa.duration("ns"))}),
    ],
    ids=range(10),
)  # fmt: skip
def test_tables_that_do_not_go_together(code: str, upper: dict[str, Any], lower: dict[str, Any]) -> None:
    error = fails(code, NAME, table(**upper), table(**lower))
    assert code == "0067" or "a" in error.facts.values()


def test_a_table_without_columns_is_empty() -> None:
    assert fails("0003", NAME, table(a=[1]), Table(pa.table({}))).facts["input"] == "Dataset2"


def test_a_column_without_any_value_takes_the_type_of_the_other() -> None:
    blank, full = table(x=pa.array([None, None], pa.large_string())), table(x=[1.5])
    for one, other, expected in ((blank, full, [None, None, 1.5]), (full, blank, [1.5, None, None])):
        result = run("add-rows", one, other)
        assert (types(result), lists(result)["x"]) == (["Double"], expected)
        assert foretold("add-rows", {"dataset1": one, "dataset2": other}) is None
