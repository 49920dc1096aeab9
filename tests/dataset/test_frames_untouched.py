"""Columns that pandas can only hold in another type: untouched, they come back in their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from bottega.dataset.frames import from_pandas, to_pandas
from bottega.dataset.table import Table

_Frames = Callable[[pd.DataFrame], pd.DataFrame]

# 2**53 + 1 has no float: it comes back exact only from the input.
_INTEGERS = [3, None, 2**53 + 1, None, -(2**63), 0]
_TABLE = Table(
    pa.table(
        {
            "i": pa.array(_INTEGERS, pa.int64()),
            "b": [True, None, False, None, True, None],
            "y": [b"a", None, b"b", b"", None, b"c"],
            "n": [1, 2, 3, 4, 5, 6],
            "s": ["a", None, "b", "c", "d", "e"],
        }
    )
)


def _types(table: Table) -> dict[str, str]:
    return {column.name: str(column.type) for column in table.columns}


def _through(change: _Frames, *tables: Table) -> Table:
    tables = tables or (_TABLE,)
    return from_pandas(change(to_pandas(tables[0])), inputs=tables)


_KEEPING: list[tuple[_Frames, list[int]]] = [
    (lambda frame: frame, [0, 1, 2, 3, 4, 5]),
    (lambda frame: frame.copy(), [0, 1, 2, 3, 4, 5]),
    (lambda frame: frame.head(3), [0, 1, 2]),
    (lambda frame: frame.tail(2), [4, 5]),
    (lambda frame: frame.iloc[::2], [0, 2, 4]),
    (lambda frame: frame.sort_values("n", ascending=False), [5, 4, 3, 2, 1, 0]),
    (lambda frame: frame.sort_values("i"), [4, 5, 0, 2, 1, 3]),
    (lambda frame: frame[frame["n"] > 2], [2, 3, 4, 5]),
    (lambda frame: frame.dropna(), [0, 2]),
    (lambda frame: frame[frame["i"].isna()], [1, 3]),
    (lambda frame: frame[frame["n"] > 100], []),
    (lambda frame: frame.sample(frac=1, random_state=1), [2, 1, 4, 0, 3, 5]),
    (lambda frame: frame.loc[[5, 5, 0]], [5, 5, 0]),
    (lambda frame: frame.reset_index(drop=True), [0, 1, 2, 3, 4, 5]),
    (lambda frame: frame.reset_index(), [0, 1, 2, 3, 4, 5]),
    (lambda frame: frame.assign(new=frame["i"] * 2), [0, 1, 2, 3, 4, 5]),
    (lambda frame: frame[["b", "y", "i", "n", "s"]], [0, 1, 2, 3, 4, 5]),
    (lambda frame: frame.set_index(np.arange(6, dtype="u1")), [0, 1, 2, 3, 4, 5]),
    (lambda frame: frame.merge(pd.DataFrame({"n": [1, 2, 3, 4, 5, 6]}), on="n"), [0, 1, 2, 3, 4, 5]),
    (lambda frame: pd.concat([frame, frame.iloc[:2]]), [0, 1, 2, 3, 4, 5, 0, 1]),
]


@pytest.mark.parametrize(("change", "rows"), _KEEPING)
def test_rows_that_keep_their_label_keep_their_type(change: _Frames, rows: list[int]) -> None:
    result = _through(change)
    for name in ("i", "b", "y"):
        assert result.column(name).to_pylist() == [_TABLE.column(name).to_pylist()[row] for row in rows]
        assert _types(result)[name] == _types(_TABLE)[name]


_LOSING: list[tuple[_Frames, list[float | None]]] = [
    (lambda frame: frame.assign(i=frame["i"] + 1), [4.0, None, 2.0**53, None, -(2.0**63), 1.0]),
    (lambda frame: frame.assign(i=frame["i"].fillna(0.5)), [3.0, 0.5, 2.0**53, 0.5, -(2.0**63), 0.0]),
    (
        lambda frame: frame.sort_values("n", ascending=False).reset_index(drop=True),
        [0.0, -(2.0**63), None, 2.0**53, None, 3.0],
    ),
    (lambda frame: frame.set_index("s"), [3.0, None, 2.0**53, None, -(2.0**63), 0.0]),
    (lambda frame: frame.set_index(pd.Index(range(1, 7))), [3.0, None, 2.0**53, None, -(2.0**63), 0.0]),
    (lambda frame: frame.set_index(["s", "n"]), [3.0, None, 2.0**53, None, -(2.0**63), 0.0]),
    (lambda frame: frame.shift(1), [None, 3.0, None, 2.0**53, None, -(2.0**63)]),
]


@pytest.mark.parametrize(("change", "values"), _LOSING)
def test_what_was_changed_or_lost_its_labels_is_double(change: _Frames, values: list[float | None]) -> None:
    result = _through(change)
    assert _types(result)["i"] == "Double"
    assert result.column("i").to_pylist() == values


def test_a_renamed_column_is_touched() -> None:
    result = _through(lambda frame: frame.rename(columns={"i": "j"}))
    assert _types(result)["j"] == "Double"
    result = _through(lambda frame: frame.drop(columns="i").assign(i=frame["i"]))
    assert _types(result)["i"] == "Integer"


def test_one_changed_value_is_enough() -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[0, "i"] = 4
        return frame

    assert _types(_through(change))["i"] == "Double"

    def lose(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[0, "i"] = np.nan
        return frame

    assert _types(_through(lose))["i"] == "Double"


def test_integers_whose_missing_ones_were_filled_stay_what_pandas_says() -> None:
    result = _through(lambda frame: frame.assign(i=frame["i"].fillna(0).astype("int64")))
    assert _types(result)["i"] == "Integer"
    assert result.column("i").to_pylist()[1] == 0


def test_booleans_turned_into_numbers_are_numbers() -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(b=pd.Series([1, None, 0, None, 1, None], dtype=object))

    result = _through(change)
    assert _types(result)["b"] == "Integer"


@pytest.mark.parametrize("kind", [pa.bool_(), pa.large_binary(), pa.int64(), pa.large_string()], ids=str)
def test_all_missing_returns_to_its_type(kind: Any) -> None:
    table = Table(pa.table({"a": pa.nulls(3, kind)}))
    assert _through(lambda frame: frame, table).equals(table)
    assert _through(lambda frame: frame.iloc[:0], table).column("a").type == kind
    assert _through(lambda frame: frame.iloc[[2]], table).column("a").type == kind


@pytest.mark.parametrize("kind", [pa.bool_(), pa.large_binary(), pa.int64()], ids=str)
def test_a_column_emptied_by_the_script_is_not_restored(kind: Any) -> None:
    value: Any = {pa.bool_(): True, pa.large_binary(): b"a", pa.int64(): 1}[kind]
    table = Table(pa.table({"a": pa.array([value, None], kind)}))
    result = _through(lambda frame: frame.assign(a=pd.Series([None, None], dtype=object)), table)
    assert result.column("a").to_pylist() == [None, None]
    assert _types(result)["a"] == "String"


def test_zone_that_pandas_knows_by_another_name() -> None:
    table = Table(pa.table({"a": pa.array([0, None, 10**15], pa.timestamp("us", "+00:00"))}))
    assert _through(lambda frame: frame, table).equals(table)
    changed: Any = _through(lambda frame: frame.assign(a=frame["a"] + pd.Timedelta(1, "s")), table).column("a")
    assert changed.type.tz == "UTC"
    assert changed.cast(pa.int64()).to_pylist() == [10**6, None, 10**15 + 10**6]


@pytest.mark.parametrize(
    ("zone", "after"),
    [("+0530", "+05:30"), ("-03", "-03:00"), ("utc", "UTC"), ("No/Where", "UTC"), ("no zone", "UTC"), ("../x", "UTC")],
)
def test_zone_that_no_table_should_have_is_mended(zone: str, after: str) -> None:
    table = Table(pa.table({"a": pa.array([0, None, 10**15], pa.timestamp("us", zone))}))
    result: Any = _through(lambda frame: frame, table).column("a")
    assert result.type.tz == after
    assert result.cast(pa.int64()).to_pylist() == [0, None, 10**15]


@pytest.mark.parametrize("kind", [pa.bool_(), pa.large_binary(), pa.large_string(), pa.int64(), pa.float64()], ids=str)
def test_no_categories_keep_their_kind(kind: Any) -> None:
    data: Any = pa.DictionaryArray.from_arrays(pa.nulls(2, pa.int32()), pa.array([], kind))
    table = Table(pa.table({"a": data}))
    assert _through(lambda frame: frame, table).equals(table)


def test_each_input_restores_its_own() -> None:
    first = Table(pa.table({"i": pa.array([1, None], pa.int64())}))
    second = Table(pa.table({"i": pa.array([None, 2], pa.int64()), "j": pa.array([None, 5], pa.int64())}))

    def both(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.rename(columns={"i": "x"}).join(to_pandas(second))

    result = _through(both, first, second)
    assert _types(result) == {"x": "Double", "i": "Integer", "j": "Integer"}
    assert result.column("i").to_pylist() == [None, 2]
    assert _types(_through(lambda _: to_pandas(first), second, first)) == {"i": "Integer"}


def test_concat_of_two_inputs_is_neither() -> None:
    first = Table(pa.table({"i": pa.array([1, None], pa.int64())}))
    second = Table(pa.table({"i": pa.array([None, 2], pa.int64())}))
    result = _through(lambda frame: pd.concat([frame, to_pandas(second)]), first, second)
    assert _types(result) == {"i": "Double"}
    assert result.column("i").to_pylist() == [1, None, None, 2]


def test_duplicate_columns_are_each_restored() -> None:
    result = _through(lambda frame: frame[["i", "i"]])
    assert _types(result) == {"i": "Integer", "i (1)": "Integer"}


def test_without_inputs_nothing_is_restored() -> None:
    assert _types(from_pandas(to_pandas(_TABLE)))["i"] == "Double"
