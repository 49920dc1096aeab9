"""What came out of a port: rows, statistics, pictures, how good a model is; taken away as a file or kept."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.editor import Editor
from tests.e2e.studio import Studio

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def income(studio: Studio) -> str:
    """The sample that trains and evaluates, when it has run."""
    experiment = studio.sample("income")
    studio.run(experiment)
    return experiment


@pytest.fixture(scope="module")
def drawn(studio: Studio) -> str:
    """A script that printed and drew."""
    experiment = studio.new_experiment("""bottega: 1
title: Drawn
nodes:
  draw:
    module: execute-python-script
    parameters:
      script: |
        def azureml_main(dataframe1=None, dataframe2=None):
            import matplotlib
            matplotlib.use("agg")
            import matplotlib.pyplot as plt
            print("first the words")
            for name in ("one", "two"):
                plt.figure()
                plt.plot([1, 2, 3])
                plt.savefig(name + ".png")
            return None,
""")
    studio.run(experiment)
    return experiment


def column(page: Page, name: str) -> Locator:
    """The pane of a column, opened."""
    page.get_by_role("columnheader", name=re.compile(f"^{name}")).click()
    return page.get_by_role("complementary", name=f"Column {name}")


def preview(page: Page, experiment: str, node: str, port: str) -> Editor:
    """The output of a port, looked into."""
    editor = Editor(page).open(experiment)
    editor.port(node, "outputs", port).click()
    return editor


def test_a_column_is_told_by_numbers_and_pictures(page: Page, studio: Studio, income: str) -> None:
    editor = preview(page, income, "clean", "cleaned_dataset")
    expect(editor.rows.get_by_role("gridcell").first).not_to_be_empty()
    pane = column(page, "age")
    for words in ("Mean", "Median", "Least", "Greatest", "Standard deviation", "Missing values"):
        expect(pane.get_by_role("term").filter(has_text=words)).to_be_visible()
    expect(pane.get_by_role("img", name="Histogram of age")).to_be_visible()
    bars = pane.get_by_role("img", name="Histogram of age").locator("rect")
    few = bars.count()
    bins = pane.get_by_role("textbox", name="Bins")
    bins.fill("40")
    bins.press("Enter")
    expect(bars).not_to_have_count(few)
    pane.get_by_text("Box plot", exact=True).click()
    expect(pane.get_by_role("img", name="Box plot of age")).to_be_visible()
    pane = column(page, "sector")
    expect(pane.get_by_role("list", name="Most frequent values of sector").get_by_role("listitem")).not_to_have_count(0)


def test_a_column_is_compared_to_another(page: Page, income: str) -> None:
    preview(page, income, "clean", "cleaned_dataset")
    pane = column(page, "age")
    choice = pane.get_by_role("combobox", name="Compare to")
    expect(pane.get_by_role("img", name="Histogram of age")).to_be_visible()
    for other in ("hours", "income"):
        choice.focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(other)
        page.get_by_role("option", name=re.compile(f"^{other}")).click()
        expect(choice).to_have_value(other)
        if other == "hours":
            expect(pane.get_by_role("img", name="hours against age")).to_be_visible()
    expect(pane.get_by_role("img", name="age by income")).to_be_visible()


def test_rows_far_below_come_when_they_are_asked_for(page: Page, studio: Studio) -> None:
    studio.upload("long", "n\n" + "".join(f"{number}\n" for number in range(50_000)))
    page.goto("/datasets/long")
    rows = page.get_by_role("grid", name="Rows")
    expect(rows.get_by_role("gridcell", name="0", exact=True)).to_be_visible()
    rows.focus()
    page.keyboard.press("Control+End")
    expect(rows.get_by_role("gridcell", name=re.compile(r"^49[, ]?999$"))).to_be_visible()
    assert rows.get_by_role("row").count() < 200, "only what is seen is drawn"


def test_a_table_is_downloaded_as_it_is_shown(page: Page, studio: Studio, tmp_path: Path) -> None:
    text = 'name,amount\n"a, ""b""",1.5\nç,\n'
    studio.upload("odd", text)
    page.goto("/datasets/odd")
    page.get_by_role("button", name="Download").first.click()
    with page.expect_download() as coming:
        page.get_by_role("menuitem", name=re.compile("^(CSV|Comma)")).first.click()
    coming.value.save_as(tmp_path / "odd.csv")
    assert list(csv.reader((tmp_path / "odd.csv").read_text("utf-8-sig").splitlines())) == [
        ["name", "amount"], ['a, "b"', "1.5"], ["ç", ""],
    ]  # fmt: skip


def test_an_output_is_kept_as_a_dataset(page: Page, studio: Studio, income: str) -> None:
    preview(page, income, "features", "results_dataset")
    page.get_by_role("button", name="Save as dataset").click()
    dialog = page.get_by_role("dialog", name="Save as dataset")
    dialog.get_by_label("Name").fill("features of people")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved features of people.")).to_be_visible()
    kept = {each["name"]: each for each in studio.api("GET", "/v1/datasets")}
    assert "density" in [each["name"] for each in kept["features of people"]["output"]["columns"]]


def test_what_was_printed_and_drawn_is_shown_in_order(page: Page, drawn: str) -> None:
    preview(page, drawn, "draw", "python_device")
    expect(page.get_by_role("region", name="Printed text")).to_contain_text("first the words")
    pictures = page.get_by_role("list", name="Pictures").get_by_role("button")
    expect(pictures).to_have_count(2)
    expect(pictures.locator("img").first).to_have_js_property("complete", True)
    assert pictures.locator("img").first.evaluate("image => image.naturalWidth") > 100
    names = [str(each.get_attribute("aria-label")) for each in pictures.all()]
    pictures.first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_have_accessible_name(names[0].removeprefix("Enlarge "))
    page.keyboard.press("ArrowRight")
    expect(dialog).to_have_accessible_name(names[1].removeprefix("Enlarge "))


def test_the_threshold_moves_the_confusion_matrix(page: Page, income: str) -> None:
    preview(page, income, "evaluate", "evaluation_results")
    matrix = page.get_by_role("region", name="Confusion matrix")
    expect(page.get_by_role("img", name="ROC curve")).to_be_visible()
    for other, drawn in (("Precision and recall", "Precision–recall curve"), ("Lift", "Lift curve")):
        page.get_by_text(other, exact=True).click()
        expect(page.get_by_role("img", name=drawn)).to_be_visible()
    table = matrix.get_by_role("table")
    half = table.inner_text()
    counts = [int(each) for each in table.locator("td b").all_inner_texts()]
    metrics = page.get_by_role("region", name="Metrics").get_by_role("table")
    expect(metrics).to_contain_text("AUC")

    # All rows are taken for positive at the least threshold, and none at the greatest.
    matrix.get_by_role("slider", name="Threshold").focus()
    page.keyboard.press("Home")
    expect(table).not_to_have_text(half)
    least = [int(each) for each in table.locator("td b").all_inner_texts()]
    assert (least[1], least[3]) == (0, 0)
    assert sum(least) == sum(counts)
    page.keyboard.press("End")
    expect(table.locator("td b").first).to_have_text("0")
    expect(table.locator("td b").nth(2)).to_have_text("0")
