"""Normalize Data (fact sheet 2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from bottega.modules.data_transformation._columns import doubles, numeric
from bottega.sdk import BottegaError, Column, Columns, ColumnType, Kind, Label, Of, Table, Transform, module


class Method(StrEnum):
    """The function that rescales."""

    Z_SCORE = "ZScore"
    MIN_MAX = "MinMax"
    LOGISTIC = "Logistic"
    LOG_NORMAL = "LogNormal"
    TANH = "TanH"


class Normalized(NamedTuple):
    """Both outputs."""

    transformed_dataset: Annotated[Table, Label("Transformed dataset")]
    transformation_function: Annotated[Transform, Label("Transformation function")]


_COLUMNS = "Columns to transform"
_NUMERIC = Columns.of_type("Numeric")
_DOUBLE = ColumnType(Kind.DOUBLE)


def _foretell(inputs: Mapping[str, tuple[Column, ...]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    columns = inputs["dataset"]
    names = {column.name for column in numeric(parameters["columns"], columns, _COLUMNS)}
    told = (replace(column, type=_DOUBLE) if column.name in names else column for column in columns)
    return {"transformed_dataset": tuple(told)}


@module(title="Normalize Data", category="Data Transformation/Scale and Reduce", foretell=_foretell)
def normalize_data(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    method: Annotated[Method, Label("Transformation method")] = Method.Z_SCORE,
    zero_constant: Annotated[
        bool, Label("Use 0 for constant columns when checked", ("use 0 for constant columns",))
    ] = True,
    columns: Annotated[Columns, Label(_COLUMNS), Of("dataset")] = _NUMERIC,
) -> Normalized:
    """Bring numeric columns to a common scale.

    | method | x becomes |
    |---|---|
    | ZScore | (x - mean) / σ, with the population's standard deviation |
    | MinMax | (x - min) / (max - min) |
    | Logistic | 1 / (1 + exp(-x)) |
    | LogNormal | the share of a lognormal distribution below x |
    | TanH | tanh x |

    The lognormal distribution has mean and population's σ of the logarithms of the values above 0, and nothing below.

    Columns are replaced by Doubles and keep name and role; a label among them is rescaled too, so
    take it out of the selection where that is not meant. Missing values stay missing and do not count. A column of
    which all values are equal, for LogNormal those above 0, has no scale: it becomes 0 where that is chosen, and missing elsewhere.

    The transformation rescales another table by what was learned here. It wants the same columns, Integer or
    Double (Error 0001, 0016); a value outside of the range that was learned from goes beyond 0 and 1 with MinMax.

    Error 0003: the dataset is empty. 0011: no column is selected. 0017: one is not numeric. 0033: ZScore, MinMax and LogNormal
    cannot learn from an infinite value.
    """
    from bottega.modules.data_transformation import _scaling as scaling

    if not dataset.num_columns or not dataset.num_rows:
        raise BottegaError("0003", input="Dataset")
    kind, learn = {
        Method.Z_SCORE: (scaling.Linear, scaling.z_score),
        Method.MIN_MAX: (scaling.Linear, scaling.min_max),
        Method.LOGISTIC: (scaling.Logistic, scaling.nothing),
        Method.LOG_NORMAL: (scaling.LogNormal, scaling.log_normal),
        Method.TANH: (scaling.TanH, scaling.nothing),
    }[method]
    lines = {
        column.name: learn(doubles(dataset.column(column.name)), column.name)
        for column in numeric(columns, dataset.columns, _COLUMNS)
    }
    function = kind(method.value, lines, zero_constant)
    return Normalized(function.apply(dataset), function)
