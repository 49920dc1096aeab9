"""The client of a function's service against servers that answer oddly, and the links that it goes by."""

from __future__ import annotations

import datetime as dt
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bottega.errors import BottegaError
from bottega.services import calling, links
from bottega.services.errors import ServiceError

KEY = "very secret"


@contextmanager
def answering(status: int, body: bytes, location: str = "") -> Iterator[tuple[str, list[Any]]]:
    """A server that gives one answer, and the requests that it got."""
    got: list[Any] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            got.append((self.path, self.headers.get("Authorization"), json.loads(self.rfile.read(length))))
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", got
        finally:
            server.shutdown()
            thread.join()


def table(*rows: list[Any]) -> bytes:
    """An answer of one column."""
    return json.dumps(
        {"Results": {"output1": {"type": "table", "value": {"ColumnNames": ["x"], "Values": rows}}}}
    ).encode()


def test_what_is_sent_and_read() -> None:
    moment = dt.datetime(2020, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    row = [1, 2.5, float("nan"), None, True, "text", moment, np.int64(7), np.float64("nan")]
    with answering(200, table(["1"], [None])) as (url, got):
        answer = calling.execute(f"{url}/here", KEY, list("abcdefghi"), [row], parameters={"p": 1})
    assert answer == calling.Answer(("x",), (("1",), (None,)))
    ((path, authorization, body),) = got
    assert (path, authorization) == ("/here/execute?api-version=2.0&details=true", f"Bearer {KEY}")
    assert body["GlobalParameters"] == {"p": 1}
    assert body["Inputs"]["input1"]["Values"] == [
        [1, 2.5, None, None, True, "text", "2020-01-02T03:04:05+00:00", 7, None]
    ]
    assert calling.as_values(answer, {"x": {"type": "integer"}}) == [(1,), (None,)]


@pytest.mark.parametrize(
    ("word", "text", "value"),
    [
        ({"type": "number"}, "1e+20", 1e20),
        ({"type": "number"}, "Infinity", float("inf")),
        ({"type": "boolean"}, "True", True),
        ({"type": "boolean"}, "False", False),
        ({"type": "string"}, "1", "1"),
        ({}, "1", "1"),
        ({"type": "string", "format": "date-time"}, "2016-01-02T03:04:05", dt.datetime(2016, 1, 2, 3, 4, 5)),  # noqa: DTZ001 - it has none
    ],
    ids=range(7),
)
def test_texts_become_values(word: dict[str, str], text: str, value: Any) -> None:
    assert calling.as_values(calling.Answer(("x",), ((text,),)), {"x": word}) == [(value,)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"no json",
        b'{"Results": {}}',
        b'{"Results": {"a": 1}}',
        b'{"Results": {"a": {"value": {"ColumnNames": 1}}}}',
    ],
    ids=range(7),
)
def test_answers_that_are_none(body: bytes) -> None:
    with (
        answering(200, body) as (url, _),
        pytest.raises(BottegaError, match="does not answer as a web service does") as caught,
    ):
        calling.execute(url, KEY, [], [])
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (
            400,
            b'{"error": {"code": "A", "message": "b", "details": [{"code": "c", "target": "d", "message": "e"}]}}',
            "A",
        ),
        (401, b'{"error": {"code": "A", "message": "b"}}', "A"),
        (500, b"<html>", "UnknownError"),
        (502, b"[]", "UnknownError"),
        (503, b'{"error": {"code": "A", "message": "b", "details": 7}}', "UnknownError"),
    ],
    ids=range(5),
)
def test_errors_are_told(status: int, body: bytes, code: str) -> None:
    with answering(status, body) as (url, _), pytest.raises(ServiceError) as caught:
        calling.execute(url, KEY, [], [])
    assert (caught.value.status, caught.value.code) == (status, code)
    assert KEY not in str(caught.value)


def test_a_key_follows_no_redirect() -> None:
    with (
        answering(200, table()) as (other, got),
        answering(307, b"", f"{other}/x") as (url, _),
        pytest.raises(ServiceError) as caught,
    ):
        calling.execute(url, KEY, [], [])
    assert caught.value.status == 307
    assert got == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x"])
def test_addresses_that_are_none_of_the_web(url: str) -> None:
    with pytest.raises(BottegaError, match="is no web address"):
        calling.request("GET", url, KEY)


@pytest.mark.parametrize(
    ("noted", "variable", "base"),
    [
        (None, None, links.FALLBACK),
        (None, "https://studio.example/", "https://studio.example"),
        ('{"url": "http://127.0.0.1:1/"}', "https://studio.example", "http://127.0.0.1:1"),
        ('{"url": "javascript:x"}', None, links.FALLBACK),
        ('{"url": 7}', "http://[", links.FALLBACK),
        ("[1]", "no url", links.FALLBACK),
        ("\x00", None, links.FALLBACK),
    ],
    ids=range(7),
)
def test_the_base_of_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noted: str | None, variable: str | None, base: str
) -> None:
    monkeypatch.delenv("BOTTEGA_URL", raising=False)
    if variable is not None:
        monkeypatch.setenv("BOTTEGA_URL", variable)
    if noted is not None:
        (tmp_path / "server.json").write_text(noted)
    assert links.base_url(tmp_path) == base
    assert links.is_served(tmp_path) == (base == "http://127.0.0.1:1")
