"""What was edited is never lost: saved by itself, through a reload, two tabs, and a server that goes and comes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.editor import Editor
from tests.e2e.studio import Studio

pytestmark = pytest.mark.slow

DOCUMENT = """bottega: 1
title: Kept
nodes:
  first:
    module: split-data
  second:
    module: split-data
layout:
  first: [0, 0]
  second: [0, 160]
"""


def retitle(page: Page, title: str) -> None:
    """Another title of the experiment."""
    field = page.get_by_label("Title of the experiment")
    field.fill(title)
    field.press("Enter")


def test_what_was_edited_is_there_after_a_reload(page: Page, studio: Studio) -> None:
    experiment = studio.new_experiment(DOCUMENT)
    editor = Editor(page).open(experiment)
    editor.node("second").click()
    page.keyboard.press("Delete")
    editor.is_saved()
    page.reload()
    expect(editor.node("first")).to_be_visible()
    expect(editor.node("second")).to_have_count(0)
    assert "second" not in studio.document(experiment)


def test_what_was_not_yet_saved_is_there_after_a_reload(page: Page, studio: Studio) -> None:
    experiment = studio.new_experiment(DOCUMENT)
    editor = Editor(page).open(experiment)
    page.route(
        "**/v1/experiments/*", lambda route: route.abort() if route.request.method == "PUT" else route.continue_()
    )
    retitle(page, "Not sent yet")
    expect(page.get_by_text("Kept here")).to_be_visible()
    assert "Not sent yet" not in studio.document(experiment)
    page.unroute("**/v1/experiments/*")
    page.reload()
    expect(page.get_by_label("Title of the experiment")).to_have_value("Not sent yet")
    editor.is_saved()
    assert "title: Not sent yet" in studio.document(experiment)


@pytest.mark.parametrize(
    ("choice", "title"),
    [("Take theirs", "Theirs"), ("Replace theirs with mine", "Mine"), ("Keep mine as a copy", "Theirs")],
)
def test_two_tabs_on_one_experiment_overwrite_nothing_silently(
    page: Page, someone: BrowserContext, studio: Studio, choice: str, title: str
) -> None:
    experiment = studio.new_experiment(DOCUMENT)
    Editor(page).open(experiment)
    other = someone.new_page()
    # The second tab does not hear of the first one's change before it has one of its own.
    editor = Editor(other).open(experiment)
    retitle(page, "Theirs")
    Editor(page).is_saved()
    assert "title: Theirs" in studio.document(experiment)

    retitle(other, "Mine")
    dialog = other.get_by_role("dialog", name="Changed elsewhere, too")
    expect(dialog).to_contain_text("Title or description")
    assert "title: Theirs" in studio.document(experiment), "nothing is overwritten before one is asked"
    dialog.get_by_role("button", name=choice).click()
    expect(dialog).to_be_hidden()
    editor.is_saved()
    assert f"title: {title}" in studio.document(experiment)
    if choice == "Keep mine as a copy":
        expect(other.get_by_label("Title of the experiment")).to_have_value("Mine (my changes)")
        assert experiment not in other.url


def test_a_server_that_goes_and_comes_back_has_all_in_the_end(page: Page, studio: Studio) -> None:
    experiment = studio.new_experiment(DOCUMENT)
    editor = Editor(page).open(experiment)
    editor.is_saved()
    studio.stop()
    try:
        retitle(page, "While nobody listened")
        expect(page.get_by_text("The server does not answer. What you change is kept in this browser")).to_be_visible()
        expect(page.get_by_text("Kept here")).to_be_visible()
        editor.node("second").click()
        page.keyboard.press("Delete")
        expect(editor.node("second")).to_have_count(0)
    finally:
        studio.start()
    page.get_by_role("button", name="Try now").click()
    expect(page.get_by_text("The server does not answer.")).to_be_hidden()
    editor.is_saved()
    kept = studio.document(experiment)
    assert "title: While nobody listened" in kept
    assert "second" not in kept
    page.keyboard.press("Control+z")
    expect(editor.node("second")).to_be_visible()


@pytest.mark.parametrize("when", ["open", "closed"])
def test_what_was_edited_outlives_the_deletion_of_its_experiment(page: Page, studio: Studio, when: str) -> None:
    experiment = studio.new_experiment(DOCUMENT)
    Editor(page).open(experiment)
    if when == "closed":
        page.route("**/v1/experiments/*", lambda route: route.abort())
        retitle(page, "Mine")
        expect(page.get_by_text("Kept here")).to_be_visible()
        studio.api("DELETE", f"/v1/experiments/{experiment}")
        page.unroute("**/v1/experiments/*")
        page.reload()
        expect(page.get_by_text("This browser still has your version of it")).to_be_visible()
    else:
        studio.api("DELETE", f"/v1/experiments/{experiment}")
        retitle(page, "Mine")
        expect(page.get_by_role("dialog", name="Deleted elsewhere")).to_be_visible()
    page.get_by_role("button", name="Keep as a new experiment").click()
    expect(page.get_by_label("Title of the experiment")).to_have_value("Mine")
    Editor(page).is_saved()
    assert experiment not in page.url
    page.goto(f"/experiments/{experiment}")
    expect(page.get_by_text("There is no experiment")).to_be_visible()
    expect(page.get_by_role("button", name="Keep as a new experiment")).to_have_count(0)


def test_undo_takes_back_nothing_that_somebody_else_has_saved(page: Page, studio: Studio) -> None:
    experiment = studio.new_experiment(DOCUMENT)
    editor = Editor(page).open(experiment)
    retitle(page, "Mine")
    editor.is_saved()
    studio.api("PATCH", f"/v1/experiments/{experiment}", {"title": "Theirs"})
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("Somebody else changed this experiment.")).to_be_visible()
    expect(page.get_by_label("Title of the experiment")).to_have_value("Theirs")
    page.keyboard.press("Control+z")
    expect(page.get_by_label("Title of the experiment")).to_have_value("Theirs")
    assert "title: Theirs" in studio.document(experiment)


def test_a_save_whose_answer_is_lost_is_no_conflict(page: Page, studio: Studio) -> None:
    experiment = studio.new_experiment(DOCUMENT)
    editor = Editor(page).open(experiment)

    def swallow(route: Route) -> None:
        if route.request.method != "PUT":
            route.continue_()
            return
        route.fetch()
        route.abort()

    page.route("**/v1/experiments/*", swallow)
    retitle(page, "Arrived")
    expect(page.get_by_text("Kept here")).to_be_visible()
    assert "title: Arrived" in studio.document(experiment)
    page.unroute("**/v1/experiments/*")
    editor.is_saved()
    expect(page.get_by_role("dialog")).to_have_count(0)
