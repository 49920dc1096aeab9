"""Watching one job from its first byte to its end."""

from __future__ import annotations

import codecs
import contextlib
import json
import os
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bottega.sandbox.host import messages, usage
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.waits import ELSEWHERE, Readable, Steps
from bottega.sandbox.host.zygote import Child

Printed = Callable[[str], None]
# Takes a child's message in: None for what is none of our guest's.
Receive = Callable[[socket.socket], dict[str, Any] | None]

# Memory is looked at this often; a job shorter than that is held by its own limits.
_WATCH_SECONDS = 0.05
# So long an event loop waits for a reply before a thread watches the job.
_SOON_SECONDS = 0.02
_PIPE_READ = 1 << 16
# A job that prints this many times what is kept is ended.
_PRINTED_FACTOR = 10


class End(StrEnum):
    """Why the watching ended."""

    REPLIED = "replied"
    DIED = "died"
    TIMEOUT = "timeout"
    CPU = "cpu"
    MEMORY = "memory"
    PRINTED = "printed"
    CANCELED = "canceled"
    NONSENSE = "nonsense"


@dataclass(frozen=True)
class Watched:
    """What was seen of a job."""

    end: End
    reply: dict[str, Any]
    log: str
    seconds: float
    peak_memory: int


class Watch:
    """One poll loop over a job's reply, its printed text, its life, its time and its memory."""

    def __init__(
        self, child: Child, limits: Limits, printed: Printed | None, cancel: int | None, shared: int, *,
        process: int | None = None, counts_cpu: bool = False, before: str = "",
    ) -> None:  # fmt: skip
        """Watch `child` by these limits.

        cancel      a descriptor that becomes readable when the job shall end
        shared      bytes of memory files that it was given
        process     the host's number of it, where that is known
        counts_cpu  its processor time is limited here, for it may have had other jobs before
        before      text that it printed before the job came
        """
        self._child = child
        self._limits = limits
        self._log = _Log(limits.printed, printed, before)
        self._cancel = cancel
        self._shared = shared
        self._process = process or usage.process_id(child.handle)
        self._most = 0
        self._counts_cpu = counts_cpu
        self._cpu_before: float | None = None

    def run(self, request: dict[str, Any], descriptors: list[int]) -> Watched:
        """Hand over the job and watch it; ends the child unless it replied."""
        started = time.monotonic()
        output, input_ = os.pipe2(os.O_CLOEXEC)
        # A job may open its own output for reading and take back what made it readable here.
        os.set_blocking(output, False)
        try:
            given = self._hand_over(request, [input_, *descriptors])
            os.close(input_)
            input_ = -1
            if not given:
                return self._watched(output, started, End.DIED, {})
            watched = self.follow(output, started, _message)
        finally:
            os.close(output)
            if input_ >= 0:
                os.close(input_)
        return watched

    def follow(self, output: int, started: float, receive: Receive) -> Watched:
        """Watch what was handed over and prints to `output`; ends the child unless it replied."""
        end, reply = self._loop(output, started, receive)
        return self._watched(output, started, end, reply)

    def following(self, output: int, started: float, receive: Receive) -> Steps[Watched]:
        """The same in steps: a reply that comes soon, to a job that prints little, needs no thread."""
        if not (yield Readable(self._child.link.fileno(), _SOON_SECONDS)):
            return self.follow(output, started, receive)
        message = self._received(receive)
        if message is not None and not self._prints_on(output):
            return self._watched(output, started, End.REPLIED, message, is_read=True)
        yield ELSEWHERE
        end = self._ended() if message is None else End.PRINTED if self._log.flooded else End.REPLIED
        return self._watched(output, started, end, message if end is End.REPLIED and message is not None else {})

    def _watched(
        self, output: int, started: float, end: End, reply: dict[str, Any], *, is_read: bool = False
    ) -> Watched:
        """What was seen; `is_read` where the printed text was read to its end already."""
        seconds = time.monotonic() - started
        if self._process is not None and (self._most or seconds > _WATCH_SECONDS):
            self._most = max(self._most, usage.peak(self._process))
        if end is not End.REPLIED:
            self._child.kill()
        if not is_read:
            self._drain(output)
        self._log.end()
        return Watched(end, reply, self._log.text(), seconds, self._most)

    def _hand_over(self, request: dict[str, Any], descriptors: list[int]) -> bool:
        try:
            socket.send_fds(self._child.link, [json.dumps(request).encode()], descriptors)
        except OSError:
            return False
        return True

    def _loop(self, output: int, started: float, receive: Receive) -> tuple[End, dict[str, Any]]:
        poll = select.poll()
        poll.register(self._child.link, select.POLLIN)
        poll.register(self._child.handle, select.POLLIN)
        poll.register(output, select.POLLIN)
        if self._cancel is not None:
            poll.register(self._cancel, select.POLLIN)
        look = started + _WATCH_SECONDS
        while True:
            now = time.monotonic()
            left = started + self._limits.wall_seconds - now
            if left <= 0:
                return End.TIMEOUT, {}
            ready = {number for number, _ in poll.poll(min(left, _WATCH_SECONDS) * 1000)}
            with contextlib.suppress(BlockingIOError):
                if output in ready and not self._log.take(output):
                    poll.unregister(output)
            if self._child.link.fileno() in ready and not self._log.flooded:
                return self._reply(receive)
            end = self._told(ready)
            if end is not None:
                return end, {}
            # Not at each of a million printed letters: a look costs more than they do.
            if now >= look:
                look = now + _WATCH_SECONDS
                if self._too_much_memory():
                    return End.MEMORY, {}
                if self._counts_cpu and self._too_much_cpu():
                    return End.CPU, {}

    def _told(self, ready: set[int]) -> End | None:
        """The end that the poll tells of, but for a reply."""
        if self._log.flooded:
            return End.PRINTED
        if self._child.handle in ready:
            return End.DIED
        if self._cancel is not None and self._cancel in ready:
            return End.CANCELED
        return None

    def _reply(self, receive: Receive) -> tuple[End, dict[str, Any]]:
        message = self._received(receive)
        return (End.REPLIED, message) if message is not None else (self._ended(), {})

    def _received(self, receive: Receive) -> dict[str, Any] | None:
        """The reply; None for a closed link and for what is none of our guest's words."""
        try:
            return receive(self._child.link)
        except OSError:
            return None

    def _ended(self) -> End:
        """How a job ended that gave no reply: its closed link means that it dies."""
        ended = select.poll()
        ended.register(self._child.handle, select.POLLIN)
        return End.DIED if ended.poll(200) else End.NONSENSE

    def _prints_on(self, output: int) -> bool:
        """Whether there is more than one piece of printed text to read."""
        try:
            self._log.take(output)
        except BlockingIOError:
            return False
        more = select.poll()
        more.register(output, select.POLLIN)
        return self._log.flooded or bool(more.poll(0))

    def _too_much_memory(self) -> bool:
        # A control group is exact where there is one; the sum counts pages that clones share once each.
        if self._child.group is not None:
            return self._child.group.ran_out_of_memory()
        if self._process is None:
            return False
        held = usage.total(self._process, self._shared)
        self._most = max(self._most, held)
        return held > self._limits.memory

    def _too_much_cpu(self) -> bool:
        if self._process is None:
            return False
        used = usage.busiest(self._process)
        if self._cpu_before is None:  # what it used in the 50 ms before this is let go
            self._cpu_before = used
        return used - self._cpu_before > self._limits.cpu_seconds

    def _drain(self, output: int) -> None:
        """What was printed before the end; a job's children may still hold the pipe open."""
        deadline = time.monotonic() + 1.0
        with contextlib.suppress(BlockingIOError):
            while time.monotonic() < deadline and not self._log.flooded and self._log.take(output):
                pass


def _message(link: socket.socket) -> dict[str, Any] | None:
    return messages.receive(link)[0]


class _Log:
    """Printed text: the first part is kept and passed on, all of it is counted."""

    def __init__(self, keep: int, printed: Printed | None, before: str) -> None:
        self._keep = keep
        self._printed = printed
        self._bytes = bytearray(before.encode())
        self._count = len(self._bytes)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pass_on(before)

    @property
    def flooded(self) -> bool:
        return self._count > self._keep * _PRINTED_FACTOR

    def take(self, output: int) -> bool:
        """Read what is there; False when nobody can print any more."""
        data = os.read(output, _PIPE_READ)
        room = self._keep - len(self._bytes)
        self._count += len(data)
        kept = data[:room] if room > 0 else b""
        self._bytes += kept
        self._pass_on(self._decoder.decode(kept))
        return bool(data)

    def end(self) -> None:
        """Pass on what is left: the start of a character without its end, and how much is missing."""
        self._pass_on(self._decoder.decode(b"", final=True) + self._missing())

    def _pass_on(self, text: str) -> None:
        if self._printed is not None and text:
            self._printed(text)

    def _missing(self) -> str:
        more = self._count - len(self._bytes)
        return f"\n[… {more} more bytes were printed and are not kept]\n" if more else ""

    def text(self) -> str:
        return self._bytes.decode("utf-8", "replace") + self._missing()
