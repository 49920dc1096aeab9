"""Convert to Dataset: placeholders for missing values, values replaced, sparse columns."""

# ruff: noqa: DTZ001 - columns without a zone
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
from bottega.sdk.notes import collect
from tests.modules.data.helpers import categories, fails, foretold, frame, known, lists, run, table, types

NAME = "convert-to-dataset"
MARK = {"action": "SetMissingValue"}


def mixed() -> Table:
    return table(
        {"s": Role.LABEL, "f": Role.WEIGHT},
        s=["?", "a?", "3", None], n=[3, 35, None, 4], d=[3.0, 0.5, None, np.inf], f=[True, False, None, True],
        k=categories(["3", "?", None, "x"], ["x", "?", "3"], ordered=True),
        t=[dt.datetime(2020, 1, 2), dt.datetime(2020, 1, 3), None, dt.datetime(2021, 1, 2)],
        b=[b"?", b"3", None, b""],
    )  # fmt: skip


def test_nothing_is_done_by_default() -> None:
    before = mixed()
    assert run(NAME, before) is before
    assert foretold(NAME, {"dataset": before}) == before.columns


@pytest.mark.parametrize("spelling", ["SetMissingValue", "SetMissingValues", "set missing values"])
def test_placeholders_become_missing(spelling: str) -> None:
    before = mixed()
    after = run(NAME, before, action=spelling)
    assert after.columns == before.columns
    assert after.column("s").to_pylist() == [None, "a?", "3", None]
    assert after.column("k").to_pylist() == ["3", None, None, "x"]
    assert known(after, "k") == ["x", "3"]
    assert after.arrow.schema.field("k").type.ordered
    assert after.arrow.select(["n", "d", "f", "t", "b"]).equals(before.arrow.select(["n", "d", "f", "t", "b"]))
    assert foretold(NAME, {"dataset": before}, action=spelling) is None


def test_a_placeholder_of_numbers() -> None:
    after = run(NAME, mixed(), **MARK, custom_missing_value="3")
    assert lists(after)["n"] == [None, 35, None, 4]
    assert lists(after)["d"] == [None, 0.5, None, np.inf]
    assert lists(after)["s"] == ["?", "a?", None, None]


@pytest.mark.parametrize(
    ("values", "expected", "kind"),
    [
        (["1", "?", "3"], [1, None, 3], "Integer"), (["1.5", "?", "-inf"], [1.5, None, -np.inf], "Double"),
        (["x", "?", "3"], ["x", None, "3"], "String"), (["?", "?"], [None, None], "String"),
        (["9" * 30, "?"], ["9" * 30, None], "String"), (["1", "2"], ["1", "2"], "String"), ([], [], "String"),
    ],
)  # fmt: skip
def test_texts_that_are_then_numbers_are_numbers(values: list[str], expected: list[Any], kind: str) -> None:
    after = run(NAME, table(a=pa.array(values, pa.string())), **MARK)
    assert (lists(after)["a"], types(after)) == (expected, [kind])


def test_the_role_of_such_a_column_stays() -> None:
    after = run(NAME, table({"a": Role.LABEL}, a=["1", "?"]), **MARK)
    assert [(str(column.type), column.role) for column in after.columns] == [("Integer", Role.LABEL)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("3", "-1", {"s": ["?", "a?", "-1", None], "n": [-1, 35, None, 4], "d": [-1.0, 0.5, None, np.inf]}),
        ("3", "", {"s": ["?", "a?", None, None], "n": [None, 35, None, 4], "d": [None, 0.5, None, np.inf]}),
        ("?", "obs", {"s": ["obs", "a?", "3", None], "k": ["3", "obs", None, "x"]}),
        ("True", "False", {"f": [False, False, None, False], "n": [3, 35, None, 4]}),
        ("1", "0", {"f": [True, False, None, True]}),
        ("inf", "7", {"d": [3.0, 0.5, None, 7.0]}),
        ("2020-01-03", "2022-02-02", {"t": [dt.datetime(2020, 1, 2), dt.datetime(2022, 2, 2), None, dt.datetime(2021, 1, 2)]}),
        ("nowhere", "x", {"s": ["?", "a?", "3", None]}),
    ],
)  # fmt: skip
def test_a_value_is_replaced(old: str, new: str, expected: dict[str, Any]) -> None:
    before = mixed()
    after = run(NAME, before, action="ReplaceValues", replace="Custom", custom_value=old, new_value=new)
    assert after.columns == before.columns
    assert {name: lists(after)[name] for name in expected} == expected
    assert after.column("b").equals(before.column("b"))


def test_missing_values_are_replaced_where_the_type_takes_it() -> None:
    notes = collect()
    after = lists(run(NAME, mixed(), action="ReplaceValues", new_value="5"))
    assert (after["s"][3], after["n"][2], after["d"][2], after["k"][2]) == ("5", 5, 5.0, "5")
    assert (after["f"][2], after["t"][2], after["b"][2]) == (None, None, None)
    assert notes == ["5 is no value of these columns, which stay as they are: f, t, b"]


def test_categories_follow() -> None:
    before = table(k=categories(["a", "b", None], ["c", "b", "a"]))
    changed = {"action": "ReplaceValues", "replace": "Custom"}
    assert known(run(NAME, before, **changed, custom_value="b", new_value="z"), "k") == ["c", "z", "a"]
    assert known(run(NAME, before, **changed, custom_value="b", new_value="a"), "k") == ["c", "a"]
    assert lists(run(NAME, before, **changed, custom_value="b", new_value="a")) == {"k": ["a", "a", None]}
    assert run(NAME, before, **changed, custom_value="c", new_value="z") is before
    filled = run(NAME, before, action="ReplaceValues", new_value="new")
    assert (known(filled, "k"), lists(filled)) == (["c", "b", "a", "new"], {"k": ["a", "b", "new"]})


def test_sparse_columns_hold_zeros_for_what_is_removed() -> None:
    before = mixed()
    after = run(NAME, before, action="SparseOutput")
    assert (lists(after)["n"], lists(after)["d"]) == ([3, 35, 0, 4], [3.0, 0.5, 0.0, np.inf])
    assert after.arrow.drop(["n", "d"]).equals(before.arrow.drop(["n", "d"]))
    after = run(NAME, before, action="SparseOutput", remove="Custom", remove_value="3")
    assert (lists(after)["n"], lists(after)["d"]) == ([0, 35, None, 4], [0.0, 0.5, None, np.inf])
    assert after.columns == before.columns == foretold(NAME, {"dataset": before}, action="SparseOutput")


def test_what_has_to_be_given() -> None:
    fails("0003", NAME, mixed(), **MARK, custom_missing_value="")
    fails("0003", NAME, mixed(), action="ReplaceValues", replace="Custom")
    fails("0003", NAME, mixed(), action="SparseOutput", remove="Custom")
    fails("0002", NAME, mixed(), action="SparseOutput", remove="Custom", remove_value="x")
    fails("0002", NAME, mixed(), action="Sort")


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "?", "", "ä?", None])), st.sampled_from(["a", "?", "ä?", "q"]))
def test_as_pandas_replaces(values: list[str | None], old: str) -> None:
    before = table(a=pa.array(values, pa.string()))
    after = run(NAME, before, action="ReplaceValues", replace="Custom", custom_value=old, new_value="new")
    pd.testing.assert_frame_equal(frame(after), frame(before).replace(old, "new"))


def test_very_many_columns_and_what_is_left_alone() -> None:
    columns = {f"c{number}": pa.array([number, None]) for number in range(10_000)}
    folds = Folds(2, np.array([0, 1]))
    before = table(**columns).with_folds(folds)
    after = run(NAME, before, **MARK, custom_missing_value="77")
    assert after.column("c77").to_pylist() == [None, None]
    assert after.column("c78").equals(before.column("c78"))
    assert after.folds is folds
    assert run(NAME, before, **MARK, custom_missing_value="no") is before


def test_nothing_at_all() -> None:
    for before in (Table(pa.table({})), table(a=pa.array([], pa.int64()))):
        assert run(NAME, before, **MARK) is before
        assert run(NAME, before, action="SparseOutput") is before
