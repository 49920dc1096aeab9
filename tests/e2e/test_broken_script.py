"""A script that fails: where, why, and what runs again once it is mended."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.editor import Editor
from tests.e2e.studio import Studio

pytestmark = pytest.mark.slow

DOCUMENT = """bottega: 1
title: Broken
nodes:
  typed:
    module: enter-data-manually
    parameters: {data: "x\\n1\\n2\\n"}
  good:
    module: execute-python-script
    inputs: {dataset1: typed}
    parameters:
      script: |
        def azureml_main(dataframe1=None, dataframe2=None):
            print("good has run")
            return dataframe1,
  bad:
    module: execute-python-script
    inputs: {dataset1: good}
    parameters:
      script: |
        def azureml_main(dataframe1=None, dataframe2=None):
            wanted = "y"
            dataframe1["z"] = dataframe1[wanted]
            return dataframe1,
layout:
  typed: [0, 0]
  good: [0, 120]
  bad: [0, 240]
"""
MENDED = """def azureml_main(dataframe1=None, dataframe2=None):
    dataframe1["z"] = dataframe1["x"] + 40
    return dataframe1,
"""


def test_the_line_is_marked_and_what_stands_is_reused(page: Page, studio: Studio) -> None:
    editor = Editor(page).open(studio.new_experiment(DOCUMENT))
    editor.run()
    editor.has_become("bad", "Failed")

    # The page goes there by itself: the node, its log, its script with the line.
    log = page.get_by_role("region", name="Log of bad")
    expect(log).to_contain_text("line 3")
    expect(log).to_contain_text("KeyError")
    expect(editor.node("bad")).to_have_attribute("aria-pressed", "true")
    mark = page.get_by_role("note").filter(has_text="KeyError")
    expect(mark).to_be_visible()
    line = page.get_by_text('dataframe1["z"] = dataframe1[wanted]').last
    assert mark.bounding_box()["y"] > line.bounding_box()["y"]  # type: ignore[index]
    log.get_by_role("button", name="Traceback").click()
    expect(log).to_contain_text('dataframe1["z"] = dataframe1[wanted]')

    # Mended there, it runs alone: what it needs stands.
    editor.write(MENDED)
    expect(mark).to_be_hidden()
    page.keyboard.press("Control+Enter")
    editor.has_become("bad", "Finished")
    editor.has_become("good", "Reused")
    editor.has_become("typed", "Reused")
    expect(log).not_to_contain_text("KeyError")

    # Why it ran is one press away.
    log.get_by_role("button", name=re.compile("Why")).click()
    why = page.get_by_role("dialog")
    expect(why.get_by_role("heading", name="In its last run")).to_be_visible()
    expect(why).to_contain_text("script")
    page.keyboard.press("Escape")

    editor.port("bad", "outputs", "result_dataset").click()
    expect(editor.cell("42")).to_be_visible()


def test_errors_alone_can_be_shown(page: Page, studio: Studio) -> None:
    editor = Editor(page).open(studio.new_experiment(DOCUMENT))
    editor.run()
    editor.has_become("bad", "Failed")
    page.keyboard.press("Escape")
    editor.canvas.click(position={"x": 20, "y": 20})
    lines = page.get_by_role("list", name="What became of each node").get_by_role("listitem")
    expect(lines).to_have_count(3)
    expect(lines.first).to_contain_text("bad")
    page.get_by_role("switch", name="Errors only").click(force=True)
    expect(lines).to_have_count(1)
    lines.get_by_role("button").click()
    expect(page.get_by_role("region", name="Log of bad")).to_be_visible()


def test_runs_are_kept_locked_compared_and_restored(page: Page, studio: Studio) -> None:
    experiment = studio.new_experiment(DOCUMENT.replace('"y"', '"x"'))
    studio.run(experiment)
    studio.api("PUT", f"/v1/experiments/{experiment}", content=DOCUMENT.replace('"y"', '"x"  # again').encode())
    studio.run(experiment)
    editor = Editor(page).open(experiment)
    page.get_by_role("tab", name="Runs").click()
    runs = page.get_by_role("list", name="Runs, newest first").get_by_role("listitem")
    expect(runs).to_have_count(2)

    # As it was: nothing can be changed in it.
    runs.last.get_by_role("link").click()
    expect(page.get_by_role("group", name="Snapshot")).to_contain_text("Locked")
    editor.node("bad").click()
    page.get_by_role("tab", name="Properties").click()
    before = editor.script.inner_text()
    editor.write("another script")
    expect(editor.script).to_have_text(before, use_inner_text=True)
    editor.node("bad").click()
    page.keyboard.press("Delete")
    expect(editor.node("bad")).to_be_visible()

    # Back to that.
    page.get_by_role("button", name="Restore…").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Restore").click()
    expect(page.get_by_role("group", name="Snapshot")).to_be_hidden()
    editor.is_saved()
    assert "again" not in studio.document(experiment)

    # What was changed from one to the other.
    page.get_by_role("tab", name="Runs").click()
    runs.first.get_by_role("button", name=re.compile("More about the run")).click()
    page.get_by_role("menuitem", name="Compare with the run before").click()
    expect(page.get_by_role("heading", name="Compare two runs")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("# again")
