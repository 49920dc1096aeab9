"""Thresholds of a column, and what takes the place of the values beyond them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from bottega.modules.data_transformation import _averages as averages
from bottega.sdk import BottegaError, Column

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments


class Threshold(StrEnum):
    """What a threshold is told by."""

    CONSTANT = "Constant"
    PERCENTILE = "Percentile"


class Substitute(StrEnum):
    """What takes the place of a value."""

    THRESHOLD = "Threshold"
    MEAN = "Mean"
    MEDIAN = "Median"
    MISSING = "Missing"


@dataclass(frozen=True)
class Rule:
    """What happens on one side.

    value  the threshold, or the percentile that it is at
    """

    threshold: Threshold
    value: float
    substitute: Substitute


@dataclass(frozen=True)
class Clip:
    """What happens to the values below and above."""

    below: Rule | None
    above: Rule | None

    def clipped(self, column: Column, values: Any) -> tuple[Any, Any]:
        """A numeric column without its peaks, in its own type, and which rows had one; a missing value is none.

        Raises `0033` with the row of an infinite value where the threshold or the substitute depends on it.
        """
        array = values.combine_chunks()
        result, replaced = array, pa.array(np.zeros(len(array), dtype=bool))
        sides = [
            (rule, beyond, inward, _limit(column, array, rule))
            for rule, beyond, inward in ((self.below, pc.less, math.ceil), (self.above, pc.greater, math.floor))
            if rule is not None and array.null_count < len(array)
        ]
        is_integer = pa.types.is_integer(array.type)
        # Two thresholds with no whole number between have none further inside: then each counts as the nearest.
        crossed = (
            is_integer
            and len(sides) == 2
            and _as_integer(sides[0][3], math.ceil) > _as_integer(sides[1][3], math.floor)
        )
        # Both sides go by the values as they were.
        for rule, beyond, inward, limit in sides:
            bound = _as_integer(limit, inward) if is_integer else limit
            cut = beyond(array, pa.scalar(bound, array.type)).fill_null(False)  # noqa: FBT003 - what missing values are
            instead = _as_integer(limit, round) if crossed else bound
            result = pc.if_else(cut, _substitute(column, array, rule.substitute, instead), result)
            replaced = pc.or_(replaced, cut)
        return result, replaced


def _limit(column: Column, array: Any, rule: Rule) -> float:
    """The threshold of a column with values."""
    if rule.threshold is Threshold.CONSTANT:
        return rule.value
    numbers = array.drop_null().to_numpy()
    with np.errstate(invalid="ignore", over="ignore"):
        limit = float(np.percentile(numbers, rule.value))
    return _finite(column, array, limit)


def _as_integer(limit: float, inward: Any) -> int:
    """A threshold as a whole number, the one further inside or the nearest; beyond 64 bits it is none at all."""
    return int(inward(max(-(2.0**63), min(limit, np.nextafter(2.0**63, 0)))))


def _substitute(column: Column, array: Any, substitute: Substitute, limit: float) -> Any:
    """One value of the column's type."""
    if substitute is Substitute.THRESHOLD:
        return pa.scalar(limit, array.type)
    if substitute is Substitute.MISSING:
        return pa.scalar(None, array.type)
    value = (averages.mean if substitute is Substitute.MEAN else averages.median)(array)[0]
    _finite(column, array, value.as_py())
    return value


def _finite(column: Column, array: Any, value: float | None) -> float:
    """What came of a column's values. Raises `0033` where that is no number, since one of them is infinite."""
    if value is None or not math.isfinite(value):
        row = pc.index(pc.is_inf(array), True).as_py() + 1
        raise BottegaError("0033", column=column.name, row=row)
    return value
