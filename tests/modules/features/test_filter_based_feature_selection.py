"""Filter Based Feature Selection: every score against scipy and scikit-learn, and what is kept."""

# ruff: noqa: DTZ001 - columns without a zone
from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.feature_selection import f_classif
from sklearn.metrics import mutual_info_score

from bottega.dataset.folds import Folds
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.sdk import catalogue
from bottega.sdk.notes import collect
from tests.modules.data.helpers import categories, fails, frame, known, lists, run, table

NAME = "filter-based-feature-selection"
_METHODS = (
    "Pearson Correlation", "Mutual Information", "Kendall Correlation", "Spearman Correlation", "Chi Squared", "Fisher Score",
)  # fmt: skip


def select(
    before: Table, method: str, target: str | None = "y", **parameters: Any
) -> tuple[list[str], dict[str, float]]:
    """The columns kept, and the scores."""
    given: dict[str, Any] = {} if target is None else {"target": target}
    filtered, features = run(NAME, before, method=method, **given, **parameters)
    kept = filtered.arrow.column_names
    assert filtered.equals(Table(before.arrow.select(kept)).with_folds(before.folds))
    assert features.num_rows == 1
    return kept, {name: score for name, (score,) in lists(features).items()}


def _numbers(rows: int = 120) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    y = rng.normal(size=rows)
    return pd.DataFrame({
        "noise": rng.normal(size=rows), "strong": -y + rng.normal(scale=0.1, size=rows), "monotone": np.exp(3 * y),
        "tied": np.round(y + rng.normal(size=rows)), "y": y,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("Pearson Correlation", lambda x, y: stats.pearsonr(x, y).statistic),
        ("Spearman Correlation", lambda x, y: stats.spearmanr(x, y).statistic),
        ("Kendall Correlation", lambda x, y: stats.kendalltau(x, y).statistic),
    ],
)
def test_correlations(method: str, expected: Callable[[Any, Any], float]) -> None:
    rows = _numbers()
    kept, scores = select(Table(pa.Table.from_pandas(rows, preserve_index=False)), method, desired=2)
    by_name = {name: abs(expected(rows[name], rows["y"])) for name in rows.columns.drop("y")}
    assert scores == pytest.approx(by_name)
    ranked = sorted(by_name, key=lambda name: -by_name[name])
    assert list(scores) == ranked
    assert kept == ["y", *ranked[:2]]


@pytest.mark.parametrize("method", ["Pearson", "Spearman", "Kendall"])
def test_correlations_with_classes_go_by_the_means(method: str) -> None:
    rng = np.random.default_rng(4)
    words = rng.choice(["a", "b", "c"], 60)
    x = np.where(words == "b", 2.0, np.where(words == "c", -1.0, 0.0)) + rng.normal(size=60)
    means = pd.Series(x).groupby(words).transform("mean")
    expected = abs(pd.Series(x).corr(means, method=method.lower()))  # type: ignore[arg-type]
    for target in (words.tolist(), categories(words.tolist(), ["unused", "c", "a", "b"])):
        _, scores = select(table(x=x, y=target), method)
        assert scores["x"] == pytest.approx(expected)


def test_fisher_is_the_ratio_of_variances() -> None:
    rng = np.random.default_rng(6)
    y = rng.integers(0, 3, 90)
    columns = {"good": y + rng.normal(scale=0.3, size=90), "bad": rng.normal(size=90)}
    _, scores = select(table(**columns, y=[f"class {each}" for each in y]), "Fisher Score")
    ratios, _ = f_classif(np.column_stack(list(columns.values())), y)
    assert list(scores.values()) == pytest.approx([ratio * 2 / 87 for ratio in ratios])
    _, perfect = select(table(x=[0.1, 0.1, 0.1, 0.3, 0.3], flat=[0.1] * 5, y=[1, 1, 1, 2, 2]), "Fisher Score")
    assert perfect == {"x": math.inf, "flat": 0}


@pytest.mark.parametrize("method", ["Pearson Correlation", "Fisher Score"])
@pytest.mark.parametrize("classes", [True, False])
def test_far_from_0_scores_stay_the_same(method: str, classes: bool) -> None:
    rng = np.random.default_rng(1)
    groups = rng.integers(0, 3, 5000)
    near = np.round(groups + rng.normal(scale=3, size=5000))  # whole, so that no digit of the far ones is lost
    other = near + rng.integers(-9, 9, 5000)
    scores = [
        select(table(x=near + base, y=[f"c{group}" for group in groups] if classes else other + base), method)[1]["x"]
        for base in (0, 2.0**52)
    ]
    assert scores[1] == pytest.approx(scores[0], rel=1e-9)


def test_classes_of_many_equal_values_have_no_variance() -> None:
    before = table(x=[0.1] * 200_000 + [0.3] * 100_000, y=[1] * 200_000 + [2] * 100_000)
    assert select(before, "Fisher Score")[1] == {"x": math.inf}


def test_what_no_score_is_known_of_is_told() -> None:
    before = table(
        x=[1.0, 2.0, math.inf, 4.0],
        s=["a", "b", "c", "d"],
        flat=[1.0] * 4,
        fine=[1.0, 2.0, 4.0, 3.0],
        y=[1.0, 2.0, 3.0, 5.0],
    )
    notes = collect()
    for method, named in (
        ("Pearson Correlation", "x, s"), ("Fisher Score", "x, s"), ("Spearman Correlation", "s"), ("Kendall Correlation", "s"),
    ):  # fmt: skip
        _, scores = select(before, method)
        assert {name for name, score in scores.items() if not score} >= set(named.split(", "))
        (text,) = notes
        assert text.startswith(method)
        assert text.endswith(f": {named}.")
        notes.clear()
    select(before, "Count Based", None)
    assert [text.endswith(": s.") for text in notes] == [True]
    notes.clear()
    select(before, "Chi Squared")
    select(table(flat=[1, 1], blank=pa.array([None, None], pa.float64()), y=[1, 2]), "Pearson Correlation")
    assert notes == []
    wide: dict[str, Any] = {f"s{place}": ["a", "b"] for place in range(15)}
    select(table(**wide, y=[1, 2]), "Pearson Correlation")
    assert notes[0].endswith("s9 and 5 more.")


def test_counts_of_values_against_libraries() -> None:
    rng = np.random.default_rng(8)
    y = rng.choice(["p", "q", "r"], 200)
    words = np.where(rng.random(200) < 0.5, y, rng.choice(["p", "q", "r", "s"], 200))
    before = table(words=words.tolist(), same=y.tolist(), number=rng.integers(0, 20, 200), y=y.tolist())
    _, shared = select(before, "Mutual Information")
    _, squared = select(before, "Chi Squared")
    for name, values in (("words", words), ("number", frame(before)["number"].to_numpy())):
        entropies = [mutual_info_score(each, each) for each in (values, y)]
        assert shared[name] == pytest.approx(mutual_info_score(values, y) / max(entropies))
        counts = pd.crosstab(values, y)
        assert squared[name] == pytest.approx(stats.chi2_contingency(counts, correction=False).statistic)
    assert shared["same"] == pytest.approx(1)
    assert squared["same"] == pytest.approx(400)


def test_many_different_numbers_fall_into_ranges() -> None:
    rng = np.random.default_rng(9)
    y = rng.normal(size=1000)
    times = [dt.datetime(2020, 1, 1) + dt.timedelta(seconds=value) for value in y * 100]
    before = table(x=y + rng.normal(size=1000), t=times, text=[str(value) for value in y], y=y)
    _, scores = select(before, "Mutual Information")
    ranges = [pd.qcut(pd.Series(lists(before)[name]), 20, labels=False) for name in ("x", "y")]
    assert scores["x"] == pytest.approx(mutual_info_score(*ranges) / np.log(20), rel=1e-2)
    assert scores["t"] == pytest.approx(1, rel=1e-6)
    assert scores["text"] == pytest.approx(np.log(20) / np.log(1000))


def test_counts_that_are_not_0() -> None:
    before = table(
        {"y": Role.LABEL, "w": Role.WEIGHT, "s": Role.SCORE}, y=["a", "b", "c", "d"], few=[0, 0, 1, None], text=["x"] * 4, w=[1.0] * 4,
        all=[0.5, -1.0, math.inf, 2.0], f=[True, False, True, True], k=categories([1, 1, 1, 1], [1]), none=[0, 0, 0, 0], s=[1.0] * 4,
    )  # fmt: skip
    kept, scores = select(before, "Count Based", None)
    assert kept == ["y", "few", "all", "f"]
    assert scores == {"y": 0, "few": 1, "text": 0, "all": 4, "f": 3, "k": 0, "none": 0}
    assert select(before, "Count Based", None, minimum=4)[0] == ["y", "all"]
    assert select(before, "Count Based", None, features_only=False)[0] == ["y", "few", "w", "all", "f"]


@pytest.mark.parametrize("method", _METHODS)
def test_what_tells_nothing_has_0(method: str) -> None:
    before = table(
        blank=pa.array([None] * 6, pa.float64()), flat=[0.1] * 6, apart=[1.0, 2.0, 3.0, None, None, None], one=[None] * 5 + [1.0],
        text=pa.array([None] * 6, pa.string()), y=[None, None, None, 1.0, 2.0, 3.0],
    )  # fmt: skip
    kept, scores = select(before, method, desired=100)
    assert set(scores.values()) == {0}
    assert kept == ["y", "blank", "flat", "apart", "one", "text"]


@pytest.mark.parametrize("method", ["Pearson", "Kendall", "Spearman", "FisherScore"])
def test_only_numbers_correlate(method: str) -> None:
    before = table(
        s=["a", "b", "c"],
        t=[dt.datetime(2020, 1, 1)] * 3,
        k=categories([1, 2, 3], [1, 2, 3]),
        f=[False, True, True],
        y=[1, 2, 2],
    )
    _, scores = select(before, method)
    assert {name for name, score in scores.items() if score} == {"f"}


def test_infinite_values() -> None:
    before = table(x=[1.0, 2.0, math.inf, 4.0], y=[1.0, 2.0, 3.0, 4.0])
    assert select(before, "Pearson")[1] == {"x": 0}
    assert select(before, "Fisher Score")[1] == {"x": 0}
    assert select(before, "Spearman")[1] == {"x": pytest.approx(0.8)}
    assert select(before, "Mutual Information")[1] == {"x": pytest.approx(1)}
    assert select(table(x=[1e308, -1e308, 5e307], y=[1e308, -1e308, 5e307]), "Pearson")[1] == {"x": pytest.approx(1)}


def test_which_columns_are_features() -> None:
    before = table(
        {"z": Role.LABEL, "w": Role.WEIGHT, "s": Role.SCORE, "n": Role.NONE},
        x=[1, 2, 3], z=[1, 2, 3], w=[3, 2, 1], s=[1, 2, 3], n=[1, 2, 2], y=[1, 2, 4],
    )  # fmt: skip
    assert set(select(before, "Pearson")[1]) == {"x"}
    assert set(select(before, "Pearson", features_only=False)[1]) == {"x", "w", "n"}
    assert select(before, "Pearson", "z", desired=5)[0][0] == "z"


def test_everything_else_of_a_column_stays() -> None:
    before = table(
        {"y": Role.LABEL}, k=categories(["b", "a", "b"], ["unused", "a", "b"]), y=[True, False, True]
    ).with_folds(Folds(2, np.array([0, 1, 1])))
    filtered, _ = run(NAME, before, method="Mutual Information", target="y")
    assert filtered.columns == (before.columns[1], before.columns[0])
    assert known(filtered, "k") == ["unused", "a", "b"]
    assert filtered.folds is not None


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(st.none() | st.floats(-5, 5), st.none() | st.sampled_from("abc"), st.none() | st.integers(0, 3)),
        min_size=2,
    )
)
def test_scores_are_numbers_whatever_is_missing(rows: list[tuple[float | None, str | None, int | None]]) -> None:
    x, s, y = (list(values) for values in zip(*rows, strict=True))
    if y.count(None) == len(y):
        y[0] = 1
    before = table(x=pa.array(x, pa.float64()), s=pa.array(s, pa.string()), y=y)
    for method in _METHODS:
        for target in ("y", "s"):
            if target == "s" and s.count(None) == len(s):
                continue
            _, scores = select(before, method, target)
            for score in scores.values():
                assert score >= 0
                assert score <= 1 + 1e-12 or method in ("Chi Squared", "Fisher Score")


def test_many_columns_and_odd_names() -> None:
    columns: dict[str, Any] = {f"c{place}": [0.0, 1.0, float(place)] for place in range(10_000)}
    kept, scores = select(table(**columns, größe=[0.0, 1.0, 7.0]), "Pearson", "größe", desired=3)
    assert kept == ["größe", "c7", "c8", "c6"]
    assert len(scores) == 10_000


def test_errors() -> None:
    before = table({"z": Role.LABEL}, x=[1, 2], y=[1, 2], e=pa.array([None, None], pa.string()), z=[1, 2])
    fails("0003", NAME, Table(pa.table({})), target="y")
    fails("0003", NAME, table(x=pa.array([], pa.int64())), target="x")
    assert "Target column" in str(fails("0003", NAME, before))
    fails("0001", NAME, before, target="nobody")
    fails("0022", NAME, before, target=["x", "y"])
    assert fails("0080", NAME, before, target="e").facts["column"] == "e"
    assert fails("0047", NAME, table(y=[1, 2]), target="y").facts["found"] == 0
    fails("0005", NAME, before, target="y", desired=0)
    fails("0005", NAME, before, method="Count Based", minimum=0)
    assert catalogue.get(NAME).category == "Feature Selection"
