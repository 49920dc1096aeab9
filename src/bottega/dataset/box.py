"""Box plots: quartiles, whiskers and what lies beyond them, read off sorted values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

# Whiskers reach as far as values lie within so many times the distance of the quartiles (Tukey).
_REACH = 1.5


@dataclass(frozen=True, slots=True)
class Box:
    """Quartiles, interpolated between neighbours; the last values within reach of them; how many lie beyond."""

    q1: Any
    q3: Any
    low: Any
    high: Any
    outliers: int


def box(ordered: NDArray[Any], show: Callable[[Any], Any] = lambda value: value) -> Box:
    """The box of finite values in ascending order, at least one; `show` makes plain values of them.

    Quartiles of whole numbers that are shown as something else, such as times, are rounded.
    """
    whole = ordered.dtype.kind == "i"
    q1, q3 = (_quantile(ordered, share) for share in (0.25, 0.75))
    reach = _REACH * (q3 - q1)
    first = int(np.searchsorted(ordered, _bound(q1 - reach, math.ceil, whole=whole), side="left"))
    end = int(np.searchsorted(ordered, _bound(q3 + reach, math.floor, whole=whole), side="right"))
    # Whiskers never end inside the box, however a quartile of very large whole numbers was rounded.
    last = len(ordered) - 1
    first, end = min(first, math.floor(last * 0.25)), max(end, math.ceil(last * 0.75) + 1)
    first = int(np.searchsorted(ordered, ordered[first], side="left"))
    end = int(np.searchsorted(ordered, ordered[end - 1], side="right"))
    low, high = ordered[first].item(), ordered[end - 1].item()
    if whole and not isinstance(show(low), int):
        q1, q3 = round(q1), round(q3)
        return Box(show(q1), show(q3), show(low), show(high), first + len(ordered) - end)
    return Box(q1, q3, low, high, first + len(ordered) - end)


def quartiles(ordered: NDArray[Any]) -> tuple[float, float, float]:
    """Lower quartile, median and upper quartile of values in ascending order, at least one."""
    return _quantile(ordered, 0.25), _quantile(ordered, 0.5), _quantile(ordered, 0.75)


def _quantile(ordered: NDArray[Any], share: float) -> float:
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    left, right = float(ordered[below]), float(ordered[min(below + 1, len(ordered) - 1)])
    part = place - below
    return left + 0.0 if left == right else left * (1 - part) + right * part


def _bound(value: float, towards: Callable[[float], int], *, whole: bool) -> Any:
    """A fence among values of a kind; comparing whole numbers with doubles would copy all of them."""
    if not whole:
        return value
    limits = np.iinfo(np.int64)
    return limits.min if value <= limits.min else limits.max if value >= limits.max else np.int64(towards(value))
