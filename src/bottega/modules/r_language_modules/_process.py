"""An R process that waits for jobs: started once, it runs each in a copy of itself (_session.R)."""

from __future__ import annotations

import atexit
import codecs
import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bottega.errors import BottegaError
from bottega.sandbox.guest import companions

_SESSION = Path(__file__).with_name("_session.R")
_OPTIONS = ("--no-echo", "--vanilla", "-f", str(_SESSION), "--args")
_BLOCK = 1 << 20
_F_SETPIPE_SZ = 1031

_running: list[Process] = []


def prepare() -> None:
    """Start R for the first job, without waiting for it."""
    if not _running:
        _running.append(Process())


@atexit.register
def end() -> None:
    """End the R that waits, if one does."""
    while _running:
        _running.pop().close()


def run(parts: Iterable[Any]) -> bytearray | None:
    """R's answer to a job; None where the job's process ended without one. What R prints goes to `sys.stdout`.

    Raises `r-missing` and `r-refused` where no R can be started.
    """
    process = _running.pop() if _running else Process()
    if process.has_ended:
        process.close()
        process = Process()
    try:
        return process.run(parts)
    finally:
        if process.is_sound:
            _running.append(process)
        else:
            process.close()


class Process:
    """R, the four pipes to it beside its output, and what tells that it has ended."""

    def __init__(self) -> None:
        """Start it."""
        self.is_sound = True
        program = _program()
        control, self._control = os.pipe()
        job, self._job = os.pipe()
        self._answer, answer = os.pipe()
        self._status, status = os.pipe()
        self._printed, printed = os.pipe()
        theirs = (control, job, answer, status)
        companions.hide()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the machine's R, inside the jail
                [*program, *_OPTIONS, *map(str, theirs)],
                stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, pass_fds=theirs, env=_variables(),
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            for descriptor in (self._control, self._job, self._answer, self._status, self._printed):
                os.close(descriptor)
            raise BottegaError("r-refused", reason=error.strerror or str(error)) from error
        finally:
            for descriptor in (*theirs, printed):
                os.close(descriptor)
        companions.add(self._process.pid)
        self._life = os.pidfd_open(self._process.pid)
        for descriptor in (self._job, self._answer, self._status, self._printed):
            os.set_blocking(descriptor, False)
        for descriptor in (self._job, self._answer):
            _widen(descriptor)

    @property
    def has_ended(self) -> bool:
        """Whether it is of no more use."""
        return self._process.poll() is not None

    def run(self, parts: Iterable[Any]) -> bytearray | None:
        """The answer to one job; None where there is none. Not sound afterwards where the next job would meet its rest."""
        self.is_sound = False
        answer = bytearray()
        rest = _blocks(parts)
        block = next(rest, None)
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        with selectors.DefaultSelector() as selector:
            for descriptor in (self._answer, self._status, self._printed, self._life):
                selector.register(descriptor, selectors.EVENT_READ)
            selector.register(self._job, selectors.EVENT_WRITE)
            with contextlib.suppress(BrokenPipeError):
                os.write(self._control, b"\1")
            ended = None
            while ended is None:
                for key, _ in selector.select():
                    if key.fd == self._job:
                        block = self._hand_over(block) or next(rest, None)
                        if block is None:
                            selector.unregister(self._job)
                    elif key.fd == self._answer:
                        answer += _read(self._answer)
                    elif key.fd == self._printed:
                        sys.stdout.write(decoder.decode(_read(self._printed)))
                    else:  # the job's end, or that of R itself
                        ended = _read(self._status)
        while data := _read(self._printed):
            sys.stdout.write(decoder.decode(data))
        sys.stdout.write(decoder.decode(b"", final=True))
        while data := _read(self._answer):
            answer += data
        self.is_sound = ended == b"\1" and block is None
        return answer if self.is_sound else None

    def _hand_over(self, block: memoryview | None) -> memoryview | None:
        """Write what the pipe takes; what is left of the block."""
        if block is None:
            return None
        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            block = block[os.write(self._job, block) :]
        return block or None

    def close(self) -> None:
        """End it, with the jobs that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        companions.remove(self._process.pid)
        for descriptor in (self._control, self._job, self._answer, self._status, self._printed, self._life):
            os.close(descriptor)


def _program() -> list[str]:
    """R without its start script, for which a jail has no shell; outside of jails as the user starts it."""
    home = os.environ.get("R_HOME")
    found = f"{home}/bin/exec/R" if home else shutil.which("R")
    if found is None or not os.access(found, os.X_OK):
        raise BottegaError("r-missing")
    return [found]


def _variables() -> dict[str, str]:
    variables = {**os.environ, "TZ": "UTC", "R_DEFAULT_PACKAGES": "NULL"}  # the session loads them
    home = os.environ.get("R_HOME")
    return variables | {"LD_LIBRARY_PATH": f"{home}/lib"} if home else variables


def _widen(descriptor: int) -> None:
    """A larger pipe, where one may be had."""
    import fcntl

    with contextlib.suppress(OSError):
        fcntl.fcntl(descriptor, _F_SETPIPE_SZ, _BLOCK)


def _blocks(parts: Iterable[Any]) -> Iterator[memoryview]:
    for part in parts:
        if len(part):
            yield memoryview(part)


def _read(descriptor: int) -> bytes:
    """What is there; nothing where all has been read."""
    try:
        return os.read(descriptor, _BLOCK)
    except BlockingIOError:
        return b""
