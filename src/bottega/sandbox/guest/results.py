"""Where a job puts what it gives back: small things in its reply, all else in files that the host made."""

from __future__ import annotations

import json
import os
from typing import Any

_LONGEST_REPLY = 150_000  # a socket takes some 200 kB at once


class Results:
    """The outputs of one run or call."""

    def __init__(self, files: dict[str, int], room: int = 0) -> None:
        """`files` are descriptors of empty files, by port; `room` is for so many bytes in the reply itself."""
        self._files = files
        self.room = room
        self.few = False  # tables of few rows may be in the form for those
        self.inline: list[tuple[str, Any]] = []

    def put(self, port: str, data: Any) -> None:
        """Bytes, or what has a buffer of them, in the reply where there is room, else in the port's file."""
        size = memoryview(data).nbytes
        if size <= self.room:
            self.room -= size
            self.inline.append((port, data))
        else:
            with os.fdopen(self.file(port), "wb", closefd=False) as file:
                file.write(data)

    def file(self, port: str) -> int:
        """The file of a port, emptied, for what is written piece by piece."""
        descriptor = self._files[port]
        # A call that failed halfway may have left something in it.
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        return descriptor

    def told(self) -> list[list[Any]]:
        """What is in the reply, in order: names and lengths."""
        return [[port, memoryview(data).nbytes] for port, data in self.inline]


def encoded(reply: dict[str, Any], longest: int = _LONGEST_REPLY) -> bytes:
    """A reply as one message; what is too long for one loses the notes, most of the traceback and the descriptions."""
    data = json.dumps(reply, ensure_ascii=False).encode("utf-8", "backslashreplace")
    if len(data) > longest:
        reply["notes"] = ["There is more to tell than fits: the notes are left out."]
        reply["described"] = {}
        if reply["error"] is not None:
            reply["error"]["traceback"] = reply["error"]["traceback"][-4000:]
        data = json.dumps(reply, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return data
