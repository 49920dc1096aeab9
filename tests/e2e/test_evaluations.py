"""Evaluations of many classes, numbers and clusters, as the page draws them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.editor import Editor
from tests.e2e.studio import Studio

pytestmark = pytest.mark.slow

_MEASURED = """bottega: 1
title: Measured
nodes:
  flowers: {dataset: iris}
  learner: {module: multiclass-logistic-regression}
  classes:
    module: cross-validate-model
    inputs: {untrained_model: learner, dataset: flowers}
    parameters: {label: species, seed: 1}
  sorted:
    module: evaluate-model
    inputs: {scored_dataset: classes.scored_results}
  patients: {dataset: diabetes}
  line: {module: linear-regression}
  numbers:
    module: cross-validate-model
    inputs: {untrained_model: line, dataset: patients}
    parameters: {label: progression, seed: 1}
  measured:
    module: evaluate-model
    inputs: {scored_dataset: numbers.scored_results}
  means: {module: k-means-clustering, parameters: {number of centroids: 3}}
  groups:
    module: train-clustering-model
    inputs: {untrained_model: means, dataset: flowers}
  grouped:
    module: evaluate-model
    inputs: {scored_dataset: groups.results_dataset}
"""


@pytest.fixture(scope="module")
def measured(studio: Studio) -> str:
    """An experiment with an evaluation of each kind, when it has run."""
    experiment = studio.new_experiment(_MEASURED)
    studio.run(experiment)
    return experiment


def evaluation(page: Page, experiment: str, node: str) -> None:
    """Look into what a node measured."""
    editor = Editor(page).open(experiment)
    editor.port(node, "outputs", "evaluation_results").click()


def test_many_classes_have_a_matrix(page: Page, measured: str) -> None:
    evaluation(page, measured, "sorted")
    matrix = page.get_by_role("region", name="Confusion matrix").get_by_role("table")
    expect(matrix.get_by_role("columnheader", name="versicolor")).to_be_visible()
    counts = [int(each) for each in matrix.get_by_role("cell").all_inner_texts()]
    assert len(counts) == 9
    assert sum(counts) == 150
    right = sum(counts[::4]) / 150
    row = page.get_by_role("region", name="Metrics").get_by_role("row", name="Overall accuracy")
    assert float(row.get_by_role("cell").inner_text()) == pytest.approx(right, abs=1e-4)


def test_numbers_have_points_and_errors(page: Page, measured: str) -> None:
    evaluation(page, measured, "measured")
    expect(page.get_by_role("img", name="Predicted against actual values")).to_be_visible()
    expect(page.get_by_role("img", name="Histogram of errors")).to_be_visible()
    expect(page.get_by_role("region", name="Metrics")).to_contain_text("Mean Zero One Error")


def test_clusters_have_a_line_each(page: Page, measured: str) -> None:
    evaluation(page, measured, "grouped")
    table = page.get_by_role("region", name="Metrics").get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(5)
    points = table.get_by_role("columnheader").all_inner_texts().index("Number of Points") - 1
    counts = [int(row.get_by_role("cell").nth(points).inner_text()) for row in table.get_by_role("row").all()[1:]]
    assert counts[0] == sum(counts[1:]) == 150
