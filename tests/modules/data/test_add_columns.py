"""Add Columns: against pandas' concat side by side."""

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
from tests.modules.data.helpers import categories, fails, foretold, frame, known, lists, of_frame, run, table, types

NAME = "add-columns"


def add(left: Table, right: Table) -> Table:
    """Both side by side, with the columns foretold."""
    result = run(NAME, left, right)
    assert result.columns == foretold(NAME, {"left_dataset": left, "right_dataset": right}, "combined_dataset")
    return result  # type: ignore[no-any-return]


_COLUMN = st.lists(st.one_of(st.none(), st.floats(allow_nan=False)), max_size=6)


@settings(deadline=None)
@given(_COLUMN, st.lists(st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]))), max_size=6))
def test_as_pandas_puts_them_side_by_side(numbers: list[float | None], texts: list[str | None]) -> None:
    left = pd.DataFrame({"ä": pd.Series(numbers, dtype="float64")})
    right = pd.DataFrame({"b": pd.Series(texts, dtype="str")})
    result = frame(add(of_frame(left), of_frame(right)))
    pd.testing.assert_frame_equal(result, pd.concat([left, right], axis=1))


def test_the_shorter_one_is_filled_up_in_every_type() -> None:
    moment = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    one: dict[str, Any] = {
        "i": [1], "d": [0.5], "b": [True], "s": ["x"], "t": pa.array([moment], pa.timestamp("us", "Asia/Tokyo")),
        "e": [dt.timedelta(1)], "y": [b"\0"], "c": categories(["v"], ["u", "v"], ordered=True),
    }  # fmt: skip
    short, long = table(**one), table(n=[1, 2, 3])
    for result in (add(short, long), add(long, short)):
        assert {name: lists(result)[name] for name in one} == {name: [*lists(short)[name], None, None] for name in one}
        assert known(result, "c") == ["u", "v"]
        assert lists(result)["n"] == [1, 2, 3]
    assert types(add(short, long))[:-1] == types(short)


def test_names_and_roles() -> None:
    left = table({"y": Role.LABEL, "s": Role.SCORE}, y=[1], s=[0.5])
    right = table({"y": Role.LABEL, "w": Role.WEIGHT, "s": Role.SCORE}, y=[2], w=[3], s=[0.1])
    result = add(left, right)
    assert result.arrow.column_names == ["y", "s", "y (1)", "w", "s (1)"]
    assert [column.role for column in result.columns] == [
        Role.LABEL, Role.SCORE, Role.FEATURE, Role.WEIGHT, Role.SCORE
    ]  # fmt: skip


def test_a_name_with_a_number_is_not_taken() -> None:
    assert add(table(**{"a": [1], "a (1)": [2]}), table(a=[3])).arrow.column_names == ["a", "a (1)", "a (2)"]


def test_tables_without_rows() -> None:
    empty = table(a=pa.array([], pa.float64()), c=categories([], ["x"]))
    assert add(empty, empty).num_rows == 0
    assert lists(add(empty, table(b=[1, 2]))) == {"a": [None, None], "c": [None, None], "b": [1, 2]}
    assert known(add(empty, table(b=[1, 2])), "c") == ["x"]


def test_many_columns() -> None:
    wide = Table(pa.table({f"c{number}": [number] for number in range(10_000)}))
    result = add(wide, wide)
    assert result.num_columns == 20_000
    assert result.column("c9999 (1)").to_pylist() == [9999]


@pytest.mark.parametrize(("rows", "kept"), [(2, True), (3, True), (4, False)])
def test_folds_are_those_of_the_left_rows(rows: int, kept: bool) -> None:
    folds = Folds(2, np.array([0, 1, 1]))
    result = add(table(a=[1, 2, 3]).with_folds(folds), table(b=list(range(rows))))
    assert (result.folds is folds) is kept


def test_a_table_without_columns_is_empty() -> None:
    for inputs in ((Table(pa.table({})), table(a=[1])), (table(a=[1]), Table(pa.table({"x": [1]}).select([])))):
        assert fails("0003", NAME, *inputs).facts["input"] in ("Left dataset", "Right dataset")
