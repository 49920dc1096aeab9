"""Group Data into Bins: against pandas' cut and qcut, and a plain search for the splits of Fayyad and Irani."""

from __future__ import annotations

import math
import pickle
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_iris

from bottega.dataset.folds import Folds
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.modules.data_transformation._binning import quantile_bins, stepped_edges
from bottega.modules.data_transformation._entropy import groups_of
from bottega.modules.machine_learning.apply_transformation import apply_transformation
from bottega.sdk.notes import collect
from tests.modules.data.helpers import categories, fails, foretold, known, lists, run, table, types

NAME = "group-data-into-bins"
_INDEX = {"normalization": "QuantileIndex", "output_mode": "ResultOnly"}


def group(before: Table, **parameters: Any) -> tuple[Table, Any]:
    """The table and the transform, which does the same to the same table again, and after it was stored."""
    result, transform = run(NAME, before, **parameters)
    assert foretold(NAME, {"dataset": before}, "quantized_dataset", **parameters) in (None, result.columns)
    assert apply_transformation(pickle.loads(pickle.dumps(transform)), before).equals(result)
    return result, transform


def _edges(transform: Any) -> dict[str, Any]:
    """What the transform tells."""
    return {name: each["edges"] for name, each in transform.describe()["columns"].items()}


def _one(values: Any, **parameters: Any) -> list[Any]:
    found = lists(group(table(x=values), **{"output_mode": "ResultOnly", **parameters})[0])
    assert list(found) == ["x_quantized"]
    return found["x_quantized"]


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=60), st.integers(1, 12))
def test_quantiles_have_their_share(values: list[int], count: int) -> None:
    found = _one(values, bins=count, **_INDEX)
    # The edge of a bin is the value at its rank in the sorted column.
    edges = [sorted(values)[math.ceil(len(values) * part / count) - 1] for part in range(1, count)]
    assert found == [1 + sum(value > edge for edge in edges) for value in values]


@pytest.mark.parametrize(("rows", "count"), [(100, 10), (1000, 7), (12, 4)])
def test_quantiles_as_pandas_has_them(rows: int, count: int) -> None:
    values = np.random.default_rng(1).normal(size=rows)
    expected = pd.qcut(values, count, labels=False) + 1
    found = np.array(_one(values, bins=count, **_INDEX))
    # pandas' edges lie between two values, ours are values: no row is further away than the next bin.
    assert np.abs(found - expected).max() <= 1
    assert set(Counter(found.tolist()).values()) <= {rows // count, -(-rows // count)}


@pytest.mark.parametrize(
    ("normalization", "expected", "kind"),
    [
        ("Percent", [25.0, 50.0, 75.0, 100.0], "Double"), ("PQuantile", [0.25, 0.5, 0.75, 1.0], "Double"),
        ("QuantileIndex", [1, 2, 3, 4], "Integer"),
    ],
)  # fmt: skip
def test_what_quantiles_are_called(normalization: str, expected: list[float], kind: str) -> None:
    parameters = {"bins": 4, "normalization": normalization, "output_mode": "Inplace"}
    result, _ = group(table(x=[4, None, 1, 2, 3]), **parameters)
    assert lists(result)["x"] == [expected[3], None, *expected[:3]]
    assert (types(result), known(result, "x")) == ([f"Categorical {kind}"], expected)
    assert result.arrow.schema.field("x").type.ordered
    plain, _ = group(table(x=[4, None, 1, 2, 3]), **parameters, categorical=False)
    assert lists(plain) == lists(result)
    assert types(plain) == [kind]


def test_equal_values_share_a_bin_and_leave_others_empty() -> None:
    assert _one([0.0] * 8 + [1.0, 2.0], bins=5, **_INDEX) == [1] * 8 + [5, 5]
    assert _one([5, 5, 5], bins=3, **_INDEX) == [1, 1, 1]


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40).filter(lambda values: max(values) - min(values) > 1e-3))
def test_equal_width_as_pandas_cuts(values: list[float]) -> None:
    found = _one(values, mode="Equal Width", bins=4)
    edges = np.linspace(min(values), max(values), 5)
    edges[[0, -1]] = -np.inf, np.inf
    assert found == (pd.cut(values, list(edges), labels=False) + 1).tolist()


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("0, 1.5,10", [-1.0, 0.0, 0.1, 1.5, 1.6, 10.0, 11.0, None], [1, 1, 2, 2, 3, 3, 4, None]),
        ("3", [3, 4], [1, 2]), ("10,0,10", [-1, 0, 5, 11], [1, 1, 2, 3]),
        ("1e3", [-math.inf, math.inf], [1, 2]),
    ],
)  # fmt: skip
def test_custom_edges(text: str, values: list[float | None], expected: list[int | None]) -> None:
    assert _one(values, mode="Custom Edges", edges=text) == expected


@pytest.mark.parametrize(
    ("first", "width", "last", "edges"),
    [
        (0, 0.5, 1, [0, 0.5, 1]), (0, 0.3, 1, [0, 0.3, 0.6, 0.9, 1]), (0, 0.1, 0.7, [each / 10 for each in range(8)]),
        (-5, 20, 5, [-5, 5]), (1, 2, 7, [1, 3, 5, 7]),
    ],
)  # fmt: skip
def test_edges_in_steps(first: float, width: float, last: float, edges: list[float]) -> None:
    mode = {"mode": "Equal Width with Custom Start and Stop"}
    result, transform = group(table(x=[-9.0, 0.4, 9.0]), **mode, first_edge=first, width=width, last_edge=last)
    assert _edges(transform)["x"] == pytest.approx(edges)
    assert known(result, "x_quantized") == list(range(1, len(edges) + 2))
    assert lists(result)["x_quantized"] == [
        1 + sum(value > edge for edge in edges) for value in (-9.0, 0.4, 9.0)
    ]  # fmt: skip


def _entropy(classes: Sequence[Any]) -> float:
    return -sum(count / len(classes) * math.log2(count / len(classes)) for count in Counter(classes).values())


def _splits(rows: list[tuple[float, Any]]) -> list[float]:
    """The same by the book: each split of the sorted rows is tried."""
    rows = sorted(rows)
    classes = [label for _, label in rows]
    best = None
    for place in range(1, len(rows)):
        if rows[place - 1][0] != rows[place][0]:
            lower, upper = classes[:place], classes[place:]
            weighted = (len(lower) * _entropy(lower) + len(upper) * _entropy(upper)) / len(rows)
            if best is None or weighted < best[0] - 1e-12:
                best = weighted, place
    if best is None:
        return []
    lower, upper = rows[: best[1]], rows[best[1] :]
    terms = [(len(set(part)), _entropy(part)) for part in (classes, classes[: best[1]], classes[best[1] :])]
    change = math.log2(3 ** terms[0][0] - 2) - (
        terms[0][0] * terms[0][1] - terms[1][0] * terms[1][1] - terms[2][0] * terms[2][1]
    )
    if terms[0][1] - best[0] <= (math.log2(len(rows) - 1) + change) / len(rows):
        return []
    return [*_splits(lower), (lower[-1][0] + upper[0][0]) / 2, *_splits(upper)]


def test_entropy_splits_of_iris() -> None:
    iris = load_iris(as_frame=True).frame
    columns = {f"c{place}": iris.iloc[:, place].to_numpy() for place in range(4)}
    before = table({"kind": Role.LABEL}, **columns, kind=categories(iris["target"].tolist(), [2, 0, 1]))
    result, transform = group(before, mode="Entropy MDL")
    edges = _edges(transform)
    for name, values in columns.items():
        assert edges[name] == pytest.approx(_splits(list(zip(values.tolist(), iris["target"].tolist(), strict=True))))
    assert len(edges["c2"]) == 2, "the length of petals tells three kinds apart"
    assert result.num_columns == 9


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 8), st.sampled_from("ab")), min_size=1, max_size=40))
def test_entropy_splits(rows: list[tuple[int, str]]) -> None:
    before = table({"y": Role.LABEL}, x=[float(value) for value, _ in rows], y=[label for _, label in rows])
    _, transform = group(before, mode="Entropy MDL")
    assert _edges(transform)["x"] == pytest.approx(_splits([(float(one), other) for one, other in rows]))


def test_entropy_leaves_out_what_is_missing_and_the_label() -> None:
    numbers = [float(value) for value in range(40)]
    labels = [int(value >= 20) for value in numbers]
    before = table({"y": Role.LABEL}, x=[*numbers, None, 3.0, math.inf], y=[*labels, 1, None, 1])
    notes = collect()
    result, transform = group(before, mode="Entropy MDL")
    assert _edges(transform) == {"x": [19.5]}
    assert lists(result)["x_quantized"][-3:] == [None, 1, 2]
    assert notes == ["The label column y gets no bins: they are to tell of it."]


@pytest.mark.parametrize("labels", [[None] * 3, ["only"] * 3])
def test_without_two_classes_there_is_one_bin(labels: list[str | None]) -> None:
    before = table({"y": Role.LABEL}, x=[1.0, 2.0, math.inf], y=pa.array(labels, pa.string()))
    result, _ = group(before, mode="Entropy MDL")
    assert lists(result)["x_quantized"] == [1, 1, 1]


def test_the_output_modes() -> None:
    folds = Folds(2, np.array([0, 1]))
    before = table(
        {"y": Role.LABEL}, y=[1, 2], s=["a", None], x=[5.0, 0.0], x_quantized=["n", "m"], c=categories([1, 9], [9, 1])
    ).with_folds(folds)  # fmt: skip
    appended, _ = group(before, **{**_INDEX, "output_mode": "Append"}, bins=2)
    assert appended.arrow.column_names == [*before.arrow.column_names, "y_quantized", "x_quantized (1)"]
    assert [column.role for column in appended.columns[-2:]] == [Role.NONE, Role.FEATURE]
    assert lists(appended)["x_quantized (1)"] == [2, 1]
    inplace, _ = group(before, **{**_INDEX, "output_mode": "Inplace"}, bins=2, columns="x")
    assert lists(inplace) == {**lists(before), "x": [2, 1]}
    assert [column.role for column in inplace.columns] == [column.role for column in before.columns]
    only, _ = group(before, **_INDEX, bins=2)
    assert only.arrow.column_names == ["y_quantized", "x_quantized"]
    for result in (appended, inplace, only):
        assert result.folds is folds


def test_the_transform_uses_the_edges_found() -> None:
    _, transform = group(table(x=[1, 2, 3, 4]), **_INDEX, bins=4)
    other = apply_transformation(transform, table(x=[-math.inf, 2.5, 9.0, None], z=[1, 2, 3, 4]))
    assert lists(other)["x_quantized"] == [1, 3, 4, None]
    assert known(other, "x_quantized") == [1, 2, 3, 4]
    for code, wrong in (("0001", table(z=[1])), ("0075", table(x=["1"])), ("0075", table(x=categories([1], [1])))):
        with pytest.raises(Exception, match=r".+") as caught:
            apply_transformation(transform, wrong)
        assert getattr(caught.value, "code", None) == code


@pytest.mark.parametrize("mode", ["Quantiles", "Equal Width"])
@pytest.mark.parametrize("values", [[None, None], [7, 7, None], [7]])
def test_columns_of_one_value_or_none(mode: str, values: list[int | None]) -> None:
    column = pa.array(values, pa.int64())
    found = _one(column, mode=mode, normalization="QuantileIndex")
    assert found == [None if value is None else 1 for value in values]


def test_infinities() -> None:
    assert _one([-math.inf, 1.0, 2.0, math.inf], bins=2, **_INDEX) == [1, 1, 2, 2]
    _, transform = group(table(x=[-math.inf, math.inf, 1.0]), bins=3)
    assert _edges(transform) == {"x": ["-Infinity", 1.0]}
    error = fails("0033", NAME, table(x=[1.0, None, math.inf]), mode="Equal Width")
    assert error.facts == {"column": "x", "row": 3}
    assert _one([-1.7e308, 0.0, 1.7e308], mode="Equal Width", bins=2) == [1, 1, 2]


def test_ten_thousand_columns() -> None:
    wide = Table(pa.table({f"c{number}": [number, -number - 1] for number in range(10_000)}))
    result, transform = run(NAME, wide, mode="Custom Edges", edges="0", output_mode="Inplace")
    assert len(str(transform.describe())) < 100_000, "a reply has no room for more"
    assert lists(Table(result.arrow.select([0, 9_999]))) == {"c0": [1, 1], "c9999": [2, 1]}


_STEPS = {"mode": "Equal Width with Custom Start and Stop"}
_MDL = {"mode": "Entropy MDL"}


@pytest.mark.parametrize(
    ("code", "parameters"),
    [
        ("0005", {"bins": 0}), ("0007", {"bins": 100_001}), ("0007", {"mode": "Equal Width", "bins": 10**12}),
        ("0003", {"mode": "Custom Edges"}), ("0002", {"mode": "Custom Edges", "edges": "1;2"}),
        ("0002", {"mode": "Custom Edges", "edges": "1,,2"}),
        ("0002", {"mode": "Custom Edges", "edges": "0,inf"}), ("0002", {"mode": "Custom Edges", "edges": "nan,0"}),
        ("0007", {"mode": "Custom Edges", "edges": ",".join(map(str, range(100_001)))}),
        ("0004", {**_STEPS, "width": 0}), ("0006", {**_STEPS, "first_edge": 1}), ("0005", {**_STEPS, "width": 1e-9}),
        ("0005", {**_STEPS, "last_edge": "inf"}), ("0017", {"columns": "s"}), ("0017", {"columns": "c"}), ("0001", {"columns": "z"}),
        ("0011", {"columns": "None"}), ("0024", _MDL), ("0002", {"mode": "Deciles"}), ("0002", {"output_mode": "Both"}),
    ],
    ids=range(20),
)  # fmt: skip
def test_errors(code: str, parameters: dict[str, Any]) -> None:
    fails(code, NAME, table(x=[1.0, 2.0], s=["a", "b"], c=categories([1, 1], [1])), **parameters)


def test_labels_that_are_no_classes() -> None:
    def labelled(**labels: Any) -> Table:
        rows = len(next(iter(labels.values())))
        return table(dict.fromkeys(labels, Role.LABEL), x=[float(row) for row in range(rows)], **labels)

    fails("0058", NAME, labelled(y=[0.5, 1.0]), **_MDL)
    fails("0014", NAME, labelled(y=list(range(101))), **_MDL)
    fails("0037", NAME, labelled(y=[1, 2], z=[1, 2]), **_MDL)
    fails("0011", NAME, labelled(y=[1, 2]), **_MDL, columns="y")
    assert group(labelled(y=[0.0, 1.0, None]), **_MDL)[0].num_columns == 3


def test_tables_without_rows_or_columns() -> None:
    fails("0003", NAME, table(x=pa.array([], pa.float64())))
    fails("0003", NAME, Table(pa.table({})))


def test_the_transform_takes_a_column_without_any_value() -> None:
    _, transform = group(table(x=[1, 2, 3, 4]), **_INDEX, bins=4)
    result = apply_transformation(transform, table(x=pa.array([None, None], pa.large_string())))
    assert lists(result)["x_quantized"] == [None, None]


def test_more_quantiles_than_it_pays_to_find_one_by_one() -> None:
    numbers = np.random.default_rng(0).permutation(3000).astype(float)
    assert quantile_bins(pa.chunked_array([numbers]), range(1, 1501)).edges == tuple(range(1, 2999, 2))


def test_steps_from_end_to_end_of_all_doubles() -> None:
    edges = stepped_edges(-1.7e308, 1e307, 1.7e308)
    assert len(edges) == 35
    np.testing.assert_allclose(np.array(edges) / 1e307, np.arange(-17, 18), atol=1e-9)
    result = run(
        NAME,
        table(x=[0.0]),
        mode="Equal Width with Custom Start and Stop",
        first_edge=-1.7e308,
        width=1e304,
        last_edge=1.7e308,
    )
    assert result[0].num_rows == 1


@pytest.mark.parametrize("edges", ["1_0", "\uff11", "1,2_0"])
def test_edges_in_pythons_spelling_are_refused(edges: str) -> None:
    fails("0002", NAME, table(x=[1.0]), mode="Custom Edges", edges=edges)


def test_labels_of_either_zero_are_one_class() -> None:
    numbers = [float(each) for each in range(40)]
    signed = table({"y": Role.LABEL}, x=numbers, y=[0.0, -0.0] * 10 + [1.0] * 20)
    plain = table({"y": Role.LABEL}, x=numbers, y=[0.0] * 20 + [1.0] * 20)
    both = [
        lists(run(NAME, each, mode="Entropy MDL", columns="x", normalization="QuantileIndex")[0])
        for each in (signed, plain)
    ]
    assert both[0]["x_quantized"] == both[1]["x_quantized"] == [1] * 20 + [2] * 20


def test_cuts_only_where_classes_differ() -> None:
    groups = groups_of(np.array([1.0, 2, 3, 3, 4, 5, 6]), np.array([0, 0, 0, 1, 1, 1, 0]))
    assert groups.tolist() == [0, 2, 4, 6]
