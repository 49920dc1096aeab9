"""Bodies in every form that clients send, and those that are too much or too slow."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bottega.sandbox.host.pool import Pool
from tests.server.helpers import Live, Served, listening, serving
from tests.server.v1.test_experiments import DOCUMENT

MOST = 100_000


@pytest.fixture
def small(tmp_path: Path, pool: Pool) -> Iterator[Live]:
    """A server that takes little and waits for nobody."""
    options = {"largest_body": MOST, "largest_upload": MOST, "body_seconds": 0.3, "body_rate": 1 << 20}
    with serving(tmp_path / "workspace", pool, **options) as served, listening(served) as live:
        yield live


def head(live: Live, path: str, *headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {live.token}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/json;charset=UTF8", "application/json; charset=us-ascii", "image/png", "nonsense", ""]
)  # fmt: skip
def test_any_content_type(server: Served, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    assert server.v1("POST", "/check", content=DOCUMENT.encode(), headers=headers)["problems"] == []


def test_chunked(live: Live) -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (DOCUMENT[:7].encode(), DOCUMENT[7:].encode()))
    answer = live.raw(head(live, "/v1/check", "Transfer-Encoding: chunked") + chunks + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b'{"problems":[]}')


def test_who_asks_before(live: Live) -> None:
    with socket.create_connection(("127.0.0.1", live.port), 20) as link:
        link.sendall(head(live, "/v1/check", f"Content-Length: {len(DOCUMENT)}", "Expect: 100-continue"))
        assert link.recv(100).startswith(b"HTTP/1.1 100 ")
        link.sendall(DOCUMENT.encode())
        assert link.recv(100).startswith(b"HTTP/1.1 200 ")


def test_too_large(small: Live) -> None:
    for path in ("/v1/check", "/v1/datasets?name=a&file_name=a.csv"):
        declared = small.raw(head(small, path, f"Content-Length: {MOST + 1}") + b"x" * 100)
        assert declared.startswith(b"HTTP/1.1 413 ")
        piece = b"2710\r\n" + b"x" * 10_000 + b"\r\n"
        chunked = small.raw(head(small, path, "Transfer-Encoding: chunked") + piece * 11 + b"0\r\n\r\n")
        assert chunked.startswith(b"HTTP/1.1 413 ")
        assert json.loads(chunked.partition(b"\r\n\r\n")[2])["code"] == "RequestBodyTooLarge"
    assert small.workspace.datasets.list() == []


def test_just_fits(small: Live) -> None:
    text = "bottega: 1\nnodes: {}\n" + "#" * MOST
    answer = small.raw(head(small, "/v1/check", f"Content-Length: {MOST}") + text[:MOST].encode())
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("path", ["/v1/check", "/v1/datasets?name=a&file_name=a.csv"])
def test_too_slow(small: Live, path: str) -> None:
    answer = small.raw(head(small, path, "Content-Length: 1000") + b"begin")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert small.workspace.datasets.list() == []


def test_a_client_that_leaves(small: Live) -> None:
    with socket.create_connection(("127.0.0.1", small.port), 20) as link:
        link.sendall(head(small, "/v1/datasets?name=a&file_name=a.csv", "Content-Length: 1000") + b"a,b\n")
    assert small.raw(head(small, "/v1/check", "Content-Length: 0")).startswith(b"HTTP/1.1 400 ")
    assert small.workspace.datasets.list() == []


def test_an_upload_streams(server: Served) -> None:
    lines = ["number,square", *(f"{each},{each * each}" for each in range(20_000))]
    data = ("\n".join(lines) + "\n").encode()
    pieces = (data[begin : begin + 4096] for begin in range(0, len(data), 4096))
    told = server.v1("POST", "/datasets", 201, params={"name": "squares", "file_name": "squares.csv"}, content=pieces)
    assert (told["output"]["rows"], told["source"]) == (20_000, "squares.csv")
