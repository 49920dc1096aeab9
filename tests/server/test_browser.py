"""The studio's page and its files, as a browser gets them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tests.server.helpers import Served

INDEX = (
    '<html><meta nonce="__BOTTEGA_NONCE__"><script nonce="__BOTTEGA_NONCE__" src="/assets/index-1.js"></script></html>'
)
SCRIPT = "console.log('a page')\n" * 100


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    app = tmp_path / "app"
    (app / "assets").mkdir(parents=True)
    (app / "index.html").write_text(INDEX)
    (app / "assets" / "index-1.js").write_text(SCRIPT)
    (app / "assets" / "index-1.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (app / "assets" / "mark.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    monkeypatch.setenv("BOTTEGA_APP", str(app))
    return app


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/experiments",
        "/experiments/1016f0",
        "/experiments/1016f0/runs/2",
        "/datasets/a%2Fb",
        "/login?next=/settings",
    ],
)
def test_one_page_for_all_its_addresses(server: Served, built: Path, path: str) -> None:
    answer = server.client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "index-1.js" in answer.text


def test_a_strict_policy_and_another_mark_each_time(server: Served, built: Path) -> None:
    marks = set()
    for _ in range(2):
        answer = server.client.get("/")
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
        assert policy["script-src"] == policy["connect-src"] == policy["default-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        (mark,) = re.findall(r"'nonce-(.+?)'", policy["style-src"])
        assert answer.text.count(mark) == 2
        assert "__BOTTEGA" not in answer.text
        marks.add(mark)
    assert len(marks) == 2
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_files_are_kept_for_good_and_come_packed(server: Served, built: Path) -> None:
    plain = server.client.get("/assets/index-1.js", headers={"accept-encoding": "identity"})
    packed = server.client.get("/assets/index-1.js", headers={"accept-encoding": "gzip"})
    assert plain.text == packed.text == SCRIPT
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(SCRIPT)
    for answer in (plain, packed):
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"].startswith(("text/javascript", "application/javascript"))
        assert answer.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize(
    "path", ["/assets/index-2.js", "/assets/..%2Findex.html", "/assets/%2e%2e", "/assets/a/b", "/experimentsx", "/web"]
)
def test_nothing_else_is_there(server: Served, built: Path, path: str) -> None:
    assert server.client.get(path).status_code == 404


def test_a_picture_that_is_opened_runs_nothing(server: Served, built: Path) -> None:
    policy = server.client.get("/assets/mark.svg").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy


def test_what_is_not_built_says_how(server: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTTEGA_APP", str(tmp_path / "nothing"))
    answer = server.client.get("/experiments")
    assert answer.status_code == 200
    assert "make web" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
