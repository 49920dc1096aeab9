"""Environments: made, watched, cancelled, changed and removed; chosen for an experiment and for a script."""

from __future__ import annotations

import re
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bottega.sandbox.host import build
from bottega.sandbox.host import environment as environments
from bottega.sandbox.host.environment import Environment
from tests.e2e.editor import Editor
from tests.e2e.index import SLOW, served
from tests.e2e.studio import Studio
from tests.server.helpers import until
from tests.server.packages import Index

pytestmark = pytest.mark.slow

SCRIPT = """bottega: 1
title: Runs elsewhere
nodes:
  typed:
    module: enter-data-manually
    parameters: {data: "x\\n1\\n2\\n"}
  where:
    module: execute-python-script
    inputs: {dataset1: typed}
    parameters:
      script: |
        import sys
        def azureml_main(dataframe1=None, dataframe2=None):
            print("It runs in", sys.prefix)
            return dataframe1 * 2,
"""


@pytest.fixture(scope="module")
def studio(app: None, environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A server whose packages come from an index of ours."""
    build.ensure("bottega", lambda _: None)  # from the usual one
    folder = tmp_path_factory.mktemp("environments")
    index = Index(folder / "index")
    index.add("base")
    index.add("small", requires=("base",))
    opened = Studio(folder)
    with served(index.folder) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("UV_DEFAULT_INDEX", url)
        opened.start()
        yield opened
        opened.stop()


@pytest.fixture
def name(studio: Studio) -> Iterator[str]:
    """That of an environment which goes when the test is over; those of a machine are one household."""
    made = f"e2e-{secrets.token_hex(4)}"
    yield made
    for each in studio.api("GET", "/v1/experiments"):
        studio.api("DELETE", f"/v1/experiments/{each['id']}")
    for each in studio.api("GET", "/v1/builds"):
        studio.api("DELETE", f"/v1/builds/{each['id']}")
    until(lambda: not any(each["ended"] is None for each in studio.api("GET", "/v1/builds")))
    if environments.find(made) is not None:
        studio.api("DELETE", f"/v1/environments/{made}")


def wish(page: Page, name: str, packages: str) -> None:
    """What the dialog for a new one is told."""
    page.goto("/environments")
    page.get_by_role("button", name="New environment").click()
    dialog = page.get_by_role("dialog", name="New environment")
    dialog.get_by_label("Name", exact=True).fill(name)
    dialog.get_by_role("textbox", name="Packages").fill(packages)
    dialog.get_by_role("button", name="Build", exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def facts(page: Page) -> Locator:
    return page.get_by_role("main")


def test_one_is_made_looked_at_and_removed(page: Page, studio: Studio, name: str) -> None:
    wish(page, name, "small\n")
    expect(facts(page).get_by_text("Ready", exact=True)).to_be_visible()
    expect(facts(page)).to_contain_text("2 packages")
    page.get_by_role("searchbox", name="Search packages").fill("sma")
    packages = page.get_by_role("tabpanel")
    expect(packages.get_by_text("small", exact=True)).to_be_visible()
    expect(packages.get_by_text("base", exact=True)).to_be_hidden()
    page.get_by_role("tab", name="Made from").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("small")
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Lock file").click()
    assert fetched.value.suggested_filename == f"{name}.lock"
    assert "small==1.0" in Path(fetched.value.path()).read_text()

    page.get_by_role("button", name="Change packages…").click()
    dialog = page.get_by_role("dialog", name=f"Packages of {name}")
    dialog.get_by_role("textbox", name="Packages").fill("base")
    dialog.get_by_role("button", name="Build anew").click()
    expect(facts(page)).to_contain_text("1 package")
    expect(facts(page).get_by_text("Ready", exact=True)).to_be_visible()

    page.get_by_role("button", name="Change packages…").click()
    dialog.get_by_role("textbox", name="Packages").fill("base>=7")
    dialog.get_by_role("button", name="Build anew").click()
    expect(page.get_by_role("alert")).to_contain_text("The update failed; the environment is as it was.")
    page.get_by_role("button", name="Build again…").click()
    expect(dialog.get_by_role("textbox", name="Packages")).to_have_value("base>=7")
    dialog.get_by_role("button", name="Cancel").click()

    page.get_by_role("button", name="Remove…").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text(f"{name} is removed.")).to_be_visible()
    expect(page.get_by_role("heading", name="Environments", level=1)).to_be_visible()
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)


def test_what_cannot_be_found_is_told_in_the_words_of_the_resolver(page: Page, studio: Studio, name: str) -> None:
    wish(page, name, "small>=7")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The environment could not be built.")
    expect(alert).to_contain_text("small>=7")
    page.reload()
    page.get_by_role("button", name="Build again…").click()
    dialog = page.get_by_role("dialog", name="New environment")
    expect(dialog.get_by_label("Name", exact=True)).to_have_value(name)
    expect(dialog.get_by_role("textbox", name="Packages")).to_have_value("small>=7")
    dialog.get_by_role("button", name="Cancel").click()
    page.goto("/environments")
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("Could not be built")
    row.get_by_role("button", name=f"What can be done with {name}").click()
    page.get_by_role("menuitem", name="Forget").click()
    expect(row).to_have_count(0)


def test_a_list_that_is_more_than_names_is_refused_beside_the_field(page: Page, name: str) -> None:
    page.goto(f"/environments?new={name}")
    dialog = page.get_by_role("dialog", name="New environment")
    expect(dialog.get_by_label("Name", exact=True)).to_have_value(name)
    dialog.get_by_role("textbox", name="Packages").fill("polars\n-r other.txt")
    expect(dialog).to_contain_text("scripts need pandas")
    dialog.get_by_role("button", name="Add pandas").click()
    expect(dialog.get_by_role("textbox", name="Packages")).to_have_value("pandas\npolars\n-r other.txt")
    dialog.get_by_role("button", name="Build", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("Line 3 cannot be")
    dialog.get_by_label("Name", exact=True).fill("no name")
    expect(dialog).to_contain_text("letters, digits, dots")
    expect(dialog.get_by_role("button", name="Build", exact=True)).to_be_disabled()


def test_a_build_goes_on_while_one_looks_elsewhere_and_is_cancelled(page: Page, studio: Studio, name: str) -> None:
    wish(page, name, SLOW)
    going = page.get_by_role("region", name=f"The build of {name}")
    expect(going).to_be_visible()
    page.goto("/experiments")
    page.goto(f"/environments/{name}")
    expect(going).to_be_visible()
    page.goto("/environments")
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("Building")
    row.get_by_role("button", name=f"Cancel the build of {name}").click()
    expect(row).to_have_count(0)
    assert environments.find(name) is None


def test_a_script_runs_in_the_one_that_is_chosen(page: Page, studio: Studio, name: str) -> None:
    studio.api("PATCH", "/v1/workspace/settings", {"allow_local_files": True})
    page.goto("/environments")
    page.get_by_role("button", name="New environment").click()
    dialog = page.get_by_role("dialog", name="New environment")
    dialog.get_by_label("Name", exact=True).fill(name)
    dialog.get_by_role("button", name="Python", exact=False).click()
    page.get_by_role("option", name="Another, by its path").click()
    dialog.get_by_label("Path of the interpreter").fill(sys.executable)
    expect(dialog.get_by_role("textbox", name="Packages")).to_have_value("")  # it has its own
    dialog.get_by_role("button", name="Build", exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(facts(page).get_by_text("Ready", exact=True)).to_be_visible()
    expect(facts(page).get_by_text("registered", exact=True)).to_be_visible()

    experiment = studio.new_experiment(SCRIPT)
    editor = Editor(page).open(experiment)
    choice = page.get_by_role("button", name=re.compile("Environment$"))
    choice.click()
    page.get_by_role("option", name=name).click()
    editor.is_saved()
    assert f"environment: {name}" in studio.document(experiment)
    page.keyboard.press("Control+z")
    expect(choice).to_have_accessible_name(re.compile("default"))
    editor.node("where").click()
    expect(choice).to_have_accessible_name(re.compile("As the experiment: default"))
    choice.click()
    page.get_by_role("option", name=name).click()
    expect(page.get_by_role("link", name=f"Packages of {name}")).to_be_visible()
    editor.is_saved()
    editor.run()
    editor.has_become("where", "Finished")

    page.goto(f"/environments/{name}")
    page.get_by_role("button", name="Remove…").click()
    refused = page.get_by_role("dialog", name=f"{name} is in use")
    expect(refused.get_by_role("link", name="Runs elsewhere")).to_be_visible()
    refused.get_by_role("button", name="Close").last.click()
    page.get_by_role("tab", name="Used by").click()
    page.get_by_role("link", name="Runs elsewhere").click()
    expect(editor.canvas).to_be_visible()


def test_one_that_is_not_there_can_be_made_from_where_it_is_named(page: Page, studio: Studio, name: str) -> None:
    experiment = studio.new_experiment(f"{SCRIPT}environment: {name}\n")
    Editor(page).open(experiment)
    page.get_by_role("link", name=f"Make {name}").click()
    expect(page.get_by_role("dialog", name="New environment").get_by_label("Name", exact=True)).to_have_value(name)


def test_by_the_keyboard_alone(page: Page, studio: Studio, name: str) -> None:
    page.goto("/environments")
    expect(page.get_by_role("grid", name="Environments")).to_be_visible()
    page.get_by_role("button", name="New environment").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="New environment")
    expect(dialog.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("textbox", name="Packages")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("small")
    dialog.get_by_role("button", name="Build", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(facts(page).get_by_text("Ready", exact=True)).to_be_visible()
