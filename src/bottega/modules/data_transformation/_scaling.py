"""What Normalize Data learned, to be done again to any table with the same columns."""

from __future__ import annotations

import math
import sys
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from bottega.modules.data_transformation._columns import changed, doubles, numbers_of, told
from bottega.sdk import BottegaError, Table, Transform

pc: Any = pyarrow.compute  # whose stubs know no plain numbers as arguments

# Squares and sums of numbers between these are Doubles.
_LARGE, _SMALL = 2.0**400, 2.0**-400


@dataclass(frozen=True)
class Line:
    """One column's numbers as (factor x - centre) / unit; a unit of 0 stands for a column of one value.

    factor  a power of 2, and 1 but for numbers whose squares are no Doubles
    """

    centre: float
    unit: float
    factor: float = 1.0

    @property
    def scale(self) -> float:
        """What the numbers' distance from the centre is divided by; the largest Double where it is none."""
        return min(self.unit / self.factor, sys.float_info.max)

    def applied(self, values: Any) -> Any:
        """The numbers of an Arrow column of Doubles on this line, NaN where it has no unit."""
        if self.factor != 1.0:
            values = pc.multiply(values, self.factor)
        return pc.divide(pc.subtract(values, self.centre), self.unit)


@dataclass(frozen=True)
class Scaling(Transform):
    """A way to rescale numeric columns.

    method         its name for people
    lines          what was learned of each column that has a value; None of one that has none
    zero_constant  0 takes the place of the values of a column that had one value only; else they are missing
    """

    method: str
    lines: Mapping[str, Line | None]
    zero_constant: bool

    def apply(self, table: Table) -> Table:
        """The table with its columns rescaled. Raises `0001` where one is not there, `0016` where one is not numeric."""
        types = {column.name: column for column in table.columns}
        scaled = {}
        for name, line in self.lines.items():
            column = table.column(name)
            values = numbers_of(types[name], column)
            if values is None:
                raise BottegaError("0016", column=name, found=str(types[name].type), expected="numeric")
            scaled[name] = self._rescaled(doubles(values), line)
        return changed(table, scaled)

    def _rescaled(self, values: Any, line: Line | None) -> Any:
        if line is None:
            return pa.nulls(len(values), pa.float64())
        if line.unit:
            return self.scaled(values, line)
        constant = pa.scalar(0.0 if self.zero_constant else None, pa.float64())
        return pc.if_else(values.is_valid(), constant, pa.scalar(None, pa.float64()))

    @abstractmethod
    def scaled(self, values: Any, line: Line) -> Any:
        """One column of Doubles, by what was learned of it."""

    def describe(self) -> dict[str, Any]:
        """The method and, for each column, what is taken from its values and what they are then divided by."""
        columns = {
            name: None if line is None else {"shift": line.centre / line.factor, "scale": line.scale}
            for name, line in self.lines.items()
        }
        return {"kind": "Normalize Data", "method": self.method, **told(columns)}


class Linear(Scaling):
    """ZScore and MinMax: a line through the numbers."""

    def scaled(self, values: Any, line: Line) -> Any:
        """The numbers themselves on the line."""
        return line.applied(values)


class LogNormal(Scaling):
    """The lognormal distribution function."""

    def scaled(self, values: Any, line: Line) -> Any:
        """The share of the distribution that lies below each number: none below 0."""
        from scipy.special import ndtr

        positive = pc.max_element_wise(values, 0.0, skip_nulls=False)
        return _by_numpy(line.applied(pc.ln(positive)), ndtr)


class Logistic(Scaling):
    """The logistic function, which learns nothing."""

    def scaled(self, values: Any, line: Line) -> Any:
        """1 / (1 + exp(-x)) of each number."""
        del line
        return _by_numpy(values, _logistic)


class TanH(Scaling):
    """The hyperbolic tangent, which learns nothing."""

    def scaled(self, values: Any, line: Line) -> Any:
        """The hyperbolic tangent of each number."""
        del line
        return _by_numpy(values, np.tanh)


def _by_numpy(values: Any, function: Any) -> Any:
    """A function of NumPy's of each value that there is."""
    array = values.combine_chunks()
    if not array.null_count:
        return pa.array(function(array.to_numpy()))
    return pa.array(function(array.fill_null(0.0).to_numpy()), mask=array.is_null().to_numpy(zero_copy_only=False))


def _logistic(numbers: Any) -> Any:
    with np.errstate(over="ignore"):  # whose infinity becomes the 0 that is meant
        result = np.exp(-numbers)
    result += 1
    return np.reciprocal(result, out=result)


def z_score(values: Any, name: str) -> Line | None:
    """Mean and population standard deviation. Raises `0033` for an infinite value, as those below."""
    bounds = _bounds(values, name)
    if bounds is None or bounds[0] == bounds[1]:
        return bounds and Line(bounds[0], 0.0)
    factor = _factor(bounds)
    scaled = values if factor == 1.0 else pc.multiply(values, factor)
    return Line(pc.mean(scaled).as_py(), pc.stddev(scaled, ddof=0).as_py(), factor)


def min_max(values: Any, name: str) -> Line | None:
    """The least value, and how far the greatest is from it."""
    bounds = _bounds(values, name)
    if bounds is None or bounds[0] == bounds[1]:
        return bounds and Line(bounds[0], 0.0)
    factor = _factor(bounds)
    low, high = bounds[0] * factor, bounds[1] * factor
    return Line(low, high - low, factor)


def log_normal(values: Any, name: str) -> Line | None:
    """Mean and population standard deviation of the logarithms of the numbers above 0."""
    if _bounds(values, name) is None:
        return None
    return z_score(pc.ln(values.filter(pc.greater(values, 0.0))), name) or Line(0.0, 0.0)


def nothing(_values: Any, _name: str) -> Line | None:
    """A function without parameters."""
    return Line(0.0, 1.0)


def _bounds(values: Any, name: str) -> tuple[float, float] | None:
    """The least and the greatest value, None where there is none. Raises `0033` with the first row that is infinite."""
    bounds = pc.min_max(values).as_py()
    if bounds["min"] is None:
        return None
    if math.isinf(bounds["min"]) or math.isinf(bounds["max"]):
        row = pc.index(pc.is_inf(values), True).as_py() + 1
        raise BottegaError("0033", column=name, row=row)
    return bounds["min"], bounds["max"]


def _factor(bounds: tuple[float, float]) -> float:
    """What brings numbers to a size at which their squares are Doubles."""
    largest = max(map(abs, bounds))
    return 1.0 if _SMALL < largest < _LARGE else 2.0 ** -max(-1000, min(1000, math.frexp(largest)[1]))
