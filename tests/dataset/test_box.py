"""Boxes against numpy's percentiles and counting by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset.box import box, quartiles

_FINITE = st.floats(-1e100, 1e100, allow_nan=False)


@given(st.lists(_FINITE, min_size=1, max_size=50))
def test_against_numpy(values: list[float]) -> None:
    ordered = np.sort(np.array(values))
    found = box(ordered)
    expected = np.percentile(ordered, [25, 50, 75])
    assert np.allclose(quartiles(ordered), expected, rtol=1e-9, atol=1e90 * 1e-12)
    assert ordered[0] <= found.low <= found.high <= ordered[-1]
    beyond = int(np.count_nonzero((ordered < found.low) | (ordered > found.high)))
    assert found.outliers == beyond


def test_by_hand() -> None:
    found = box(np.array([1.0, 2.0, 3.0, 4.0, 100.0]))
    assert (found.q1, found.q3, found.low, found.high, found.outliers) == (2.0, 4.0, 1.0, 4.0, 1)


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=30))
def test_any_whole_numbers(values: list[int]) -> None:
    ordered = np.sort(np.array(values, np.int64))
    found = box(ordered)
    assert min(values) <= found.low <= found.high <= max(values)
    assert found.outliers == sum(not found.low <= value <= found.high for value in values)


def test_times_are_shown_as_times() -> None:
    found = box(np.array([0, 10, 20, 30], np.int64), lambda ticks: f"t{ticks}")
    assert (found.q1, found.q3, found.low, found.high) == ("t8", "t22", "t0", "t30")


@pytest.mark.parametrize("values", [[5.0], [5.0, 5.0, 5.0], [-0.0]])
def test_one_value(values: list[float]) -> None:
    found = box(np.array(values))
    assert {found.q1, found.q3, found.low, found.high} == {values[0]}
    assert found.outliers == 0


def test_the_largest_doubles() -> None:
    largest = np.finfo(np.float64).max
    found = box(np.array([-largest, -largest, largest, largest]))
    assert math.isfinite(found.q1)
    assert (found.low, found.high, found.outliers) == (-largest, largest, 0)
