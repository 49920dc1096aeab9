"""Paths as clients write them."""

from __future__ import annotations

import pytest

from bottega.server.paths import decoded, tidy
from tests.server.helpers import Live, Served


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/", "/"), (b"", "/"), (b"//", "/"), (b"/a//b///", "/a/b"), (b"/a%20b/", "/a b"), (b"/a%2Fb", "/a%2Fb"), (b"/a%2fb", "/a%2Fb"),
        (b"/..%2f..%2fetc", "/..%2F..%2Fetc"), (b"/%C3%BC", "/ü"), (b"/%ff", "/\ufffd"), (b"/a%252Fb", "/a%2Fb"), (b"/100%", "/100%"),
    ],
)  # fmt: skip
def test_decoded(raw: bytes, path: str) -> None:
    assert decoded(raw) == path


def test_tidy() -> None:
    assert tidy("/downloads//x/y/") == "/downloads/x/y"


@pytest.mark.parametrize("path", ["/healthz/", "//healthz", "///healthz//", "/%68ealthz"])
def test_tolerated(server: Served, path: str) -> None:
    assert server.client.request("GET", f"http://testserver{path}").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/v1/..%2f..%2fetc%2fpasswd", "/downloads/..%2f..%2fx/y", "/%00", "/v1/experiments/%00", "/\\..\\..\\x",
     "/v1/modules/%2e%2e", "/v1/experiments/%ff%fe", "/v1/runs/" + "x" * 5000],
    ids=["dots", "encoded", "download", "null", "null in an id", "backslashes", "encoded dots", "no text", "long"],
)  # fmt: skip
def test_no_way_out(live: Live, path: str) -> None:
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {live.token}\r\nConnection: close\r\n\r\n"
    answer = live.raw(head.encode())
    assert answer.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 400 ", b"HTTP/1.1 403 "))
    assert b"root:" not in answer
