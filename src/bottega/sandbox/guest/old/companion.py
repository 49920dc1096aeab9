"""The process of the old Python beside this one."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import struct
from typing import Any

import numpy as np

from .. import exchange_plain, linux
from ..confine import Folders
from ..failure import JobError
from ..vector import Vector

_PLACE = 3  # where the runner finds its end of the channel
_HEAD = struct.Struct("<II")
_LONGEST_HEAD = 1 << 30
_LONGEST_COMPLAINT = 1 << 16
_PATIENCE = 1.0  # seconds: what has shut its end of the channel is ending
_START = (
    "import sys; sys.path[0:1] = [{folder!r}]; from bottega_runner.main import main; "
    "sys.path.remove({folder!r}); main({place})"
)


class Ended(Exception):  # noqa: N818 - no error of ours: the host tells how it ended
    """The process has ended, by its exit code, or minus the signal; with the processor time that it used."""

    def __init__(self, status: int, cpu_seconds: float) -> None:
        super().__init__(status)
        self.status = status
        self.cpu_seconds = cpu_seconds


class Companion:
    """The old Python with its runner, and the channel to it."""

    def __init__(self, config: dict[str, Any], folders: Folders, shut: int, calls: bytes | None) -> None:
        """Start it.

        shut   a descriptor of this process that it shall not have
        calls  the filter of system calls, where it has to take that itself
        """
        self._name: str = config["name"]
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        linux.hide()  # it shall not reach the memory and files of this process
        code = _START.format(folder=config["runner"], place=_PLACE)
        variables = dict(config["environment"], HOME=folders.home, TMPDIR=folders.temporary, MPLCONFIGDIR=folders.home)
        self._complaints = os.path.join(folders.temporary, "start")
        creating = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        actions = [
            (os.POSIX_SPAWN_DUP2, theirs.fileno(), _PLACE),
            (os.POSIX_SPAWN_CLOSE, shut),
            (os.POSIX_SPAWN_OPEN, 2, self._complaints, creating, 0o600),
        ]
        program = config["python"]
        self._process = os.posix_spawn(program, [program, "-s", "-u", "-c", code], variables, file_actions=actions)
        theirs.close()
        self._handle = os.pidfd_open(self._process)
        self._link = ours
        self._ready = False
        self._dropped = False
        self._ended: Ended | None = None
        confine = [[calls]] if calls is not None else []
        start = {"do": "start", "preload": config["preload"], "confine": bool(confine)}
        try:
            self._send(start, [*confine, exchange_plain.parts(*_sample())])
        except Ended:
            pass  # told to the job that comes

    def begin(self, head: dict[str, Any], log: int) -> None:
        """Hand over the job: where things are, its limits, and what it prints to."""
        self._wait_for_start()
        self._send({**head, "do": "begin"}, [])
        socket.send_fds(self._link, [b"\0"], [log])
        self._receive()

    def ask(self, what: str, head: dict[str, Any], buffers: Any = ()) -> tuple[dict[str, Any], list[Any]]:
        """Have one thing done; what it answers. A buffer goes in pieces. Raises `Ended`, and the script's own exceptions."""
        self._send({**head, "do": what}, buffers)
        return self._receive()

    def lives(self) -> bool:
        """Whether it can be asked more."""
        return self._ended is None and not self._dropped

    def drop(self) -> None:
        """End it: what gives no answers is asked nothing more."""
        self._dropped = True
        os.kill(self._process, signal.SIGKILL)

    def _wait_for_start(self) -> None:
        if self._ready:
            return
        try:
            told, _ = self._receive()
        except Ended as error:
            how = f"exit code {error.status}" if error.status >= 0 else f"signal {-error.status}"
            raise self._unusable(f"it ended with {how} before the script could run. {self._complaint()}") from None
        if "failed" in told:
            raise self._unusable(f"it cannot import NumPy and pandas: {told['failed']}")
        self._ready = True
        os.remove(self._complaints)

    def _complaint(self) -> str:
        """The last line that it printed before it ended; no script had run in it."""
        with open(self._complaints, "rb") as file:
            lines = file.read(_LONGEST_COMPLAINT).decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def _unusable(self, reason: str) -> JobError:
        return JobError(
            "0085", "EnvironmentError",
            f"The Python of the environment {self._name!r} cannot run scripts: {reason[:1000]}. "
            "Scripts need NumPy from 1.11 and pandas from 0.19 in it.",
        )  # fmt: skip

    def _send(self, head: dict[str, Any], buffers: Any) -> None:
        head["sizes"] = [sum(len(piece) for piece in pieces) for pieces in buffers]
        data = json.dumps(head).encode()
        try:
            self._link.sendall(_HEAD.pack(len(data), len(head["sizes"])) + data)
            for pieces in buffers:
                for piece in pieces:
                    self._link.sendall(piece)
        except OSError:
            raise self._gone() from None

    def _receive(self) -> tuple[dict[str, Any], list[Any]]:
        length, _ = _HEAD.unpack(self._read(_HEAD.size))
        if length > _LONGEST_HEAD:
            raise ValueError("a head that is too long")
        head = json.loads(self._read(length))
        buffers = [self._read(int(size)) for size in head["sizes"]]
        if "error" in head:
            from .errors import made

            raise made(head["error"])
        return head, buffers

    def _read(self, size: int) -> bytearray:
        data = bytearray(size)
        view, place = memoryview(data), 0
        poll = select.poll()
        poll.register(self._link, select.POLLIN)
        poll.register(self._handle, select.POLLIN)
        while place < size:
            ready = {number for number, _ in poll.poll()}
            # A process that the script left behind may hold the other end open.
            if self._link.fileno() not in ready:
                raise self._gone()
            try:
                count = self._link.recv_into(view[place:])
            except OSError:  # it ended with something unread
                count = 0
            if not count:
                raise self._gone()
            place += count
        return data

    def _gone(self) -> Exception:
        """How it ended; what shut the channel and lives on is at an end as well."""
        if self._ended is None:
            poll = select.poll()
            poll.register(self._handle, select.POLLIN)
            if not poll.poll(_PATIENCE * 1000):
                return ValueError("it shut the channel")
            _, status, used = os.wait4(self._process, 0)
            self._ended = Ended(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime)
        return self._ended


def _sample() -> tuple[int, list[str], list[Vector]]:
    """A table on which the other does once what every job does."""
    texts = np.array(["x", None], object)
    missing = np.array([False, True])
    vectors = [
        Vector("Double", np.array([1.5, 0.0]), missing),
        Vector("Integer", np.array([1, 2])),
        Vector("Boolean", np.array([True, False])),
        Vector("String", texts, missing),
        Vector("DateTime", np.array([0, 1]), missing),
    ]
    return 2, ["a", "b", "c", "d", "e"], vectors
