"""Compute Linear Correlation: against numpy and scipy."""

from __future__ import annotations

import math
import tracemalloc
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.sdk.notes import collect
from tests.modules.data.helpers import categories, fails, foretold, frame, lists, run, table

NAME = "compute-linear-correlation"


def correlate(before: Table) -> Table:
    """The square table."""
    result = run(NAME, before)
    assert isinstance(result, Table)
    assert result.columns == foretold(NAME, {"dataset": before})
    return result


def _matrix(before: Table) -> Any:
    return frame(correlate(before)).to_numpy()


@pytest.mark.parametrize("rows", [2, 3, 50])
def test_as_numpy_has_it(rows: int) -> None:
    rng = np.random.default_rng(rows)
    values = rng.normal(size=(rows, 4)) @ rng.normal(size=(4, 5)) * [1, 1e-9, 1e6, 1, 1] + [0, 1, 1e6, 0, -5]
    found = _matrix(Table(pa.table({name: pa.array(values[:, place]) for place, name in enumerate("abcdé")})))
    np.testing.assert_allclose(found, np.corrcoef(values.T), atol=1e-7)
    assert (np.diag(found) == 1).all()
    assert (np.abs(found) <= 1).all()
    np.testing.assert_array_equal(found, found.T)


def test_integers_and_a_label_as_scipy_has_them() -> None:
    x, y = [1, 5, 2, 8, 2**40], [2.0, 1.0, 4.0, 4.5, 9.0]
    before = table({"y": Role.LABEL}, x=x, y=y)
    after = correlate(before)
    assert lists(after)["x"][1] == pytest.approx(stats.pearsonr(x, y).statistic)
    assert {column.role for column in after.columns} == {Role.FEATURE}


def test_columns_that_do_not_correlate() -> None:
    notes = collect()
    before = table(
        a=[1.0, 2.0, 4.0], s=["x", "y", "z"], f=[True, False, True], k=categories([1, 2, 3], [1, 2, 3]), gap=[1.0, None, 2.0],
        flat=[0.1] * 3, inf=[1.0, math.inf, 2.0], b=[-2.0, -4.0, -8.0],
    )  # fmt: skip
    found = lists(correlate(before))
    ends = [0, 7]
    assert {name: [place for place, each in enumerate(values) if each is not None] for name, values in found.items()} == {
        "a": ends, "s": [], "f": [], "k": [], "gap": [], "flat": [], "inf": [], "b": ends
    }  # fmt: skip
    assert found["a"][7] == pytest.approx(-1)
    (told,) = notes
    assert "gap" in told
    notes.clear()
    nobody = lists(correlate(table(s=["x", "y"], t=pa.array([None, None], pa.float64()))))
    assert nobody == {"s": [None, None], "t": [None, None]}


def test_values_at_the_ends_of_the_doubles() -> None:
    found = _matrix(table(a=[1e308, -1e308, 0.0], b=[3e-308, 1e-308, 2e-308], c=[1e16, 1e16 + 2, 1e16 + 4]))
    np.testing.assert_allclose(found, [[1, 1, -0.5], [1, 1, -0.5], [-0.5, -0.5, 1]], atol=1e-12)


def test_many_columns() -> None:
    values = np.random.default_rng(0).normal(size=(20, 1000))
    found = _matrix(Table(pa.table({f"c{place}": pa.array(values[:, place]) for place in range(1000)})))
    np.testing.assert_allclose(found, np.corrcoef(values.T), atol=1e-12)


def test_columns_that_are_no_numbers_take_no_memory() -> None:
    rows = 20_000
    text = pa.array(["a"] * rows).dictionary_encode()
    columns: dict[str, Any] = {f"s{place}": text for place in range(300)}
    columns |= {"x": np.arange(rows) ** 2.0, "y": np.arange(rows)}
    before = Table(pa.table(columns))
    tracemalloc.start()
    try:
        found = _matrix(before)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found[300, 301] == pytest.approx(stats.pearsonr(np.arange(rows) ** 2.0, np.arange(rows)).statistic)
    assert peak < 20 * 2**20  # as numbers all columns are 48 million bytes


def test_errors() -> None:
    fails("0003", NAME, Table(pa.table({})))
    assert fails("0020", NAME, table(a=[1, 2])).facts == {"dataset": "Dataset", "found": 1, "lower": 2}
    assert fails("0021", NAME, table(a=[1], b=[2])).facts["lower"] == 2
    fails("0021", NAME, table(a=pa.array([], pa.int64()), b=pa.array([], pa.int64())))
