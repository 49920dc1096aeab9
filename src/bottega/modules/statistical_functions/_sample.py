"""Statistics of the known values of one column; NaN where they have none.

| statistic | rule |
|---|---|
| percentile | with n values, the one at n p rounded up; where n p is whole, the mean of that one and the next |
| sample skewness, kurtosis | the adjusted estimators G1 and G2, as spreadsheets have them; the normal distribution has 0 |
| geometric, harmonic mean | 0 where a value is 0, none where one is negative |
| modes | all values that occur most often |

All values equal have deviations of exactly 0, and no skewness and kurtosis. Infinite and very large values
make numpy warn; who computes keeps that from the user (`np.errstate`).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


class Sample:
    """Known values, Integers or Doubles, in any order; they are sorted once, for the statistics that need it."""

    def __init__(self, values: Array) -> None:
        """Take the values."""
        self._values = values
        self.count = len(values)

    @cached_property
    def ordered(self) -> Array:
        """The values in ascending order."""
        return np.sort(self._values)

    @cached_property
    def _doubles(self) -> Array:
        return self._values.astype(np.float64, copy=False)

    @cached_property
    def _changes(self) -> Array:
        """For each value but the first whether it differs from the one before."""
        changes: Array = self.ordered[1:] != self.ordered[:-1]
        return changes

    @cached_property
    def _deviations(self) -> Array:
        if self.min == self.max:
            return np.zeros(self.count)
        deviations: Array = self._doubles - self.mean
        # What the mean lacks for its rounding shows in the third and fourth moment.
        deviations -= deviations.mean()
        return deviations

    @cached_property
    def distinct(self) -> int:
        """How many different values."""
        return int(np.count_nonzero(self._changes)) + 1 if self.count else 0

    @cached_property
    def ends(self) -> Array:
        """The least and the greatest value, in the values' own type; nothing where there are none."""
        ends: Array = np.array([self._values.min(), self._values.max()] if self.count else [], self._values.dtype)
        return ends

    @property
    def min(self) -> float:
        """The least value."""
        return float(self.ends[0]) if self.count else np.nan

    @property
    def max(self) -> float:
        """The greatest value."""
        return float(self.ends[1]) if self.count else np.nan

    @property
    def range(self) -> float:
        """The greatest value less the least."""
        return self.max - self.min

    @property
    def modes(self) -> Array:
        """All values that occur most often, ascending."""
        if self.distinct == self.count:
            return self.ordered
        starts = np.concatenate(([0], np.flatnonzero(self._changes) + 1))
        lengths = np.diff(starts, append=self.count)
        modes: Array = self.ordered[starts[lengths == lengths.max()]]
        return modes

    @property
    def mode(self) -> float:
        """The least of the modes."""
        return float(self.modes[0]) if self.count else np.nan

    @property
    def sum(self) -> float:
        """The sum."""
        return float(self._doubles.sum()) if self.count else np.nan

    @property
    def product(self) -> float:
        """The product."""
        return float(self._doubles.prod()) if self.count else np.nan

    @cached_property
    def mean(self) -> float:
        """The arithmetic mean."""
        if self.min == self.max or not self.count:
            return self.min
        mean = self.sum / self.count
        # The sum of finite values may be beyond Doubles, their mean is not.
        return mean if np.isfinite(mean) else float((self._doubles / self.count).sum())

    @property
    def geometric_mean(self) -> float:
        """The mean of the logarithms, as a value again."""
        if not self.count or self.min < 0:
            return np.nan
        return float(np.exp(np.log(self._doubles).mean()))

    @property
    def harmonic_mean(self) -> float:
        """The reciprocal of the mean of the reciprocals."""
        if not self.count or self.min < 0:
            return np.nan
        return float(1 / (1 / self._doubles).mean())

    def percentile(self, part: int, whole: int = 100) -> float:
        """The value that `part` of `whole` values do not exceed."""
        if not self.count:
            return np.nan
        place, rest = divmod(self.count * part, whole)
        if rest or not place or place == self.count:
            return float(self.ordered[min(place, self.count - 1)])
        low, high = float(self.ordered[place - 1]), float(self.ordered[place])
        return low if low == high else low / 2 + high / 2

    @property
    def median(self) -> float:
        """The value in the middle, or half-way between the two there."""
        return self.percentile(50)

    @property
    def interquartile_distance(self) -> float:
        """The third quartile less the first."""
        return self.percentile(75) - self.percentile(25)

    @property
    def mean_deviation(self) -> float:
        """The mean distance from the mean."""
        return float(np.abs(self._deviations).mean()) if self.count else np.nan

    @property
    def median_deviation(self) -> float:
        """The median distance from the median."""
        distances = np.abs(self._doubles - self.median)
        return np.nan if np.isnan(distances).any() else Sample(distances).median

    @property
    def deviation_squared(self) -> float:
        """The sum of the squared distances from the mean."""
        return float(np.square(self._deviations).sum()) if self.count else np.nan

    def central_moment(self, order: int) -> float:
        """The mean of a power of the deviations from the mean."""
        return float((self._deviations**order).mean()) if self.count else np.nan

    def variance(self, freedom: int) -> float:
        """The squared distances from the mean, over the count less `freedom`: 1 for a sample, 0 for a population."""
        return self.deviation_squared / (self.count - freedom) if self.count > freedom else np.nan

    @property
    def skewness(self) -> float:
        """G1, for three values or more."""
        if self.count < 3 or self.min == self.max:
            return np.nan
        second, third, _ = self._moments
        return float(np.sqrt(self.count * (self.count - 1)) / (self.count - 2) * third / second**1.5)

    @property
    def kurtosis(self) -> float:
        """G2, the excess, for four values or more."""
        if self.count < 4 or self.min == self.max:
            return np.nan
        second, _, fourth = self._moments
        excess = (self.count + 1) * (fourth / second**2 - 3) + 6
        return float(excess * (self.count - 1) / ((self.count - 2) * (self.count - 3)))

    @cached_property
    def _moments(self) -> tuple[float, float, float]:
        """The second to fourth central moments, in units of the largest deviation: none leaves the range of a Double."""
        scaled = self._deviations / np.abs(self._deviations).max()
        squares = scaled * scaled
        return float(squares.mean()), float((squares * scaled).mean()), float((squares * squares).mean())
