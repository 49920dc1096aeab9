"""Real Chromium before a real server: the page as its users have it."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bottega.sandbox.host.environment import Environment
from tests.e2e.studio import Studio

ROOT = Path(__file__).parents[2]
PATIENCE = 30_000  # ms; shared machines are slow now and then, and nothing waits longer than it has to
PICTURES = ROOT / ".test" / "e2e"
FAILED = pytest.StashKey[bool]()
SIZE = {"width": 1440, "height": 900}
ARGUMENTS = [
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def app() -> None:
    """The page, built from its sources unless it is; BOTTEGA_APP names a folder of one that is built."""
    if os.environ.get("BOTTEGA_APP"):
        return
    with (Path(tempfile.gettempdir()) / f"bottega-e2e-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other workers of the tests build it, too
        done = subprocess.run(["sh", ROOT / "scripts" / "web.sh", "fresh"], check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"the studio in the browser cannot be built: {done.stdout}{done.stderr}"


@pytest.fixture(scope="session")
def browser(app: None) -> Iterator[Browser]:
    """Debian's Chromium."""
    chromium = os.environ.get("BOTTEGA_CHROMIUM") or shutil.which("chromium")
    assert chromium, "these tests need Debian's package chromium: `make tools` installs it"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def studio(app: None, environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A server over a fresh workspace."""
    served = Studio(tmp_path_factory.mktemp("studio"))
    served.start()
    yield served
    served.stop()


Visit = Callable[..., BrowserContext]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let fixtures know how the test went."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def visit(browser: Browser, studio: Studio, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Gives browsers of other people: no cookie is in them. What they show when a test fails is kept as pictures."""
    opened: list[BrowserContext] = []

    def another(**options: object) -> BrowserContext:
        made = browser.new_context(base_url=studio.url, **{"viewport": SIZE, "locale": "en", **options})  # type: ignore[arg-type]
        made.grant_permissions(["clipboard-read", "clipboard-write"], origin=studio.url)
        made.set_default_timeout(PATIENCE)
        opened.append(made)
        return made

    yield another
    for each in opened:
        if request.node.stash.get(FAILED, False):
            pictured(each, request.node.name)
        each.close()


def pictured(context: BrowserContext, name: str) -> None:
    """Keep what its pages show, in PICTURES."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    plain = re.sub(r"\W+", "_", name)
    for number, page in enumerate(context.pages):
        page.screenshot(path=PICTURES / f"{plain}_{number}.png")


@pytest.fixture
def someone(visit: Visit, studio: Studio) -> BrowserContext:
    """A browser that is signed in."""
    return signed_in(visit(), studio)


@pytest.fixture
def page(someone: BrowserContext) -> Iterator[Page]:
    """A page of it. What fails in the page itself fails the test."""
    opened = someone.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    assert errors == []


def signed_in(context: BrowserContext, studio: Studio) -> BrowserContext:
    """The same context, with a session."""
    own = {"x-bottega-request": "1", "origin": studio.url}
    answer = context.request.post("/v1/session", data={"token": studio.tokens()[0]}, headers=own)
    assert answer.ok, answer.text()
    return context
