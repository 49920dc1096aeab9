"""Principal Component Analysis against scikit-learn's, and a plain singular value decomposition."""

from __future__ import annotations

import json
import pickle
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn.decomposition import PCA

from bottega.modules.data_transformation import _principal_axes
from bottega.sdk import Role, Table
from tests.modules.data.helpers import fails, foretold, run, table

_NAME = "principal-component-analysis"
_Array = np.ndarray[Any, Any]


def _cloud(rows: int = 50, width: int = 4, seed: int = 0) -> _Array:
    chance = np.random.default_rng(seed)
    return np.asarray(chance.normal(size=(rows, width)) @ chance.normal(size=(width, width)) + 3)


def _table(matrix: _Array, **more: Any) -> Table:
    return table(**{f"c{place}": each for place, each in enumerate(matrix.T)}, **more)


def _places(result: Table, count: int) -> _Array:
    return np.column_stack(
        [np.array(result.column(f"Col{place + 1}").to_pylist(), dtype=float) for place in range(count)]
    )


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("shape", [(50, 4), (4, 6), (6, 6)])
def test_places_are_those_of_scikit_learn(count: int, shape: tuple[int, int]) -> None:
    matrix = _cloud(*shape)
    result, axes = run(_NAME, _table(matrix), dimensions=count)
    plain = PCA(count).fit(matrix)
    places = plain.transform(matrix)
    signs = np.sign((places * _places(result, count)).sum(axis=0))
    np.testing.assert_allclose(_places(result, count), places * signs, atol=1e-9)
    told = json.loads(json.dumps(axes.describe()))
    shares = [each["share"] for each in told["shares of variance"]]
    np.testing.assert_allclose(shares, plain.explained_variance_ratio_, atol=1e-9)
    weights = {each["column"]: [each[f"axis {place + 1}"] for place in range(count)] for each in told["axes"]}
    found = np.array([weights[f"c{place}"] for place in range(shape[1])])
    real = np.array(shares) > 1e-12  # four rows without their mean have three directions
    np.testing.assert_allclose(found[:, real], (plain.components_.T * signs)[:, real], atol=1e-9)
    assert (found[np.abs(found).argmax(axis=0), np.arange(count)] > 0).all()


def test_without_the_mean_the_axes_go_through_zero() -> None:
    matrix = _cloud()
    result, _ = run(_NAME, _table(matrix), dimensions=2, zero_mean=False)
    left, values, _ = np.linalg.svd(matrix, full_matrices=False)
    np.testing.assert_allclose(np.abs(_places(result, 2)), np.abs(left[:, :2] * values[:2]), atol=1e-9)


def test_a_few_axes_of_many_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_principal_axes, "_MANY", 20)
    matrix = _cloud(60, 40, seed=1)
    result, _ = run(_NAME, _table(matrix), dimensions=2)
    places = PCA(2).fit_transform(matrix)
    signs = np.sign((places * _places(result, 2)).sum(axis=0))
    np.testing.assert_allclose(_places(result, 2), places * signs, atol=1e-2)
    again, _ = run(_NAME, _table(matrix), dimensions=2)
    assert again.equals(result)


def test_other_columns_stay_and_names_do_not_clash() -> None:
    data = table({"y": Role.LABEL}, größe=[1.0, 2, 4], b=[3, 1, 2], y=[0, 1, 0], Col1=["x", "y", "z"])
    result, axes = run(_NAME, data, dimensions=2)
    assert result.arrow.column_names == ["y", "Col1", "Col1 (1)", "Col2"]
    assert result.columns == foretold(_NAME, {"dataset": data}, dimensions=2)
    assert result.columns[0].role is Role.LABEL
    again = pickle.loads(pickle.dumps(axes)).apply(data)
    assert again.equals(result)


def test_rows_with_gaps_have_no_places() -> None:
    matrix = _cloud()
    gaps = matrix.copy()
    gaps[3, 1] = np.nan
    result, _ = run(_NAME, _table(gaps), dimensions=2)
    assert result.column("Col1").to_pylist()[3] is None
    assert result.column("Col1").null_count == 1
    whole, _ = run(_NAME, _table(np.delete(matrix, 3, axis=0)), dimensions=2)
    np.testing.assert_allclose(np.delete(_places(result, 2), 3, axis=0), _places(whole, 2))


def test_another_table() -> None:
    matrix = _cloud()
    _, axes = run(_NAME, _table(matrix), dimensions=3)
    other = _cloud(7, seed=9)
    plain = PCA(3).fit(matrix)
    found = _places(axes.apply(_table(other, more=["x"] * 7)), 3)
    np.testing.assert_allclose(np.abs(found), np.abs(plain.transform(other)), atol=1e-9)
    assert axes.apply(_table(np.empty((0, 4)))).num_rows == 0
    with pytest.raises(Exception, match="There is no column c3"):
        axes.apply(_table(other[:, :3]))
    with pytest.raises(Exception, match="Column c0 is String"):
        axes.apply(table(c0=["a"], c1=[1], c2=[1], c3=[1]))


def test_constant_columns_and_large_numbers() -> None:
    result, axes = run(_NAME, table(a=[5.0] * 4, b=[2] * 4), dimensions=2)
    assert not _places(result, 2).any()
    assert [each["share"] for each in axes.describe()["shares of variance"]] == [0, 0]
    large, _ = run(_NAME, table(a=[1e200, 2e200, 4e200], b=[1.0, 2.0, 3.0]), dimensions=1)
    small, _ = run(_NAME, table(a=[1.0, 2.0, 4.0], b=[0.0, 0.0, 0.0]), dimensions=1)
    np.testing.assert_allclose(_places(large, 1) / 1e200, _places(small, 1))


@pytest.mark.slow
def test_thousands_of_columns() -> None:
    matrix = np.random.default_rng(0).normal(size=(20, 10_000))
    result, _ = run(_NAME, _table(matrix), dimensions=3)
    assert result.arrow.column_names == ["Col1", "Col2", "Col3"]


def test_data_that_has_no_axes() -> None:
    matrix = _cloud()
    fails("0003", _NAME, _table(matrix[:0]), dimensions=1)
    fails("0007", _NAME, _table(matrix), dimensions=5)
    fails("0021", _NAME, _table(matrix[:2]), dimensions=3)
    fails("0021", _NAME, table(a=pa.nulls(3, pa.float64()), b=[1, 2, 3]), dimensions=1)
    fails("0011", _NAME, table(a=["x"]), dimensions=1)
    fails("0017", _NAME, table(a=["x"], b=[1]), dimensions=1, columns=["a", "b"])
    fails("0001", _NAME, table(a=[1]), dimensions=1, columns=["z"])
    assert fails("0033", _NAME, table(a=[1.0, float("inf")], b=[1, 2]), dimensions=1).facts["row"] == 2
    fails("0083", _NAME, table(a=[1.7e308, -1.7e308, 1.7e308], b=[1, 2, 3]), dimensions=1)
    fails("0003", _NAME, _table(matrix))
    fails("0008", _NAME, _table(matrix), dimensions=0)
