"""What a hostile script, file or page can do to whoever looks: nothing."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.editor import Editor
from tests.e2e.studio import Studio

pytestmark = pytest.mark.slow

MARK = "window.wasHere = true"
HOSTILE = f"""bottega: 1
title: <img src=x onerror="{MARK}">
description: <script>{MARK}</script>
nodes:
  draw:
    module: execute-python-script
    comment: <svg onload="{MARK}"></svg>
    parameters:
      script: |
        import pandas as pd
        SVG = '''<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200" onload="{MARK}">
        <script>{MARK}</script><rect width="300" height="200" fill="red"/>
        <foreignObject width="9" height="9"><img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="{MARK}"/></foreignObject>
        </svg>'''

        def azureml_main(dataframe1=None, dataframe2=None):
            with open("hostile.svg", "w") as file:
                file.write(SVG)
            image, script = '''<img src=x onerror="{MARK}">''', "<script>{MARK}</script>"
            print(image)
            return pd.DataFrame({{image: [script, image]}}),
"""


@pytest.fixture(scope="module")
def hostile(studio: Studio) -> str:
    """An experiment all of whose words are markup, and which drew a picture that is a program; it has run."""
    experiment = studio.new_experiment(HOSTILE)
    studio.run(experiment)
    return experiment


def nothing_ran(page: Page) -> None:
    """No mark of any of the scripts."""
    assert page.evaluate("window.wasHere") is None


def test_words_of_users_are_text_on_every_page(page: Page, hostile: str) -> None:
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto("/experiments")
    expect(page.get_by_text('<img src=x onerror="').first).to_be_visible()
    nothing_ran(page)
    editor = Editor(page).open(hostile)
    editor.port("draw", "outputs", "result_dataset").click()
    expect(editor.rows.get_by_role("gridcell").first).to_contain_text("<script>")
    editor.rows.get_by_role("columnheader").click()
    expect(page.get_by_role("complementary").get_by_role("listitem").filter(has_text="<script>")).to_be_visible()
    nothing_ran(page)
    editor.node("draw").click()
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_role("log", name="Printed text")).to_contain_text("<img src=x")
    page.get_by_role("tab", name="Runs").click()
    expect(page.get_by_role("list", name="Runs, newest first")).to_be_visible()
    nothing_ran(page)


def test_a_picture_that_is_a_program_is_a_picture(page: Page, someone: BrowserContext, hostile: str) -> None:
    editor = Editor(page).open(hostile)
    editor.port("draw", "outputs", "python_device").click()
    picture = page.get_by_role("list", name="Pictures").get_by_role("button").first
    expect(picture.locator("img")).to_have_js_property("complete", True)
    assert picture.locator("img").evaluate("image => image.naturalWidth") == 300
    nothing_ran(page)
    picture.click()
    expect(page.get_by_role("dialog").get_by_role("img")).to_be_visible()
    nothing_ran(page)

    # Opened by itself, in a tab of its own.
    alone = someone.new_page()
    address = picture.locator("img").get_attribute("src") or ""
    answer = alone.request.get(address)
    assert answer.ok
    assert (
        "sandbox" in answer.headers["content-security-policy"]
        or "script-src 'none'" in answer.headers["content-security-policy"]
    )
    with contextlib.suppress(Error):  # where it is a download, there is nothing to be looked at
        alone.goto(address)
    assert alone.evaluate("window.wasHere") is None


def test_the_policy_of_the_page_allows_no_script_but_its_own(page: Page, hostile: str) -> None:
    for path in ("/", "/login", "/experiments", f"/experiments/{hostile}", "/settings"):
        answer = page.goto(path)
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        rules = dict(rule.split(maxsplit=1) for rule in (each.strip() for each in policy.split(";")) if rule)
        assert rules["default-src"] == "'self'"
        assert rules["script-src"] == "'self'"
        assert "unsafe-inline" not in policy
        assert "unsafe-eval" not in policy
        assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
        assert rules["form-action"] == "'self'"
        assert answer.headers["x-content-type-options"] == "nosniff"

    # The browser holds to it: neither an inline script nor one of another place runs.
    Editor(page).open(hostile)
    page.evaluate("""() => {
        const add = change => document.body.append(Object.assign(document.createElement('script'), change))
        add({textContent: 'window.wasHere = true'})
        add({src: 'data:text/javascript,window.wasHere=true'})
        document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.wasHere = true">')
    }""")
    page.wait_for_timeout(300)
    nothing_ran(page)


def test_nothing_of_the_page_itself_breaks_the_policy(page: Page, hostile: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    for path in ("/experiments", f"/experiments/{hostile}", "/datasets", "/models", "/services", "/settings"):
        page.goto(path)
        expect(page.get_by_role("main")).to_be_visible()
    editor = Editor(page).open(hostile)
    editor.node("draw").click()
    expect(editor.script).to_be_visible()
    editor.port("draw", "outputs", "result_dataset").click()
    expect(editor.rows.get_by_role("gridcell").first).to_be_visible()
    assert said == []


def test_the_cookie_is_for_this_server_alone(someone: BrowserContext) -> None:
    (cookie,) = someone.cookies()
    assert cookie["name"].startswith("bottega_session")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    page = someone.new_page()
    page.goto("/")
    assert page.evaluate("document.cookie") == ""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another site: a page on another port and name of this machine."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>elsewhere</title><form method=post></form>")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_another_site_can_do_nothing_with_the_session(
    someone: BrowserContext, studio: Studio, elsewhere: str, name: str
) -> None:
    # Of the same host on another port the browser itself sends the cookie along: then the server has to refuse it.
    page = someone.new_page()
    page.goto(elsewhere.replace("127.0.0.1", name))
    port = urlsplit(studio.url).port
    before = len(studio.api("GET", "/v1/experiments"))
    told = page.evaluate(
        """async url => {
            const attempts = [
                {method: 'POST', body: 'bottega: 1\\nnodes: {}\\n', mode: 'no-cors'},
                {method: 'POST', body: 'bottega: 1\\nnodes: {}\\n', headers: {'x-bottega-request': '1'}},
                {method: 'GET'},
            ]
            const seen = []
            for (const attempt of attempts) {
                try {
                    const answer = await fetch(url, {credentials: 'include', ...attempt})
                    seen.push([answer.status, await answer.text()])
                } catch { seen.push(null) }
            }
            return seen
        }""",
        f"http://127.0.0.1:{port}/v1/experiments",
    )
    assert told == [[0, ""], None, None], "what could be read is nothing"
    assert len(studio.api("GET", "/v1/experiments")) == before

    # A form needs no leave of the other side to be sent.
    page.goto(elsewhere.replace("127.0.0.1", name))
    page.evaluate(
        "url => { document.forms[0].action = url; document.forms[0].enctype = 'text/plain'; document.forms[0].submit() }",
        f"http://127.0.0.1:{port}/v1/experiments",
    )
    page.wait_for_url("**/v1/experiments")
    assert len(studio.api("GET", "/v1/experiments")) == before


def test_without_a_session_nothing_is_told(visit: Visit, studio: Studio, hostile: str) -> None:
    stranger = visit()
    for path in (
        "/v1/experiments",
        f"/v1/experiments/{hostile}",
        "/v1/workspace",
        "/v1/workspace/tokens",
        "/v1/datasets",
    ):
        assert stranger.request.get(path).status in {401, 403, 404}
    page = stranger.new_page()
    page.goto(f"/experiments/{hostile}")
    expect(page.get_by_role("heading", name="Sign in to Bottega")).to_be_visible()
    assert "onerror" not in page.content()


def test_the_way_back_after_signing_in_leads_to_no_other_site(visit: Visit, studio: Studio) -> None:
    page = visit().new_page()
    for wish in ("//example.org/", "https://example.org/", "/\\\\example.org"):
        page.goto(f"/login?next={wish}")
        page.get_by_label("Workspace token").fill(studio.tokens()[0])
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Experiments", level=1)).to_be_visible()
        assert page.url.startswith(studio.url)
        page.context.clear_cookies()
