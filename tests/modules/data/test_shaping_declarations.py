"""How the modules that shape tables stand on the palette: titles, ports, and parameters with classic's defaults."""

from __future__ import annotations

from typing import Any

import pytest

from bottega.sdk import catalogue

_MANIPULATION = "Data Transformation/Manipulation"
_SCALE = "Data Transformation/Scale and Reduce"
_SAMPLE = "Data Transformation/Sample and Split"
_REQUIRED = object()


@pytest.mark.parametrize(
    ("name", "title", "category", "inputs", "outputs"),
    [
        ("add-columns", "Add Columns", _MANIPULATION, ["Left dataset", "Right dataset"], ["Combined dataset"]),
        ("add-rows", "Add Rows", _MANIPULATION, ["Dataset1", "Dataset2"], ["Results dataset"]),
        ("remove-duplicate-rows", "Remove Duplicate Rows", _MANIPULATION, ["Dataset"], ["Results dataset"]),
        (
            "convert-to-indicator-values", "Convert to Indicator Values", _MANIPULATION,
            ["Dataset"], ["Results dataset", "Indicator transformation"],
        ),
        ("partition-and-sample", "Partition and Sample", _SAMPLE, ["Dataset"], ["oDataset"]),
        ("clip-values", "Clip Values", _SCALE, ["Dataset"], ["Results dataset"]),
        ("normalize-data", "Normalize Data", _SCALE, ["Dataset"], ["Transformed dataset", "Transformation function"]),
        ("group-data-into-bins", "Group Data into Bins", _SCALE, ["Dataset"], ["Quantized dataset", "Binning transformation"]),
    ],
)  # fmt: skip
def test_places_and_ports(name: str, title: str, category: str, inputs: list[str], outputs: list[str]) -> None:
    spec = catalogue.get(name)
    assert (spec.title, spec.category) == (title, category)
    assert [port.title for port in spec.inputs] == inputs
    assert [port.title for port in spec.outputs] == outputs
    assert spec.outputs[-1].type == ("Transform" if len(outputs) == 2 else "DataTable")
    assert not any(port.optional for port in (*spec.inputs, *spec.outputs))


@pytest.mark.parametrize(
    ("name", "defaults"),
    [
        ("add-columns", {}),
        ("add-rows", {}),
        (
            "remove-duplicate-rows",
            {"Key column selection filter expression": _REQUIRED, "Retain first duplicate row": True},
        ),
        (
            "convert-to-indicator-values",
            {"Categorical columns to convert": _REQUIRED, "Overwrite categorical columns": False},
        ),
        (
            "partition-and-sample",
            {
                "Partition or sample mode": "Sampling",
                "Use replacement in the partitioning": False,
                "Randomized split": True,
                "Random seed": 0,
                "Specify the partitioner method": "Partition evenly",
                "Specify number of folds to split evenly into": 5,
                "Stratified split": False,
                "Stratification key column": "None",
                "List of proportions separated by comma": "",
                "Stratified split for customized fold assignment": False,
                "Stratification key column for customized fold assignment": "None",
                "Specify which fold to be sampled from": 1,
                "Pick complement of the selected fold": False,
                "Rate of sampling": 0.01,
                "Random seed for sampling": 0,
                "Stratified split for sampling": False,
                "Stratification key column for sampling": "None",
                "Number of rows to select": 10,
            },
        ),
        (
            "clip-values",
            {
                "Set of thresholds": "ClipPeaks",
                "Upper threshold": "Constant",
                "Constant value for upper threshold": 1.0,
                "Percentile number for upper threshold": 99,
                "Upper substitute value": "Threshold",
                "Lower threshold": "Constant",
                "Constant value for lower threshold": -1.0,
                "Percentile number for lower threshold": 1,
                "Lower substitute value": "Threshold",
                "Threshold": "Constant",
                "Constant value of lower threshold": -1.0,
                "Constant value of upper threshold": 1.0,
                "Percentile number of lower threshold": 1,
                "Percentile number of upper threshold": 99,
                "Substitute value for peaks": "Threshold",
                "Substitute value for subpeaks": "Threshold",
                "List of columns": "NumericAll",
                "Overwrite flag": True,
                "Add indicator columns": False,
            },
        ),
        (
            "normalize-data",
            {
                "Transformation method": "ZScore",
                "Use 0 for constant columns when checked": True,
                "Columns to transform": "NumericAll",
            },
        ),
        (
            "group-data-into-bins",
            {
                "Binning mode": "Quantiles",
                "Number of bins": 10,
                "Quantile normalization": "Percent",
                "First edge position": 0.0,
                "Bin width": 0.5,
                "Last edge position": 1.0,
                "Comma-separated list of bin edges": "",
                "Columns to bin": "NumericAll",
                "Output mode": "Append",
                "Tag columns as categorical": True,
            },
        ),
    ],
)
def test_parameters_and_defaults(name: str, defaults: dict[str, Any]) -> None:
    spec = catalogue.get(name)
    told = {each.title: _REQUIRED if each.required else each.as_plain(each.default) for each in spec.parameters}
    assert told == defaults
    assert list(told) == list(defaults)


@pytest.mark.parametrize(
    ("name", "given", "counting"),
    [
        (
            "partition-and-sample", {},
            ["mode", "rate", "sampling_seed", "stratified_sampling"],
        ),
        (
            "partition-and-sample", {"mode": "Assign to Folds", "stratified": True},
            ["mode", "replacement", "randomized", "seed", "method", "folds", "stratified", "key_column"],
        ),
        (
            "partition-and-sample", {"mode": "Assign to Folds", "method": "Partition with customized proportions"},
            ["mode", "replacement", "randomized", "seed", "method", "proportions", "stratified_custom"],
        ),
        ("partition-and-sample", {"mode": "Pick Fold", "stratified": True}, ["mode", "fold", "complement"]),
        ("partition-and-sample", {"mode": "Head"}, ["mode", "rows"]),
        (
            "clip-values", {"upper_threshold": "Percentile"},
            ["thresholds", "upper_threshold", "upper_percentile", "upper_substitute", "columns", "overwrite", "indicator"],
        ),
        (
            "clip-values", {"thresholds": "ClipSubPeaks"},
            ["thresholds", "lower_threshold", "lower_constant", "lower_substitute", "columns", "overwrite", "indicator"],
        ),
        (
            "clip-values", {"thresholds": "ClipPeaksAndSubPeaks", "threshold": "Percentile"},
            [
                "thresholds", "threshold", "both_lower_percentile", "both_upper_percentile", "peak_substitute",
                "subpeak_substitute", "columns", "overwrite", "indicator",
            ],
        ),
        ("group-data-into-bins", {}, ["mode", "bins", "normalization", "columns", "output_mode", "categorical"]),
        ("group-data-into-bins", {"mode": "Entropy MDL"}, ["mode", "columns", "output_mode", "categorical"]),
        ("group-data-into-bins", {"mode": "Custom Edges"}, ["mode", "edges", "columns", "output_mode", "categorical"]),
        (
            "group-data-into-bins", {"mode": "Equal Width with Custom Start and Stop"},
            ["mode", "first_edge", "width", "last_edge", "columns", "output_mode", "categorical"],
        ),
    ],
)  # fmt: skip
def test_which_parameters_count(name: str, given: dict[str, Any], counting: list[str]) -> None:
    spec = catalogue.get(name)
    assert list(spec.as_plain(spec.convert(given))) == counting
