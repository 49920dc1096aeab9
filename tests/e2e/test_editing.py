"""Undo of everything, the clipboard, what is typed into a field, and what is dropped where."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from ruamel.yaml import YAML

from tests.e2e.editor import Editor, middle
from tests.e2e.studio import Studio

pytestmark = pytest.mark.slow

DOCUMENT = """bottega: 1
title: Two
nodes:
  typed:
    module: enter-data-manually
    parameters: {data: "x\\n1\\n2\\n"}
  split:
    module: split-data
layout:
  typed: [0, 0]
  split: [0, 160]
"""


@pytest.fixture
def experiment(studio: Studio) -> str:
    return studio.new_experiment(DOCUMENT)


@pytest.fixture
def editor(page: Page, experiment: str) -> Editor:
    return Editor(page).open(experiment)


def test_everything_is_undone_and_done_again(page: Page, editor: Editor, studio: Studio, experiment: str) -> None:
    keys = page.keyboard
    source, target = editor.port("typed", "outputs", "dataset"), editor.port("split", "inputs", "dataset")
    before = middle(editor.node("split"))

    # Five changes of five kinds.
    editor.drag_from_palette("Edit Metadata", 120, 60)
    added = editor.node("edit-metadata")
    expect(added).to_be_visible()
    editor.drag(*before, before[0] + 120, before[1] + 40)
    editor.stands(editor.node("split"), lambda x, y: x > before[0] + 60 and y > before[1])
    moved = middle(editor.node("split"))
    editor.drag_wire(source, target)
    expect(editor.wire("typed", "split")).to_have_count(1)
    editor.node("split").click()
    fraction = page.get_by_role("textbox", name=re.compile("^Fraction of rows"))
    fraction.fill("0.25")
    fraction.press("Enter")
    editor.node("typed").click()
    keys.press("Delete")
    expect(editor.node("typed")).to_be_hidden()
    expect(editor.wire("typed", "split")).to_have_count(0)
    editor.is_saved()
    assert "typed" not in studio.document(experiment)

    # All of them back, one by one.
    keys.press("Control+z")
    expect(editor.node("typed")).to_be_visible()
    expect(editor.wire("typed", "split")).to_have_count(1)
    keys.press("Control+z")
    editor.node("split").click()
    expect(fraction).to_have_value("0.5")
    editor.canvas.click(position={"x": 15, "y": 15})
    keys.press("Control+z")
    expect(editor.wire("typed", "split")).to_have_count(0)
    keys.press("Control+z")
    editor.stands(editor.node("split"), lambda x, y: abs(x - before[0]) < 2 and abs(y - before[1]) < 2)
    keys.press("Control+z")
    expect(added).to_be_hidden()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()
    editor.is_saved()
    assert YAML(typ="safe").load(studio.document(experiment)) == YAML(typ="safe").load(DOCUMENT)

    # And done again, all five.
    for _ in range(5):
        keys.press("Control+Shift+z")
    expect(editor.node("typed")).to_be_hidden()
    expect(added).to_be_visible()
    editor.stands(editor.node("split"), lambda x, _: abs(x - moved[0]) < 2)
    editor.node("split").click()
    expect(fraction).to_have_value("0.25")
    editor.is_saved()
    assert "fraction: 0.25" in studio.document(experiment)


def test_the_clipboard_is_the_file_itself(page: Page, editor: Editor, studio: Studio) -> None:
    editor.drag_wire(editor.port("typed", "outputs", "dataset"), editor.port("split", "inputs", "dataset"))
    expect(editor.wire("typed", "split")).to_have_count(1)
    editor.canvas.click(position={"x": 15, "y": 15})
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("bottega: 1\n")
    assert "inputs: {dataset: typed.dataset}" in text

    # Beside what is there, under names that are free.
    page.keyboard.press("Control+v")
    expect(editor.wire("typed2", "split2")).to_have_count(1)
    expect(editor.wire("typed", "split")).to_have_count(1)

    # Into another experiment.
    other = studio.new_experiment("bottega: 1\ntitle: Other\nnodes: {}\n")
    editor.open(other)
    expect(editor.canvas.get_by_text("Begin with data")).to_be_visible()
    page.keyboard.press("Control+v")
    expect(editor.wire("typed", "split")).to_have_count(1)
    editor.is_saved()
    assert "dataset: typed" in studio.document(other)


def test_text_from_elsewhere_is_pasted_as_nodes(page: Page, editor: Editor) -> None:
    text = "bottega: 1\nnodes:\n  <img onerror=alert(1)>: {module: split-data}\n"
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    editor.canvas.click(position={"x": 15, "y": 15})
    page.keyboard.press("Control+v")
    expect(editor.canvas.get_by_role("button", name=re.compile("^Split Data, "))).to_have_count(2)
    editor.is_saved()
    text = "nodes:\n  from_a_chat:\n    module: Split Data\n"
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    editor.canvas.click(position={"x": 15, "y": 15})
    page.keyboard.press("Control+v")
    expect(editor.node("from_a_chat")).to_be_visible()


def test_a_wire_dropped_on_the_empty_canvas_asks_what_follows(page: Page, editor: Editor) -> None:
    x, y = middle(editor.port("typed", "outputs", "dataset"))
    editor.drag(x, y, x + 220, y + 30)
    search = page.get_by_role("searchbox", name="What takes Dataset")
    expect(search).to_be_focused()
    page.keyboard.type("edit metadata")
    page.keyboard.press("Enter")
    expect(editor.wire("typed", "edit-metadata")).to_have_count(1)


def test_a_wire_that_does_not_fit_is_refused_with_the_reason(page: Page, editor: Editor) -> None:
    editor.drag_from_palette("Train Model", 130, 130)
    expect(editor.node("train")).to_be_visible()
    x, y = middle(editor.port("typed", "outputs", "dataset"))
    to_x, to_y = middle(editor.port("train", "inputs", "untrained_model"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, (y + to_y) / 2, steps=4)
    page.mouse.move(to_x, to_y, steps=4)
    expect(page.get_by_text(re.compile("Dataset is .*table.*Untrained model takes .*untrained model"))).to_be_visible()
    page.mouse.up()
    expect(editor.wire("typed", "train")).to_have_count(0)


def test_a_node_dropped_on_a_wire_is_spliced_in_and_taken_out_again(page: Page, editor: Editor) -> None:
    editor.drag_wire(editor.port("typed", "outputs", "dataset"), editor.port("split", "inputs", "dataset"))
    expect(editor.wire("typed", "split")).to_have_count(1)
    (x, y), (to_x, to_y) = (
        middle(editor.port("typed", "outputs", "dataset")),
        middle(editor.port("split", "inputs", "dataset")),
    )
    box = editor.canvas.bounding_box()
    assert box is not None
    editor.drag_from_palette("Edit Metadata", (x + to_x) / 2 - box["x"], (y + to_y) / 2 - box["y"])
    expect(editor.wire("typed", "edit-metadata")).to_have_count(1)
    expect(editor.wire("edit-metadata", "split")).to_have_count(1)
    expect(editor.wire("typed", "split")).to_have_count(0)
    editor.node("edit-metadata").click()
    page.keyboard.press("Control+Delete")
    expect(editor.wire("typed", "split")).to_have_count(1)


def test_the_outline_tells_the_same_and_connects(page: Page, editor: Editor) -> None:
    page.get_by_role("radio", name="Outline").click(force=True)
    outline = page.get_by_role("treegrid", name="Outline of the experiment")
    expect(outline.get_by_role("row")).to_have_count(2)
    outline.get_by_role("button", name="Connect Enter Data Manually").click()
    page.get_by_role("option").first.click()
    split = outline.get_by_role("row", name=re.compile("^Split Data"))
    split.get_by_role("button", name="Ports").click()
    expect(outline.get_by_role("row", name=re.compile("Input Dataset.*from typed"))).to_be_visible()
