"""A load of HTTP requests over connections that stay open, and what became of them."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import uvloop

_END = b"\r\n\r\n"


@dataclass
class Answers:
    """What came back.

    seconds   of each right answer
    statuses  how many of each; 0 for connections that broke
    gap       the longest time without a right answer
    """

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    whole: float = 0.0
    gap: float = 0.0

    def part(self, share: float) -> float:
        """The time that so large a share of the requests did not exceed."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")

    @property
    def rate(self) -> float:
        """Right answers a second."""
        return len(self.seconds) / self.whole if self.whole else 0.0

    @property
    def failed(self) -> int:
        """Answers that were not right."""
        return sum(self.statuses.values()) - self.statuses[200]


def request(url: str, body: object, key: str = "") -> bytes:
    """The bytes of a POST."""
    parts, data = urllib.parse.urlsplit(url), body if isinstance(body, bytes) else json.dumps(body).encode()
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    head = f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n"
    return (head + (f"Authorization: Bearer {key}\r\n" if key else "") + "\r\n").encode() + data


def load(port: int, requests: Sequence[bytes], *, clients: int, seconds: float, count: int | None = None) -> Answers:
    """Send requests in turn from so many clients at once, for a time, or so many in all."""
    answers = Answers()
    uvloop.run(_load(port, requests, answers, clients, seconds, count))
    return answers


def ask(port: int, data: bytes) -> tuple[int, bytes]:
    """One answer, on a connection of its own: status and body. Raises OSError."""
    return uvloop.run(_ask(port, data))


async def _load(
    port: int, requests: Sequence[bytes], answers: Answers, clients: int, seconds: float, count: int | None
) -> None:
    started = time.perf_counter()
    last, left, end = started, count, started + seconds

    def next_request() -> bytes | None:
        nonlocal left
        if left is not None:
            left -= 1
            return requests[left % len(requests)] if left >= 0 else None
        return requests[len(answers.seconds) % len(requests)] if time.perf_counter() < end else None

    def answered(status: int, taken: float) -> None:
        nonlocal last
        answers.statuses[status] += 1
        now = time.perf_counter()
        if status == 200:
            answers.gap = max(answers.gap, now - last)
            last = now
            answers.seconds.append(taken)

    await asyncio.gather(*(_client(port, next_request, answered) for _ in range(clients)))
    answers.whole = time.perf_counter() - started
    answers.gap = max(answers.gap, time.perf_counter() - last)


async def _client(port: int, next_request: Callable[[], bytes | None], answered: Callable[[int, float], None]) -> None:
    link: _Link | None = None
    while (data := next_request()) is not None:
        started = time.perf_counter()
        try:
            if link is None or link.closed:
                link = await _connected(port)
            status, _ = await link.ask(data)
        except OSError:
            status, link = 0, None
            await asyncio.sleep(0.005)
        answered(status, time.perf_counter() - started)
    if link is not None:
        link.close()


async def _connected(port: int) -> _Link:
    _, link = await asyncio.get_running_loop().create_connection(_Link, "127.0.0.1", port)
    return link


async def _ask(port: int, data: bytes) -> tuple[int, bytes]:
    link = await _connected(port)
    try:
        return await link.ask(data)
    finally:
        link.close()


class _Link(asyncio.Protocol):
    """A connection: one request, one answer, again."""

    def __init__(self) -> None:
        self.closed = False
        self._taken = bytearray()
        self._body = -1  # where it begins
        self._whole = -1  # where the answer ends; -1 while that is not known, or it comes in chunks
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc if isinstance(exc, OSError) else ConnectionResetError())

    def ask(self, data: bytes) -> asyncio.Future[tuple[int, bytes]]:
        self._taken.clear()
        self._body = self._whole = -1
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(data)  # type: ignore[attr-defined]  # it is one for writing
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._taken += data
        if self._body < 0:
            end = self._taken.find(_END)
            if end < 0:
                return
            self._body = end + len(_END)
            head = bytes(self._taken[:end]).lower()
            length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0].strip()
            self._whole = self._body + int(length) if length else -1
        is_whole = len(self._taken) >= self._whole if self._whole >= 0 else self._taken.endswith(b"0\r\n\r\n")
        if is_whole and self._answer is not None and not self._answer.done():
            self.closed = b"\r\nconnection: close" in bytes(self._taken[: self._body]).lower()
            self._answer.set_result((int(self._taken[9:12]), bytes(self._taken[self._body :])))

    def close(self) -> None:
        self._transport.close()
