"""The operations of Apply Math Operation by their names: what the user chooses from."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """What kind of operation."""

    BASIC = "Basic"
    COMPARISON = "Comparison"
    OPERATIONS = "Operations"
    ROUNDING = "Rounding"
    SPECIAL = "Special"
    TRIGONOMETRIC = "Trigonometric"


class Argument(StrEnum):
    """Where a second argument comes from."""

    CONSTANT = "Constant"
    COLUMN_SET = "ColumnSet"


class Output(StrEnum):
    """Where the results go."""

    APPEND = "Append"
    INPLACE = "Inplace"
    RESULT_ONLY = "ResultOnly"


class Basic(StrEnum):
    """Basic functions."""

    ABS = "Abs"
    ATAN2 = "Atan2"
    CONJ = "Conj"
    CUBE_ROOT = "CubeRoot"
    DOUBLE_FACTORIAL = "DoubleFactorial"
    EPS = "Eps"
    EXP = "Exp"
    EXP2 = "Exp2"
    EXP_MINUS1 = "ExpMinus1"
    FACTORIAL = "Factorial"
    HYPOTENUSE = "Hypotenuse"
    IMAGINARY_PART = "ImaginaryPart"
    LN = "Ln"
    LN_PLUS1 = "LnPlus1"
    LOG = "Log"
    LOG10 = "Log10"
    LOG2 = "Log2"
    NTH_ROOT = "NthRoot"
    POW = "Pow"
    REAL_PART = "RealPart"
    SQRT = "Sqrt"
    SQRT_PI = "SqrtPi"
    SQUARE = "Square"


class Comparison(StrEnum):
    """Comparisons."""

    EQUAL_TO = "EqualTo"
    GREATER_THAN = "GreaterThan"
    GREATER_THAN_OR_EQUAL_TO = "GreaterThanOrEqualTo"
    LESS_THAN = "LessThan"
    LESS_THAN_OR_EQUAL_TO = "LessThanOrEqualTo"
    NOT_EQUAL_TO = "NotEqualTo"
    PAIR_MAX = "PairMax"
    PAIR_MIN = "PairMin"


class Operation(StrEnum):
    """Arithmetic."""

    ADD = "Add"
    DIVIDE = "Divide"
    MULTIPLY = "Multiply"
    SUBTRACT = "Subtract"


class Rounding(StrEnum):
    """Ways of rounding."""

    CEILING = "Ceiling"
    CEILING_POWER2 = "CeilingPower2"
    FLOOR = "Floor"
    MOD = "Mod"
    QUOTIENT = "Quotient"
    REMAINDER = "Remainder"
    ROUND_DIGITS = "RoundDigits"
    ROUND_DOWN = "RoundDown"
    ROUND_UP = "RoundUp"
    TO_EVEN = "ToEven"
    TO_ODD = "ToOdd"
    TRUNCATE = "Truncate"


class Special(StrEnum):
    """Special functions."""

    BETA = "Beta"
    ELLIPTIC_INTEGRAL_E = "EllipticIntegralE"
    ELLIPTIC_INTEGRAL_K = "EllipticIntegralK"
    ERF = "Erf"
    ERFC = "Erfc"
    ERF_SCALED = "ErfScaled"
    ERF_INVERSE = "ErfInverse"
    EXPONENTIAL_INTEGRAL_EIN = "ExponentialIntegralEin"
    GAMMA = "Gamma"
    GAMMA_LN = "GammaLn"
    GAMMA_REGULARIZED_P = "GammaRegularizedP"
    GAMMA_REGULARIZED_P_INVERSE = "GammaRegularizedPInverse"
    GAMMA_REGULARIZED_Q = "GammaRegularizedQ"
    GAMMA_REGULARIZED_Q_INVERSE = "GammaRegularizedQInverse"
    POLY_GAMMA = "PolyGamma"


class Trigonometric(StrEnum):
    """Trigonometric functions; a name without Degrees is in radians."""

    ACOS = "Acos"
    ACOSDEGREE = "AcosDegrees"  # and as one page of classic's spells it
    ACOSH = "Acosh"
    ACOT = "Acot"
    ACOT_DEGREES = "AcotDegrees"
    ACOTH = "Acoth"
    ACSC = "Acsc"
    ACSC_DEGREES = "AcscDegrees"
    ASEC = "Asec"
    ASEC_DEGREES = "AsecDegrees"
    ASECH = "Asech"
    ASIN = "Asin"
    ASIN_DEGREES = "AsinDegrees"
    ASINH = "Asinh"
    ATAN = "Atan"
    ATAN_DEGREES = "AtanDegrees"
    ATANH = "Atanh"
    COS = "Cos"
    COS_DEGREES = "CosDegrees"
    COSH = "Cosh"
    COT = "Cot"
    COT_DEGREES = "CotDegrees"
    COTH = "Coth"
    CSC = "Csc"
    CSC_DEGREES = "CscDegrees"
    CSCH = "Csch"
    DEGREES_TO_RADIANS = "DegreesToRadians"
    SEC = "Sec"
    SEC_DEGREES = "SecDegrees"
    SECH = "Sech"
    SIGN = "Sign"
    SIN = "Sin"
    SINC = "Sinc"
    SIN_DEGREES = "SinDegrees"
    SINH = "Sinh"
    TAN = "Tan"
    TAN_DEGREES = "TanDegrees"
    TANH = "Tanh"


Function = Basic | Comparison | Operation | Rounding | Special | Trigonometric

# Functions of these categories take one argument but for those that stand here; all others take two.
_BINARY = frozenset(
    {
        Basic.ATAN2, Basic.EXP2, Basic.HYPOTENUSE, Basic.LOG, Basic.NTH_ROOT, Basic.POW,
        Rounding.FLOOR, Rounding.MOD, Rounding.QUOTIENT, Rounding.REMAINDER, Rounding.ROUND_DIGITS, Rounding.ROUND_DOWN,
        Rounding.ROUND_UP, Rounding.TRUNCATE,
        Special.BETA, Special.GAMMA_REGULARIZED_P, Special.GAMMA_REGULARIZED_P_INVERSE, Special.GAMMA_REGULARIZED_Q,
        Special.GAMMA_REGULARIZED_Q_INVERSE, Special.POLY_GAMMA, *Comparison, *Operation,
    }
)  # fmt: skip


def is_binary(function: Function) -> bool:
    """Whether a function takes a second argument."""
    return function in _BINARY


def gives_truth(function: Function) -> bool:
    """Whether its results are Boolean."""
    return isinstance(function, Comparison) and function not in (Comparison.PAIR_MAX, Comparison.PAIR_MIN)


def heading(function: Function) -> str:
    """The function in the name of a result column; classic shortens one of them."""
    return "Equals" if function is Comparison.EQUAL_TO else str(function)
