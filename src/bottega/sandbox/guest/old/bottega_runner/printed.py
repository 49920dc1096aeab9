"""Standard output and error: one pipe, in the order of printing, in UTF-8."""

import io
import itertools
import os
import sys

from .words import PYTHON_2

_own = []


class _Shared(io.BufferedWriter):
    """The buffer of both streams: a script that closes one of them keeps the other."""

    def close(self):
        self.flush()


def prepare():
    """Set up the streams. Those of Python 2 write at once, being told to, and know their encoding by the environment."""
    if PYTHON_2:
        return
    shared = _Shared(io.FileIO(1, "wb", closefd=False), 1 << 16)
    for name in ("stdout", "stderr"):
        stream = io.TextIOWrapper(
            shared, encoding="utf-8", errors="backslashreplace", line_buffering=True, write_through=True
        )
        setattr(sys, name, stream)
        setattr(sys, "__%s__" % name, stream)
        _own.append(stream)


def redirect(descriptor):
    """Make `descriptor` what the streams write to."""
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)


def flush():
    """Write out what is still held; what the script closed or broke is passed over."""
    for stream in itertools.chain((sys.stdout, sys.stderr), _own):
        try:
            stream.flush()
        except BaseException:
            pass
