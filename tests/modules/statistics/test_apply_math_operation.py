"""Apply Math Operation: every function against another computation, the second argument, the output modes."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from bottega.dataset.folds import Folds
from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.modules.statistical_functions._operations import (
    Basic,
    Category,
    Comparison,
    Operation,
    Rounding,
    Special,
    Trigonometric,
    is_binary,
)
from bottega.sdk import catalogue
from tests.modules.data.helpers import categories, fails, foretold, known, lists, run, table, types

NAME = "apply-math-operation"
_FUNCTION = {
    Category.BASIC: "basic_function", Category.COMPARISON: "comparison_function", Category.OPERATIONS: "basic_operation",
    Category.ROUNDING: "rounding_operation", Category.SPECIAL: "special_function",
    Category.TRIGONOMETRIC: "trigonometric_function",
}  # fmt: skip
_SECOND = {
    Category.BASIC: ("Second argument type", "Second argument", "Constant second argument"),
    Category.COMPARISON: ("Value to compare type", "Value to compare", "Constant value to compare"),
    Category.OPERATIONS: ("Operation argument type", "Operation argument", "Constant operation argument"),
    Category.ROUNDING: ("Precision Type", "Precision", "Constant Precision"),
    Category.SPECIAL: ("Operation argument type", "Parameter", "Constant Parameter"),
}
_OF: dict[Category, list[Any]] = {
    Category.BASIC: list(Basic), Category.COMPARISON: list(Comparison), Category.OPERATIONS: list(Operation),
    Category.ROUNDING: list(Rounding), Category.SPECIAL: list(Special), Category.TRIGONOMETRIC: list(Trigonometric),
}  # fmt: skip


def _category(function: str) -> Category:
    return next(category for category, names in _OF.items() if function in names)


def operate(function: str, before: Table, second: float | list[str] | None = None, **parameters: Any) -> Table:
    """The result of a function; columns `a` unless told otherwise."""
    category = _category(function)
    parameters = {"category": str(category), _FUNCTION[category]: function, "columns": ["a"]} | parameters
    if isinstance(second, list):
        parameters |= {_SECOND[category][0]: "ColumnSet", _SECOND[category][1]: second}
    elif second is not None:
        parameters |= {_SECOND[category][0]: "Constant", _SECOND[category][2]: second}
    result = run(NAME, before, **parameters)
    assert isinstance(result, Table)
    assert foretold(NAME, {"dataset": before}, **parameters) == result.columns
    return result


def value(function: str, number: float, second: float | None = None) -> Any:
    """The result for one number."""
    result = operate(function, table(a=[float(number)]), second)
    ((found,),) = lists(result).values()
    return found


def _near(found: Any, expected: float | None) -> None:
    if expected is None:
        assert found is None
    else:
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-14)


def _quad(function: Callable[[float], float], low: float, high: float) -> float:
    return float(integrate.quad(function, low, high, epsabs=1e-13, epsrel=1e-13)[0])


_EULER = 0.5772156649015329
_ONE = {
    "Abs": (-2.5, 2.5), "Conj": (-2.5, -2.5), "CubeRoot": (-27, -3), "DoubleFactorial": (7, 105), "Eps": (-4, 2**-50),
    "Exp": (2, math.exp(2)), "ExpMinus1": (1e-10, 1.00000000005e-10), "Factorial": (10, 3628800), "ImaginaryPart": (3, 0),
    "Ln": (10, math.log(10)), "LnPlus1": (1e-10, 9.9999999995e-11), "Log10": (1000, 3), "Log2": (32, 5), "RealPart": (-3, -3),
    "Sqrt": (2, math.sqrt(2)), "SqrtPi": (2, math.sqrt(2 * math.pi)), "Square": (-3, 9),
    "Ceiling": (-1.5, -1), "CeilingPower2": (5, 8), "ToEven": (3.2, 4), "ToOdd": (4.2, 5),
    "EllipticIntegralE": (0.3, _quad(lambda t: math.sqrt(1 - 0.3 * math.sin(t) ** 2), 0, math.pi / 2)),
    "EllipticIntegralK": (0.3, _quad(lambda t: 1 / math.sqrt(1 - 0.3 * math.sin(t) ** 2), 0, math.pi / 2)),
    "Erf": (0.7, math.erf(0.7)), "Erfc": (0.7, math.erfc(0.7)), "ErfScaled": (2, math.exp(4) * math.erfc(2)),
    "ErfInverse": (math.erf(0.7), 0.7), "Gamma": (4.5, math.gamma(4.5)), "GammaLn": (200.5, math.lgamma(200.5)),
    "ExponentialIntegralEin": (0.5, _EULER + math.log(0.5) + _quad(lambda t: math.expm1(t) / t if t else 1.0, 0, 0.5)),
    "Acos": (0.3, math.acos(0.3)), "AcosDegrees": (0.5, 60), "Acosh": (2, math.acosh(2)), "Acot": (-2, -math.atan(0.5)),
    "AcotDegrees": (1, 45), "Acoth": (2, math.atanh(0.5)), "Acsc": (2, math.pi / 6), "AcscDegrees": (2, 30), "Asec": (2, math.pi / 3),
    "AsecDegrees": (2, 60), "Asech": (0.5, math.acosh(2)), "Asin": (0.3, math.asin(0.3)), "AsinDegrees": (0.5, 30),
    "Asinh": (2, math.asinh(2)), "Atan": (2, math.atan(2)), "AtanDegrees": (-1, -45), "Atanh": (0.5, math.atanh(0.5)),
    "Cos": (2, math.cos(2)), "CosDegrees": (60, 0.5), "Cosh": (2, math.cosh(2)), "Cot": (2, 1 / math.tan(2)), "CotDegrees": (45, 1),
    "Coth": (2, 1 / math.tanh(2)), "Csc": (2, 1 / math.sin(2)), "CscDegrees": (30, 2), "Csch": (2, 1 / math.sinh(2)),
    "DegreesToRadians": (180, math.pi), "Sec": (2, 1 / math.cos(2)), "SecDegrees": (60, 2), "Sech": (2, 1 / math.cosh(2)),
    "Sign": (-3, -1), "Sin": (2, math.sin(2)), "Sinc": (0.5, 2 / math.pi), "SinDegrees": (30, 0.5), "Sinh": (2, math.sinh(2)),
    "Tan": (2, math.tan(2)), "TanDegrees": (45, 1), "Tanh": (2, math.tanh(2)),
}  # fmt: skip
_TWO = {
    "Atan2": (-1, -2, math.atan2(-1, -2)), "Exp2": (5, 5, 160), "Hypotenuse": (3, 4, 5), "Log": (8, 2, 3), "NthRoot": (-32, 5, -2),
    "Pow": (2, -3, 0.125), "PairMax": (1, 2, 2), "PairMin": (1, 2, 1), "Add": (1, 2, 3), "Divide": (5, 2, 2.5), "Multiply": (5, 2, 10),
    "Subtract": (5, 1, 4), "Floor": (5.7, 2, 4), "Mod": (-5.5, 3, 0.5), "Quotient": (-7, 2, -3), "Remainder": (-5.5, 3, -2.5),
    "RoundDigits": (2.345, 1, 2.3), "RoundDown": (-2.31, 1, -2.4), "RoundUp": (2.31, 1, 2.4), "Truncate": (-2.39, 1, -2.3),
    "Beta": (2.5, 1.5, math.gamma(2.5) * math.gamma(1.5) / math.gamma(4)),
    "GammaRegularizedP": (2, 3.5, _quad(lambda t: t**2.5 * math.exp(-t), 0, 2) / math.gamma(3.5)),
    "GammaRegularizedQ": (2, 3.5, 1 - _quad(lambda t: t**2.5 * math.exp(-t), 0, 2) / math.gamma(3.5)),
    "GammaRegularizedPInverse": (1 - math.exp(-2), 1, 2), "GammaRegularizedQInverse": (math.exp(-2), 1, 2),
    "PolyGamma": (1, 1, math.pi**2 / 6),
    "EqualTo": (1, 1, True), "NotEqualTo": (1, 1, False), "GreaterThan": (2, 1, True), "GreaterThanOrEqualTo": (1, 1, True),
    "LessThan": (2, 1, False), "LessThanOrEqualTo": (1, 1, True),
}  # fmt: skip


@pytest.mark.parametrize(("function", "number", "expected"), [(name, *case) for name, case in _ONE.items()])
def test_functions_of_one_argument(function: str, number: float, expected: float) -> None:
    _near(value(function, number), expected)


@pytest.mark.parametrize(("function", "number", "second", "expected"), [(name, *case) for name, case in _TWO.items()])
def test_functions_of_two_arguments(function: str, number: float, second: float, expected: Any) -> None:
    _near(value(function, number, second), expected)


def test_no_function_is_untested() -> None:
    assert set(_ONE) | set(_TWO) == {str(function) for names in _OF.values() for function in names}
    assert set(_TWO) == {str(function) for names in _OF.values() for function in names if is_binary(function)}


@pytest.mark.parametrize(
    ("function", "number", "second", "expected"),
    [
        ("Ln", -1, None, None), ("Ln", 0, None, -math.inf), ("Sqrt", -1, None, None), ("Log", 8, 1, math.inf),
        ("Divide", 1, 0, math.inf), ("Divide", -1, 0, -math.inf), ("Divide", 0, 0, None), ("Pow", -8, 0.5, None),
        ("Factorial", -1, None, None), ("Factorial", 2.5, None, None), ("Factorial", 0, None, 1), ("Factorial", 171, None, math.inf),
        ("DoubleFactorial", 0, None, 1), ("DoubleFactorial", 8, None, 384), ("DoubleFactorial", -1, None, None), ("Gamma", 0, None, None),
        ("Gamma", -1, None, None), ("NthRoot", -16, 4, None), ("NthRoot", -27, 3, -3), ("NthRoot", 16, 4, 2), ("Mod", 5, 0, None),
        ("Mod", 2.75, 1, 0.75), ("Quotient", 2.75, 1, 2), ("PolyGamma", 1, 0.5, None), ("PolyGamma", 1, -1, None),
        ("PolyGamma", 1, 0, -_EULER),
        ("CeilingPower2", 8, None, 8), ("CeilingPower2", 0.3, None, 0.5), ("CeilingPower2", 0, None, None),
        ("CeilingPower2", -3, None, None),
        ("CeilingPower2", math.inf, None, math.inf), ("Ceiling", math.inf, None, math.inf), ("Acoth", 0.5, None, None),
        ("Asec", 0.5, None, None),
        ("RoundDigits", 0.49999999999999994, 0, 0), ("RoundDigits", -2.5, 0, -3), ("RoundDigits", 2.5, 0, 3),
        ("RoundDigits", 1250, -2, 1300),
        ("RoundUp", 0.29, 2, 0.29), ("RoundDown", 0.29, 2, 0.29), ("Truncate", 0.29, 2, 0.29), ("RoundDigits", math.inf, 2, math.inf),
        ("RoundDigits", 1e300, 20, 1e300), ("RoundDigits", 1.5, 1e9, 1.5), ("Floor", 0.3, 0.1, 0.3), ("Floor", -1.5, 1, -2),
        ("ToEven", 5, None, 4), ("ToOdd", 4, None, 5), ("ToOdd", -0.5, None, -1), ("SinDegrees", 180, None, 0), ("CosDegrees", 90, None, 0),
        ("CosDegrees", 1e15, None, math.cos(math.radians(280))), ("SinDegrees", -math.inf, None, None),
        ("TanDegrees", 90, None, math.inf), ("Sinc", 0, None, 1), ("Acot", 0, None, math.pi / 2), ("Exp", 1000, None, math.inf),
        ("Pow", 0, 0, 1), ("ErfInverse", 2, None, None), ("Hypotenuse", 1e200, 1e200, math.sqrt(2) * 1e200),
    ],
)  # fmt: skip
def test_edges(function: str, number: float, second: float | None, expected: float | None) -> None:
    _near(value(function, number, second), expected)


def _results(function: str, numbers: list[float], second: float | None = None) -> list[float]:
    ((found),) = lists(operate(function, table(a=numbers), second)).values()
    return found


def test_factorials_are_the_nearest_doubles() -> None:
    expected = [float(math.factorial(number)) for number in range(171)]
    assert _results("Factorial", [float(number) for number in range(173)]) == [*expected, math.inf, math.inf]
    double = [float(math.prod(range(number, 0, -2))) for number in range(301)]
    assert _results("DoubleFactorial", [*map(float, range(301)), 301.0, math.inf]) == [*double, math.inf, math.inf]


@pytest.mark.parametrize("base", [2, 3, 5, 10, 0.5])
def test_logarithms_of_powers_are_whole(base: float) -> None:
    exponents = [float(number) for number in range(-20 if base in (2, 0.5) else 0, 20)]
    assert _results("Log", [base**exponent for exponent in exponents], base) == exponents


@pytest.mark.parametrize("base", [2, 10])
def test_a_logarithm_is_the_one_of_that_name(base: int) -> None:
    numbers = np.random.default_rng(0).uniform(0, 1000, 500).tolist()
    assert _results("Log", numbers, base) == _results(f"Log{base}", numbers)


@pytest.mark.parametrize(
    ("number", "step", "expected"), [(5, -2, 4), (-5, -2, -6), (4, -2, 4), (0.5, -1, 0), (5, 0, None)]
)
def test_the_floor_is_never_more(number: float, step: float, expected: float | None) -> None:
    assert value("Floor", number, step) == expected


def test_there_is_one_zero() -> None:
    coded = operate("Multiply", table(a=categories([1.0, -1.0, 2.0], [1.0, -1.0, 2.0])), 0)
    assert known(coded, "Multiply(a_$0)") == [0.0]
    paired = operate("Multiply", table(a=categories([1.0, -1.0], [1.0, -1.0]), b=[0.0, 0.0]), ["b"])
    assert known(paired, "Multiply(a_b)") == [0.0]
    assert math.copysign(1, value("Ceiling", -0.5)) == 1


@settings(deadline=None, max_examples=15)
@given(st.lists(st.none() | st.floats(allow_nan=False), min_size=1), st.floats(-1e6, 1e6))
def test_no_value_ends_in_an_error_and_missing_ones_stay(values: list[float | None], second: float) -> None:
    before = table(a=pa.array(values, pa.float64()))
    for category, names in _OF.items():
        for function in names:
            after = operate(str(function), before, second if is_binary(function) else None)
            (found,) = lists(after).values()
            assert all(result is None for result, given in zip(found, values, strict=True) if given is None), category


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(-1e3, 1e3), min_size=1))
def test_identities(values: list[float]) -> None:
    before = table(a=values)

    def of(function: str, second: float | None = None) -> Any:
        return np.array(next(iter(lists(operate(function, before, second)).values())), dtype=float)

    numbers = np.array(values)
    np.testing.assert_allclose(of("Sin") ** 2 + of("Cos") ** 2, 1)
    np.testing.assert_allclose(of("Floor", 1), [math.floor(number) for number in values])
    np.testing.assert_allclose(of("Quotient", 7) * 7 + of("Remainder", 7), numbers, atol=1e-9)
    np.testing.assert_allclose(of("Erf") + of("Erfc"), 1)
    np.testing.assert_allclose(of("Cos"), [cmath.exp(1j * number).real for number in values], atol=1e-12)
    np.testing.assert_allclose(of("RoundDigits", 2), [round(number, 2) for number in values], atol=0.0100001)
    assert (np.abs(of("RoundDigits", 2) - numbers) <= 0.005 + 1e-9).all()


def test_a_constant_or_columns_as_the_second_argument() -> None:
    before = table(a=[1, 2, None], b=[5.0, 0.0, 1.0], s=["x", "y", "z"])
    assert lists(operate("Divide", before, 10)) == {"Divide(a_$10)": [0.1, 0.2, None]}
    assert lists(operate("Divide", before, ["b"])) == {"Divide(a_b)": [0.2, math.inf, None]}
    both = operate("Subtract", before, ["a"], columns=["a", "b"])
    assert lists(both) == {"Subtract(a_a)": [0.0, 0.0, None], "Subtract(b_a)": [4.0, -2.0, None]}
    assert lists(operate("Add", before, ["a", "b"], columns="NumericAll")) == {
        "Add(a_a)": [2.0, 4.0, None], "Add(b_b)": [10.0, 0.0, 2.0]
    }  # fmt: skip
    assert lists(operate("EqualTo", before, 0.5)) == {"Equals(a_$0.5)": [False, False, None]}
    assert lists(operate("GammaRegularizedP", before, ["b"], columns=["b"]))["GammaRegularizedP(b_b)"][0] is not None
    assert fails("0027", NAME, table(a=[1], b=[1], c=[1]), category="Operations", operation_argument_type="ColumnSet",
                 operation_argument=["a", "b"]).facts == {"found": 2, "expected": 3}  # fmt: skip


def test_comparisons_of_large_integers_are_exact() -> None:
    before = table(a=[2**53, 2**53, None], b=[2**53 + 1, 2**53, 1])
    assert lists(operate("EqualTo", before, ["b"])) == {"Equals(a_b)": [False, True, None]}
    assert lists(operate("LessThan", before, ["b"])) == {"LessThan(a_b)": [True, False, None]}


def test_output_modes() -> None:
    before = table(
        {"a": Role.LABEL, "w": Role.WEIGHT}, w=[1.0, 2.0], a=[4, 9], s=categories(["x", "y"], ["y", "x"]), ß=[1.0, 4.0]
    )
    appended = operate("Sqrt", before, columns=["a", "ß"], output_mode="Append")
    assert appended.arrow.column_names == ["w", "a", "s", "ß", "Sqrt(a)", "Sqrt(ß)"]
    assert appended.arrow.select([0, 1, 2, 3]).equals(before.arrow)
    assert [column.role for column in appended.columns] == [
        Role.WEIGHT, Role.LABEL, Role.FEATURE, Role.FEATURE, Role.FEATURE, Role.FEATURE
    ]  # fmt: skip
    again = operate("Sqrt", appended, output_mode="Append")
    assert again.arrow.column_names[-1] == "Sqrt(a) (1)"
    replaced = operate("Sqrt", before, output_mode="Inplace")
    assert lists(replaced) == {**lists(before), "a": [2.0, 3.0]}
    assert (types(replaced)[1], replaced.columns[1].role) == ("Double", Role.LABEL)
    assert known(replaced, "s") == ["y", "x"]
    assert lists(operate("Sqrt", before)) == {"Sqrt(a)": [2.0, 3.0]}


def test_rows_keep_their_folds() -> None:
    before = table(a=[1, 2, 3]).with_folds(Folds(2, np.array([0, 1, 0])))
    for mode in ("Append", "Inplace", "ResultOnly"):
        folds = operate("Sqrt", before, output_mode=mode).folds
        assert folds is not None
        assert folds.codes.tolist() == [0, 1, 0]


def test_the_defaults_are_classics() -> None:
    assert lists(run(NAME, table(a=[0.0], s=["x"], b=[1]))) == {"Sin(a)": [0.0], "Sin(b)": [math.sin(1)]}
    titles = {parameter.title: parameter.default for parameter in catalogue.get(NAME).parameters}
    assert titles["Value to compare type"] == "ColumnSet"
    assert titles["Output mode"] == "ResultOnly"
    assert titles["Rounding operation"] == "Floor"
    assert lists(run(NAME, table(a=[1.9]), category="rounding", output_mode="in place")) == {"a": [1.0]}
    spelt = run(NAME, table(a=[0.5]), trigonometric_function="AcosDegree")
    assert lists(spelt)["AcosDegrees(a)"] == [pytest.approx(60)]


def test_categories_are_transformed_and_merged() -> None:
    before = table(a=categories([-2, 2, None, 3], [3, -2, 2, -3], ordered=True), b=[1, 2, 3, 3])
    absolute = operate("Abs", before)
    assert (lists(absolute)["Abs(a)"], known(absolute, "Abs(a)")) == ([2, 2, None, 3], [3, 2])
    assert types(absolute) == ["Categorical Double"]
    assert absolute.arrow["Abs(a)"].type.ordered
    assert lists(operate("Ln", before))["Ln(a)"] == [None, math.log(2), None, math.log(3)]
    summed = operate("Add", before, ["b"])
    assert (lists(summed)["Add(a_b)"], known(summed, "Add(a_b)")) == ([-1, 4, None, 6], [-1, 4, 6])
    flags = operate("GreaterThan", before, 0, output_mode="Inplace")
    assert (types(flags), lists(flags)["a"]) == (["Categorical Boolean", "Integer"], [False, True, None, True])
    assert types(operate("EqualTo", before, ["a"], columns=["b"])) == ["Categorical Boolean"]


@pytest.mark.parametrize("values", [[], [None, None]])
def test_nothing_to_compute(values: list[None]) -> None:
    before = table(a=pa.array(values, pa.int64()), k=pa.array(values, pa.int64()).dictionary_encode())
    for function, second in (("Abs", None), ("Add", 1), ("EqualTo", ["a"]), ("RoundDigits", ["k"])):
        assert list(lists(operate(function, before, second)).values()) == [values], function
        assert list(lists(operate(function, before, second, columns=["k"])).values()) == [values]


def test_many_columns() -> None:
    before = Table(pa.table({f"c{place}": [float(place)] for place in range(10_000)}))
    after = operate("Square", before, columns="NumericAll", output_mode="Append")
    assert after.num_columns == 20_000
    assert lists(after)["Square(c9999)"] == [9999.0**2]


def test_errors() -> None:
    fails("0011", NAME, table(s=["x"]))
    assert fails("0017", NAME, table(s=["x"], a=[1]), columns=["a", "s"]).facts["column"] == "s"
    assert fails("0017", NAME, table(f=[True]), columns=["f"]).facts["type"] == "Boolean"
    fails("0001", NAME, table(a=[1]), columns=["b"])
    fails("0017", NAME, table(s=["x"], a=[1]), category="Comparison", columns=["a"], value_to_compare=["s"])
    fails("0002", NAME, table(a=[1]), trigonometric_function="Cis")
