"""Points of a sweep: one value for each setting that has a range."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from bottega.sdk import BottegaError, Setting

# A grid of more points is refused when all of them are asked for.
MOST = 10_000
_WIDE = 10

Point = dict[str, Any]


class Sweep(StrEnum):
    """How the points are chosen."""

    GRID = "Entire grid"
    RANDOM = "Random sweep"
    RANDOM_GRID = "Random grid"


def points(settings: Sequence[Setting], sweep: Sweep, runs: int, seed: int) -> list[Point]:
    """The different points, at least one: without settings it is empty. Raises `usage` for too large a grid."""
    if sweep is Sweep.GRID:
        return _grid(settings)
    chance = random.Random(seed)  # noqa: S311 - no secret hangs on it
    if sweep is Sweep.RANDOM_GRID:
        total = _size(settings)
        return [_at(settings, place) for place in chance.sample(range(total), min(runs, total))]
    drawn = [{setting.name: _drawn(setting.values, chance) for setting in settings} for _ in range(runs)]
    return list({tuple(point.values()): point for point in drawn}.values())


def _grid(settings: Sequence[Setting]) -> list[Point]:
    total = _size(settings)
    if total > MOST:
        reason = (
            f"The ranges have {total} combinations, and at most {MOST} are tried; give shorter ones or sweep at random"
        )
        raise BottegaError("usage", reason=reason)
    names = [setting.name for setting in settings]
    return [
        dict(zip(names, each, strict=True)) for each in itertools.product(*(setting.values for setting in settings))
    ]


def _size(settings: Sequence[Setting]) -> int:
    return math.prod(len(setting.values) for setting in settings)


def _at(settings: Sequence[Setting], place: int) -> Point:
    """The point at a place of the grid, the last setting changing fastest."""
    point = {}
    for setting in reversed(settings):
        place, digit = divmod(place, len(setting.values))
        point[setting.name] = setting.values[digit]
    return {setting.name: point[setting.name] for setting in settings}


def _drawn(values: Sequence[Any], chance: random.Random) -> Any:
    """A number between the least and the greatest, by orders of magnitude where they lie far apart; else one of the values."""
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return chance.choice(values)
    low, high = min(values), max(values)
    if low == high:
        return low
    if low > 0 and high >= _WIDE * low:
        value = math.exp(chance.uniform(math.log(low), math.log(high)))
    else:
        value = chance.uniform(low, high)
    value = min(max(value, low), high)
    return round(value) if isinstance(low, int) and isinstance(high, int) else value
