"""The points of a sweep."""

from __future__ import annotations

import itertools
import math
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.modules.machine_learning._points import MOST, Sweep, points
from bottega.sdk import Setting
from tests.modules.learning.helpers import code_of


class _Way(StrEnum):
    LEFT = "left"
    RIGHT = "right"


_RATES = Setting("rate", "Rate", (0.001, 0.1, 10.0))
_LEAVES = Setting("leaves", "Leaves", (2, 9, 4))
_WAYS = Setting("way", "Way", (_Way.LEFT, _Way.RIGHT))
_SHUFFLE = Setting("shuffle", "Shuffle", (True, False))


def test_the_entire_grid_is_every_combination_in_order() -> None:
    found = points([_RATES, _WAYS, _SHUFFLE], Sweep.GRID, 1, 1)
    expected = itertools.product(_RATES.values, _WAYS.values, _SHUFFLE.values)
    assert found == [{"rate": rate, "way": way, "shuffle": shuffle} for rate, way, shuffle in expected]


@pytest.mark.parametrize("sweep", list(Sweep))
def test_without_settings_there_is_one_point(sweep: Sweep) -> None:
    assert points([], sweep, 5, 1) == [{}]


def test_a_grid_has_a_bound() -> None:
    wide = [Setting(name, name, tuple(range(22))) for name in "abc"]
    error = code_of(lambda: points(wide, Sweep.GRID, 1, 1))
    assert f"{22**3} combinations, and at most {MOST}" in str(error)
    assert len(points(wide, Sweep.RANDOM_GRID, 7, 1)) == 7


@given(runs=st.integers(1, 40), seed=st.integers(1, 1000))
@settings(deadline=None)
def test_a_random_grid_has_different_points_of_the_grid(runs: int, seed: int) -> None:
    given_settings = [_RATES, _LEAVES, _WAYS]
    found = points(given_settings, Sweep.RANDOM_GRID, runs, seed)
    grid = points(given_settings, Sweep.GRID, 1, 1)
    assert len(found) == min(runs, len(grid))
    assert all(found.count(point) == 1 and point in grid for point in found)
    assert points(given_settings, Sweep.RANDOM_GRID, runs, seed) == found


@given(runs=st.integers(1, 40), seed=st.integers(1, 1000))
@settings(deadline=None)
def test_a_random_sweep_stays_within_the_ranges(runs: int, seed: int) -> None:
    found = points([_RATES, _LEAVES, _WAYS, _SHUFFLE], Sweep.RANDOM, runs, seed)
    assert 1 <= len(found) <= runs
    assert points([_RATES, _LEAVES, _WAYS, _SHUFFLE], Sweep.RANDOM, runs, seed) == found
    for point in found:
        assert 0.001 <= point["rate"] <= 10
        assert point["leaves"] in range(2, 10)
        assert isinstance(point["leaves"], int)
        assert point["way"] in _Way
        assert point["shuffle"] in (True, False)


def test_ranges_over_orders_of_magnitude_are_drawn_by_their_logarithm() -> None:
    drawn = [point["rate"] for point in points([_RATES], Sweep.RANDOM, 2000, 3)]
    assert 0.45 < sum(rate < 0.1 for rate in drawn) / 2000 < 0.55
    narrow = Setting("rate", "Rate", (1.0, 2.0))
    drawn = [point["rate"] for point in points([narrow], Sweep.RANDOM, 2000, 3)]
    assert 0.45 < sum(rate < 1.5 for rate in drawn) / 2000 < 0.55


@pytest.mark.parametrize("values", [(3,), (0.5,), (0, 0), (1e-300, 1e300), (-5.0, 100.0), (0.0, 1e100)])
def test_odd_ranges(values: tuple[Any, ...]) -> None:
    for point in points([Setting("a", "A", values)], Sweep.RANDOM, 20, 1):
        assert math.isfinite(point["a"])
        assert min(values) <= point["a"] <= max(values)


def test_points_that_are_drawn_twice_are_told_once() -> None:
    assert len(points([_SHUFFLE], Sweep.RANDOM, 50, 1)) == 2
