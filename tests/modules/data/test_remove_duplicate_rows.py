"""Remove Duplicate Rows: against pandas' drop_duplicates."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset.table import Table
from bottega.dataset.types import Role
from tests.modules.data.helpers import categories, fails, foretold, frame, known, lists, of_frame, run, table

NAME = "remove-duplicate-rows"


def distinct(before: Table, columns: Any = "All", **parameters: Any) -> Table:
    """One row of each, in the columns that there were."""
    result = run(NAME, before, columns=columns, **parameters)
    assert result.columns == before.columns == foretold(NAME, {"dataset": before}, columns=columns, **parameters)
    return result  # type: ignore[no-any-return]


_ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, 0.0, 1.5, math.inf]), st.integers(-1, 1), st.sampled_from([None, "a", "A", "ä", ""])
    ),
    max_size=30,
)


@settings(deadline=None)
@given(_ROWS, st.sampled_from([["x"], ["n", "s"], ["x", "n", "s"]]), st.booleans())
def test_rows_as_pandas_keeps_them(rows: list[Any], keys: list[str], first: bool) -> None:
    before = pd.DataFrame(rows, columns=["x", "n", "s"]).astype({"x": "float64", "n": "int64", "s": "str"})
    before["row"] = range(len(before))
    expected = before.drop_duplicates(keys, keep="first" if first else "last").reset_index(drop=True)
    pd.testing.assert_frame_equal(frame(distinct(of_frame(before), keys, retain_first=first)), expected)


@pytest.mark.parametrize(
    "key",
    [
        [True, None, True, None], [1, None, 1, None], [dt.timedelta(1), None] * 2, [b"x", b"", b"x", b""],
        pa.array([5, None, 5, None], pa.timestamp("us", "Asia/Tokyo")), categories(["a", None] * 2, ["unused", "a"]),
        pa.chunked_array([["a", None], ["a"], [None]]), [-0.0, math.inf, 0.0, math.inf],
    ],
    ids=range(8),
)  # fmt: skip
def test_keys_of_every_kind(key: Any) -> None:
    before = table({"row": Role.WEIGHT}, row=[0, 1, 2, 3], k=key)
    assert lists(distinct(before, "k"))["row"] == [0, 1]
    assert lists(distinct(before, "k", retain_first=False))["row"] == [2, 3]


def test_what_is_no_key_is_not_looked_at() -> None:
    before = table(k=["a", "a", "b"], v=categories(["x", "y", None], ["z", "x", "y"]))
    result = distinct(before, "k")
    assert lists(result) == {"k": ["a", "b"], "v": ["x", None]}
    assert known(result, "v") == ["z", "x", "y"]


def test_many_different_values_in_many_columns() -> None:
    rows = 3_000
    columns = {f"c{number}": [(row * (number + 7)) % 2_999 for row in range(rows)] for number in range(30)}
    before = table(**columns)
    assert distinct(before).num_rows == 2_999  # the last row is the first one again


def test_ten_thousand_columns() -> None:
    columns: dict[str, Any] = {f"ü{number}": [1, 1, 1] for number in range(10_000)}
    before = Table(pa.table({**columns, "last": [1, 2, 1]}))
    assert lists(Table(distinct(before).arrow.select(["last"]))) == {"last": [1, 2]}


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(rows: int) -> None:
    assert distinct(table(a=pa.array([1.0] * rows, pa.float64()))).num_rows == rows


def test_errors() -> None:
    fails("0003", NAME, table(a=[1]))
    fails("0003", NAME, Table(pa.table({})), columns="All")
    fails("0011", NAME, table(a=[1]), columns="None")
    fails("0001", NAME, table(a=[1]), columns="b")
    fails("0060", NAME, table(a=[1]), columns={"rules": [{"include": {"indices": "2"}}]})
    fails("0002", NAME, table(a=[1]), columns="a", retain_first="maybe")
