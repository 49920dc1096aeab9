"""Requests and answers over the pipes of a language server: JSON-RPC in the frames of its protocol."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import IO, Any

import msgspec
from msgspec import Raw, Struct

LARGEST_ANSWER = 8 << 20
MOST_PENDING = 64
_LONGEST_HEADER = 200
_MOST_HEADERS = 8
_UNKNOWN_METHOD = -32601


class Gone(Exception):  # noqa: N818 - it says what became of it
    """The other side ended, or was ended, before it answered."""


class _Message(Struct):
    id: int | str | None = None
    method: str | None = None
    result: Raw = Raw(b"null")


class Peer:
    """The other side of two pipes. What it says is bounded and read as a stranger's; safe for use from several threads."""

    def __init__(self, source: IO[bytes], sink: IO[bytes], kill: Callable[[], None]) -> None:
        """`kill` ends the other side: where it speaks no protocol, or is too slow."""
        self._source, self._sink, self._kill = source, sink, kill
        self._writing = threading.Lock()
        self._lock = threading.Lock()
        self._pending: dict[int, Future[Raw]] = {}
        self._number = 0
        self._over = False
        self._reader = threading.Thread(target=self._read, name="language", daemon=True)
        self._reader.start()

    def notify(self, method: str, params: Any) -> None:
        """Say something that has no answer. Raises Gone."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: Any) -> Future[Raw]:
        """Ask; the answer comes as JSON. Raises Gone, here or with the answer."""
        answer: Future[Raw] = Future()
        with self._lock:
            if self._over or len(self._pending) >= MOST_PENDING:
                raise Gone
            self._number += 1
            number = self._number
            self._pending[number] = answer
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return answer

    def within(self, seconds: float) -> threading.Timer:
        """To be used around what may take that long: the other side ends with it, and so does all that waits."""
        timer = threading.Timer(seconds, self._kill)
        timer.daemon = True
        timer.start()
        return timer

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        with self._lock:
            return self._over

    def join(self) -> None:
        """Wait until all that it said is read, once it was ended."""
        self._reader.join()

    def _send(self, message: dict[str, Any]) -> None:
        data = msgspec.json.encode(message)
        with self._writing:
            try:
                self._sink.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
                self._sink.flush()
            except (OSError, ValueError) as error:
                raise Gone from error

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError, msgspec.MsgspecError, Gone, RecursionError):
            while True:
                self._take(msgspec.json.decode(self._frame(), type=_Message))
        with self._lock:
            self._over = True
            pending = list(self._pending.values())
            self._pending.clear()
        self._kill()
        for answer in pending:
            answer.set_exception(Gone())

    def _frame(self) -> bytes:
        """The next message. Raises ValueError for what is none."""
        size = -1
        for _ in range(_MOST_HEADERS):
            line = self._source.readline(_LONGEST_HEADER)
            if not line.endswith(b"\n"):
                raise ValueError("no header")
            if not line.strip():
                break
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length":
                size = int(value)
        if not 0 < size <= LARGEST_ANSWER:
            raise ValueError("no size")
        data = self._source.read(size)
        if len(data) < size:
            raise ValueError("cut short")
        return data

    def _take(self, message: _Message) -> None:
        if message.method is not None:
            if message.id is not None:  # it asks us for something: we offer nothing
                refusal = {"code": _UNKNOWN_METHOD, "message": "not offered"}
                self._send({"jsonrpc": "2.0", "id": message.id, "error": refusal})
            return
        with self._lock:
            answer = self._pending.pop(message.id, None) if isinstance(message.id, int) else None
        if answer is not None:
            answer.set_result(message.result)
