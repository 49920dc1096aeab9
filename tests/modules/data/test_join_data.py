"""Join Data: against pandas' merge, and what pandas does otherwise."""

# ruff: noqa: DTZ001 - columns without a zone
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

NAME = "join-data"


def join(left: Table, right: Table, left_keys: Any = "k", right_keys: Any = "k", **parameters: Any) -> Table:
    """The joined table, whose columns are foretold where that is possible."""
    both = {"dataset1": left, "dataset2": right}
    told = foretold(NAME, both, left_keys=left_keys, right_keys=right_keys, **parameters)
    result = run(NAME, left, right, left_keys=left_keys, right_keys=right_keys, **parameters)
    assert told in (None, result.columns)
    return result  # type: ignore[no-any-return]


@st.composite
def _frames(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two frames with keys of few values, and a column that numbers the rows."""

    def one(name: str) -> pd.DataFrame:
        rows = draw(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("xyz")), max_size=8))
        keys = {
            "k": pd.Series([row[0] for row in rows], dtype="int64"),
            "m": pd.Series([row[1] for row in rows], dtype="str"),
        }
        return pd.DataFrame({**keys, name: pd.Series(range(len(rows)), dtype="float64")})

    return one("left"), one("right")


def _merged(left: pd.DataFrame, right: pd.DataFrame, keys: list[str], how: Any) -> list[tuple[Any, ...]]:
    """The row numbers of both sides; pandas sorts a full join by its keys, so that needs our order."""
    merged: pd.DataFrame = left.merge(right, on=keys, how=how)[["left", "right"]]
    if how == "outer":
        merged = merged.sort_values(["left", "right"], na_position="last")
    return [tuple(None if pd.isna(value) else value for value in row) for row in merged.itertuples(index=False)]


@settings(deadline=None)
@given(_frames(), st.sampled_from([["k"], ["m"], ["k", "m"], ["m", "k"]]))
def test_rows_as_pandas_merges_them(frames: tuple[pd.DataFrame, pd.DataFrame], keys: list[str]) -> None:
    left, right = (of_frame(each) for each in frames)
    for join_type, how in (("Inner Join", "inner"), ("Left Outer Join", "left"), ("Full Outer Join", "outer")):
        result = lists(join(left, right, keys, keys, join_type=join_type))
        assert list(zip(result["left"], result["right"], strict=True)) == _merged(*frames, keys, how)
    partners = set(frames[1][keys].itertuples(index=False, name=None))
    found = [row in partners for row in frames[0][keys].itertuples(index=False, name=None)]
    semi = frames[0][pd.Series(found, dtype=bool)]
    pd.testing.assert_frame_equal(
        frame(join(left, right, keys, keys, join_type="Left Semi-Join")), semi.reset_index(drop=True)
    )


def test_order_and_names() -> None:
    left = table({"v": Role.LABEL}, k=["b", "a", "c"], v=[1, 2, 3])
    right = table({"w": Role.WEIGHT}, k=["a", "d", "b", "a"], v=["p", "q", "r", "s"], w=[1, 2, 3, 4])
    result = join(left, right, join_type="full outer join")
    assert lists(result) == {
        "k": ["b", "a", "a", "c", None], "v": [1, 2, 2, 3, None],
        "k (1)": ["b", "a", "a", None, "d"], "v (1)": ["r", "p", "s", None, "q"], "w": [3, 1, 4, None, 2],
    }  # fmt: skip
    assert [column.role for column in result.columns] == [
        Role.FEATURE, Role.LABEL, Role.FEATURE, Role.FEATURE, Role.WEIGHT
    ]  # fmt: skip
    without = join(left, right, join_type="full outer join", keep_right_keys=False)
    assert lists(without)["k"] == ["b", "a", "a", "c", "d"], "no key is lost"
    assert without.arrow.column_names == ["k", "v", "v (1)", "w"]
    assert join(left, right, keep_right_keys=False).arrow.column_names == ["k", "v", "v (1)", "w"]


@pytest.mark.parametrize("join_type", ["Inner Join", "Left Outer Join", "Full Outer Join", "Left Semi-Join"])
def test_of_two_labels_the_left_one_stays(join_type: str) -> None:
    left = table({"y": Role.LABEL, "w": Role.WEIGHT}, k=[1], y=[1], w=[1.0], s=[0.5])
    right = table({"y": Role.LABEL, "v": Role.WEIGHT, "s": Role.SCORE}, k=[1], y=[1], v=[1.0], s=[0.5])
    roles = [column.role for column in join(left, right, join_type=join_type).columns]
    others = [] if "Semi" in join_type else [Role.FEATURE, Role.FEATURE, Role.FEATURE, Role.SCORE]
    assert roles == [Role.FEATURE, Role.LABEL, Role.WEIGHT, Role.FEATURE, *others]
    mirrored = [column.role for column in join(table(k=[1]), right, join_type=join_type).columns]
    assert mirrored == [
        Role.FEATURE,
        *([] if "Semi" in join_type else [Role.FEATURE, Role.LABEL, Role.WEIGHT, Role.SCORE]),
    ]


def test_missing_keys_equal_none() -> None:
    left, right = table(k=["a", None], m=[1, 1]), table(k=[None, "a"], m=[1, None])
    assert lists(join(left, right)) == {"k": ["a"], "m": [1], "k (1)": ["a"], "m (1)": [None]}
    assert join(left, right, ["k", "m"], ["k", "m"]).num_rows == 0
    assert join(left, right, join_type="Full Outer Join").num_rows == 3
    assert lists(join(left, right, join_type="Left Semi-Join")) == {"k": ["a"], "m": [1]}


def test_case() -> None:
    left, right = table(k=["A1", "straße", "É"], n=[1, 2, 3]), table(k=["a1", "STRASSE", "é", "A1"], w=[1, 2, 3, 4])
    assert lists(join(left, right))["w"] == [4]
    assert lists(join(left, right, match_case=False))["w"] == [1, 4, 2, 3]
    coded = table(k=categories(["a1", "A1", None], ["A1", "a1"]))
    assert lists(join(left, coded, match_case=False))["k (1)"] == ["a1", "A1"]


def test_keys_are_paired_in_the_order_told() -> None:
    left, right = table(a=[1, 2], b=[3, 4]), table(x=[3, 4], y=[1, 5])
    assert lists(join(left, right, ["b", "a"], ["x", "y"])) == {"a": [1], "b": [3], "x": [3], "y": [1]}
    by_type = {"begin": "all columns"}
    assert join(left, left, by_type, by_type).num_rows == 2


@pytest.mark.parametrize(
    ("left", "right", "rows"),
    [
        ([1, 2, 2**53 + 1], [1.0, 2.5, float(2**53)], 1),
        ([0.0, None], [-0.0, None], 1),
        ([True, False], [True, True], 2),
        ([b"x", b"y"], [b"y", b"z"], 1),
        ([dt.timedelta(1)], [dt.timedelta(1)], 1),
        (pa.array([10, 20], pa.timestamp("us")), pa.array([10_000, 20_001], pa.timestamp("ns")), 1),
        (pa.array([10], pa.timestamp("us", "UTC")), pa.array([10], pa.timestamp("us", "Asia/Tokyo")), 1),
        (categories(["x", "y"], ["x", "y"]), categories(["y", "z"], ["z", "y"]), 1),
        (categories(["x", "y"], ["x", "y"]), ["y", "y"], 2),
        ([1.0, float("inf")], [1, 2], 1),
        (pa.array([None, None], pa.string()), ["x", None], 0),
    ],
    ids=range(11),
)
def test_keys_of_every_kind(left: Any, right: Any, rows: int) -> None:
    assert join(table(k=left), table(k=right)).num_rows == rows


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ([1, 2], [3.5, 2.0], [1.0, 2.0, 3.5]),
        (categories(["x"], ["x"]), categories(["y", "x"], ["y", "x"]), ["x", "y"]),
        (categories(["x"], ["x"]), ["y", "x"], ["x", "y"]),
        (pa.array([10], pa.timestamp("us")), pa.array([10_000, 20_001], pa.timestamp("ns")), [10_000, 20_001]),
        (pa.array([10], pa.duration("us")), pa.array([30_001], pa.duration("ns")), [10_000, 30_001]),
    ],
    ids=range(5),
)
def test_both_keys_in_one_column(left: Any, right: Any, expected: list[Any]) -> None:
    result = join(table(k=left, v=[0] * len(left)), table(k=right), join_type="Full Outer Join", keep_right_keys=False)
    column = result.arrow["k"]
    values = column.cast(pa.int64()) if pa.types.is_temporal(column.type) else column
    assert values.to_pylist() == expected


def test_types_survive() -> None:
    left = table(k=[1, 2, 3], c=categories(["a", None, "b"], ["z", "b", "a"], ordered=True))
    right = table(
        k=[2, 1],
        t=pa.array([1, None], pa.timestamp("us", "Europe/Paris")),
        n=[2**60 + 1, None],
        b=[True, False],
        x=[b"1", b"2"],
    )
    result = join(left, right, join_type="Left Outer Join")
    assert types(result) == types(left) + types(right)
    assert known(result, "c") == ["z", "b", "a"]
    assert lists(result)["n"] == [None, 2**60 + 1, None]
    assert str(result.arrow["t"].type) == "timestamp[us, tz=Europe/Paris]"


def test_tables_without_rows() -> None:
    full, empty = table(k=[1, 2], v=["a", "b"]), table(k=pa.array([], pa.int64()), w=pa.array([], pa.string()))
    assert join(full, empty).num_rows == 0
    assert lists(join(full, empty, join_type="Left Outer Join"))["w"] == [None, None]
    assert lists(join(empty, full, join_type="Full Outer Join"))["v"] == ["a", "b"]
    assert join(empty, empty, join_type="Full Outer Join").num_rows == 0
    assert join(full, empty, join_type="Left Semi-Join").num_rows == 0
    assert join(empty, full, join_type="Left Semi-Join").num_rows == 0


def test_only_keys_on_the_right() -> None:
    assert lists(join(table(k=[1, 2]), table(k=[2]), keep_right_keys=False)) == {"k": [2]}


def test_unicode_names_and_several_duplicates() -> None:
    left = table(**{"größe": ["x"], "größe (1)": [1]})
    right = table(größe=["x"])
    assert join(left, right, "größe", "größe").arrow.column_names == ["größe", "größe (1)", "größe (2)"]


def test_many_key_columns_do_not_collide() -> None:
    columns: dict[str, Any] = {f"k{number}": list(range(3000)) for number in range(7)}
    result = join(table(**columns), table(**columns), list(columns), list(columns))
    assert result.num_rows == 3000


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([1], ["1"]), ([True], [1]), ([dt.datetime(2020, 1, 1)], [dt.timedelta(1)]), (["x"], [b"x"]),
        (pa.array([1], pa.timestamp("us")), pa.array([1], pa.timestamp("us", "UTC"))), (categories(["x"], ["x"]), [1]),
    ],
    ids=range(6),
)  # fmt: skip
def test_keys_of_different_types(left: Any, right: Any) -> None:
    error = fails("0016", NAME, table(k=left), table(j=right), left_keys="k", right_keys="j")
    assert error.facts["found"] != error.facts["expected"]


def test_keys_that_no_one_unit_holds() -> None:
    far, fine = pa.array([32_503_680_000_000_000], pa.timestamp("us")), pa.array([1], pa.timestamp("ns"))
    for left, right in ((far, fine), (fine, far)):
        fails(
            "0139", NAME, table(k=left), table(k=right), left_keys="k", right_keys="k", join_type="Full Outer Join", keep_right_keys=False
        )  # fmt: skip
        assert join(table(k=left), table(k=right), join_type="Full Outer Join").num_rows == 2


def test_the_other_errors() -> None:
    one, two = table(k=[1], v=[2]), table(k=[1], w=[2])
    fails("0027", NAME, one, two, left_keys=["k", "v"], right_keys="k")
    fails("0028", NAME, one, two, left_keys=["k", "k"], right_keys=["k", "w"])
    fails("0001", NAME, one, two, left_keys="w", right_keys="k")
    fails("0011", NAME, one, two, left_keys="StringFeature", right_keys="k")
    fails("0003", NAME, one, two, left_keys="k")
    fails("0003", NAME, one, Table(pa.table({})), left_keys="k", right_keys="k")
    fails("0002", NAME, one, two, left_keys="k", right_keys="k", join_type="Right Outer Join")
