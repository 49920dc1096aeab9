"""The same by keyboard alone: no call of the mouse is in this file."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.editor import Editor
from tests.e2e.studio import Studio

pytestmark = pytest.mark.slow


def tab_to(wanted: Locator, key: str) -> None:
    """Press a key until something has the focus; not for ever."""
    for _ in range(60):
        if wanted.evaluate("node => node === document.activeElement"):
            return
        wanted.page.keyboard.press(key)
    expect(wanted).to_be_focused()


def test_an_experiment_is_built_run_and_read_by_keyboard(page: Page, studio: Studio) -> None:
    studio.upload("numbers", "x,y\n1,2\n3,4\n")
    editor = Editor(page)
    keys = page.keyboard
    page.goto("/experiments")
    expect(page.get_by_role("heading", name="Experiments", level=1)).to_be_visible()
    keys.press("n")
    expect(editor.canvas).to_be_visible()

    def add(words: str, node: str) -> None:
        keys.press("a")
        expect(page.get_by_role("searchbox", name="Add to the canvas")).to_be_focused()
        keys.type(words)
        expect(page.get_by_role("option").first).to_contain_text(words, ignore_case=True)
        keys.press("Enter")
        expect(editor.node(node)).to_be_focused()

    add("numbers", "numbers")
    keys.press("Escape")
    add("Execute Python Script", "script")

    # A wire: back to the data, below which there was no room in sight, and from there to what fits.
    keys.press("ArrowDown")
    expect(editor.node("numbers")).to_be_focused()
    keys.press("c")
    expect(page.get_by_role("searchbox", name="Connect numbers to")).to_be_focused()
    keys.type("dataset1")
    expect(page.get_by_role("option")).to_have_count(1)
    keys.press("Enter")
    expect(editor.wire("numbers", "script")).to_have_count(1)

    # Along the wire to the script, and into its properties.
    expect(editor.node("numbers")).to_be_focused()
    keys.press("ArrowDown")
    expect(editor.node("script")).to_be_focused()
    keys.press("Enter")
    expect(editor.script).to_be_focused()
    keys.press("Control+a")
    keys.press("Delete")
    keys.type("def azureml_main(dataframe1=None, dataframe2=None):")
    keys.press("Enter")
    keys.type("return dataframe1 * 10,")
    keys.press("Escape")
    keys.press("Control+Enter")
    editor.has_become("script", "Finished")

    # Out of the editor, back to the node, and its output below.
    keys.press("Escape")
    keys.press("Shift+Tab")
    tab_to(editor.node("script"), "Shift+Tab")
    keys.press("Space")
    expect(editor.cell("40")).to_be_visible()
    keys.press("Escape")  # while a node is chosen, Tab adds what follows it
    tab_to(editor.rows, "Tab")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        keys.press(key)
    expect(page.get_by_text("Row 2, y")).to_be_visible()
    keys.press("Enter")
    expect(page.get_by_role("complementary", name="Column y")).to_contain_text("Mean")


def test_every_command_of_the_palette_and_help_is_reached(page: Page, studio: Studio) -> None:
    Editor(page).open(studio.sample("plots"))
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_visible()
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    for words in ("Add to the canvas", "Connect to…", "Run the experiment", "Undo"):
        expect(help_.get_by_text(words, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("datasets")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Datasets", level=1)).to_be_visible()
