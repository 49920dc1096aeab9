"""An experiment becomes a web service: set up, published, called, looked after."""

from __future__ import annotations

import re

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import signed_in
from tests.e2e.editor import Editor
from tests.e2e.studio import Studio

pytestmark = pytest.mark.slow

DOCUMENT = """bottega: 1
title: Doubled
nodes:
  typed:
    module: enter-data-manually
    parameters: {data: "x\\n1\\n2\\n"}
  double:
    module: execute-python-script
    inputs: {dataset1: typed}
    parameters:
      script: |
        def azureml_main(dataframe1=None, dataframe2=None):
            return dataframe1 * 2,
"""


@pytest.fixture(scope="module")
def service(studio: Studio, browser: Browser) -> str:
    """The address of a service's page, published by the page itself."""
    experiment = studio.new_experiment(DOCUMENT)
    studio.run(experiment)
    context = signed_in(browser.new_context(base_url=studio.url, locale="en"), studio)
    page = context.new_page()
    Editor(page).open(experiment)
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog", name="Publish as a web service")
    expect(dialog.get_by_label("Name")).to_have_value("Doubled")
    expect(dialog.get_by_role("region", name="What is set up")).to_be_visible()
    dialog.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("dialog", name="Doubled is published").get_by_role("link", name="Test it").click(timeout=120_000)
    expect(page.get_by_role("heading", name="Doubled", level=1)).to_be_visible()
    address = page.url.partition("?")[0]
    context.close()
    return address


@pytest.fixture
def tab(page: Page, service: str) -> Page:
    page.goto(service)
    expect(page.get_by_role("heading", name="Doubled", level=1)).to_be_visible()
    return page


def choose(page: Page, name: str) -> None:
    page.get_by_role("tab", name=re.compile(f"^{name}")).click()


def test_the_test_form_answers(tab: Page) -> None:
    choose(tab, "Test")
    tab.get_by_role("textbox", name="x", exact=True).fill("21")
    tab.get_by_role("button", name="Call the service").click()
    answer = tab.get_by_role("region", name="Answer")
    expect(answer).to_contain_text("status 200")
    expect(answer.get_by_role("definition")).to_have_text("42")

    # Many rows, as text.
    tab.get_by_role("button", name="Many rows").click()
    tab.get_by_role("textbox", name="Rows", exact=True).fill("x\n5\n6\n7\n")
    tab.get_by_role("button", name="Call the service").click()
    for number in ("10", "12", "14"):
        expect(answer.get_by_role("cell", name=number, exact=True)).to_be_visible()

    # What cannot be is told, with the place.
    tab.get_by_role("textbox", name="Rows", exact=True).fill("x\nnot a number\n")
    tab.get_by_role("button", name="Call the service").click()
    expect(answer).to_contain_text("status 400")
    expect(answer).to_contain_text("x")


def test_the_dashboard_counts_calls_and_failures(tab: Page) -> None:
    choose(tab, "Test")
    answer = tab.get_by_role("region", name="Answer")
    tab.get_by_role("textbox", name="x", exact=True).fill("1")
    tab.get_by_role("button", name="Call the service").click()
    expect(answer).to_contain_text("status 200")
    tab.reload()
    choose(tab, "Overview")
    calls = tab.get_by_role("img", name=re.compile("^Calls: [1-9]"))
    expect(calls).to_be_visible()
    expect(tab.get_by_role("img", name=re.compile(r"^Time of a call: [\d.]+.*in the mean"))).to_be_visible()


def test_sample_code_can_be_copied_with_the_key(tab: Page) -> None:
    choose(tab, "Sample code")
    code = tab.get_by_role("region", name="Sample code")
    expect(code).to_contain_text("import urllib")
    assert "Bearer" in code.inner_text()
    tab.get_by_role("button", name="Copy with the key").click()
    expect(tab.get_by_text("Copied with the primary key")).to_be_visible()
    copied = tab.evaluate("navigator.clipboard.readText()")
    choose(tab, "Overview")
    keys = tab.get_by_role("group", name="Primary key")
    keys.get_by_role("button", name="Show Primary key").click()
    expect(keys.get_by_role("code")).not_to_contain_text("•")
    assert keys.get_by_role("code").inner_text() in copied
    choose(tab, "Sample code")
    tab.get_by_text("R", exact=True).click()
    expect(code).to_contain_text("httr")


def test_a_key_that_was_replaced_is_refused(tab: Page) -> None:
    keys = tab.get_by_role("group", name="Secondary key")
    keys.get_by_role("button", name="Show Secondary key").click()
    shown = keys.get_by_role("code")
    expect(shown).not_to_contain_text("•")
    before = shown.inner_text()
    address = tab.get_by_text(re.compile(r"/execute")).first.inner_text()
    url = re.search(r"http://\S+", address)
    assert url is not None

    def call(key: str) -> int:
        body = {"Inputs": {"input1": {"ColumnNames": ["x"], "Values": [["3"]]}}}
        return httpx2.post(url[0], json=body, headers={"authorization": f"Bearer {key}"}, timeout=60).status_code

    assert call(before) == 200
    keys.get_by_role("button", name="Replace Secondary key…").click()
    tab.get_by_role("alertdialog").get_by_role("button", name="Replace").click()
    expect(shown).not_to_have_text(before)
    assert call(before) == 401
    assert call(shown.inner_text()) == 200


def test_another_endpoint_is_made_and_deleted(tab: Page) -> None:
    choose(tab, "Endpoints")
    tab.get_by_role("button", name="New endpoint").click()
    dialog = tab.get_by_role("dialog", name="New endpoint")
    dialog.get_by_label("Name").fill("Not so")
    expect(dialog).to_contain_text("Only small letters and digits")
    dialog.get_by_label("Name").fill("second")
    dialog.get_by_role("button", name="Make it").click()
    row = tab.get_by_role("row").filter(has_text="second")
    expect(row).to_be_visible()
    row.get_by_role("button", name="What can be done with second").click()
    tab.get_by_role("menuitem", name="Delete…").click()
    tab.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)


def test_it_is_in_the_list_and_can_be_deleted(page: Page, studio: Studio, service: str) -> None:
    page.goto("/services")
    expect(page.get_by_role("link", name="Doubled")).to_be_visible()
    made = studio.api("GET", "/v1/services")
    assert [each["name"] for each in made] == ["Doubled"]
    page.goto(service)
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Delete…").click()
    page.get_by_role("alertdialog", name="Delete Doubled?").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Web services", level=1)).to_be_visible()
    assert studio.api("GET", "/v1/services") == []
