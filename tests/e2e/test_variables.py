"""A script that failed: what its variables held, and the ways to debug it."""

from __future__ import annotations

import io
import json
import socket
import zipfile

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import PATIENCE
from tests.e2e.editor import Editor
from tests.e2e.studio import Studio

pytestmark = pytest.mark.slow

DOCUMENT = """bottega: 1
title: Broken
nodes:
  typed:
    module: enter-data-manually
    parameters: {data: "age,name\\n36,<b>Ada</b>\\n85,\\n"}
  bad:
    module: execute-python-script
    inputs: {dataset1: typed}
    parameters:
      script: |
        def parts(frame, wanted):
            limits = {"low": 1}
            return frame[wanted]

        def azureml_main(dataframe1=None, dataframe2=None):
            print("so far")
            return parts(dataframe1, "height"),
layout:
  typed: [0, 0]
  bad: [0, 120]
"""
# What a debugger's client says first.
INITIALIZE = b'{"seq": 1, "type": "request", "command": "initialize", "arguments": {"adapterID": "debugpy"}}'


def failed(page: Page, studio: Studio) -> Locator:
    """The log of a script that has failed."""
    editor = Editor(page).open(studio.new_experiment(DOCUMENT))
    editor.run()
    editor.has_become("bad", "Failed")
    return page.get_by_role("region", name="Log of bad")


def opened_again(page: Page) -> None:
    """The page anew, with the same log."""
    page.reload()
    Editor(page).node("bad").click()
    page.keyboard.press("l")


def test_frames_are_shown_with_their_variables(page: Page, studio: Studio) -> None:
    log = failed(page, studio)
    variables = log.get_by_role("button", name="Variables", exact=True)
    variables.focus()
    page.keyboard.press("Enter")
    innermost = log.get_by_role("list", name="Variables of parts")
    expect(innermost.get_by_role("listitem").filter(has_text="wanted")).to_contain_text("'height'")
    expect(innermost).to_contain_text("{'low': 1}")

    # A table as a table; what it held is text, whatever it says.
    innermost.get_by_role("button", name="2 rows × 2 columns").press("Enter")
    rows = innermost.get_by_role("group", name="Rows of frame")
    expect(rows.get_by_role("columnheader").first).to_have_text("age int64")
    expect(rows.get_by_role("cell", name="<b>Ada</b>")).to_be_visible()
    expect(rows.get_by_role("cell", name="missing")).to_be_visible()

    # The frame outside is folded.
    outer = log.get_by_role("list", name="Variables of azureml_main")
    expect(outer).to_be_hidden()
    log.get_by_role("button", name="azureml_main").press("Enter")
    expect(outer.get_by_role("listitem").filter(has_text="NoneType")).to_contain_text("dataframe2")

    # They are as open in the next log.
    opened_again(page)
    expect(log.get_by_role("list", name="Variables of parts")).to_be_visible()


def test_a_script_is_taken_along_with_its_data(page: Page, studio: Studio) -> None:
    log = failed(page, studio)
    log.get_by_role("button", name="Debug", exact=True).click()
    dialog = page.get_by_role("dialog", name="Debug bad")
    with page.expect_download() as coming:
        dialog.get_by_role("button", name="Download script and data").click()
    with zipfile.ZipFile(io.BytesIO(coming.value.path().read_bytes())) as found:
        names = found.namelist()
    assert any(each.endswith("reproduce.py") for each in names), names
    assert any(each.endswith(".parquet") for each in names), names
    expect(dialog).to_contain_text(coming.value.suggested_filename)


def test_a_debugger_waits_and_is_stopped(page: Page, studio: Studio) -> None:
    log = failed(page, studio)
    log.get_by_role("button", name="Debug", exact=True).click()
    dialog = page.get_by_role("dialog", name="Debug bad")
    dialog.get_by_role("tab", name="Attach a debugger").click()
    dialog.get_by_role("button", name="Start the debugger").click()
    expect(dialog.get_by_role("status")).to_have_text("Waiting for a debugger")
    dialog.get_by_role("button", name="Copy: .vscode/launch.json").click()
    entry = json.loads(page.evaluate("navigator.clipboard.readText()"))["configurations"][0]
    port = entry["connect"]["port"]
    expect(dialog).to_contain_text(f"127.0.0.1:{port}")

    # An editor attaches: the page says so, also one that is opened later, and ends it.
    with socket.create_connection(("127.0.0.1", port)) as editor:
        editor.sendall(b"Content-Length: %d\r\n\r\n%b" % (len(INITIALIZE), INITIALIZE))
        expect(dialog.get_by_role("status")).to_have_text("A debugger is attached")
        opened_again(page)
        log.get_by_role("button", name="Debug", exact=True).click()
        dialog.get_by_role("tab", name="Attach a debugger").click()
        expect(dialog.get_by_role("status")).to_have_text("A debugger is attached")
        dialog.get_by_role("button", name="Stop debugging").click()
        expect(dialog.get_by_role("button", name="Start the debugger")).to_be_visible()
        editor.settimeout(PATIENCE / 1000)
        while editor.recv(1 << 16):
            pass


def test_what_never_ran_is_run_first(page: Page, studio: Studio) -> None:
    editor = Editor(page).open(studio.new_experiment(DOCUMENT.replace('"height"', '["age"]')))
    editor.node("bad").click()
    page.get_by_role("button", name="Debug", exact=True).click()
    page.get_by_role("dialog", name="Debug").get_by_role("button", name="Run to here").click()
    editor.has_become("bad", "Finished")
