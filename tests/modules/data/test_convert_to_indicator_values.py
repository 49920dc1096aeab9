"""Convert to Indicator Values: against pandas' get_dummies."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset.folds import Folds
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.errors import BottegaError
from bottega.modules.data_transformation import _indicators
from tests.modules.data.helpers import categories, fails, foretold, frame, lists, of_frame, run, table, types

NAME = "convert-to-indicator-values"


def convert(before: Table, columns: Any = "CategoricalAll", **parameters: Any) -> Table:
    """The table with indicators."""
    assert foretold(NAME, {"dataset": before}, columns=columns, **parameters) is None
    made = run(NAME, before, columns=columns, **parameters)
    again = made.transformation.apply(before)
    assert again.arrow.equals(made.results_dataset.arrow)
    return made.results_dataset  # type: ignore[no-any-return]


@settings(deadline=None)
@given(st.lists(st.sampled_from([None, "é", "b", "c d", ""]), max_size=20), st.booleans())
def test_as_pandas_makes_dummies(values: list[str | None], overwrite: bool) -> None:
    before = pd.DataFrame({"n": range(len(values)), "k": pd.Categorical(values, ["unused", "b", "é", "c d", ""])})
    before["n"] = before["n"].astype("int64")
    dummies = pd.get_dummies(before["k"], prefix="k", prefix_sep="-", dtype="int64")
    expected = pd.concat([before.drop(columns="k") if overwrite else before, dummies], axis=1)
    result = frame(convert(of_frame(before), overwrite=overwrite))
    pd.testing.assert_frame_equal(result, expected, check_column_type=False)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ([7], "k-7"), ([0.5], "k-0.5"), ([True], "k-true"), ([2.0], "k-2"), ([dt.timedelta(1)], "k-1 days 00:00:00"),
        (pa.array([0], pa.timestamp("us")).to_pylist(), "k-1970-01-01 00:00:00"),
    ],
)  # fmt: skip
def test_categories_of_every_kind(values: list[Any], name: str) -> None:
    result = convert(table(k=categories([*values, None], values)))
    assert lists(result)[name] == [1, 0]
    assert types(result)[1:] == ["Integer"]


def test_several_columns_and_what_is_not_selected() -> None:
    before = table(
        {"y": Role.LABEL, "a": Role.NONE}, y=categories(["u", "v"], ["u", "v"]), x=[1, 2],
        a=categories(["p", None], ["p"]), b=categories(["q", "r"], ["r", "q"]),
    ).with_folds(Folds(2, np.array([0, 1])))  # fmt: skip
    result = convert(before, overwrite=True)
    assert lists(result) == {
        "x": [1, 2], "y-u": [1, 0], "y-v": [0, 1], "a-p": [1, 0], "b-r": [0, 1], "b-q": [1, 0]
    }  # fmt: skip
    roles = {column.name: column.role for column in result.columns}
    assert roles["y-u"] == roles["a-p"] == Role.NONE, "a label told again must not become a feature"
    assert roles["b-q"] == Role.FEATURE
    assert result.folds is before.folds
    alone = convert(before, "b")
    assert alone.columns[:4] == before.columns
    assert alone.arrow.column_names[4:] == ["b-r", "b-q"]


def test_names_that_are_there_get_a_number() -> None:
    result = convert(table(**{"k": categories(["x"], ["x"]), "k-x": [5]}))
    assert lists(result) == {"k": ["x"], "k-x": [5], "k-x (1)": [1]}


def test_no_rows_and_no_categories() -> None:
    assert lists(convert(table(k=categories([], ["x", "y"])), overwrite=True)) == {"k-x": [], "k-y": []}
    bare = table(k=categories([None, None], []))
    assert lists(convert(bare)) == {"k": [None, None]}
    result = convert(bare, overwrite=True)
    assert (result.num_rows, result.num_columns) == (2, 0)


def test_ten_thousand_columns_and_categories() -> None:
    wide = {f"c{number}": [number] for number in range(10_000)}
    result = convert(Table(pa.table({**wide, "k": categories([3], list(range(5_000)))})), overwrite=True)
    assert result.num_columns == 15_000
    assert result.column("k-3").to_pylist() == [1]


def test_more_columns_than_a_table_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_indicators, "MOST_COLUMNS", 4)
    before = table(n=[1], k=categories(["a"], ["a", "b", "c"]))
    assert fails("0129", NAME, before, columns="k").facts["found"] == 5
    assert convert(before, overwrite=True).num_columns == 4


def test_errors() -> None:
    before = table(n=[1], s=["x"], k=categories(["x"], ["x"]))
    for name in ("n", "s"):
        assert fails("0056", NAME, before, columns=["k", name]).facts["column"] == name
    fails("0003", NAME, before)
    fails("0011", NAME, table(n=[1]), columns="CategoricalAll")
    fails("0001", NAME, before, columns="z")


def test_the_transformation_makes_the_same_columns_of_other_rows() -> None:
    learned = run(NAME, table(k=categories(["u", "v"], ["u", "v", "w"]), x=[1, 2]), columns="k", overwrite=True)
    other = table(x=[3, 4, 5], k=categories(["v", "new", None], ["new", "v"]))
    assert lists(learned.transformation.apply(other)) == {
        "x": [3, 4, 5], "k-u": [0, 0, 0], "k-v": [1, 0, 0], "k-w": [0, 0, 0],
    }  # fmt: skip
    plain = learned.transformation.apply(table(k=["w"], x=[1]))
    assert lists(plain) == {"x": [1], "k-u": [0], "k-v": [0], "k-w": [1]}
    nothing = learned.transformation.apply(table(k=pa.array([], pa.large_string()), x=pa.array([], pa.int64())))
    assert nothing.arrow.column_names == ["x", "k-u", "k-v", "k-w"]
    with pytest.raises(BottegaError, match="k"):
        learned.transformation.apply(table(x=[1]))
    assert learned.transformation.describe()["columns"] == {"k": {"categories": ["u", "v", "w"]}}
