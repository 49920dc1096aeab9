"""Old scripts in the editor: names that libraries removed, Python 2, packages that are not there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.editor import Editor
from tests.e2e.studio import Studio

pytestmark = pytest.mark.slow

DOCUMENT = """bottega: 1
title: Old
nodes:
  typed:
    module: enter-data-manually
    parameters: {{data: "age,name\\n36,Ada\\n85,Grace\\n"}}
  old:
    module: execute-python-script
    inputs: {{dataset1: typed}}
    parameters:
      script: |
{script}
layout:
  typed: [0, 0]
  old: [0, 120]
"""
REMOVED = """import numpy as np

def azureml_main(dataframe1=None, dataframe2=None):
    values = dataframe1.as_matrix()
    dataframe1["age"] = dataframe1["age"].astype(np.float)
    return dataframe1,
"""
PYTHON2 = """def azureml_main(dataframe1=None, dataframe2=None):
    print "rows:", len(dataframe1)
    try:
        half = len(dataframe1) / 2
    except Exception, error:
        raise ValueError, "none"
    return dataframe1,
"""
MISSING = """import nowhere_to_be_found

def azureml_main(dataframe1=None, dataframe2=None):
    return dataframe1,
"""


def opened(page: Page, studio: Studio, script: str) -> Editor:
    """The editor of an experiment with this script, which is chosen."""
    lines = "\n".join(f"        {line}" for line in script.splitlines())
    editor = Editor(page).open(studio.new_experiment(DOCUMENT.format(script=lines)))
    editor.node("old").click()
    expect(editor.script).to_be_visible()
    return editor


def put_cursor(editor: Editor, text: str) -> None:
    """Where this stands."""
    editor.script.get_by_text(text).first.click()


def test_removed_names_are_fixed_by_keyboard(page: Page, studio: Studio) -> None:
    editor = opened(page, studio, REMOVED)
    every = page.get_by_role("button", name="Fix all that is safe (2)")
    expect(every).to_be_visible()  # all that is wrong has been told

    put_cursor(editor, "as_matrix")
    page.keyboard.press("Control+.")
    menu = page.get_by_role("menu", name="Quick fixes")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    expect(menu.get_by_role("menuitem").first).to_contain_text("to_numpy")
    page.keyboard.press("Enter")
    expect(editor.script).to_contain_text("dataframe1.to_numpy()")
    expect(page.get_by_role("button", name="Fix all that is safe (1)")).to_be_visible()

    page.keyboard.press("Control+z")
    expect(editor.script).to_contain_text("as_matrix")
    every.click()
    expect(editor.script).to_contain_text("dataframe1.to_numpy()")
    expect(editor.script).to_contain_text("astype(float)")
    expect(page.get_by_role("button", name="Fix all that is safe")).to_have_count(0)
    editor.is_saved()
    editor.run()
    editor.has_become("old", "Finished")


def test_the_list_of_problems_fixes_them(page: Page, studio: Studio) -> None:
    editor = opened(page, studio, REMOVED)
    expect(page.get_by_role("button", name="Fix all that is safe (2)")).to_be_visible()
    put_cursor(editor, "np.float")
    page.keyboard.press("Control+Shift+M")
    problems = page.get_by_role("listbox", name="Problems")
    expect(problems).to_be_focused()
    removed = problems.get_by_role("option").filter(has_text="was removed in")
    expect(removed).to_have_count(2)
    removed.last.get_by_role("button", name="Write").click()
    expect(editor.script).to_contain_text("astype(float)")


def test_a_script_of_python_2_is_converted_and_brought_back(page: Page, studio: Studio) -> None:
    editor = opened(page, studio, PYTHON2)
    page.get_by_role("button", name="Convert to Python 3…").first.click()
    dialog = page.get_by_role("dialog", name="Convert to Python 3")
    changes = dialog.get_by_role("group", name="What changes")
    expect(changes).to_contain_text('-    print "rows:", len(dataframe1)')
    expect(changes).to_contain_text('+    print("rows:", len(dataframe1))')
    expect(changes).to_contain_text("+    except Exception as error:")
    dialog.get_by_role("button", name="Convert", exact=True).click()
    expect(editor.script).to_contain_text('print("rows:", len(dataframe1))')
    expect(page.get_by_text("This script is Python 2.")).to_have_count(0)

    # One press brings it back, another converts it again.
    expect(editor.script).to_be_focused()
    page.keyboard.press("Control+z")
    expect(editor.script).to_contain_text('print "rows:", len(dataframe1)')
    expect(page.get_by_text("This script is Python 2.")).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_text("This script is Python 2.")).to_have_count(0)
    editor.is_saved()
    editor.run()
    editor.has_become("old", "Finished")


def test_a_missing_package_says_how_it_can_be_had(page: Page, studio: Studio) -> None:
    editor = opened(page, studio, MISSING)
    put_cursor(editor, "nowhere_to_be_found")
    fix = page.get_by_role("menuitem", name="How to get it")
    expect(page.locator(".cm-lint-marker-error")).to_be_visible()
    page.keyboard.press("Control+.")
    expect(fix).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="How to get nowhere_to_be_found")
    expect(dialog).to_contain_text("bottega environment create NAME --packages pandas nowhere-to-be-found")
    expect(dialog).not_to_contain_text("These environments have it")
    dialog.get_by_role("link", name="Open the environments").click()
    expect(page.get_by_role("heading", name="Environments", level=1)).to_be_visible()


def test_a_script_with_metadata_of_its_own_is_told(page: Page, studio: Studio) -> None:
    editor = opened(page, studio, f'# /// script\n# dependencies = ["nowhere-to-be-found"]\n# ///\n{MISSING}')
    told = page.get_by_text("It runs in an environment of its own")
    expect(told).to_be_visible()
    expect(page.locator(".cm-lint-marker-error")).to_have_count(0)
    editor.write(MISSING)
    expect(told).to_have_count(0)
    expect(page.locator(".cm-lint-marker-error")).to_be_visible()


@pytest.mark.parametrize("typed", ['dataframe1.ix[:, "', "dataframe1.sort('", 'df = dataframe1.dropna()\n    df["'])
def test_columns_are_offered_where_old_pandas_took_them(page: Page, studio: Studio, typed: str) -> None:
    editor = opened(page, studio, MISSING)
    editor.write("def azureml_main(dataframe1=None, dataframe2=None):\n    ")
    for place, line in enumerate(typed.split("\n    ")):
        if place:
            page.keyboard.insert_text("\n    ")
        page.keyboard.type(line)
    offered = page.get_by_role("listbox", name="Completions").get_by_role("option")
    expect(offered).to_have_count(2)
    expect(offered.first).to_contain_text("age")
