"""The minimum of a smooth convex function plus weighted absolute values, by scipy's L-BFGS-B.

Within an orthant, where no coordinate changes its sign, |z| is linear and L-BFGS-B with the
orthant's bounds finds the minimum. Where the slope then leads across zero the next orthant is
the one on the other side; in the last one the conditions of the optimum hold. It is the
problem that classic's OWL-QN solves, of Andrew and Gao, "Scalable training of L1-regularized
log-linear models", 2007.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

# A longer memory costs its square and gains nothing.
_LONGEST_MEMORY = 100


@dataclass(frozen=True, eq=False)
class Minimum:
    """Where the search ended, after how many rounds of L-BFGS, and whether the tolerance was reached."""

    point: Array
    rounds: int
    reached: bool


@dataclass(frozen=True, eq=False)
class Problem:
    """Minimise smooth(z) + penalty · |z|.

    smooth   the value and the slopes at a point
    penalty  a number of at least 0 for each coordinate
    """

    smooth: Callable[[Array], tuple[float, Array]]
    penalty: Array

    def solve(self, tolerance: float, memory: int, rounds: int) -> Minimum:
        """Search from zero until no coordinate has a step of more than the tolerance to go."""
        point, done = np.zeros(len(self.penalty)), 0
        while True:
            value, slope = self.smooth(point)
            before = value + self.penalty @ np.abs(point)
            aim = _shrunk(point - slope, self.penalty)
            if np.abs(aim - point).max() <= tolerance:
                return Minimum(point, done, reached=True)
            signs = np.sign(np.where(aim, aim, np.where(point, point, -slope)))
            start = np.where(point * signs < 0, 0.0, point)
            found = self._within(signs, start, tolerance, min(memory, _LONGEST_MEMORY), rounds - done)
            done += int(found.nit)
            # What no step lowers any more is as good as float64 makes it.
            if done >= rounds or not found.fun < before:
                return Minimum(found.x if found.fun < before else point, done, reached=False)
            point = found.x

    def _within(self, signs: Array, start: Array, tolerance: float, memory: int, rounds: int) -> Any:
        from scipy.optimize import Bounds, minimize

        tilt = self.penalty * signs

        def tilted(point: Array) -> tuple[float, Array]:
            value, slope = self.smooth(point)
            return value + float(tilt @ point), slope + tilt

        held = self.penalty > 0
        bounds = Bounds(np.where(held & (signs > 0), 0.0, -np.inf), np.where(held & (signs < 0), 0.0, np.inf))
        limits = {"maxcor": memory, "gtol": tolerance, "ftol": 0.0, "maxiter": rounds, "maxfun": 20 * rounds}
        return minimize(tilted, start, jac=True, method="L-BFGS-B", bounds=bounds, options=limits)


def _shrunk(point: Array, amount: Array) -> Array:
    """Each coordinate nearer to zero by its amount, and not beyond."""
    shrunk: Array = np.sign(point) * np.maximum(np.abs(point) - amount, 0.0)
    return shrunk
