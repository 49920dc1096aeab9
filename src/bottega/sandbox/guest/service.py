"""A child of a published service: prepared once, then called, once or again and again.

    call   4 bytes, the length of the head, little-endian
           head: {"call": number, "parts": [[name, length], …], "files": [name, …], "more": bytes}
           the parts, one after the other; the files come as descriptors
    reply  the same; its head is that of a job's reply with "call" and "inline", its parts are outputs

`more` is what mapped inputs add to the memory limit. A file "out:PORT" takes the place of one that the host took.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import shutil
import socket
import struct
import time
from typing import Any

from . import printed
from .confine import Folders
from .descriptors import mapped
from .pages import Ahead
from .results import Results, encoded

_LONGEST_CALL = 1 << 17
_INLINE = 1 << 16
_MOST_FILES = 253  # the kernel takes no more in one message
_HEAD = struct.Struct("<I")
_SETTLED = 50_000_000  # nanoseconds after which a change of a folder has another time


class Call:
    """What came with a call: its settings, and the memory of its inputs, writable and of nobody else."""

    def __init__(self, number: int, parts: dict[str, Any], more: int) -> None:
        self.number = number
        self.more = more
        self.settings: Any = parts.pop("settings", b"{}")
        self.inputs = {name[3:]: memory for name, memory in parts.items()}


def serve(
    link: socket.socket, request: dict[str, Any], given: dict[str, int], folders: Folders, runner: Any, ahead: Ahead
) -> None:
    """Prepare, say so, and take calls until the host needs no more of them."""
    files = {name[4:]: given.pop(name) for name in list(given) if name.startswith("out:")}
    prepared, error = runner.prepare(request, given, folders)
    printed.flush()
    if prepared is None:
        link.send(encoded({"error": error}))
        return
    gc.freeze()  # no collection shall touch, and so copy, what the zygote made
    calls = _Calls(link, files)
    kept = _Kept(folders)
    memory = request["limits"]["DATA"]
    link.send(b'{"prepared": true}')
    ahead.take(link)
    while True:
        call = calls.receive()
        if call is None:
            return
        if call.more:
            resource.setrlimit(resource.RLIMIT_DATA, (min(memory[0] + call.more, memory[1]), memory[1]))
        results = Results(files, _INLINE)
        reply = prepared.call(call, results, again=request["reuse"] and call.number > 1)
        del call
        reply["spent"] = not request["reuse"]
        calls.reply(reply, results)
        del results, reply
        # The host asks another where this one ends instead of taking the next call.
        if not request["reuse"] or not kept.clean() or not prepared.is_alone():
            return


class _Calls:
    """The messages of calls and replies."""

    def __init__(self, link: socket.socket, files: dict[str, int]) -> None:
        self._link = link
        self._files = files
        self._number = 0
        self._buffer = bytearray(_LONGEST_CALL)
        self._room = socket.CMSG_SPACE(_MOST_FILES * 4)

    def receive(self) -> Call | None:
        # Looked at first: one that is killed while it waits shall not take the call along, unseen by the host.
        self._link.recv(1, socket.MSG_PEEK)
        count, ancillary, _, _ = self._link.recvmsg_into([self._buffer], self._room)
        if not count:
            return None
        place = _HEAD.size + _HEAD.unpack_from(self._buffer)[0]
        head = json.loads(self._buffer[_HEAD.size : place])
        self._number = head["call"]
        parts: dict[str, Any] = {}
        for name, length in head["parts"]:
            parts[name] = self._buffer[place : place + length]
            place += length
        data = b"".join(data for _, _, data in ancillary)
        for name, descriptor in zip(head["files"], struct.unpack(f"{len(data) // 4}i", data)):
            if name.startswith("out:"):
                os.close(self._files[name[4:]])
                self._files[name[4:]] = descriptor
            else:
                parts[name] = mapped(descriptor)
                os.close(descriptor)
        return Call(self._number, parts, head["more"])

    def reply(self, reply: dict[str, Any], results: Results) -> None:
        if reply["error"] is not None:
            results.inline.clear()
        reply["call"] = self._number
        reply["inline"] = results.told()
        head = encoded(reply, _LONGEST_CALL - _INLINE)
        self._link.sendmsg([_HEAD.pack(len(head)), head, *(data for _, data in results.inline)])


class _Kept:
    """What stood in the job's folders when it was prepared: all else goes after each call."""

    def __init__(self, folders: Folders) -> None:
        self._work = folders.work
        places = (folders.work, folders.home, folders.temporary, folders.shared_memory)
        self._names = {path: {*inner, *files} for place in places for path, inner, files in os.walk(place)}
        self._seen: dict[str, tuple[int, int] | None] = {}

    def clean(self) -> bool:
        """Whether the next call finds the folders, and the process table, as the first did."""
        try:
            os.chdir(self._work)
            for path, names in self._names.items():
                if _seen(path) != self._seen.get(path) and not self._clean(path, names):
                    return False
        except (OSError, RecursionError):
            return False
        return not _has_dead()

    def _clean(self, path: str, names: set[str]) -> bool:
        found = set(os.listdir(path))
        for name in found - names:
            _remove(os.path.join(path, name))
        seen = _seen(path)
        # What changes a folder in the next moment may leave its time as it is.
        self._seen[path] = seen if time.time_ns() - seen[0] > _SETTLED else None
        return names <= found


def _seen(path: str) -> tuple[int, int]:
    """What tells that a folder has other entries: when it was changed, and on a tmpfs how many they are."""
    status = os.stat(path)
    return status.st_mtime_ns, status.st_size


def _remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.remove(path)


def _has_dead() -> bool:
    """Whether processes that a call started have ended and nobody asked after them: their numbers would run out."""
    try:
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return False
