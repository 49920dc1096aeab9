"""Calls as .NET's HttpClient sends them: chunks without a length, and first a question whether to go on."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from bottega.sandbox.host.pool import Pool
from tests.server.helpers import Live, listening
from tests.server.published import Service, adder

QUERY = "?api-version=2.0&details=true"
ROWS = [["1", "2.5", "Änn"], ["2", None, "Bob"]]
BODY = json.dumps(
    {"Inputs": {"input1": {"ColumnNames": ["a", "b", "who"], "Values": ROWS}}, "GlobalParameters": {}}, ensure_ascii=False
).encode()  # fmt: skip
ANSWER = [["3.5", "Änn"], [None, "Bob"]]
_SOURCE = Path(__file__).with_name("post_as_json.cs")
_FORMATTING = Path("/usr/lib/mono/4.5/System.Net.Http.Formatting.dll")
Called = tuple[Service, Live]


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[Called]:
    with adder(tmp_path_factory.mktemp("dotnet"), pool) as service, listening(service.served) as live:
        yield service, live


class Connection:
    """One that stays open, as .NET keeps it."""

    def __init__(self, link: socket.socket, stream: BinaryIO) -> None:
        self._link = link
        self._stream = stream

    def send(self, data: bytes) -> None:
        self._link.sendall(data)

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """The next one: status, headers and body."""
        status = int(self._stream.readline().split()[1])
        headers = {}
        while line := self._stream.readline().strip():
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        return status, headers, self._stream.read(int(headers.get("content-length", 0)))


@contextmanager
def connection(live: Live) -> Iterator[Connection]:
    with socket.create_connection(("127.0.0.1", live.port), 30) as link, link.makefile("rb") as stream:
        yield Connection(link, stream)


def head(service: Service, *headers: str, key: str | None = None) -> bytes:
    """What such a client says first; no charset, no length, and no User-Agent."""
    lines = [
        f"POST {service.calls}/execute{QUERY} HTTP/1.1", f"Authorization: Bearer {key or service.keys[0]}",
        "Content-Type: application/json", "Host: 127.0.0.1", "Transfer-Encoding: chunked", *headers,
    ]  # fmt: skip
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def chunks(data: bytes, size: int, form: str = "%X") -> list[bytes]:
    """Pieces of a body, and its end."""
    pieces = [data[begin : begin + size] for begin in range(0, len(data), size)]
    return [(form % len(piece)).encode() + b"\r\n" + piece + b"\r\n" for piece in pieces] + [b"0\r\n\r\n"]


def values(answer: tuple[int, dict[str, str], bytes]) -> list[list[str | None]]:
    """The rows of an answer, which has to be a good one."""
    status, headers, body = answer
    assert (status, headers["content-type"]) == (200, "application/json; charset=utf-8"), body
    found: list[list[str | None]] = json.loads(body)["Results"]["output1"]["value"]["Values"]
    return found


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
@pytest.mark.parametrize("form", ["%X", "%08x", "%x;name=value"])
def test_it_waits_to_be_told_to_go_on(called: Called, size: int, form: str) -> None:
    service, live = called
    with connection(live) as link:
        for _ in range(3):  # on one connection
            link.send(head(service, "Expect: 100-continue", "Connection: Keep-Alive"))
            assert link.answer()[0] == 100
            for piece in chunks(BODY, size, form):
                link.send(piece)
            assert values(link.answer()) == ANSWER


@pytest.mark.parametrize("expects", [(), ("Expect: 100-continue",)], ids=["not asking", "asking"])
def test_it_does_not_wait(called: Called, expects: Sequence[str]) -> None:
    service, live = called
    with connection(live) as link:
        link.send(head(service, *expects) + b"".join(chunks(BODY, 1000)))
        answer = link.answer()
        assert values(link.answer() if answer[0] == 100 else answer) == ANSWER


def test_trailers_are_passed_over(called: Called) -> None:
    service, live = called
    with connection(live) as link:
        link.send(head(service) + b"".join(chunks(BODY, 1000))[:-2] + b"Checksum: none\r\n\r\n")
        assert values(link.answer()) == ANSWER
        link.send(head(service) + b"".join(chunks(BODY, 1000)))
        assert values(link.answer()) == ANSWER


def test_a_mark_of_the_bytes_order(called: Called) -> None:
    service, live = called
    with connection(live) as link:
        link.send(head(service) + b"".join(chunks(b"\xef\xbb\xbf" + BODY, 1000)))
        assert values(link.answer()) == ANSWER


def test_who_is_refused_need_not_send_the_body(called: Called) -> None:
    service, live = called
    with connection(live) as link:
        link.send(head(service, "Expect: 100-continue", key="A" * 88))
        status, headers, body = link.answer()
        assert (status, json.loads(body)["error"]["code"]) == (401, "Unauthorized")
        assert "x-ms-request-id" in headers
    with connection(live) as link:
        link.send(head(service) + b"".join(chunks(BODY, 1000)))
        assert values(link.answer()) == ANSWER


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("mono") is None or not _FORMATTING.exists(), reason="Mono's System.Net.Http.Formatting is not here"
)
def test_with_its_own_client(called: Called, tmp_path: Path) -> None:
    service, live = called
    references = ["-r:System.Net.Http.dll", "-r:System.Net.Http.Formatting.dll"]
    program = str(tmp_path / "call.exe")
    subprocess.run(["mcs", *references, f"-out:{program}", str(_SOURCE)], check=True, capture_output=True)
    url = f"{live.url}{service.calls}/execute{QUERY}"
    done = subprocess.run(["mono", program, url, service.keys[0]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for line in done.stdout.splitlines():
        assert json.loads(line)["Results"]["output1"]["value"]["Values"] == ANSWER
    assert len(done.stdout.splitlines()) == 2
