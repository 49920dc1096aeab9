"""SMOTE: how many rows come, where they lie, and what is refused."""

# ruff: noqa: DTZ001 - columns without a zone
from __future__ import annotations

import datetime as dt
import math
import re
import tracemalloc
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.modules.data_transformation._neighbours import nearest
from bottega.sdk.notes import collect
from tests.modules.data.helpers import categories, fails, foretold, frame, known, lists, run, table, types

NAME = "smote"


def smote(before: Table, **parameters: Any) -> Table:
    """The table, whose first rows are those of before."""
    after = run(NAME, before, **{"seed": 1} | parameters)
    assert isinstance(after, Table)
    assert after.columns == before.columns == foretold(NAME, {"samples": before}, "table", **parameters)
    assert Table(after.arrow.slice(0, before.num_rows)).equals(before)
    return after


def _new(before: Table, **parameters: Any) -> dict[str, list[Any]]:
    """The rows added."""
    after = smote(before, **parameters)
    return {name: values[before.num_rows :] for name, values in lists(after).items()}


def _samples(rare: int = 30, common: int = 80, seed: int = 0) -> Table:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(rare + common, 3)) * [1, 100, 0.01]
    labels = rng.permutation(["rare"] * rare + ["common"] * common)
    columns: dict[str, Any] = {name: pa.array(values[:, place]) for place, name in enumerate("xyz")}
    return table({"y₁": Role.LABEL}, **{"y₁": labels.tolist()} | columns)


@pytest.mark.parametrize(
    ("percentage", "added"), [(0, 0), (100, 30), (200, 60), (300, 90), (50, 15), (130, 39), (1, 0)]
)
def test_how_many_rows_come(percentage: int, added: int) -> None:
    assert _new(_samples(), percentage=percentage)["y₁"] == ["rare"] * added


def test_a_percentage_of_100_takes_every_row_once() -> None:
    before = table({"c": Role.LABEL}, c=[1] * 4 + [0] * 9, x=[0.0, 0.001, 1000.0, 1000.001, *range(9)])
    rounds = sorted(round(value) for value in _new(before)["x"])
    assert rounds == [0, 0, 1000, 1000]


@pytest.mark.parametrize("neighbors", [1, 3, 100])
def test_new_rows_lie_between_a_row_and_one_of_its_nearest(neighbors: int) -> None:
    before = _samples()
    rows = frame(before)
    rare = rows[rows["y₁"] == "rare"][list("xyz")].to_numpy()
    scaled = rare / rare.std(axis=0)
    distances = np.linalg.norm(scaled[:, None] - scaled[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    near = np.argsort(distances, axis=1)[:, : min(neighbors, 29)]
    new = np.array([_new(before, percentage=200, neighbors=neighbors)[name] for name in "xyz"]).T
    assert len(new) == 60
    for place, row in enumerate(new):
        start = rare[place // 2]
        ends = rare[near[place // 2]]
        shares = (
            (row - start)
            @ ((ends - start) / rare.var(axis=0)).T
            / (((ends - start) / rare.std(axis=0)) ** 2).sum(axis=1)
        )
        gaps = np.abs(start + shares[:, None] * (ends - start) - row).max(axis=1)
        assert (gaps[(shares >= 0) & (shares <= 1)] < 1e-9).any()


def test_the_same_seed_gives_the_same_rows() -> None:
    before = _samples()
    assert smote(before, seed=5).equals(smote(before, seed=5))
    assert not smote(before, seed=5).equals(smote(before, seed=6))
    notes = collect()
    run(NAME, before)
    assert re.fullmatch(r"The random seed is \d+, from the clock\.", notes[0])


def test_values_of_every_type() -> None:
    day = dt.datetime(2020, 1, 1)
    before = table(
        {"y": Role.LABEL, "w": Role.WEIGHT},
        n=[1, 9, 100, 200, 300], d=[0.0, 1.0, 5.0, 6.0, 7.0], t=[day, day + dt.timedelta(days=8), day, day, day],
        span=[dt.timedelta(1), dt.timedelta(3), None, None, None], f=[True, False, None, True, True], s=["a", "b", "c", None, "c"],
        b=[b"a", b"b", None, None, None], k=categories(["p", "q", "p", "p", "q"], ["unused", "q", "p"], ordered=True),
        num=categories([1, 9, 1, 1, 1], [9, 1]), w=[1.0, 2.0, 1.0, 1.0, 1.0], y=[True, True, False, False, False],
    )  # fmt: skip
    new = _new(before, percentage=1000)
    after = smote(before, percentage=1000)
    assert types(after) == types(before)
    assert known(after, "k") == ["unused", "q", "p"]
    assert len(new["n"]) == 20
    assert len(set(new["d"])) == 20
    for row in range(20):
        share = new["d"][row]
        assert 0 < share < 1
        assert new["n"][row] == round(1 + 8 * share)
        assert new["t"][row] - day == pytest.approx(share * dt.timedelta(8), abs=dt.timedelta(microseconds=1))
        assert new["span"][row] == pytest.approx(
            dt.timedelta(1) + share * dt.timedelta(2), abs=dt.timedelta(microseconds=1)
        )
        assert new["w"][row] == pytest.approx(1 + share)
        nearer = 0 if share < 0.5 else 1
        for name in ("f", "s", "b", "k", "num"):
            assert new[name][row] == lists(before)[name][nearer], name
    assert new["y"] == [True] * 20


def test_other_values_are_near_where_they_are_the_same() -> None:
    words = ["red", "blue", "red", "blue", *["green"] * 6]
    # Both values of x are 2 deviations apart: as much as four other columns, and less than five.
    for count, expected in ((3, {"red", "blue"}), (5, {"red"})):
        others = {f"s{place}": words for place in range(count)}
        before = table({"y": Role.LABEL}, y=[1] * 4 + [0] * 6, x=[0.0, 0.0, 1.0, 1.0, *[0.0] * 6], **others)
        new = _new(before, percentage=2000)
        assert set(new["s0"][:20]) == expected
    ids = {f"text {place}": f"w{place % 100}" for place in range(300)}
    many = table({"y": Role.LABEL}, y=[1] * 100 + [0] * 200, s=list(ids.values()), x=[0.0] * 300)
    assert set(_new(many)["s"]) <= {f"w{place}" for place in range(100)}


@pytest.mark.parametrize("words", [1, 2], ids=["all differ", "pairs"])
def test_words_of_many_rows_take_little_memory(words: int) -> None:
    count = 4000
    x = np.random.default_rng(0).normal(size=count)
    texts = [f"w{place // words}" for place in range(count)]
    before = table(
        {"y": Role.LABEL},
        y=[1] * count + [0] * (count + 1),
        s=texts + ["c"] * (count + 1),
        x=[*x, *[0.0] * (count + 1)],
    )
    features = [before.columns[1], before.columns[2]]
    nearest(before, np.arange(99), features, 1)  # which imports what it needs
    tracemalloc.start()
    try:
        nearest(before, np.arange(count), features, 1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < (10 if words == 1 else 180) * 2**20  # all distances at once are 240


def test_words_that_all_differ_say_nothing_of_nearness() -> None:
    before = _samples()
    keyed = before.arrow.append_column("id", pa.array([f"{place}" for place in range(110)]))
    plain = _new(before, percentage=300, neighbors=4)
    new = _new(Table(keyed), percentage=300, neighbors=4)
    assert {name: new[name] for name in plain} == plain


def test_nearness_far_from_0() -> None:
    values = np.cumsum(np.random.default_rng(5).integers(1, 4, 60)).astype(float)
    y = [1] * 60 + [0] * 70
    close, far = (
        table({"y": Role.LABEL}, y=y, x=[*(values + base), *[0.0] * 70]) for base in (0, 1.5 * 2.0**52)
    )  # fmt: skip
    rows = np.arange(60)
    expected = np.abs(values[:, None] - values[None])
    np.fill_diagonal(expected, np.inf)
    for before in (close, far):
        found = nearest(before, rows, [before.columns[1]], 1)[:, 0]
        np.testing.assert_array_equal(expected[rows, found], expected.min(axis=1))


def test_missing_values() -> None:
    before = table(
        {"y": Role.LABEL}, y=["r", "r", "r", *["c"] * 5, None], a=[1.0, None, 3.0, *[None] * 6], n=[1, None, 5, *[1] * 6],
        e=pa.array([None] * 9, pa.float64()), s=["x", None, "x", *[None] * 6],
    )  # fmt: skip
    new = _new(before, percentage=1000, neighbors=2)
    assert new["e"] == [None] * 30
    assert new["a"][10:20] == [None] * 10
    assert new["n"][10:20] == [None] * 10
    assert all(1 <= value <= 3 for value in new["a"][:10] + new["a"][20:])
    assert set(new["y"]) == {"r"}
    assert new["s"][10:20] == [None] * 10, "the first row's, missing too"
    assert new["s"][:10] + new["s"][20:] == ["x"] * 20, "the first row's where the other lacks it"


def test_the_rarest_class() -> None:
    assert set(_new(table({"y": Role.LABEL}, y=[2, 2, 1, 1, 3, 3, 3], x=list(range(7))))["y"]) == {2}
    coded = table({"y": Role.LABEL}, y=categories(["b", "a", "b", "a", "b"], ["none", "a", "b"]), x=list(range(5)))
    assert _new(coded)["y"] == ["a", "a"]
    assert _new(table({"y": Role.LABEL}, y=[0.5, 0.5, 1.5, 1.5, 1.5], x=[1] * 5))["x"] == [1, 1]
    alone = table({"y": Role.LABEL}, y=[1, 1, 0, 0, 0])
    assert _new(alone) == {"y": [1, 1]}


def test_large_numbers() -> None:
    before = table(
        {"y": Role.LABEL}, y=[1, 1, 0, 0, 0], d=[1e308, -1e308, 0, 0, 0], n=[2**63 - 1, -(2**63), 0, 0, 0], m=[2**62 + 1] * 5,
        inf=[0.0, 1.0, math.inf, math.inf, 0.0],
    )  # fmt: skip
    new = _new(before, percentage=300)
    assert all(abs(value) <= 1e308 for value in new["d"])
    assert set(new["n"]) == {2**63 - 1, -(2**63)}
    assert set(new["m"]) == {2**62 + 1}


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.none() | st.floats(-1e9, 1e9), st.none() | st.integers(-50, 50)), min_size=5, max_size=12),
    st.integers(1, 250),
    st.integers(1, 6),
)
def test_new_values_stay_within_those_of_the_class(
    rows: list[tuple[float | None, int | None]], percentage: int, neighbors: int
) -> None:
    floats, whole = (list(values) for values in zip(*rows, strict=True))
    before = table(
        {"y": Role.LABEL},
        y=["r"] * 2 + ["c"] * (len(rows) - 2),
        d=pa.array(floats, pa.float64()),
        n=pa.array(whole, pa.int64()),
    )
    new = _new(before, percentage=percentage, neighbors=neighbors)
    for name, values in (("d", floats[:2]), ("n", whole[:2])):
        found = [value for value in values if value is not None]
        for value in new[name]:
            assert value is None or min(found) - 1e-6 <= value <= max(found) + 1e-6


def test_many_columns() -> None:
    wide = table(
        {"y": Role.LABEL}, y=[1, 1, 0, 0, 0], **{f"c{place}": [float(place), 0, 0, 0, 0] for place in range(10_000)}
    )
    assert smote(wide).num_rows == 7


def test_errors() -> None:
    fails("0003", NAME, Table(pa.table({})))
    fails("0003", NAME, table({"y": Role.LABEL}, y=pa.array([], pa.int64())))
    fails("0024", NAME, table(y=[1, 0]))
    assert fails("0037", NAME, table({"y": Role.LABEL, "z": Role.LABEL}, y=[1, 0], z=[1, 0])).facts["columns"] == "y, z"
    assert fails("0054", NAME, table({"y": Role.LABEL}, y=[1, 1])).facts["found"] == 1
    assert fails("0054", NAME, table({"y": Role.LABEL}, y=pa.array([None], pa.string()))).facts["found"] == 0
    assert "class b of y" in str(fails("0021", NAME, table({"y": Role.LABEL}, y=["a", "a", "b"])))
    infinite = table({"y": Role.LABEL}, y=[0, 0, 0, 1, 1], x=[0.0, 0, 0, 0, -math.inf])
    assert fails("0033", NAME, infinite).facts == {"column": "x", "row": 5}
    fails("0005", NAME, infinite, percentage=-1)
    fails("0005", NAME, infinite, neighbors=0)
    fails("0008", NAME, infinite, seed=2**31)
