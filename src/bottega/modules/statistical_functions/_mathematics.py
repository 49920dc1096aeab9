"""The functions of Apply Math Operation, by numpy and SciPy, over arrays of Doubles.

Each takes the column's values and, where it is binary, the second argument's. NaN is no result.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy import special

from bottega.modules.statistical_functions._operations import (
    Basic,
    Comparison,
    Function,
    Operation,
    Rounding,
    Special,
    Trigonometric,
)

Array = Any  # of Doubles; of Integers too for comparisons

# From here on every Double is whole, and one multiplied by it may be infinite.
_MOST_DIGITS = 300


def calculate(function: Function, *arguments: Array) -> Array:
    """The results of a function; infinities and NaN where its arguments have no others."""
    with np.errstate(all="ignore"):
        return _FUNCTIONS[function](*arguments)


def _whole(values: Array) -> Array:
    """The values that are whole numbers from 0, NaN for all others."""
    return np.where((values >= 0) & (values == np.floor(values)), values, np.nan)


def _products(step: int) -> Array:
    """For each n from 0 the product n (n - step) (n - 2 step) ... to the nearest Double, up to the last that is finite; infinity."""
    products = [1] * step
    while (product := products[-step] * len(products)) <= sys.float_info.max:
        products.append(product)
    return np.array([*map(float, products), np.inf])


def _factorial(step: int) -> Callable[[Array], Array]:
    """The factorial for the step 1, the double one for 2."""
    products = _products(step)

    def factorial(values: Array) -> Array:
        whole = _whole(values)
        places = np.fmin(whole, len(products) - 1)
        return np.where(np.isnan(whole), np.nan, products[np.where(np.isnan(places), 0, places).astype(np.int64)])

    return factorial


def _logarithm(values: Array, base: Array) -> Array:
    """To any base; exact where the value is a whole power of it."""
    found = np.log(values) / np.log(base)
    whole = np.rint(found)
    found = np.where(np.power(base, whole) == values, whole, found)
    return np.where(base == 10, np.log10(values), np.where(base == 2, np.log2(values), found))


def _nth_root(values: Array, degree: Array) -> Array:
    """The real root: of a negative value for odd degrees only."""
    odd = degree % 2 == 1
    root = np.where(odd & (values < 0), -1.0, 1.0) * np.power(np.where(odd, np.abs(values), values), 1 / degree)
    return np.where(degree == 3, np.cbrt(values), root)


def _shifted(round_: Callable[[Array], Array]) -> Callable[[Array, Array], Array]:
    """Round at a decimal digit: at the second for 2, at the hundreds for -2."""

    def rounded(values: Array, digits: Array) -> Array:
        digits = np.clip(np.trunc(digits), -_MOST_DIGITS, _MOST_DIGITS)
        scale = np.power(10.0, np.abs(digits))
        shifted = np.where(digits < 0, values / scale, values * scale)
        whole = round_(_settled(shifted))
        result = np.where(digits < 0, whole * scale, whole / scale)
        return np.where(np.isfinite(shifted), result, values)

    return rounded


def _settled(values: Array) -> Array:
    """What a product or quotient only missed by its error as a whole number: 0.29 * 100 is 28.999999999999996."""
    near = np.rint(values)
    return np.where(np.abs(values - near) <= np.spacing(np.abs(values)), near, values)


def _half_up(values: Array) -> Array:
    """To the nearest whole number, halves away from zero."""
    whole = np.trunc(values)
    return np.where(np.abs(values - whole) >= 0.5, whole + np.sign(values), whole)


def _floor(values: Array, step: Array) -> Array:
    """The greatest multiple of the step that is not more; the multiples of -2 are those of 2."""
    step = np.abs(step)
    return np.where(step == 1, np.floor(values), np.floor(_settled(values / step)) * step)


def _ceiling_power2(values: Array) -> Array:
    """The least power of two that is not less; 0 and below have none."""
    fraction, exponent = np.frexp(values)
    power = np.ldexp(1.0, np.where(fraction == 0.5, exponent - 1, exponent))
    return np.where(values > 0, np.where(np.isinf(values), values, power), np.nan)


def _to_odd(values: Array) -> Array:
    return 2 * np.rint((values - 1) / 2) + 1


def _inverted(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda values: 1 / function(values)


def _of_inverse(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda values: function(1 / values)


def _degrees(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda values: np.rad2deg(function(values))


def _turned(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """SciPy gives up on many turns; less whole ones the angle is the same, exactly."""
    return lambda values: function(np.fmod(values, 360))


def _gamma(values: Array) -> Array:
    """No result at the poles."""
    return np.where((values <= 0) & (values == np.floor(values)), np.nan, special.gamma(values))


_COS_DEGREES, _SIN_DEGREES = _turned(special.cosdg), _turned(special.sindg)
_ACOT, _ACSC, _ASEC = _of_inverse(np.arctan), _of_inverse(np.arcsin), _of_inverse(np.arccos)
_FUNCTIONS: Mapping[Function, Callable[..., Array]] = {
    Basic.ABS: np.abs,
    Basic.ATAN2: np.arctan2,
    Basic.CONJ: np.positive,
    Basic.CUBE_ROOT: np.cbrt,
    Basic.DOUBLE_FACTORIAL: _factorial(2),
    Basic.EPS: lambda values: np.spacing(np.abs(values)),
    Basic.EXP: np.exp,
    Basic.EXP2: lambda values, factor: factor * np.exp2(values),
    Basic.EXP_MINUS1: np.expm1,
    Basic.FACTORIAL: _factorial(1),
    Basic.HYPOTENUSE: np.hypot,
    Basic.IMAGINARY_PART: lambda values: np.where(np.isnan(values), np.nan, 0.0),
    Basic.LN: np.log,
    Basic.LN_PLUS1: np.log1p,
    Basic.LOG: _logarithm,
    Basic.LOG10: np.log10,
    Basic.LOG2: np.log2,
    Basic.NTH_ROOT: _nth_root,
    Basic.POW: np.power,
    Basic.REAL_PART: np.positive,
    Basic.SQRT: np.sqrt,
    Basic.SQRT_PI: lambda values: np.sqrt(values * np.pi),
    Basic.SQUARE: np.square,
    Comparison.EQUAL_TO: np.equal,
    Comparison.GREATER_THAN: np.greater,
    Comparison.GREATER_THAN_OR_EQUAL_TO: np.greater_equal,
    Comparison.LESS_THAN: np.less,
    Comparison.LESS_THAN_OR_EQUAL_TO: np.less_equal,
    Comparison.NOT_EQUAL_TO: np.not_equal,
    Comparison.PAIR_MAX: np.maximum,
    Comparison.PAIR_MIN: np.minimum,
    Operation.ADD: np.add,
    Operation.DIVIDE: np.divide,
    Operation.MULTIPLY: np.multiply,
    Operation.SUBTRACT: np.subtract,
    Rounding.CEILING: np.ceil,
    Rounding.CEILING_POWER2: _ceiling_power2,
    Rounding.FLOOR: _floor,
    Rounding.MOD: np.mod,
    Rounding.QUOTIENT: lambda values, divisor: np.trunc(values / divisor),
    Rounding.REMAINDER: np.fmod,
    Rounding.ROUND_DIGITS: _shifted(_half_up),
    Rounding.ROUND_DOWN: _shifted(np.floor),
    Rounding.ROUND_UP: _shifted(np.ceil),
    Rounding.TO_EVEN: lambda values: 2 * np.rint(values / 2),
    Rounding.TO_ODD: _to_odd,
    Rounding.TRUNCATE: _shifted(np.trunc),
    Special.BETA: special.beta,
    Special.ELLIPTIC_INTEGRAL_E: special.ellipe,
    Special.ELLIPTIC_INTEGRAL_K: special.ellipk,
    Special.ERF: special.erf,
    Special.ERFC: special.erfc,
    Special.ERF_SCALED: special.erfcx,
    Special.ERF_INVERSE: special.erfinv,
    Special.EXPONENTIAL_INTEGRAL_EIN: special.expi,
    Special.GAMMA: _gamma,
    Special.GAMMA_LN: special.gammaln,
    Special.GAMMA_REGULARIZED_P: lambda values, shape: special.gammainc(shape, values),
    Special.GAMMA_REGULARIZED_P_INVERSE: lambda values, shape: special.gammaincinv(shape, values),
    Special.GAMMA_REGULARIZED_Q: lambda values, shape: special.gammaincc(shape, values),
    Special.GAMMA_REGULARIZED_Q_INVERSE: lambda values, shape: special.gammainccinv(shape, values),
    Special.POLY_GAMMA: lambda values, order: np.where(
        _whole(order) == order, special.polygamma(np.maximum(order, 0), values), np.nan
    ),
    Trigonometric.ACOS: np.arccos,
    Trigonometric.ACOSDEGREE: _degrees(np.arccos),
    Trigonometric.ACOSH: np.arccosh,
    Trigonometric.ACOT: _ACOT,
    Trigonometric.ACOT_DEGREES: _degrees(_ACOT),
    Trigonometric.ACOTH: _of_inverse(np.arctanh),
    Trigonometric.ACSC: _ACSC,
    Trigonometric.ACSC_DEGREES: _degrees(_ACSC),
    Trigonometric.ASEC: _ASEC,
    Trigonometric.ASEC_DEGREES: _degrees(_ASEC),
    Trigonometric.ASECH: _of_inverse(np.arccosh),
    Trigonometric.ASIN: np.arcsin,
    Trigonometric.ASIN_DEGREES: _degrees(np.arcsin),
    Trigonometric.ASINH: np.arcsinh,
    Trigonometric.ATAN: np.arctan,
    Trigonometric.ATAN_DEGREES: _degrees(np.arctan),
    Trigonometric.ATANH: np.arctanh,
    Trigonometric.COS: np.cos,
    Trigonometric.COS_DEGREES: _COS_DEGREES,
    Trigonometric.COSH: np.cosh,
    Trigonometric.COT: _inverted(np.tan),
    Trigonometric.COT_DEGREES: _turned(special.cotdg),
    Trigonometric.COTH: _inverted(np.tanh),
    Trigonometric.CSC: _inverted(np.sin),
    Trigonometric.CSC_DEGREES: _inverted(_SIN_DEGREES),
    Trigonometric.CSCH: _inverted(np.sinh),
    Trigonometric.DEGREES_TO_RADIANS: np.deg2rad,
    Trigonometric.SEC: _inverted(np.cos),
    Trigonometric.SEC_DEGREES: _inverted(_COS_DEGREES),
    Trigonometric.SECH: _inverted(np.cosh),
    Trigonometric.SIGN: np.sign,
    Trigonometric.SIN: np.sin,
    Trigonometric.SINC: np.sinc,
    Trigonometric.SIN_DEGREES: _SIN_DEGREES,
    Trigonometric.SINH: np.sinh,
    Trigonometric.TAN: np.tan,
    Trigonometric.TAN_DEGREES: _turned(special.tandg),
    Trigonometric.TANH: np.tanh,
}
