"""Signing in and out, and what becomes of a page whose session ends."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import Visit, signed_in
from tests.e2e.studio import Studio

pytestmark = pytest.mark.slow


def list_of_experiments(page: Page) -> None:
    expect(page.get_by_role("heading", name="Experiments", level=1)).to_be_visible()


def sign_in_form(page: Page) -> None:
    expect(page.get_by_role("heading", name="Sign in to Bottega")).to_be_visible()


def test_the_printed_address_signs_in_once(visit: Visit, studio: Studio) -> None:
    address = studio.new_address()
    page = visit().new_page()
    page.goto(address)
    list_of_experiments(page)
    assert "code" not in page.url
    page.reload()
    list_of_experiments(page)

    other = visit().new_page()
    other.goto(address)
    sign_in_form(other)
    expect(other.get_by_text("used", exact=False).first).to_be_visible()


def test_a_token_signs_in_and_leads_to_where_one_was_going(visit: Visit, studio: Studio) -> None:
    page = visit().new_page()
    page.goto("/datasets")
    sign_in_form(page)
    page.get_by_label("Workspace token").fill(studio.tokens()[1])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Datasets", level=1)).to_be_visible()


def test_a_wrong_token_is_refused_in_words(visit: Visit) -> None:
    page = visit().new_page()
    page.goto("/")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Paste a token of the workspace.")).to_be_visible()
    page.get_by_label("Workspace token").fill("not a token of this place")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Workspace token")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("This is no token of the workspace")).to_be_visible()
    assert page.context.cookies() == []
    sign_in_form(page)


def test_signing_out_ends_the_session_on_the_server(page: Page, someone: BrowserContext) -> None:
    kept = someone.cookies()
    page.goto("/")
    page.get_by_role("button", name="Workspace and preferences").click()
    page.get_by_role("menuitem", name="Sign out").click()
    sign_in_form(page)
    someone.clear_cookies()
    someone.add_cookies([{"name": each["name"], "value": each["value"], "url": page.url} for each in kept])
    assert someone.request.get("/v1/session").status == 401, "the cookie from before is worth nothing"


def test_a_session_that_ended_is_begun_again_over_the_page(page: Page, someone: BrowserContext, studio: Studio) -> None:
    experiment = studio.new_experiment("bottega: 1\ntitle: Unfinished\nnodes: {}\n")
    page.goto(f"/experiments/{experiment}")
    title = page.get_by_label("Title of the experiment")
    title.fill("Still here")
    someone.clear_cookies()
    title.press("Enter")
    dialog = page.get_by_role("dialog", name="Signed out")
    dialog.get_by_label("Workspace token").fill(studio.tokens()[0])
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    expect(title).to_have_value("Still here")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert "title: Still here" in studio.document(experiment)


def test_two_people_are_in_at_once(visit: Visit, studio: Studio) -> None:
    for each in (signed_in(visit(), studio), signed_in(visit(), studio)):
        page = each.new_page()
        page.goto("/")
        list_of_experiments(page)
