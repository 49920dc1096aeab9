"""Clip Values (fact sheet 2.13)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any

from bottega.dataset.names import unique_names
from bottega.modules.data_transformation._clipping import Clip, Rule, Substitute, Threshold
from bottega.modules.data_transformation._columns import Added, changed, numeric, role_beside
from bottega.sdk import BottegaError, Column, Columns, ColumnType, Kind, Label, Of, Range, Table, When, module


class Thresholds(StrEnum):
    """Which values are clipped."""

    PEAKS = "ClipPeaks"
    SUBPEAKS = "ClipSubPeaks"
    BOTH = "ClipPeaksAndSubPeaks"


_COLUMNS = "List of columns"
_NUMERIC = Columns.of_type("Numeric")
_FLAG = ColumnType(Kind.BOOLEAN)
_PEAKS, _SUBPEAKS, _BOTH = (When("thresholds", each) for each in Thresholds)
_PEAK, _SUBPEAK = "Constant value for upper threshold", "Constant value for lower threshold"
_LOWER, _UPPER = "Constant value of lower threshold", "Constant value of upper threshold"
_LOWER_PERCENTILE, _UPPER_PERCENTILE = "Percentile number of lower threshold", "Percentile number of upper threshold"


def _foretell(inputs: Mapping[str, tuple[Column, ...]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    columns = inputs["dataset"]
    selected = numeric(parameters["columns"], columns, _COLUMNS)
    more: list[Column] = []
    for column in selected:
        beside = replace(column, role=role_beside(column))
        if not parameters["overwrite"]:
            more.append(replace(beside, name=f"{column.name}_clipped"))
        if parameters["indicator"]:
            more.append(replace(beside, name=f"{column.name}_IsClipped", type=_FLAG))
    names = unique_names(column.name for column in (*columns, *more))
    told = zip((*columns, *more), names, strict=True)
    return {"results_dataset": tuple(replace(column, name=name) for column, name in told)}


_BY_ROWS = (
    *(When(each, Threshold.PERCENTILE) for each in ("upper_threshold", "lower_threshold", "threshold")),
    *(
        When(each, Substitute.MEAN, Substitute.MEDIAN)
        for each in ("upper_substitute", "lower_substitute", "peak_substitute", "subpeak_substitute")
    ),
)


@module(title="Clip Values", category="Data Transformation/Scale and Reduce", foretell=_foretell, rows_decide=_BY_ROWS)
def clip_values(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    thresholds: Annotated[Thresholds, Label("Set of thresholds")] = Thresholds.PEAKS,
    upper_threshold: Annotated[Threshold, Label("Upper threshold"), _PEAKS] = Threshold.CONSTANT,
    upper_constant: Annotated[
        float, Label(_PEAK), _PEAKS, When("upper_threshold", Threshold.CONSTANT)
    ] = 1.0,
    upper_percentile: Annotated[
        int, Label("Percentile number for upper threshold"), Range(1, 99),
        _PEAKS, When("upper_threshold", Threshold.PERCENTILE),
    ] = 99,
    upper_substitute: Annotated[Substitute, Label("Upper substitute value"), _PEAKS] = Substitute.THRESHOLD,
    lower_threshold: Annotated[Threshold, Label("Lower threshold"), _SUBPEAKS] = Threshold.CONSTANT,
    lower_constant: Annotated[
        float, Label(_SUBPEAK), _SUBPEAKS, When("lower_threshold", Threshold.CONSTANT)
    ] = -1.0,
    lower_percentile: Annotated[
        int, Label("Percentile number for lower threshold"), Range(1, 99),
        _SUBPEAKS, When("lower_threshold", Threshold.PERCENTILE),
    ] = 1,
    lower_substitute: Annotated[Substitute, Label("Lower substitute value"), _SUBPEAKS] = Substitute.THRESHOLD,
    threshold: Annotated[Threshold, Label("Threshold"), _BOTH] = Threshold.CONSTANT,
    both_lower_constant: Annotated[float, Label(_LOWER), _BOTH, When("threshold", Threshold.CONSTANT)] = -1.0,
    both_upper_constant: Annotated[float, Label(_UPPER), _BOTH, When("threshold", Threshold.CONSTANT)] = 1.0,
    both_lower_percentile: Annotated[
        int, Label(_LOWER_PERCENTILE), Range(1, 99), _BOTH, When("threshold", Threshold.PERCENTILE)
    ] = 1,
    both_upper_percentile: Annotated[
        int, Label(_UPPER_PERCENTILE), Range(1, 99), _BOTH, When("threshold", Threshold.PERCENTILE)
    ] = 99,
    peak_substitute: Annotated[Substitute, Label("Substitute value for peaks"), _BOTH] = Substitute.THRESHOLD,
    subpeak_substitute: Annotated[Substitute, Label("Substitute value for subpeaks"), _BOTH] = Substitute.THRESHOLD,
    columns: Annotated[Columns, Label(_COLUMNS), Of("dataset")] = _NUMERIC,
    overwrite: Annotated[bool, Label("Overwrite flag")] = True,
    indicator: Annotated[bool, Label("Add indicator columns")] = False,
) -> Annotated[Table, Label("Results dataset")]:  # fmt: skip
    """Replace values above a threshold, below one, or both.

    A threshold is a constant for all columns, or the percentile of each, which is interpolated between the two values next to it.
    A value that is equal to it stays. In the place of a value beyond comes the threshold, the mean or median of the column's values
    as they were, or none. Missing values stay missing.

    Integers stay Integer: a threshold between two of them counts as the one further inside, or as the nearest where no
    whole number lies between both thresholds; a mean or median as the nearest.

    Clipped columns take the place of the old ones, or stand after all others with `_clipped` after the name. The
    indicator columns, with `_IsClipped`, tell which rows had a value replaced.

    Percentiles, means and medians are those of the rows that come in: in a web service those of one call, not of the training data.
    Setting one up tells it; constant thresholds, with the threshold or missing as substitute, clip each row alike.

    Error 0011: no column is selected. 0017: one is not numeric. 0007: the lower threshold lies above the upper one.
    0002: a threshold is not a number. 0033: the percentile, mean or median of a column is not finite, since a value is infinite.
    """
    if thresholds is Thresholds.PEAKS:
        clip = Clip(None, _rule(_PEAK, upper_threshold, upper_constant, upper_percentile, upper_substitute))
    elif thresholds is Thresholds.SUBPEAKS:
        clip = Clip(_rule(_SUBPEAK, lower_threshold, lower_constant, lower_percentile, lower_substitute), None)
    else:
        below = _rule(_LOWER, threshold, both_lower_constant, both_lower_percentile, subpeak_substitute)
        above = _rule(_UPPER, threshold, both_upper_constant, both_upper_percentile, peak_substitute)
        if below.value > above.value:
            title = _LOWER if threshold is Threshold.CONSTANT else _LOWER_PERCENTILE
            raise BottegaError("0007", parameter=title, value=below.value, upper=above.value)
        clip = Clip(below, above)
    values: dict[str, Any] = {}
    more = []
    for column in numeric(columns, dataset.columns, _COLUMNS):
        clipped, replaced = clip.clipped(column, dataset.column(column.name))
        if overwrite:
            values[column.name] = clipped
        else:
            more.append(Added(f"{column.name}_clipped", role_beside(column), clipped))
        if indicator:
            more.append(Added(f"{column.name}_IsClipped", role_beside(column), replaced))
    return changed(dataset, values, more)


def _rule(title: str, threshold: Threshold, constant: float, percentile: float, substitute: Substitute) -> Rule:
    """What happens on one side. Raises `0002` where the constant, of this title, is no number."""
    if threshold is Threshold.CONSTANT and math.isnan(constant):
        raise BottegaError("0002", value="nan", parameter=title, type="a number")
    return Rule(threshold, constant if threshold is Threshold.CONSTANT else percentile, substitute)
