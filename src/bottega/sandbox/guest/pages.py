"""Pages of memory that jobs touch, had at hand when a child is made and not one by one when it works.

A clone shares its memory with the zygote until it writes to a page: then it is stopped and the page is copied, thousands
of times before it has done anything of use. Which pages that will be is known before: a scout, a plain fork of the zygote,
does once what jobs do, and the kernel tells which pages are its own then, and which of files it looked at.
"""

from __future__ import annotations

import array
import os
import select
import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from . import linux

# Begin, length in bytes, and whether it is written to.
Stretch = tuple[int, int, bool]

_SIZE = os.sysconf("SC_PAGE_SIZE")
_ENTRY = 8  # bytes of /proc/self/pagemap for each page
_PRESENT, _OF_FILE, _OWN = 1 << 63, 1 << 61, 1 << 56
_LOOK = 128 << 10  # bytes taken between two looks for a message
_GAP = 3  # pages: as cheap to take along as to leave out
_STRETCH = struct.Struct("<QQ?")


def scouted(work: Callable[[], object]) -> list[Stretch]:
    """What `work` touches of the memory that is here now; nothing where the kernel does not tell."""
    reading, writing = os.pipe()
    scout = os.fork()
    if not scout:
        _scout(work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        data = file.read()
    os.waitpid(scout, 0)
    return list(_STRETCH.iter_unpack(data[: len(data) // _STRETCH.size * _STRETCH.size]))


def _scout(work: Callable[[], object], answer: int) -> None:
    """Never returns."""
    try:
        places = list(_places())
        work()
        with os.fdopen(answer, "wb") as file:
            for stretch in _touched(places):
                file.write(_STRETCH.pack(*stretch))
    finally:
        os._exit(0)


class Ahead:
    """Pages to be had at hand while there is nothing else to do: those of files mapped, those that will be written to copied."""

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self._left = iter(list(stretches))

    def take(self, link: socket.socket) -> None:
        """Go on until a message comes, or nothing is left: where jobs come one after the other, none waits for this."""
        poll = select.poll()
        poll.register(link, select.POLLIN)
        since = 0
        for begin, length, is_written in self._left:
            linux.populate(begin, length, write=is_written)
            since += length
            if since >= _LOOK:
                since = 0
                if poll.poll(0):
                    return


def _places() -> Iterator[tuple[int, int, bool]]:
    """The private memory of this process: begin, end, and whether it can be written to."""
    with open("/proc/self/maps") as file:
        for line in file:
            place, rights, *_, name = (line + " -").split()[:6]
            if rights[0] == "r" and rights[3] == "p" and not name.startswith("[v"):
                begin, _, end = place.partition("-")
                yield int(begin, 16), int(end, 16), rights[1] == "w"


def _touched(places: Iterable[tuple[int, int, bool]]) -> Iterator[Stretch]:
    with open("/proc/self/pagemap", "rb", 0) as file:
        for begin, end, is_writable in places:
            entries: array.array[Any] = array.array("Q")
            entries.frombytes(os.pread(file.fileno(), (end - begin) // _SIZE * _ENTRY, begin // _SIZE * _ENTRY))
            pages = (
                (number, not entry & _OF_FILE)
                for number, entry in enumerate(entries)
                if entry & _PRESENT and (entry & _OF_FILE or (is_writable and entry & _OWN))
            )
            for first, last, is_written in _together(pages):
                yield begin + first * _SIZE, (last + 1 - first) * _SIZE, is_written


def _together(pages: Iterable[tuple[int, bool]]) -> Iterator[tuple[int, int, bool]]:
    """Pages of one kind with few others between them, as one: the first, the last, the kind."""
    first = last = -1
    kind = False
    for number, each in pages:
        if first >= 0 and each is kind and number - last <= _GAP + 1:
            last = number
            continue
        if first >= 0:
            yield first, last, kind
        first = last = number
        kind = each
    if first >= 0:
        yield first, last, kind
