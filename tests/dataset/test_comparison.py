"""Two columns against each other, against pandas and by hand."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from bottega.dataset.comparison import Boxes, Crosstab, Scatter, compare
from bottega.dataset.log_bins import log_histogram
from bottega.dataset.table import Table
from bottega.errors import BottegaError


def _compare(x: Any, y: Any) -> Any:
    found = compare(Table(pa.table({"x": x, "y": y})), "x", "y")
    json.loads(msgspec.json.encode(found))
    return found


def test_numbers_are_points() -> None:
    found = _compare([1.0, 2.0, None, 4.0, float("inf")], [2, 4, 6, 7, 8])
    assert isinstance(found, Scatter)
    assert found.points == [[1.0, 2.0], [2.0, 4.0], [4.0, 7.0]]
    assert found.rows == 3
    assert found.correlation == pytest.approx(np.corrcoef([1, 2, 4], [2, 4, 7])[0, 1])


def test_many_points_are_a_sample_of_all_rows() -> None:
    values = np.arange(100_000.0)
    first, second = (_compare(values, values * 2) for _ in range(2))
    assert (first.rows, len(first.points)) == (100_000, 1000)
    assert first.points == second.points
    assert all(y == 2 * x for x, y in first.points)
    assert first.points[-1][0] > 90_000


def test_one_value_has_no_correlation() -> None:
    assert _compare([1.0, 1.0], [1.0, 2.0]).correlation is None


def test_times_and_spans() -> None:
    found = _compare(pa.array([0, 86_400_000_000], pa.timestamp("us")), pa.array([1_500_000, 2], pa.duration("us")))
    assert [x for x, _ in found.points] == ["1970-01-01 00:00:00", "1970-01-02 00:00:00"]
    assert [y for _, y in found.points] == [1.5, 0.000002]


@pytest.mark.parametrize("turned", [False, True])
def test_numbers_by_category(*, turned: bool) -> None:
    frame = pd.DataFrame({"g": ["a", "b", "a", "a", None, "b"], "v": [1.0, 5.0, 2.0, 9.0, 7.0, None]})
    found = _compare(*((frame["v"], frame["g"]) if turned else (frame["g"], frame["v"])))
    assert isinstance(found, Boxes)
    assert (found.category, found.value) == (("y", "x") if turned else ("x", "y"))
    a, b = found.groups
    assert (a.value, a.count, a.min, a.median, a.max, a.mean) == ("a", 3, 1.0, 2.0, 9.0, 4.0)
    assert (b.value, b.count, b.median) == ("b", 1, 5.0)
    assert (found.rows, found.others) == (4, 0)


def test_rare_categories_are_counted_together() -> None:
    names = [f"n{number}" for number in range(30) for _ in range(30 - number)]
    found = _compare(names, np.zeros(len(names)))
    assert [group.value for group in found.groups] == [f"n{number}" for number in range(20)]
    assert found.others == sum(range(1, 11))


def test_categories_by_categories() -> None:
    x, y = ["a", "b", "a", None, "a"], [True, False, True, True, False]
    found = _compare(x, y)
    assert isinstance(found, Crosstab)
    expected: Any = pd.crosstab(pd.Series(y), pd.Series(x))
    assert found.columns == ["a", "b"]
    for line in found.lines:
        assert line.counts == expected.loc[line.value == "True"].tolist()
    assert (found.rows, found.others) == (4, 0)


def test_no_rows() -> None:
    assert _compare(pa.array([], pa.float64()), pa.array([], pa.float64())).points == []
    assert _compare(pa.array([], pa.large_string()), pa.array([], pa.float64())).groups == []
    assert _compare(pa.array([], pa.large_string()), pa.array([None], pa.large_string())[:0]).lines == []


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(BottegaError) as raised:
        compare(Table(pa.table({"x": [1]})), "x", "z")
    assert raised.value.code == "0001"


def test_bins_of_a_logarithm() -> None:
    table = Table(pa.table({"x": [1.0, 10.0, 99.0, 1000.0, 0.0, -5.0, None], "t": list("abcdefg")}))
    found = log_histogram(table, "x", 3)
    assert found is not None
    assert found.edges == pytest.approx((1.0, 10.0, 100.0, 1000.0))
    assert sum(found.counts) == 4
    assert log_histogram(table, "t", 3) is None
    assert log_histogram(Table(pa.table({"x": [0.0, -1.0]})), "x", 3) is None
    one = log_histogram(Table(pa.table({"x": [5, 5]})), "x", 3)
    assert one is not None
    assert (one.edges, one.counts) == ((5.0, 5.0), (2,))
