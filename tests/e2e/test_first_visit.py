"""The first visit of somebody new, from the sign-in to rows of their own, by mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.editor import Editor
from tests.e2e.studio import Studio

pytestmark = pytest.mark.slow

SALES = "region,amount\nNorth,10\nSouth,25\nNorth,5\nEast,40\n"
SCRIPT = """def azureml_main(dataframe1=None, dataframe2=None):
    total = dataframe1.groupby("region", as_index=False)["amount"].sum()
    print("regions:", len(total))
    return total.sort_values("amount", ascending=False),
"""


def test_from_signing_in_to_rows_of_ones_own(visit: Visit, studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "sales.csv"
    file.write_text(SALES)
    page = visit().new_page()
    editor = Editor(page)

    # The address that the server printed leads in; there is nothing yet, and it says so.
    page.goto(f"{studio.url}/#code={studio.code}")
    expect(page.get_by_text("Your first experiment")).to_be_visible()

    # The data first: a file from the disk.
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Datasets").click()
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Upload", exact=True).first.click()
    choosing.value.set_files(file)
    dialog = page.get_by_role("dialog", name="Upload datasets")
    expect(dialog.get_by_label("Name")).to_have_value("sales")
    dialog.get_by_role("button", name="Upload", exact=True).click()
    expect(page.get_by_text("Kept as version 1: 4 rows, 2 columns")).to_be_visible()

    # Then an empty experiment, with a title.
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Experiments").click()
    page.get_by_role("button", name="New experiment").first.click()
    expect(editor.canvas.get_by_text("Begin with data")).to_be_visible()
    page.get_by_label("Title of the experiment").fill("Sales by region")
    page.get_by_label("Title of the experiment").press("Enter")

    # The file and a script from the palette, and a wire between them.
    editor.drag_from_palette("sales", 250, 80)
    expect(editor.node("sales")).to_be_visible()
    editor.drag_from_palette("Execute Python Script", 250, 260)
    expect(editor.node("script")).to_be_visible()
    editor.drag_wire(editor.port("sales", "outputs", "dataset"), editor.port("script", "inputs", "dataset1"))
    expect(editor.wire("sales", "script")).to_have_count(1)

    # Their own script, run from within its editor.
    editor.node("script").click()
    editor.write(SCRIPT)
    page.keyboard.press("Control+Enter")
    editor.has_become("script", "Finished")

    # What came out of it: the rows, and what was printed.
    editor.port("script", "outputs", "result_dataset").click()
    expect(editor.rows.get_by_role("columnheader", name="region")).to_be_visible()
    expect(editor.cell("East")).to_be_visible()
    expect(editor.cell("40")).to_be_visible()
    expect(page.get_by_text("3 rows × 2 columns")).to_be_visible()
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_role("log", name="Printed text")).to_have_text("regions: 3\n")

    # It is in the list, with what became of it.
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Experiments").click()
    row = page.get_by_role("row").filter(has_text="Sales by region")
    expect(row).to_contain_text("2 modules")
    expect(row).to_contain_text("Finished")
