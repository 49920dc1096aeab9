"""What the variables of a script held when it failed: of its own frames, bounded, as lines of JSON.

Telling a value runs its own code (`__repr__`), which may hang, print, raise or end the
process. So it is done in a fork that may be lost, with a time for each value and for all;
what was told before a loss stays. Where no process can be forked it is done here, within
the time for all.
"""

from __future__ import annotations

import json
import os
import select
import signal
import time
import types
import warnings
from collections.abc import Iterator
from typing import Any

from .results import Results
from .traces import Places
from .values import described

_FRAMES = 20
_VARIABLES = 50
_LONGEST = 240_000  # bytes of all lines
_LONGEST_NAME = 200
_EACH_SECONDS = 0.75
_ALL_SECONDS = 3.0
_NOT_SHOWN = "(not shown)"
_CODE = (types.FunctionType, types.BuiltinFunctionType, type)


class _TooLong(BaseException):
    """Telling a value took longer than it may."""


def collect(error: BaseException, places: Places, results: Results) -> bool:
    """Write lines to the result's file, the innermost frame first; whether there are any.

    A line is {"frame": {function, line, file}} or, of the frame before it,
    {"variable": {name, type, value, table}}.
    """
    try:
        frames = _frames(error, places)
        if not frames:
            return False
        descriptor = results.file("result")
        _told(frames, descriptor)
        return os.fstat(descriptor).st_size > 0
    except BaseException:  # noqa: BLE001 - a help that fails is none, and the error itself is told all the same
        return False


def _frames(error: BaseException, places: Places) -> list[tuple[types.FrameType, int, str]]:
    """The user's own frames, each with its line and the name of its file; after them those of what led to the error."""
    found: dict[types.FrameType, tuple[types.FrameType, int, str]] = {}
    for each in _chain(error):
        own = []
        trace = each.__traceback__
        while trace is not None:
            name = places.name(trace.tb_frame.f_code.co_filename)
            if name is not None:
                own.append((trace.tb_frame, trace.tb_lineno, name))
            trace = trace.tb_next
        for one in reversed(own):
            found.setdefault(one[0], one)
    return list(found.values())[:_FRAMES]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, and those that its traceback tells before it."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen and len(seen) < _FRAMES:
        seen.add(id(each))
        yield each
        each = each.__cause__ if each.__suppress_context__ else each.__context__


def _told(frames: list[tuple[types.FrameType, int, str]], descriptor: int) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that threads are not forked along is known
            child = os.fork()
    except OSError:
        _in_time(frames, descriptor)
        return
    if child == 0:
        _alone(frames, descriptor)
    handle = os.pidfd_open(child)
    ended, _, _ = select.select([handle], [], [], _ALL_SECONDS)
    os.close(handle)
    if not ended:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _alone(frames: list[tuple[types.FrameType, int, str]], descriptor: int) -> None:
    """In the fork, which ends with it: what is printed goes nowhere."""
    try:
        null = os.open("/dev/null", os.O_RDWR)
        os.dup2(null, 1)
        os.dup2(null, 2)
        _in_time(frames, descriptor)
    finally:
        os._exit(0)


def _in_time(frames: list[tuple[types.FrameType, int, str]], descriptor: int) -> None:
    def stop(_number: int, _frame: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, stop)
    room, deadline = _LONGEST, time.monotonic() + _ALL_SECONDS
    try:
        for line in _lines(frames):
            data = json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
            room -= len(data)
            if room < 0 or time.monotonic() > deadline:
                break
            os.write(descriptor, data)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _lines(frames: list[tuple[types.FrameType, int, str]]) -> Iterator[dict[str, Any]]:
    for frame, line, file in frames:
        yield {"frame": {"function": frame.f_code.co_name[:_LONGEST_NAME], "line": line, "file": file}}
        for name, value in _variables(frame):
            yield {"variable": {"name": name[:_LONGEST_NAME], **_value(value)}}


def _variables(frame: types.FrameType) -> list[tuple[str, Any]]:
    """What a reader wants to see of a frame: of a module not what it imports and defines."""
    is_module = frame.f_code.co_name == "<module>"
    found = []
    for name, value in list(frame.f_locals.items()):
        kind = type(value)
        if type(name) is not str or name.startswith(("__", ".")) or issubclass(kind, types.ModuleType):
            continue
        if not (is_module and issubclass(kind, _CODE)):
            found.append((name, value))
    return found[:_VARIABLES]


def _value(value: Any) -> dict[str, Any]:
    kind = type.__dict__["__name__"].__get__(type(value))[:_LONGEST_NAME]
    try:
        signal.setitimer(signal.ITIMER_REAL, _EACH_SECONDS)
        try:
            text, table = described(value)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except BaseException:  # noqa: BLE001 - of a value's own code
        text, table = _NOT_SHOWN, None
    return {"type": kind, "value": text, "table": table}
