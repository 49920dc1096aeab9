"""Every page for everybody: axe in both themes, narrow and wide windows, little motion, each language."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import ROOT, Visit, signed_in
from tests.e2e.editor import Editor
from tests.e2e.studio import Studio

pytestmark = pytest.mark.slow

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
DOUBLING = """bottega: 1
title: Doubling
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
web_service:
  inputs: {input1: double.dataset1}
  outputs: {output1: double}
"""
THEMES = ("light", "dark")
LISTS = ("experiments", "datasets", "models", "services", "environments", "settings")


class Filled(NamedTuple):
    """An experiment that has run, and its newest run."""

    experiment: str
    run: str


@pytest.fixture(scope="module")
def filled(studio: Studio) -> Filled:
    """Something on every page."""
    studio.upload("people", "name,age,height\nAda,36,1.6\nGrace,85,1.7\nAlan,41,\n")
    experiment = studio.sample("income")
    studio.run(experiment)
    run = studio.run(experiment)
    studio.api("POST", f"/v1/runs/{run}/outputs/train/trained_model/save", {"name": "income model"})
    doubling = studio.new_experiment(DOUBLING)
    studio.run(doubling)
    studio.api("POST", "/v1/services", {"experiment": doubling, "name": "Doubling"})
    return Filled(experiment, run)


def serious(page: Page) -> list[str]:
    """What axe finds that keeps somebody from something, each with its place."""
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']} ({each['impact']}): {each['help']}: {place['target']} {place['failureSummary']}"
        for each in found["violations"] if each["impact"] in {"serious", "critical"}
        for place in each["nodes"]
    ]  # fmt: skip


def look(page: Page, theme: str) -> None:
    """In this theme, as the system has it."""
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]


def settled(page: Page) -> None:
    """All that was asked for is there."""
    expect(page.get_by_role("main")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("progressbar")).to_have_count(0)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("place", LISTS)
def test_axe_finds_nothing_on_the_lists(page: Page, filled: Filled, place: str, theme: str) -> None:
    look(page, theme)
    page.goto(f"/{place}")
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert serious(page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_where_one_signs_in(visit: Visit, theme: str) -> None:
    page = visit(color_scheme=theme).new_page()
    page.goto("/login")
    page.get_by_role("button", name="Sign in").click()
    assert serious(page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_the_editor(page: Page, filled: Filled, theme: str) -> None:
    look(page, theme)
    experiment, run = filled
    editor = Editor(page).open(experiment)
    settled(page)
    found = serious(page)
    editor.node("tidy").click()
    expect(editor.script).to_be_visible()
    editor.port("tidy", "outputs", "result_dataset").click()
    expect(editor.rows.get_by_role("gridcell").first).not_to_be_empty()
    editor.rows.get_by_role("columnheader", name="age").click()
    expect(page.get_by_role("img", name="Histogram of age")).to_be_visible()
    found += serious(page)
    page.get_by_role("tab", name="Log").click()
    page.get_by_role("tab", name="Runs").click()
    expect(page.get_by_role("list", name="Runs, newest first")).to_be_visible()
    found += serious(page)
    editor.open(experiment, "?node=evaluate&port=evaluation_results")
    expect(page.get_by_role("img", name="ROC curve")).to_be_visible()
    page.get_by_role("radio", name="Outline").click()
    expect(page.get_by_role("treegrid")).to_be_visible()
    found += serious(page)
    page.goto(f"/experiments/{experiment}/runs/{run}")
    expect(page.get_by_role("group", name="Snapshot")).to_be_visible()
    found += serious(page)
    assert found == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_what_opens(page: Page, filled: Filled, theme: str) -> None:
    look(page, theme)
    experiment = filled.experiment
    editor = Editor(page).open(experiment)
    found: list[str] = []
    for open_it in ("?", "Control+k", "a"):
        editor.node("tidy").click()
        page.keyboard.press(open_it)
        expect(page.get_by_role("dialog").first).to_be_visible()
        found += serious(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    editor.node("clean").click(button="right")
    expect(page.get_by_role("menu")).to_be_visible()
    found += serious(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("region", name="What is set up")).to_be_visible()
    found += serious(page)
    assert found == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_on_the_pages_of_one_thing(page: Page, studio: Studio, filled: Filled, theme: str) -> None:
    look(page, theme)
    experiment, newest = filled
    (service,) = studio.api("GET", "/v1/services")
    runs = [each["id"] for each in studio.api("GET", f"/v1/runs?experiment={experiment}")]
    found: list[str] = []
    for path in (
        "/datasets/people", "/datasets/people?tab=columns", "/datasets/people?tab=versions",
        *(f"/services/{service['id']}?tab={tab}" for tab in ("overview", "test", "code", "jobs", "endpoints", "versions")),
        f"/experiments/{experiment}/compare?a={min(runs)}&b={newest}",
        "/environments/default", "/environments/default?tab=used-by", "/environments?new=mine",
    ):  # fmt: skip
        page.goto(path)
        settled(page)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        found += [f"{path}: {each}" for each in serious(page)]
    page.goto("/models")
    page.get_by_role("row").filter(has_text="income model").click()
    expect(page.get_by_role("link", name="the experiment it comes from")).to_be_visible()
    found += serious(page)
    assert found == []


@pytest.mark.parametrize(("width", "height"), [(1024, 700), (1280, 800), (3840, 2160)])
def test_no_page_scrolls_sideways(
    someone: BrowserContext, studio: Studio, filled: Filled, width: int, height: int
) -> None:
    page = someone.new_page()
    page.set_viewport_size({"width": width, "height": height})
    (service,) = studio.api("GET", "/v1/services")
    for path in (*LISTS, f"experiments/{filled.experiment}", "datasets/people", f"services/{service['id']}"):
        page.goto(f"/{path}")
        settled(page)
        over = page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
        assert over == 0, f"{path} is {over} pixels too wide at {width}"
        outside = page.evaluate(
            """() => [...document.querySelectorAll('header button, header a, nav a')]
                .filter(each => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)
                .map(each => each.outerHTML.slice(0, 99))"""
        )
        assert outside == [], f"{path}: what lies outside cannot be pressed"


def test_a_window_as_narrow_as_a_telephone_can_sign_in_and_find_its_way(
    visit: Visit, studio: Studio, filled: Filled
) -> None:
    page = visit(viewport={"width": 320, "height": 640}).new_page()
    page.goto("/")
    page.get_by_label("Workspace token").fill(studio.tokens()[0])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Datasets").click()
    expect(page.get_by_role("link", name="people", exact=True)).to_be_in_viewport()
    page.get_by_role("link", name="people", exact=True).click()
    expect(page.get_by_role("heading", name="people", level=1)).to_be_visible()


def test_who_wants_little_motion_gets_none(visit: Visit, studio: Studio, filled: Filled) -> None:
    page = signed_in(visit(reduced_motion="reduce"), studio).new_page()
    Editor(page).open(filled.experiment)
    page.get_by_role("button", name="Workspace and preferences").click()
    expect(page.get_by_role("menu")).to_be_visible()
    longest = page.evaluate(
        """Math.max(0, ...[...document.querySelectorAll('*')].flatMap(each => {
            const {animationName, animationDuration, transitionDuration} = getComputedStyle(each)
            const seconds = text => Math.max(...text.split(',').map(parseFloat))
            return [animationName === 'none' ? 0 : seconds(animationDuration), seconds(transitionDuration)]
        }))"""
    )
    assert longest <= 0.05


def test_the_theme_is_kept_and_all_of_it_follows(page: Page, filled: Filled) -> None:
    page.goto("/settings")
    colour = "getComputedStyle(document.body).backgroundColor"
    page.get_by_role("radio", name="Light").click()
    light = page.evaluate(colour)
    page.get_by_role("radio", name="Dark").click()
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    dark = page.evaluate(colour)
    assert dark != light
    page.reload()
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    assert page.evaluate(colour) == dark


@pytest.mark.parametrize(
    ("language", "settings", "experiments"),
    [
        ("English", "Settings", "Experiments"), ("Português (Brasil)", "Configurações", "Experimentos"),
        ("Español", "Configuración|Ajustes", "Experimentos"), ("Nederlands", "Instellingen", "Experimenten"),
        ("Français", "Paramètres|Réglages", "Expériences"), ("Svenska", "Inställningar", "Experiment"),
    ],
)  # fmt: skip
def test_each_language_is_the_page_s(page: Page, language: str, settings: str, experiments: str) -> None:
    tags = {
        "English": "en",
        "Português (Brasil)": "pt-BR",
        "Español": "es",
        "Nederlands": "nl",
        "Français": "fr",
        "Svenska": "sv",
    }
    page.goto("/settings")
    page.get_by_role("button", name="Workspace and preferences").click()
    page.get_by_role("menuitem", name=language).click()
    expect(page.locator("html")).to_have_attribute("lang", tags[language])
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(f"^({settings})$"))
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", tags[language])
    expect(page.get_by_role("link", name=experiments, exact=True)).to_be_visible()


def test_the_browser_s_own_language_is_taken(visit: Visit, studio: Studio) -> None:
    page = visit(locale="pt-PT").new_page()
    page.goto("/login")
    expect(page.locator("html")).to_have_attribute("lang", "pt-BR")
    expect(page.get_by_role("button", name="Entrar")).to_be_visible()


ONE_ROW = """bottega: 1
title: One row
nodes:
  typed:
    module: enter-data-manually
    parameters: {data: "x\\n1\\n", has_header: true}
  halves:
    module: split-data
    inputs: {dataset: typed}
"""


def test_titles_and_errors_are_said_in_the_page_s_language(visit: Visit, studio: Studio) -> None:
    page = signed_in(visit(locale="sv-SE"), studio).new_page()
    page.goto(f"/experiments/{studio.new_experiment(ONE_ROW)}")
    node = page.get_by_role("button", name=re.compile("^Dela upp data, halves, "))
    expect(node).to_be_visible()
    expect(page.get_by_role("treeitem", name=re.compile("^Omformning av data"))).to_be_visible()
    page.get_by_role("button", name="Kör", exact=True).click()
    expect(page.get_by_text("har 1 rader, men minst 2 behövs").first).to_be_visible(timeout=120_000)
    page.get_by_role("searchbox").first.fill("Split Data")  # known by its English title, too
    expect(page.get_by_role("treeitem", name="Dela upp data")).to_be_visible()
