"""What a language server may say, and what becomes of one that says anything else."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import msgspec
import pytest

from bottega.server.language.peer import LARGEST_ANSWER, MOST_PENDING, Gone, Peer


class Other:
    """The other side of a peer, as the test speaks it."""

    def __init__(self) -> None:
        theirs, self._sink = os.pipe()
        self._source, ours = os.pipe()
        self.killed = threading.Event()
        self._out, self._in = os.fdopen(theirs, "rb"), os.fdopen(ours, "wb")
        self.peer = Peer(self._out, self._in, self._kill)

    def _kill(self) -> None:
        if not self.killed.is_set():
            self.killed.set()
            os.close(self._sink)

    def say(self, data: bytes) -> None:
        os.write(self._sink, data)

    def answer(self, **message: object) -> None:
        data = msgspec.json.encode({"jsonrpc": "2.0", **message})
        self.say(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))

    def heard(self) -> bytes:
        return os.read(self._source, 1 << 16)

    def close(self) -> None:
        self._kill()
        self.peer.join()
        self._out.close()
        self._in.close()
        os.close(self._source)


@pytest.fixture
def other() -> Iterator[Other]:
    opened = Other()
    yield opened
    opened.close()


def test_answers_find_their_questions_in_any_order(other: Other) -> None:
    first, second = other.peer.request("one", {}), other.peer.request("two", {})
    other.answer(id=2, result="second")
    other.answer(id=7, result="nobody asked")
    other.answer(method="window/logMessage", params={})
    other.answer(id=1, error={"code": -1, "message": "no"})
    assert msgspec.json.decode(second.result(10)) == "second"
    assert msgspec.json.decode(first.result(10)) is None


def test_what_it_asks_of_us_is_refused(other: Other) -> None:
    other.answer(id="its own", method="workspace/applyEdit", params={})
    assert b"-32601" in other.heard()


@pytest.mark.parametrize(
    "said",
    [
        b"no header at all\r\n\r\n",
        b"Content-Length: x\r\n\r\n",
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: %d\r\n\r\n" % (LARGEST_ANSWER + 1),
        b"Content-Length: 4\r\n\r\nnull",
        b"Content-Length: 4\r\n\r\n{]}]",
        b"A: 1\r\n" * 20,
        b"x" * 5000,
        b"Content-Length: 200001\r\n\r\n" + b"[" * 65000,
    ],
    ids=range(9),
)
def test_what_is_no_answer_ends_it(other: Other, said: bytes) -> None:
    pending = other.peer.request("one", {})
    other.say(said)
    if said.endswith(b"["):
        other._kill()
    with pytest.raises(Gone):
        pending.result(10)
    assert other.killed.wait(10)
    with pytest.raises(Gone):
        other.peer.request("two", {})


def test_one_that_is_too_slow_is_ended(other: Other) -> None:
    other.peer.within(0.05)
    with pytest.raises(Gone):
        other.peer.request("one", {}).result(10)


def test_one_that_answers_nothing_is_asked_only_so_much(other: Other) -> None:
    for _ in range(MOST_PENDING):
        other.peer.request("one", {})
    with pytest.raises(Gone):
        other.peer.request("one", {})
