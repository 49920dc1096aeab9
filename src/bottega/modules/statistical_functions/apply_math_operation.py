"""Apply Math Operation (fact sheet 2.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import pyarrow as pa

from bottega.dataset.names import unique_names
from bottega.modules.statistical_functions._operations import (
    Argument,
    Basic,
    Category,
    Comparison,
    Function,
    Operation,
    Output,
    Rounding,
    Special,
    Trigonometric,
    gives_truth,
    heading,
    is_binary,
)
from bottega.modules.statistical_functions._values import NUMBERS
from bottega.sdk import BottegaError, Column, Columns, ColumnType, Kind, Label, Of, Role, Table, When, module

_COLUMNS = "Column set"
_NUMERIC = Columns.of_type("Numeric")
# The parameters of each category: its function; the type, columns and constant of the second argument.
_FUNCTIONS = {
    Category.BASIC: "basic_function",
    Category.COMPARISON: "comparison_function",
    Category.OPERATIONS: "basic_operation",
    Category.ROUNDING: "rounding_operation",
    Category.SPECIAL: "special_function",
    Category.TRIGONOMETRIC: "trigonometric_function",
}
_ARGUMENTS = {
    Category.BASIC: ("second_argument_type", "second_argument", "constant_second_argument"),
    Category.COMPARISON: ("value_to_compare_type", "value_to_compare", "constant_value_to_compare"),
    Category.OPERATIONS: ("operation_argument_type", "operation_argument", "constant_operation_argument"),
    Category.ROUNDING: ("precision_type", "precision", "constant_precision"),
    Category.SPECIAL: ("operation_argument_type", "parameter", "constant_parameter"),
}
_BASIC = (When("category", Category.BASIC), When("basic_function", *filter(is_binary, Basic)))
_COMPARISON = When("category", Category.COMPARISON)
_OPERATIONS = When("category", Category.OPERATIONS)
_ROUNDING = (When("category", Category.ROUNDING), When("rounding_operation", *filter(is_binary, Rounding)))
_SPECIAL = (When("category", Category.SPECIAL), When("special_function", *filter(is_binary, Special)))


def _foretell(inputs: Mapping[str, tuple[Column, ...]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    columns = inputs["dataset"]
    kind = Kind.BOOLEAN if gives_truth(_function(parameters)) else Kind.DOUBLE
    found: dict[int, ColumnType] = {}
    results = []
    for place, second, name in _pairs(columns, parameters):
        categorical = columns[place].type.categorical or (isinstance(second, int) and columns[second].type.categorical)
        found[place] = ColumnType(kind, categorical)
        results.append(Column(name, found[place], Role.FEATURE))
    output = parameters["output_mode"]
    if output is Output.INPLACE:
        kept = [Column(column.name, found.get(place, column.type), column.role) for place, column in enumerate(columns)]
    else:
        kept = [*(columns if output is Output.APPEND else ()), *results]
    names = unique_names(column.name for column in kept)
    return {
        "results_dataset": tuple(
            Column(name, column.type, column.role) for name, column in zip(names, kept, strict=True)
        )
    }


@module(title="Apply Math Operation", category="Statistical Functions", version=2, foretell=_foretell)
def apply_math_operation(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    category: Annotated[Category, Label("Category")] = Category.TRIGONOMETRIC,
    trigonometric_function: Annotated[
        Trigonometric, Label("Trigonometric function"), When("category", Category.TRIGONOMETRIC)
    ] = Trigonometric.SIN,
    basic_function: Annotated[Basic, Label("Basic math function"), When("category", Category.BASIC)] = Basic.ABS,
    comparison_function: Annotated[Comparison, Label("Comparison function"), _COMPARISON] = Comparison.EQUAL_TO,
    basic_operation: Annotated[Operation, Label("Basic operation"), _OPERATIONS] = Operation.ADD,
    rounding_operation: Annotated[
        Rounding, Label("Rounding operation"), When("category", Category.ROUNDING)
    ] = Rounding.FLOOR,
    special_function: Annotated[Special, Label("Special function"), When("category", Category.SPECIAL)] = Special.ERF,
    columns: Annotated[Columns, Label(_COLUMNS, ("Selected columns",)), Of("dataset")] = _NUMERIC,
    second_argument_type: Annotated[Argument, Label("Second argument type"), *_BASIC] = Argument.CONSTANT,
    second_argument: Annotated[
        Columns, Label("Second argument"), Of("dataset"), *_BASIC, When("second_argument_type", Argument.COLUMN_SET)
    ] = _NUMERIC,
    constant_second_argument: Annotated[
        float, Label("Constant second argument"), *_BASIC, When("second_argument_type", Argument.CONSTANT)
    ] = 1.0,
    value_to_compare_type: Annotated[Argument, Label("Value to compare type"), _COMPARISON] = Argument.COLUMN_SET,
    value_to_compare: Annotated[
        Columns, Label("Value to compare"), Of("dataset"),
        _COMPARISON, When("value_to_compare_type", Argument.COLUMN_SET),
    ] = _NUMERIC,
    constant_value_to_compare: Annotated[
        float, Label("Constant value to compare"), _COMPARISON, When("value_to_compare_type", Argument.CONSTANT)
    ] = 1.0,
    operation_argument_type: Annotated[
        Argument, Label("Operation argument type"), When("category", Category.OPERATIONS, Category.SPECIAL)
    ] = Argument.CONSTANT,
    operation_argument: Annotated[
        Columns, Label("Operation argument"), Of("dataset"),
        _OPERATIONS, When("operation_argument_type", Argument.COLUMN_SET),
    ] = _NUMERIC,
    constant_operation_argument: Annotated[
        float, Label("Constant operation argument"), _OPERATIONS, When("operation_argument_type", Argument.CONSTANT)
    ] = 1.0,
    precision_type: Annotated[Argument, Label("Precision Type"), *_ROUNDING] = Argument.CONSTANT,
    precision: Annotated[
        Columns, Label("Precision"), Of("dataset"), *_ROUNDING, When("precision_type", Argument.COLUMN_SET)
    ] = _NUMERIC,
    constant_precision: Annotated[
        float, Label("Constant Precision"), *_ROUNDING, When("precision_type", Argument.CONSTANT)
    ] = 1.0,
    parameter: Annotated[
        Columns, Label("Parameter"), Of("dataset"), *_SPECIAL, When("operation_argument_type", Argument.COLUMN_SET)
    ] = _NUMERIC,
    constant_parameter: Annotated[
        float, Label("Constant Parameter"), *_SPECIAL, When("operation_argument_type", Argument.CONSTANT)
    ] = 1.0,
    output_mode: Annotated[Output, Label("Output mode")] = Output.RESULT_ONLY,
) -> Annotated[Table, Label("Results dataset")]:  # fmt: skip
    """Apply a mathematical function to numeric columns, and to a second argument where it takes one.

    The first argument is each column of the column set. The second is a constant, or columns: one for all, or
    as many as the column set has, paired in their order. Subtract takes the second argument from the column set, Divide
    divides by it. Append adds the results to the dataset, Inplace puts them where the columns were, ResultOnly gives nothing else.
    Result columns are named for the function and its arguments: `Abs(Col1)`, `Equals(Col2_Col1)`, `Divide(Col2_$10)`.

    Results are Double, those of comparisons Boolean (PairMax and PairMin are Double). A result is missing where an
    argument is, and where the function has none, as Ln of -1; dividing by 0 is infinite. A Categorical column stays one:
    its categories become the results, equal ones one.

    - Basic. Exp2 is the second argument times 2 to the power of the column, Log takes it as the base, NthRoot and Pow
      as the degree and the exponent, Atan2 and Hypotenuse as the other side. ExpMinus1 is e^x - 1, LnPlus1 ln(1 + x), Eps the
      distance to the next Double. Factorial and DoubleFactorial are of whole numbers from 0. Conj and RealPart
      are the number itself, ImaginaryPart is 0.
    - Rounding. The precision is a number of decimal digits for RoundDigits (halves away from zero), RoundDown, RoundUp and
      Truncate; a step for Floor; the divisor for Mod (with the divisor's sign), Remainder (with the number's) and
      Quotient (whole). CeilingPower2 is the least power of two that is not less, ToEven and ToOdd the nearest even and odd number.
    - Special. The parameter is the other number of Beta, the shape of the regularized incomplete gamma functions P and Q and their
      inverses, the order of PolyGamma. EllipticIntegralE and EllipticIntegralK are the complete ones of the
      parameter m = k². ErfScaled is exp(x²) erfc(x), ExponentialIntegralEin the exponential integral Ei.
    - Trigonometric. In radians, or in degrees by the name. Acot, Acsc, Asec, Acoth and Asech are those of 1/x. Sinc is
      sin(πx)/(πx). Cis is not offered: a column holds no complex numbers, and Cos and Sin give both of its parts.

    numpy and SciPy compute where classic had a library of its own.

    Error 0011: no column is selected. 0017: a column is not numeric. 0027: the second argument is neither one
    column nor as many as the column set has.
    """
    parameters = dict(locals())  # as `foretell` has them
    from bottega.modules.statistical_functions._math_columns import applied

    function = _function(parameters)
    arrow = dataset.arrow
    kept, fields = list(arrow.columns), list(arrow.schema)
    results, names = [], []
    for place, second, name in _pairs(dataset.columns, parameters):
        argument = arrow.column(second) if isinstance(second, int) else second
        result = applied(function, arrow.column(place), argument)
        if output_mode is Output.INPLACE:
            kept[place], fields[place] = result, fields[place].with_type(result.type)
        else:
            results.append(result)
            names.append(name)
    if output_mode is Output.RESULT_ONLY:
        kept, fields = [], []
    fields += [pa.field(name, result.type) for name, result in zip(names, results, strict=True)]
    return Table(pa.table([*kept, *results], schema=pa.schema(fields))).with_folds(dataset.folds)


def _function(parameters: Mapping[str, Any]) -> Function:
    function: Function = parameters[_FUNCTIONS[parameters["category"]]]
    return function


def _pairs(columns: tuple[Column, ...], parameters: Mapping[str, Any]) -> Iterator[tuple[int, int | float | None, str]]:
    """The place of each column, its second argument (a place as int, a constant as float) and the result's name.

    Raises `0011`, `0017` or `0027`.
    """
    function = _function(parameters)
    places = _numeric(columns, parameters["columns"], _COLUMNS)
    seconds: list[int] | list[float] | list[None] = [None] * len(places)
    endings = [""] * len(places)
    if is_binary(function):
        source, selection, constant = (parameters[name] for name in _ARGUMENTS[parameters["category"]])
        if source is Argument.CONSTANT:
            seconds = [float(constant)] * len(places)
            endings = [f"_${constant:.15g}"] * len(places)
        else:
            seconds = _paired(_numeric(columns, selection, "second argument"), len(places))
            endings = [f"_{columns[second].name}" for second in seconds]
    for place, second, ending in zip(places, seconds, endings, strict=True):
        yield place, second, f"{heading(function)}({columns[place].name}{ending})"


def _paired(seconds: list[int], count: int) -> list[int]:
    if len(seconds) == 1:
        return seconds * count
    if len(seconds) != count:
        raise BottegaError("0027", found=len(seconds), expected=count)
    return seconds


def _numeric(columns: tuple[Column, ...], selection: Columns, title: str) -> list[int]:
    """The places of the columns selected, which are numeric, Categorical or not."""
    places = selection.places(columns, title)
    if not places:
        raise BottegaError("0011", parameter=title)
    for place in places:
        if columns[place].type.kind not in NUMBERS:
            raise BottegaError("0017", column=columns[place].name, type=str(columns[place].type))
    return places
