"""Pages that a scout touches are told, and are at hand in a clone that takes them; no others."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.sandbox import guest
from bottega.sandbox.guest import pages

# In a process of its own: a fork of pytest's would have only one of its threads.
_HEAD = """
import ctypes, mmap, os, socket, sys
sys.path.insert(0, sys.argv[1])
from guest import pages

SIZE = mmap.PAGESIZE

def memory(count):
    made = mmap.mmap(-1, count * SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for page in range(count):
        made[page * SIZE] = 1
    return made, ctypes.addressof(ctypes.c_char.from_buffer(made))

def take(stretches):
    ours, theirs = socket.socketpair()
    pages.Ahead(stretches).take(ours)

def touch(made, *numbers):
    for number in numbers:
        made[number * SIZE] = 2

def within(stretches, begin, count):
    return {(place - begin) // SIZE: written for start, length, written in stretches
            for place in range(start, start + length, SIZE) if begin <= place < begin + count * SIZE}

def own(begin, count):
    with open("/proc/self/pagemap", "rb") as file:
        data = os.pread(file.fileno(), count * 8, begin // SIZE * 8)
    entries = memoryview(data).cast("Q")
    return [number for number, entry in enumerate(entries) if entry >> 63 and entry >> 56 & 1]
"""


def _run(body: str, *arguments: str) -> str:
    command = [sys.executable, "-c", _HEAD + body, str(Path(guest.__file__).parent.parent), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_what_is_written_is_told_and_taken() -> None:
    told = _run("""
made, begin = memory(200)
stretches = pages.scouted(lambda: touch(made, 10, 11, 13, 100))
print(within(stretches, begin, 200))
pid = os.fork()
if not pid:
    before = own(begin, 200)
    take(stretches)
    print(before, own(begin, 200), set(made[::SIZE]), flush=True)
    os._exit(0)
os.waitpid(pid, 0)
""")
    assert told.splitlines() == [
        "{10: True, 11: True, 12: True, 13: True, 100: True}",
        "[] [10, 11, 12, 13, 100] {1}",
    ]


def test_what_is_read_of_a_file_is_told(tmp_path: Path) -> None:
    """As read: taking it copies nothing."""
    path = tmp_path / "file"
    path.write_bytes(bytes(1 << 22))
    told = _run(
        """
with open(sys.argv[2], "rb") as file:
    made = mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
begin = ctypes.addressof(ctypes.c_char.from_buffer(made))
found = within(pages.scouted(lambda: made[700 * SIZE]), begin, 1024)
print(found[700], set(found.values()))  # the kernel may have mapped what lies around it, too
""",
        str(path),
    )
    assert told == "False {False}"


@pytest.mark.parametrize("work", ["1 / 0", "os._exit(3)", "os.kill(os.getpid(), 9)"], ids=["raises", "exits", "killed"])
def test_a_scout_that_does_not_come_back_tells_nothing(work: str) -> None:
    assert _run(f"print(pages.scouted(lambda: {work}))") == "[]"


def test_places_that_are_gone_are_passed_over() -> None:
    told = _run("""
made, begin = memory(4)
take([(0, SIZE, True), (1, 5, False), (1 << 62, 1 << 40, True), (begin, 4 * SIZE, True)])
print(set(made[::SIZE]))
""")
    assert told == "{1}"


@given(st.dictionaries(st.integers(0, 300), st.booleans()))
def test_together_covers_all_and_little_more(touched: dict[int, bool]) -> None:
    runs = list(pages._together(sorted(touched.items())))
    covered = {(number, kind) for first, last, kind in runs for number in range(first, last + 1)}
    assert covered >= set(touched.items())
    for first, last, kind in runs:
        inside = [number for number in range(first, last + 1) if touched.get(number) is kind]
        assert (inside[0], inside[-1]) == (first, last)
        assert all(after - before <= pages._GAP + 1 for before, after in itertools.pairwise(inside))


def test_a_message_comes_before_pages() -> None:
    told = _run("""
made, begin = memory(400)
stretches = [(begin + page * SIZE, SIZE, True) for page in range(400)]
pid = os.fork()
if not pid:
    ours, theirs = socket.socketpair()
    ahead = pages.Ahead(stretches)
    theirs.send(b"job")
    ahead.take(ours)
    some = len(own(begin, 400))
    ours.recv(10)
    ahead.take(ours)
    print(0 < some < 100, len(own(begin, 400)), flush=True)
    os._exit(0)
os.waitpid(pid, 0)
""")
    assert told == "True 400"
