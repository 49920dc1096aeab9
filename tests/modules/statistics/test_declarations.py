"""How the modules of statistics stand on the palette: titles, ports, parameters and defaults of the fact sheet (2.13)."""

from __future__ import annotations

from typing import Any

import pytest

from bottega.sdk import catalogue


@pytest.mark.parametrize(
    ("name", "title", "category", "inputs", "outputs"),
    [
        ("apply-math-operation", "Apply Math Operation", "Statistical Functions", ["Dataset"], ["Results dataset"]),
        ("compute-elementary-statistics", "Compute Elementary Statistics", "Statistical Functions", ["Dataset"], ["Results dataset"]),
        ("compute-linear-correlation", "Compute Linear Correlation", "Statistical Functions", ["Dataset"], ["Results dataset"]),
        ("summarize-data", "Summarize Data", "Statistical Functions", ["Dataset"], ["Results dataset"]),
        ("smote", "SMOTE", "Data Transformation/Manipulation", ["Samples"], ["Table"]),
        ("filter-based-feature-selection", "Filter Based Feature Selection", "Feature Selection", ["Dataset"],
         ["Filtered dataset", "Features"]),
        ("apply-sql-transformation", "Apply SQL Transformation", "Data Transformation/Manipulation", ["Table1", "Table2", "Table3"],
         ["Results dataset"]),
    ],
)  # fmt: skip
def test_place_on_the_palette(name: str, title: str, category: str, inputs: list[str], outputs: list[str]) -> None:
    spec = catalogue.get(name)
    assert (spec.title, spec.category) == (title, category)
    assert ([port.title for port in spec.inputs], [port.title for port in spec.outputs]) == (inputs, outputs)
    assert [port.title for port in spec.inputs if port.optional] == inputs[1:]


@pytest.mark.parametrize(
    ("name", "defaults"),
    [
        ("smote", {"SMOTE percentage": 100, "Number of nearest neighbors": 1, "Random seed": 0}),
        (
            "filter-based-feature-selection",
            {
                "Feature scoring method": "Pearson Correlation", "Operate on feature columns only": True, "Target column": "None",
                "Number of desired features": 1, "Minimum number of non-zero elements": 1,
            },
        ),
        ("compute-elementary-statistics", {"Method": None, "Column set": "NumericAll", "Order": 3}),
        ("compute-linear-correlation", {}),
        ("summarize-data", {}),
    ],
)  # fmt: skip
def test_defaults_are_those_of_the_fact_sheet(name: str, defaults: dict[str, Any]) -> None:
    spec = catalogue.get(name)
    assert {parameter.title: parameter.as_plain(parameter.default) for parameter in spec.parameters} == defaults
    assert [parameter.title for parameter in spec.parameters if parameter.required] == [
        title for title, default in defaults.items() if default is None
    ]


@pytest.mark.parametrize(
    ("given", "counting"),
    [
        ({}, {"Trigonometric function"}),
        ({"Category": "Basic"}, {"Basic math function"}),
        ({"Category": "Basic", "Basic math function": "Pow"},
         {"Basic math function", "Second argument type", "Constant second argument"}),
        ({"Category": "Comparison"}, {"Comparison function", "Value to compare type", "Value to compare"}),
        ({"Category": "Operations", "Operation argument type": "ColumnSet"},
         {"Basic operation", "Operation argument type", "Operation argument"}),
        ({"Category": "Rounding", "Rounding operation": "Ceiling"}, {"Rounding operation"}),
        ({"Category": "Rounding"}, {"Rounding operation", "Precision Type", "Constant Precision"}),
        ({"Category": "Special", "Special function": "Beta"}, {"Special function", "Operation argument type", "Constant Parameter"}),
    ],
)  # fmt: skip
def test_parameters_of_a_category_count_alone(given: dict[str, str], counting: set[str]) -> None:
    spec = catalogue.get("apply-math-operation")
    values = spec.convert(given)
    titles = {parameter.title for parameter in spec.parameters if parameter.counts(values)}
    assert titles == {"Category", "Column set", "Output mode"} | counting


@pytest.mark.parametrize(
    "spelling",
    ["Pearson", "PearsonCorrelation", "MutualInformation", "Kendall", "ChiSquared", "FisherScore", "CountBased"],
)
def test_other_spellings_of_a_method(spelling: str) -> None:
    method = catalogue.get("filter-based-feature-selection").convert({"Feature scoring method": spelling})["method"]
    assert method.replace(" ", "").startswith(spelling)
