"""Split Data: rows, regular and relative expressions."""

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
from bottega.sdk.notes import collect
from tests.modules.data.helpers import categories, fails, foretold, frame, lists, run, table, types

NAME = "split-data"


def split(before: Table, **parameters: Any) -> tuple[Table, Table]:
    """Both halves, which have all columns and, together, all rows in their order."""
    first, second = run(NAME, before, **parameters)
    for half, port in ((first, "results_dataset1"), (second, "results_dataset2")):
        assert half.columns == before.columns == foretold(NAME, {"dataset": before}, port, **parameters)
    if "row" in before.arrow.column_names:
        rows = [lists(half)["row"] for half in (first, second)]
        assert [sorted(each) for each in rows] == rows
        assert sorted(rows[0] + rows[1]) == list(range(before.num_rows))
    return first, second


def _rows(count: int) -> Table:
    return table(
        {"row": Role.WEIGHT},
        row=list(range(count)),
        k=categories(["x", None] * (count // 2) + ["x"] * (count % 2), ["z", "x"]),
    )


@pytest.mark.parametrize(
    ("count", "fraction", "expected"),
    [
        (5, 0.5, 2),
        (4, 0.5, 2),
        (100, 0.29, 29),
        (100, 0.57, 57),
        (3, 0.33, 0),
        (10, 0, 0),
        (10, 1, 10),
        (1000, 1e-3, 1),
    ],
)
@pytest.mark.parametrize("randomized", [True, False])
def test_the_first_half_has_its_fraction_rounded_down(
    count: int, fraction: float, expected: int, randomized: bool
) -> None:
    first, _ = split(_rows(count), fraction=fraction, randomized=randomized, seed=4)
    assert first.num_rows == expected
    if not randomized:
        assert lists(first)["row"] == list(range(expected))


def test_a_seed_tells_the_rows() -> None:
    before = _rows(200)
    one, two, other = (lists(split(before, seed=seed)[0])["row"] for seed in (1, 1, 2))
    assert one == two != other
    assert one != list(range(100))


def test_seed_0_is_of_the_clock_and_told() -> None:
    before = _rows(200)
    notes = collect()
    drawn = lists(split(before)[0])["row"]
    (note,) = notes
    seed = next(int(word.strip(",")) for word in note.split() if word.strip(",").isdigit())
    assert lists(split(before, seed=seed)[0])["row"] == drawn


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", None]), min_size=2, max_size=60), st.integers(0, 100), st.booleans())
def test_strata_have_their_share(values: list[str | None], percent: int, randomized: bool) -> None:
    before = table(row=list(range(len(values))), k=values)
    first, _ = split(before, fraction=percent / 100, stratified=True, key_column="k", seed=9, randomized=randomized)
    assert first.num_rows == len(values) * percent // 100
    counted = pd.Series(lists(first)["k"], dtype=object).value_counts(dropna=False)
    for value, size in pd.Series(values, dtype=object).value_counts(dropna=False).items():
        assert abs(counted.get(value, 0) - size * percent / 100) < 1


@pytest.mark.parametrize(
    "key",
    [[1, 2] * 10, [1.0, None] * 10, [True, False] * 10, [dt.datetime(2020, 1, 1), None] * 10, categories(["b", "a"] * 10, ["a", "b"])],
    ids=["Integer", "Double", "Boolean", "DateTime", "Categorical"],
)  # fmt: skip
def test_strata_of_every_kind(key: Any) -> None:
    first, second = split(table(row=list(range(20)), k=key), stratified=True, key_column="k", seed=1)
    assert first.arrow["k"].value_counts().field("counts").to_pylist() == [5, 5]
    assert second.num_rows == 10


def test_strata_without_chance_are_the_first_of_each() -> None:
    first, _ = split(table(row=list(range(8)), k=list("aaaabbbb")), stratified=True, key_column="k", randomized=False)
    assert lists(first)["row"] == [0, 1, 4, 5]


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        (r'\"Text" Gryphon', [0, 3]), (r"(\1) ^[a-g]", [1, 3]), (r"(\Text) (?i)^g", [0, 1]), (r'\"Text"   on$ ', [0, 3]),
        (r'\"Text" ', [0, 1, 3]), (r'  \"Text" (?<!a )Gryphon', [0]),
    ],
)  # fmt: skip
def test_regular_expressions(expression: str, rows: list[int]) -> None:
    texts = ["Gryphon", "gryphon.", None, "a Gryphon"]
    for column in (texts, categories(texts, ["unused Gryphon", "a Gryphon", "gryphon.", "Gryphon"])):
        first, second = split(
            table(row=[0, 1, 2, 3], Text=column), mode="Regular Expression", regular_expression=expression
        )
        assert lists(first)["row"] == rows
        assert types(second)[1] == types(first)[1]


_YEARS = [2009.0, 2010.0, None, 2015.5, 2020.0]


@pytest.mark.parametrize(
    ("expression", "query"),
    [
        (r'\"Year" > 2010', "Year > 2010"),
        (r"(\1)<=2015.5 & !=2010", "Year <= 2015.5 and Year != 2010 and Year == Year"),
        (r'\"Year"==2020', "Year == 2020"),
        (r"(\Year) < 2010 | > 2015 & < 2016", "Year < 2010 or (Year > 2015 and Year < 2016)"),
        (r'\"Year" > 2015 & < 2016 | < 2010', "(Year > 2015 and Year < 2016) or Year < 2010"),
        (r'\"Year">="2.01e3"', "Year >= 2010"),
        (r'\"Year" < inf', "Year == Year"),
        (r'\"Year" > -5', "Year == Year"),
    ],
)
def test_relative_expressions_of_numbers(expression: str, query: str) -> None:
    before = table(row=list(range(5)), Year=_YEARS)
    first, _ = split(before, mode="Relative Expression", relative_expression=expression)
    pd.testing.assert_frame_equal(frame(first), frame(before).query(query).reset_index(drop=True))


def test_integers_are_compared_exactly_and_with_fractions() -> None:
    before = table(row=[0, 1, 2], n=[2**60, 2**60 + 1, 3])
    for expression, rows in ((rf'\"n" > {2**60}', [1]), (r'\"n" < 3.5', [2]), (r'\"n" != 3', [0, 1])):
        assert lists(split(before, mode="relative expression", relative_expression=expression)[0])["row"] == rows


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        (r'\"d" > 1/1/2010', [1, 2]), (r'\"d" > 10-08-2015', [2]), (r'\"d" == 2015-10-08', [1]), (r"(\1) <= 10/8/2015 12:00 AM", [0, 1]),
        (r'\"d" < "Oct 8, 2015"', [0]),
    ],
)  # fmt: skip
def test_relative_expressions_of_dates(expression: str, rows: list[int]) -> None:
    days = [dt.datetime(2009, 12, 31), dt.datetime(2015, 10, 8), dt.datetime(2016, 1, 1), None]
    assert (
        lists(split(table(row=[0, 1, 2, 3], d=days), mode="Relative Expression", relative_expression=expression)[0])[
            "row"
        ]
        == rows
    )


def test_a_date_is_of_the_columns_zone() -> None:
    noon = dt.datetime(2020, 7, 1, 12, tzinfo=dt.UTC)
    before = table(row=[0, 1], d=pa.array([noon, noon], pa.timestamp("us", "Asia/Tokyo")))
    for expression, count in (
        (r'\"d" >= 2020-07-01 21:00', 2),
        (r'\"d" > 2020-07-01 21:00', 0),
        (r'\"d" == 2020-07-01T12:00Z', 2),
    ):
        assert split(before, mode="Relative Expression", relative_expression=expression)[0].num_rows == count


def test_relative_expressions_of_spans() -> None:
    before = table(row=[0, 1, 2], Elapsed=[dt.timedelta(seconds=seconds) for seconds in (20, 45, 90)])
    for expression, rows in ((r'\"Elapsed" >00:01:00', [2]), (r'\"Elapsed" <00:01:00 & >00:00:30', [1])):
        assert lists(split(before, mode="Relative Expression", relative_expression=expression)[0])["row"] == rows


def test_an_all_missing_text_column_matches_nothing() -> None:
    for column in (pa.array([None, None], pa.string()), categories([None, None], ["a"])):
        first, second = split(table(s=column), mode="Regular Expression", regular_expression=r'\"s" a')
        assert (first.num_rows, second.num_rows) == (0, 2)


_FAR = 32_503_680_000_000_000  # 3000-01-01 in microseconds


@pytest.mark.parametrize(
    ("kind", "ticks", "expression", "rows"),
    [
        (pa.timestamp("ns"), [1, 2], r'\"d" < 3000-01-01', [0, 1]), (pa.timestamp("ns"), [1, 2], r'\"d" > 1000-01-01', [0, 1]),
        (pa.timestamp("ns"), [1, 2], r'\"d" == 3000-01-01', []), (pa.timestamp("ns", "Asia/Tokyo"), [1, 2], r'\"d" != 3000-01-01', [0, 1]),
        (pa.timestamp("ns"), [1, 2], r'\"d" > 1970-01-01 00:00:00.000000001', [1]),
        (pa.timestamp("us"), [0, _FAR], r'\"d" > 1969-12-31 23:59:59.999999999', [0, 1]),
        (pa.timestamp("us"), [0, _FAR], r'\"d" >= 1970-01-01 00:00:00.000000001', [1]),
    ],
    ids=range(7),
)  # fmt: skip
def test_moments_of_other_digits_and_centuries(
    kind: pa.DataType, ticks: list[int], expression: str, rows: list[int]
) -> None:
    before = table(row=[0, 1], d=pa.array(ticks, kind))
    assert lists(split(before, mode="Relative Expression", relative_expression=expression)[0])["row"] == rows


def test_strata_without_number_have_their_share() -> None:
    sizes = [1, 1, 2, 3, 3, 5, 8, 13]
    keys = [stratum for stratum, size in enumerate(sizes * 2_000) for _ in range(size)]
    before = table(row=list(range(len(keys))), k=keys)
    for percent in (29, 50):
        first, _ = split(before, fraction=percent / 100, stratified=True, key_column="k", seed=3)
        assert first.num_rows == len(keys) * percent // 100
        found = pd.Series(lists(first)["k"]).value_counts().reindex(range(len(sizes) * 2_000), fill_value=0)
        whole = pd.Series(sizes * 2_000) * percent // 100
        assert (found - whole).between(0, 1).all()
        # The row that rounding leaves goes to the strata that lost most by it.
        lost = pd.Series(sizes * 2_000) * percent % 100
        assert lost[found > whole].min() >= lost[found == whole].max()


@pytest.mark.parametrize(
    ("code", "parameter", "expression"),
    [
        ("0003", "regular", " "), ("0002", "regular", "Text a"), ("0002", "regular", r'\"Text" (a'), ("0001", "regular", r'\"No" a'),
        ("0001", "regular", "(\\" + "7" * 5000 + ") a"), ("0002", "regular", r'\"Text" ' + "(" * 5000 + "a" + ")" * 5000),
        ("0002", "regular", r'\"Text" a{99999999999}'), ("0002", "relative", r'\"n" > ' + "9" * 5000 + "x"),
        ("0001", "regular", r"(\7) a"), ("0017", "regular", r'\"n" 1'),
        ("0003", "relative", ""), ("0002", "relative", "n > 1"), ("0002", "relative", r'\"n"'), ("0002", "relative", r'\"n" > '),
        ("0002", "relative", r'\"n" = 1'), ("0002", "relative", r'\"n" > 1 &'), ("0002", "relative", r'\"n" > 1 && < 2'),
        ("0002", "relative", r'\"n" > one'), ("0002", "relative", r'\"n" > ""'), ("0002", "relative", r'\"n" > 1 \"n" < 2'),
        ("0002", "relative", r'(\"n" > 1)'), ("0002", "relative", r'\"n" > nan'), ("0001", "relative", r'\"x" > 1'),
        ("0017", "relative", r'\"Text" > 1'), ("0017", "relative", r'\"b" > 1'), ("0002", "relative", r'\"d" > 31/1/2010'),
        ("0002", "relative", r'\"n" > __import__'), ("0017", "relative", r'\"k" > 1'),
    ],
    ids=range(28),
)  # fmt: skip
def test_expressions_that_do_not_fit(code: str, parameter: str, expression: str) -> None:
    before = table(
        Text=["a", "b"], n=[1, 2], b=[True, False], d=[dt.datetime(2020, 1, 1)] * 2, k=categories([1, 2], [1, 2])
    )
    fails(code, NAME, before, mode=f"{parameter} expression", **{f"{parameter}_expression": expression})


def test_the_other_errors() -> None:
    before = table(a=[1, 2], f=[0.5, 1.0])
    assert fails("0021", NAME, table(a=[1])).facts["found"] == 1
    fails("0021", NAME, Table(pa.table({})))
    fails("0008", NAME, before, fraction=1.5)
    fails("0005", NAME, before, seed=-1)
    fails("0003", NAME, before, stratified=True)
    fails("0001", NAME, before, stratified=True, key_column="b")
    fails("0022", NAME, before, stratified=True, key_column=["a", "f"])
    fails("0017", NAME, before, stratified=True, key_column="f")
    fails("0002", NAME, before, mode="Recommender Split")


def test_a_table_without_columns_has_rows_to_split() -> None:
    assert [half.num_rows for half in run(NAME, Table(pa.table({"a": [1, 2, 3]}).select([])), seed=1)] == [1, 2]
