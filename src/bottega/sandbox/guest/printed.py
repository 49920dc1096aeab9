"""Standard output and error of a job: one pipe, in the order of printing."""

from __future__ import annotations

import ctypes
import io
import os
import sys
from typing import Any

_LINE_BUFFERED = 1
_own: list[Any] = []
_libc = ctypes.CDLL(None)


class _Shared(io.BufferedWriter):
    """The buffer of both streams: a script that closes one of them keeps the other."""

    def close(self) -> None:
        self.flush()


def prepare() -> None:
    """Set up the streams of Python and C, before there is a job to print to.

    Both Python streams share one buffer, so their lines come out in order; a line is
    written as soon as it is whole, so a long job can be followed.
    """
    shared = _Shared(io.FileIO(1, "wb", closefd=False), 1 << 16)
    for name in ("stdout", "stderr"):
        stream = io.TextIOWrapper(
            shared, encoding="utf-8", errors="backslashreplace", line_buffering=True, write_through=True
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
        _own.append(stream)
    for name in ("stdout", "stderr"):
        _libc.setvbuf(ctypes.c_void_p.in_dll(_libc, name), None, _LINE_BUFFERED, 0)


def redirect(descriptor: int) -> None:
    """Make `descriptor` what the streams write to."""
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)


def flush() -> None:
    """Write out what Python and C still hold; what the script closed or broke is passed over."""
    for stream in (sys.stdout, sys.stderr, *_own):
        try:
            stream.flush()
        except BaseException:  # noqa: BLE001, S110 - a script may have put anything in its place
            pass
    _libc.fflush(None)
