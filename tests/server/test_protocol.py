"""What comes over a socket and is no good request: an answer that says so, or none; the server stays as it was."""

from __future__ import annotations

import json
import random
import socket
import time

import pytest

from bottega.server import protocol
from bottega.server.protocol import LARGEST_HEAD, MOST_HEADERS
from tests.server.helpers import Live, listening, until

GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /v1/check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nConnection: close\r\n"
ALIVE = b"HTTP/1.1 200 OK"


def well(live: Live) -> None:
    assert live.raw(GET + b"Connection: close\r\n\r\n").startswith(ALIVE)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00" * 100,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), b"hello\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"GET / HTTP/1.1\r\nA: \x00\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", b"GET http:// HTTP/1.1\r\nHost: x\r\n\r\n", b"FOO / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", b"CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /v1/check HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"POST /v1/check HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST /v1/check HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"POST /v1/check HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST /v1/check HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /v1/check HTTP/1.1\r\nTransfer-Encoding: rubbish\r\n\r\nxx",
        b"POST /v1/check HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /v1/check HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        b"POST /v1/check HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX",
    ],
    ids=lambda data: data[:24].decode("ascii", "backslashreplace").replace("/", "_"),
)  # fmt: skip
def test_rubbish(live: Live, data: bytes) -> None:
    answer = live.raw(data, end=True)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer[:200]
    if answer:
        assert b"\r\nx-ms-request-id: " in answer
        assert b"Traceback" not in answer
    well(live)


def test_noise(live: Live) -> None:
    noise = random.Random(4)
    good = POST % live.token.encode() + b"Content-Length: 22\r\n\r\nbottega: 1\nnodes: {}\n\n"
    for _ in range(300):
        data = bytearray(good)
        for _ in range(noise.randint(1, 8)):
            data[noise.randrange(len(data))] = noise.randrange(256)
        answer = live.raw(bytes(data), end=True)
        assert not answer.startswith(b"HTTP/1.1 5"), bytes(data)
    well(live)


@pytest.mark.parametrize(
    "head",
    [b"A: " + b"x" * LARGEST_HEAD, b"".join(b"A%d: x\r\n" % number for number in range(MOST_HEADERS + 1)), b"x" * (3 * LARGEST_HEAD)],
    ids=["one header", "many headers", "a name without end"],
)  # fmt: skip
def test_a_large_head(live: Live, head: bytes) -> None:
    answer = live.raw(GET + head + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 431 "), answer[:100]
    told = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert told["error"]["code"] == "RequestHeadersTooLarge"
    well(live)


def test_a_long_address(live: Live) -> None:
    assert live.raw(b"GET /" + b"x" * LARGEST_HEAD + b" HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 431 ")
    well(live)


def test_a_head_that_never_ends(live: Live) -> None:
    with socket.create_connection(("127.0.0.1", live.port), 30) as link:
        link.sendall(b"GET / HTTP/1.1\r\nA: ")

        def send() -> None:
            for _ in range(1000):
                link.sendall(b"x" * LARGEST_HEAD)

        with pytest.raises(ConnectionError):
            send()
    well(live)


def test_slow_to_begin(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    assert live.raw(b"") == b""
    answer = live.raw(b"GET /healthz HTTP/1.1\r\nHost")
    assert answer.startswith(b"HTTP/1.1 408 ")
    # The first request was whole; what follows it is not.
    two = live.raw(GET + b"\r\nGET /heal")
    assert two.startswith(ALIVE)
    assert b"HTTP/1.1 408 " in two
    well(live)


def test_one_after_another(live: Live) -> None:
    answer = live.raw(GET + b"\r\n" + GET + b"Connection: close\r\n\r\n")
    assert answer.count(ALIVE) == 2


_UPGRADE = b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nUpgrade: h2c\r\n"
_DOCUMENT = b"bottega: 1\nnodes: {a: {module: of-no-such-name}}\n"


@pytest.mark.parametrize("is_chunked", [True, False])
@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_another_protocol_is_not_taken_up(live: Live, is_chunked: bool, step: int) -> None:
    """As Java's client asks for HTTP/2 with its first request over plain HTTP, its body and what follows included."""
    head = b"POST /v1/check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n" % live.token.encode() + _UPGRADE
    if is_chunked:
        post = head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(_DOCUMENT), _DOCUMENT)
    else:
        post = head + b"Content-Length: %d\r\n\r\n%s" % (len(_DOCUMENT), _DOCUMENT)
    data = post + GET + _UPGRADE + b"\r\n" + post + GET + b"Connection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", live.port), 30) as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for place in range(0, len(data), step):
            link.sendall(data[place : place + step])
        answer = b"".join(iter(lambda: link.recv(65536), b""))
    assert answer.count(ALIVE) == 4, answer
    assert answer.count(b"of-no-such-name") == 2, answer


def test_many_that_ask_for_another_protocol_at_once(live: Live) -> None:
    answer = live.raw((GET + _UPGRADE + b"\r\n") * 1500 + GET + b"Connection: close\r\n\r\n")
    assert answer.count(ALIVE) == 1501


def test_a_body_that_nobody_wants(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "_LINGER_SECONDS", 0.2)
    begun = time.monotonic()
    answer = live.raw(b"POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nbegin")
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert time.monotonic() - begun < 20


def test_too_many_connections(live: Live) -> None:
    with listening(live.served, connections=3) as small:
        held = [socket.create_connection(("127.0.0.1", small.port), 20) for _ in range(4)]
        try:
            for link in held:
                link.sendall(GET + b"\r\n")
            first = [link.recv(4096) for link in held]
        finally:
            for link in held:
                link.close()
        head, _, told = next(each for each in first if each.startswith(b"HTTP/1.1 503")).partition(b"\r\n\r\n")
        assert b"\r\nx-ms-request-id: " in head
        assert b"\r\nretry-after: " in head
        assert json.loads(told)["error"]["code"] == "ServiceUnavailable"
        until(lambda: small.raw(GET + b"Connection: close\r\n\r\n").startswith(ALIVE))
