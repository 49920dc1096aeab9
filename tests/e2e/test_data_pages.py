"""Datasets, models, experiments as a list, and settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import Visit, signed_in
from tests.e2e.editor import Editor
from tests.e2e.studio import Studio

pytestmark = pytest.mark.slow


def upload(page: Page, button: str, file: Path) -> None:
    """A file from the disk, by a button."""
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name=button, exact=True).first.click()
    choosing.value.set_files(file)
    page.get_by_role("dialog").get_by_role("button", name="Upload", exact=True).click()


def test_a_dataset_gets_versions_and_is_removed(page: Page, studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("price\n1\n2\n")
    page.goto("/datasets")
    upload(page, "Upload", file)
    expect(page.get_by_text("Kept as version 1: 2 rows, 1 columns")).to_be_visible()
    page.get_by_role("link", name="prices").first.click()
    expect(page.get_by_role("grid", name="Rows").get_by_role("gridcell", name="2", exact=True)).to_be_visible()

    file.write_text("price,currency\n1,EUR\n2,SEK\n3,BRL\n")
    upload(page, "New version", file)
    expect(page.get_by_text("Kept as version 2: 3 rows, 2 columns")).to_be_visible()
    page.get_by_role("tab", name=re.compile("^Versions")).click()
    versions = page.get_by_role("grid", name="Versions")
    expect(versions.get_by_role("row")).to_have_count(3)
    versions.get_by_role("link", name="Version 1").click()
    expect(page.get_by_text("not the newest")).to_be_visible()

    page.get_by_role("button", name="Remove…").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("prices is removed.")).to_be_visible()
    assert "prices" not in [each["name"] for each in studio.api("GET", "/v1/datasets")]


def test_a_file_that_is_no_table_is_refused_in_words(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "broken.parquet"
    file.write_text("this is no parquet")
    page.goto("/datasets")
    upload(page, "Upload", file)
    expect(page.get_by_role("button", name="Upload broken.parquet again")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(re.compile("parquet", re.IGNORECASE))


def test_who_uses_a_dataset_is_told_before_it_goes(page: Page, studio: Studio) -> None:
    studio.upload("shared", "a\n1\n")
    studio.new_experiment("bottega: 1\ntitle: Leans on it\nnodes:\n  shared:\n    dataset: shared\n")
    page.goto("/datasets")
    page.get_by_role("button", name="What can be done with shared").click()
    page.get_by_role("menuitem", name="Remove…").click()
    question = page.get_by_role("alertdialog")
    expect(question).to_contain_text("Leans on it")
    question.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("link", name="shared")).to_be_visible()


def test_a_model_that_is_kept_tells_where_it_is_from(page: Page, studio: Studio) -> None:
    experiment = studio.sample("income")
    studio.run(experiment)
    editor = Editor(page).open(experiment)
    editor.port("train", "outputs", "trained_model").click()
    page.get_by_role("button", name="Save as trained model").click()
    dialog = page.get_by_role("dialog", name="Save as trained model")
    dialog.get_by_label("Name").fill("who earns more")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved who earns more.")).to_be_visible()

    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Models").click()
    page.get_by_role("row").filter(has_text="who earns more").click()
    page.get_by_role("link", name="the experiment it comes from").click()
    expect(page.get_by_label("Title of the experiment")).to_have_value("Who earns more than 50K?")

    # It can be put on the canvas from now on.
    page.get_by_role("searchbox", name="Search modules and data").fill("who earns")
    expect(page.get_by_role("treeitem", name="who earns more")).to_be_visible()


def test_an_experiment_is_duplicated_deleted_and_brought_back(page: Page, studio: Studio) -> None:
    experiment = studio.new_experiment("bottega: 1\ntitle: Precious\nnodes:\n  split:\n    module: split-data\n")
    page.goto("/experiments")
    actions = page.get_by_role("button", name="Actions for Precious", exact=True)
    actions.click()
    page.get_by_role("menuitem", name="Duplicate").click()
    expect(page.get_by_role("row").filter(has_text="Precious")).to_have_count(2)

    actions.click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(actions).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(actions).to_be_visible()
    actions.click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(actions).to_have_count(0)

    page.get_by_role("button", name="Deleted").click()
    actions.click()
    page.get_by_role("menuitem", name="Delete for good…").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete for good").click()
    expect(actions).to_have_count(0)
    assert experiment not in [each["id"] for each in studio.api("GET", "/v1/experiments?archived=true")]


def test_an_experiment_file_is_imported_and_found(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "brought.yaml"
    file.write_text("bottega: 1\ntitle: Brought along\nnodes:\n  split:\n    module: split-data\n")
    page.goto("/experiments")
    page.get_by_role("button", name="From sample or file").first.click()
    with page.expect_file_chooser() as choosing:
        page.get_by_role("menuitem", name="Import a file…").click()
    choosing.value.set_files(file)
    editor = Editor(page)
    listed = page.get_by_role("row").filter(has_text="Brought along")
    expect(listed.or_(editor.node("split")).first).to_be_visible()
    page.goto("/experiments")
    page.get_by_role("searchbox", name="Search experiments").fill("brought")
    expect(page.get_by_role("row").filter(has_text="Brought along")).to_have_count(1)
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("searchbox", name="Search experiments").fill("nothing is called so")
    expect(page.get_by_text("Nothing found")).to_be_visible()


def test_a_renewed_token_shuts_other_sessions_out(page: Page, visit: Visit, studio: Studio) -> None:
    before = studio.tokens()
    other = signed_in(visit(), studio).new_page()
    other.goto("/datasets")
    expect(other.get_by_role("heading", name="Datasets", level=1)).to_be_visible()

    page.goto("/settings")
    page.get_by_role("button", name="Replace Primary token…").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Replace").click()
    expect(page.get_by_text("Primary token is replaced.")).to_be_visible()
    after = studio.tokens()
    assert after[0] != before[0]
    assert after[1] == before[1]

    other.get_by_role("link", name="Experiments", exact=True).click()
    expect(
        other.get_by_role("dialog", name="Signed out").or_(other.get_by_role("heading", name="Sign in to Bottega"))
    ).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()


def test_a_setting_is_kept(page: Page, someone: BrowserContext, studio: Studio) -> None:
    page.goto("/settings")
    switch = page.get_by_role("switch", name="Files of the server")
    expect(switch).not_to_be_checked()
    switch.click(force=True)
    expect(switch).to_be_checked()
    page.reload()
    expect(switch).to_be_checked()
    assert studio.api("GET", "/v1/workspace")["settings"]["allow_local_files"] is True
