"""Partition and Sample: shares counted by pandas, folds that come back as they were assigned."""

from __future__ import annotations

import io
from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.dataset import exchange
from bottega.dataset.folds import Folds
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.modules.data_transformation._drawing import by_shares, strata_of
from bottega.sdk import Columns
from bottega.sdk.notes import collect
from tests.modules.data.helpers import categories, fails, foretold, lists, run, table

NAME = "partition-and-sample"


def part(before: Table, mode: str, **parameters: Any) -> Table:
    """What comes out, in the columns that there were."""
    result = run(NAME, before, mode=mode, **parameters)
    assert result.columns == before.columns == foretold(NAME, {"dataset": before}, "odataset", mode=mode, **parameters)
    return result  # type: ignore[no-any-return]


def assigned(before: Table, **parameters: Any) -> Folds:
    """The folds, of the same rows."""
    result = part(before, "Assign to Folds", **{"seed": 5, **parameters})
    assert result.arrow.equals(before.arrow)
    assert result.folds is not None
    return result.folds


def _rows(count: int) -> Table:
    return table(
        {"row": Role.WEIGHT},
        row=pa.array(range(count), pa.int64()),
        k=categories((["x", "x", "y", None] * count)[:count], ["unused", "x", "y"]),
    )


def _sizes(folds: Folds) -> list[int]:
    return np.bincount(folds.codes, minlength=folds.count).tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize(("rows", "folds"), [(10, 5), (11, 5), (14, 5), (3, 3), (1, 1), (100, 7)])
@pytest.mark.parametrize("randomized", [True, False])
def test_even_folds_differ_by_one_row_at_most(rows: int, folds: int, randomized: bool) -> None:
    sizes = _sizes(assigned(_rows(rows), folds=folds, randomized=randomized))
    assert len(sizes) == folds
    assert set(sizes) <= {rows // folds, -(-rows // folds)}


def test_not_randomized_they_go_in_turn() -> None:
    assert assigned(_rows(7), folds=3, randomized=False).codes.tolist() == [0, 1, 2, 0, 1, 2, 0]
    shares = {"method": "Partition with customized proportions", "proportions": "0.5,0.25"}
    assert assigned(_rows(8), **shares, randomized=False).codes.tolist() == [0, 0, 0, 0, 1, 1, 2, 2]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=6, max_size=60), st.integers(1, 6), st.booleans())
def test_strata_are_in_all_folds_alike(keys: list[str | None], folds: int, randomized: bool) -> None:
    before = table(k=pa.array(keys, pa.string()))
    codes = assigned(before, folds=folds, stratified=True, key_column="k", randomized=randomized).codes
    assert np.ptp(np.bincount(codes, minlength=folds)) <= 1
    for key in set(keys):
        counts = np.bincount(codes[[other == key for other in keys]], minlength=folds)
        assert np.ptp(counts) <= 1


@pytest.mark.parametrize(
    ("proportions", "rows", "sizes"),
    [
        ("0.5, 0.3, 0.2", 10, [5, 3, 2]), ("0.1,0.2,0.7", 1000, [100, 200, 700]), ("0.25", 8, [2, 6]), ("1", 3, [3]),
        (" 0.29 ,0.7 ", 100, [29, 70, 1]), ("1e-3,.999", 1000, [1, 999]), ("0.5,0.5", 3, [2, 1]), ("0.01,0.99", 10, [0, 10]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("randomized", [True, False])
def test_folds_by_proportions(proportions: str, rows: int, sizes: list[int], randomized: bool) -> None:
    method = "Partition with customized proportions"
    folds = assigned(_rows(rows), method=method, proportions=proportions, randomized=randomized)
    assert _sizes(folds) == sizes


@settings(deadline=None)
@given(
    st.lists(st.integers(1, 50), min_size=1, max_size=4),
    st.lists(st.integers(1, 40), min_size=1, max_size=5),
    st.integers(1, 9),
)
def test_proportions_hold_in_strata(parts: list[int], strata: list[int], seed: int) -> None:
    shares = [Fraction(part, 200) for part in parts]
    keys = [stratum for stratum, size in enumerate(strata) for _ in range(size + 5)]
    codes = assigned(
        table(k=keys), method="Partition with customized proportions",
        proportions=",".join(str(float(share)) for share in shares),
        stratified_custom=True, key_column_custom="k", seed=seed,
    ).codes  # fmt: skip
    shares.append(1 - sum(shares, Fraction()))
    for stratum in range(len(strata)):
        of_it = codes[np.array(keys) == stratum]
        for fold, share in enumerate(shares):
            assert abs((of_it == fold).sum() - len(of_it) * share) <= 1
    for fold, share in enumerate(shares):
        assert abs((codes == fold).sum() - len(codes) * share) < 1


def test_chance_repeats_for_a_seed() -> None:
    one, again, other = (assigned(_rows(200), seed=seed).codes for seed in (7, 7, 8))
    assert one.tolist() == again.tolist()
    assert one.tolist() != other.tolist()
    assert Counter(one[:100]) != Counter(one[100:]) or one[:100].tolist() != one[100:].tolist()
    same = [lists(part(_rows(200), "Sampling", rate=0.3, sampling_seed=seed))["row"] for seed in (7, 7, 8)]
    assert same[0] == same[1] != same[2]


def test_the_seed_0_is_told() -> None:
    for mode in ("Sampling", "Assign to Folds"):
        notes = collect()
        part(_rows(20), mode)
        assert len(notes) == 1
        assert "random seed" in notes[0]
    notes = collect()
    part(_rows(20), "Assign to Folds", randomized=False)
    assert notes == [], "nothing was drawn"


@pytest.mark.parametrize("randomized", [True, False])
def test_with_replacement_rows_repeat(randomized: bool) -> None:
    result = part(_rows(300), "Assign to Folds", replacement=True, seed=2, randomized=randomized)
    rows = pd.Series(lists(result)["row"])
    assert len(rows) == 300
    assert rows.is_monotonic_increasing
    assert 150 < rows.nunique() < 230, "some 63 of 100 are drawn at least once"
    assert result.folds is not None
    assert _sizes(result.folds) == [60] * 5
    several = pd.Series(result.folds.codes).groupby(rows.to_numpy()).nunique()
    assert (several > 1).any()


def test_fold_by_fold_is_the_whole() -> None:
    before = _rows(23)
    folded = part(before, "Assign to Folds", folds=4, seed=3)
    file = io.BytesIO()
    exchange.write(folded, file)
    stored = exchange.read_untrusted(pa.py_buffer(file.getvalue()), "odataset", roles=True)
    found = []
    for fold in range(1, 5):
        rows, rest = (
            lists(part(stored, "Pick Fold", fold=fold, complement=complement))["row"] for complement in (False, True)
        )
        assert sorted(rows) == rows
        assert sorted(rows + rest) == list(range(23))
        found += rows
    assert sorted(found) == list(range(23))
    assert part(folded, "Pick Fold").folds is None


def test_a_fold_without_rows() -> None:
    folded = _rows(2).with_folds(Folds(3, np.array([0, 0])))
    notes = collect()
    assert part(folded, "Pick Fold", fold=3).num_rows == 0
    assert part(folded, "Pick Fold", fold=1, complement=True).num_rows == 0
    assert notes == ["Fold 3 has no rows.", "Only fold 1 has rows."]


def test_assigning_again_replaces_folds_and_other_modes_let_go_of_them() -> None:
    folded = part(_rows(10), "Assign to Folds", seed=1)
    assert _sizes(assigned(folded, folds=2)) == [5, 5]
    assert part(folded, "Head", rows=3).folds is None
    assert part(folded, "Sampling", rate=1).folds is None


@pytest.mark.parametrize(("rate", "expected"), [(0, 0), (0.01, 2), (0.29, 58), (1, 200)])
def test_the_rate_of_a_sample(rate: float, expected: int) -> None:
    rows = lists(part(_rows(200), "Sampling", rate=rate, sampling_seed=1))["row"]
    assert len(set(rows)) == expected
    assert sorted(rows) == rows


def test_a_stratified_sample_has_the_shares_of_the_whole() -> None:
    sample = part(_rows(400), "Sampling", rate=0.1, sampling_seed=1, stratified_sampling=True, key_column_sampling="k")
    assert Counter(lists(sample)["k"]) == {"x": 20, "y": 10, None: 10}


@pytest.mark.parametrize("rows", [0, 1, 5, 9])
def test_the_head(rows: int) -> None:
    assert lists(part(_rows(5), "Head", rows=rows))["row"] == list(range(min(rows, 5)))
    assert part(_rows(30), "Head").num_rows == 10


@pytest.mark.parametrize("mode", ["Sampling", "Head"])
def test_no_rows(mode: str) -> None:
    assert part(_rows(0), mode).num_rows == 0
    assert part(Table(pa.table({})), mode).num_rows == 0
    spans: Any = pa.chunked_array([], pa.duration("us"))
    assert part(table(k=spans), mode, stratified_sampling=True, key_column_sampling="k").num_rows == 0


def test_ten_thousand_columns() -> None:
    wide = Table(pa.table({f"c{number}": [1, 2, 3] for number in range(10_000)}))
    folded = part(wide, "Assign to Folds", folds=3, seed=1)
    assert part(folded, "Pick Fold", fold=2).num_rows == 1


_ASSIGN = {"mode": "Assign to Folds"}
_CUSTOM = {**_ASSIGN, "method": "Partition with customized proportions"}


@pytest.mark.parametrize(
    ("code", "parameters"),
    [
        ("0008", {"rate": 1.5}), ("0008", {"rate": -0.1}), ("0005", {"sampling_seed": -1}), ("0005", {"mode": "Head", "rows": -1}),
        ("0005", {**_ASSIGN, "folds": 0}), ("0021", {**_ASSIGN, "folds": 9}),
        ("0003", {**_ASSIGN, "stratified": True}), ("0001", {**_ASSIGN, "stratified": True, "key_column": "z"}),
        ("0017", {**_ASSIGN, "stratified": True, "key_column": "f"}),
        ("0017", {"stratified_sampling": True, "key_column_sampling": "f"}), ("0003", {"stratified_sampling": True}),
        ("0003", _CUSTOM), ("0003", {**_CUSTOM, "proportions": "0.5", "stratified_custom": True}),
        ("0002", {**_CUSTOM, "proportions": "0.5;0.5"}), ("0002", {**_CUSTOM, "proportions": "0.5,"}),
        ("0002", {**_CUSTOM, "proportions": "inf"}), ("0002", {**_CUSTOM, "proportions": "nan"}), ("0002", {**_CUSTOM, "proportions": "x"}),
        ("0004", {**_CUSTOM, "proportions": "0.5,0,0.5"}), ("0004", {**_CUSTOM, "proportions": "-1"}),
        ("0007", {**_CUSTOM, "proportions": "0.5,0.6"}), ("0007", {**_CUSTOM, "proportions": "9e300"}),
        ("folds-missing", {"mode": "Pick Fold"}), ("0005", {"mode": "Pick Fold", "fold": 0}), ("0002", {"mode": "Bootstrap"}),
    ],
    ids=range(25),
)  # fmt: skip
def test_errors(code: str, parameters: dict[str, Any]) -> None:
    fails(
        code, NAME, table(f=[0.5, 1.0, 2.0, 4.0, 8.0], k=list("abcde")), **{"seed": 1, "sampling_seed": 1, **parameters}
    )


def test_a_fold_that_is_not_there() -> None:
    folded = part(_rows(10), "Assign to Folds", seed=1)
    assert fails("0007", NAME, folded, mode="Pick Fold", fold=6).facts["upper"] == 5


@pytest.mark.parametrize("proportions", ["0.1_0", "\uff10.5", "0.5,nan"])
def test_proportions_in_pythons_spelling_are_refused(proportions: str) -> None:
    fails(
        "0002", "partition-and-sample", table(x=[1.0, 2.0]),
        mode="Assign to Folds", method="Partition with customized proportions", proportions=proportions,
    )  # fmt: skip


def test_either_zero_is_one_stratum() -> None:
    signed = table(k=[0.0, -0.0, 1.0, -0.0])
    strata = strata_of(signed, Columns.named("k"), "Key")
    assert strata.tolist() == [0, 0, 1, 0]
    assert strata_of(table(k=categories([0.0, -0.0], [0.0, -0.0])), Columns.named("k"), "Key").tolist() == [0, 0]


@pytest.mark.parametrize("seed", range(20))
def test_shares_of_many_strata(seed: int) -> None:
    chance = np.random.default_rng(seed)
    strata = chance.integers(0, int(chance.integers(1, 200)), 500)
    _, strata = np.unique(strata, return_inverse=True)
    parts = chance.integers(1, 20, int(chance.integers(1, 8)))
    shares = [Fraction(int(part), int(parts.sum())) for part in parts]
    folds = by_shares(strata, chance.permutation(500), shares)
    for fold, share in enumerate(shares):
        inside = folds.codes == fold
        assert abs(int(inside.sum()) - 500 * share) < 1
        counts, sizes = np.bincount(strata, inside), np.bincount(strata)
        assert all(abs(int(count) - int(size) * share) <= 1 for count, size in zip(counts, sizes, strict=True))
