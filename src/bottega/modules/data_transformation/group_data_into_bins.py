"""Group Data into Bins (fact sheet 2.13)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from bottega.dataset.names import unique_names
from bottega.modules.data_transformation._binning import (
    Binning,
    Output,
    even_edges,
    numbered,
    quantile_bins,
    quantized,
    stepped_edges,
    widths,
)
from bottega.modules.data_transformation._columns import numeric, role_beside
from bottega.modules.data_transformation._conversion import double
from bottega.sdk import (
    BottegaError,
    Column,
    Columns,
    ColumnType,
    Kind,
    Label,
    Of,
    Range,
    Table,
    Transform,
    When,
    module,
)


class Mode(StrEnum):
    """Where the edges lie."""

    QUANTILES = "Quantiles"
    EQUAL_WIDTH = "Equal Width"
    CUSTOM = "Custom Edges"
    STEPPED = "Equal Width with Custom Start and Stop"
    ENTROPY = "Entropy MDL"


class Normalization(StrEnum):
    """What the bins of quantiles are called."""

    PERCENT = "Percent"
    SHARE = "PQuantile"
    INDEX = "QuantileIndex"


class Quantized(NamedTuple):
    """Both outputs."""

    quantized_dataset: Annotated[Table, Label("Quantized dataset")]
    binning_transformation: Annotated[Transform, Label("Binning transformation")]


_COLUMNS, _COUNT, _EDGES = "Columns to bin", "Number of bins", "Comma-separated list of bin edges"
_FIRST, _LAST, _WIDTH = "First edge position", "Last edge position", "Bin width"
_NUMERIC = Columns.of_type("Numeric")
_MOST_BINS = 100_000
_LARGEST = {Normalization.PERCENT: 100.0, Normalization.SHARE: 1.0}


def _foretell(inputs: Mapping[str, tuple[Column, ...]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    columns, output = inputs["dataset"], parameters["output_mode"]
    selected = numeric(parameters["columns"], columns, _COLUMNS)
    if parameters["mode"] is Mode.ENTROPY:
        return {"quantized_dataset": None}
    is_whole = parameters["mode"] is not Mode.QUANTILES or parameters["normalization"] is Normalization.INDEX
    kind = ColumnType(Kind.INTEGER if is_whole else Kind.DOUBLE, parameters["categorical"])
    names = {column.name for column in selected}
    if output is Output.INPLACE:
        return {
            "quantized_dataset": tuple(replace(each, type=kind) if each.name in names else each for each in columns)
        }
    more = [replace(each, name=quantized(each.name), type=kind, role=role_beside(each)) for each in selected]
    found = more if output is Output.RESULT_ONLY else [*columns, *more]
    unique = unique_names(column.name for column in found)
    return {"quantized_dataset": tuple(replace(each, name=name) for each, name in zip(found, unique, strict=True))}


@module(title="Group Data into Bins", category="Data Transformation/Scale and Reduce", foretell=_foretell)
def group_data_into_bins(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    mode: Annotated[Mode, Label("Binning mode")] = Mode.QUANTILES,
    bins: Annotated[int, Label(_COUNT), Range(1), When("mode", Mode.QUANTILES, Mode.EQUAL_WIDTH)] = 10,
    normalization: Annotated[
        Normalization, Label("Quantile normalization"), When("mode", Mode.QUANTILES)
    ] = Normalization.PERCENT,
    first_edge: Annotated[float, Label(_FIRST), When("mode", Mode.STEPPED)] = 0.0,
    width: Annotated[float, Label(_WIDTH), Range(above=0), When("mode", Mode.STEPPED)] = 0.5,
    last_edge: Annotated[float, Label(_LAST), When("mode", Mode.STEPPED)] = 1.0,
    edges: Annotated[str, Label(_EDGES), When("mode", Mode.CUSTOM)] = "",
    columns: Annotated[Columns, Label(_COLUMNS), Of("dataset")] = _NUMERIC,
    output_mode: Annotated[Output, Label("Output mode")] = Output.APPEND,
    categorical: Annotated[bool, Label("Tag columns as categorical")] = True,
) -> Quantized:  # fmt: skip
    """Tell of numbers in which bin they are.

    A value that is equal to an edge is in the bin below it. Missing values stay missing. Bins are numbered from 1, or called by
    their quantiles.

    | mode | edges |
    |---|---|
    | Quantiles | the values below which 1/n, 2/n … of the column's values lie, themselves included |
    | Equal Width | parts of equal width between the least and the greatest value |
    | Custom Edges | those given, such as `0, 1.5, 10`: below the first and above the last are bins, too |
    | Equal Width with Custom Start and Stop | from the first in steps of the width to the last; bins as with Custom Edges |
    | Entropy MDL | where they tell the classes of the label column apart best, as long as that pays |

    Of quantiles, bin k of n is called 100 k / n (Percent), k / n (PQuantile) or k (QuantileIndex). Where many values are
    equal several edges fall together, and the bins between them are empty. Entropy MDL is the method of Fayyad and Irani (1993); rows
    without a label do not count, and the label column itself gets no bins.

    Append puts the bins after all columns, with `_quantized` after the name; Inplace, in the columns' own places;
    ResultOnly gives the bins alone. Bins of features are features. As categories, all bins are known, in their order.

    The transformation bins another table by the edges found here. It wants the same columns (Error 0001, 0075).

    Error 0003: the dataset is empty, or no edges are given. 0011: no column is selected. 0017: one is not numeric. 0002: an
    edge is no number. 0006: the last edge is not above the first. 0007: there would be more than 100,000 bins. 0033: an infinite
    value has no place among bins of equal width. 0024, 0037, 0058, 0014: Entropy MDL needs one label column, of at most 100 classes.
    """
    if not dataset.num_columns or not dataset.num_rows:
        raise BottegaError("0003", input="Dataset")
    selected = numeric(columns, dataset.columns, _COLUMNS)
    if mode in (Mode.QUANTILES, Mode.EQUAL_WIDTH) and bins > _MOST_BINS:
        raise BottegaError("0007", parameter=_COUNT, value=bins, upper=_MOST_BINS)
    if mode is Mode.QUANTILES:
        labels = _labels(bins, normalization)
        found = {each.name: quantile_bins(dataset.column(each.name), labels) for each in selected}
    elif mode is Mode.EQUAL_WIDTH:
        found = {each.name: numbered(even_edges(each, dataset.column(each.name), bins)) for each in selected}
    elif mode is Mode.ENTROPY:
        from bottega.modules.data_transformation._entropy import entropy_bins

        found = entropy_bins(dataset, selected)
        if not found:
            raise BottegaError("0011", parameter=_COLUMNS)
    else:
        same = numbered(_given(edges) if mode is Mode.CUSTOM else _stepped(first_edge, width, last_edge))
        found = {each.name: same for each in selected}
    binning = Binning(mode.value, found, output_mode, categorical)
    return Quantized(binning.apply(dataset), binning)


def _labels(count: int, normalization: Normalization) -> Sequence[float]:
    """What the bins of quantiles are called."""
    if normalization is Normalization.INDEX:
        return range(1, count + 1)
    return [_LARGEST[normalization] * number / count for number in range(1, count + 1)]


def _given(text: str) -> list[float]:
    """The edges of a list, ascending. Raises `0002`, `0003`, `0007`."""
    if not text.strip():
        raise BottegaError("0003", parameter=_EDGES)
    numbers = [double(part) for part in text.split(",")]
    edges = sorted({number for number in numbers if number is not None and math.isfinite(number)})
    if not all(number is not None and math.isfinite(number) for number in numbers):
        wanted = "numbers with commas between"
        raise BottegaError("0002", value=repr(text)[:200], parameter=_EDGES, type=wanted)
    if len(edges) >= _MOST_BINS:
        raise BottegaError("0007", parameter=_EDGES, value=f"a list of {len(edges)} edges", upper=f"{_MOST_BINS - 1}")
    return edges


def _stepped(first: float, width: float, last: float) -> list[float]:
    """The edges from the first to the last. Raises `0005`, `0006`."""
    if not first < last:
        raise BottegaError("0006", parameter=_FIRST, value=first, upper=last)
    if not widths(first, width, last) < _MOST_BINS:
        raise BottegaError("0005", parameter=_WIDTH, value=width, lower=widths(first, _MOST_BINS - 1, last))
    return stepped_edges(first, width, last)
