"""Hostile scripts in an old Python, beside which the guest runs: they gain no more than in a Python of today."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator

import pyarrow as pa
import pytest

from bottega.dataset import exchange
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import Outcome, Task
from tests import old_pythons
from tests.attack.conftest import SECRET
from tests.attack.hostile import MIB, processes_named, sealed_table, wait_until

# For Python 2.7. A channel is found as everything is that a process has open.
PRELUDE = """
from __future__ import print_function
import ctypes, errno, json, os, signal, socket, stat, struct, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)

def named(name):
    libc.prctl(15, name.encode(), 0, 0, 0)

def sockets():
    found = []
    for number in range(3, 200):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                found.append(number)
        except OSError:
            pass
    return found

def refused(call):
    try:
        return "open: %r" % (call(),)
    except (OSError, IOError, socket.error) as error:
        return errno.errorcode.get(error.errno, "?")

def say(head, *buffers):
    head["sizes"] = head.get("sizes", [len(each) for each in buffers])
    data = json.dumps(head).encode()
    os.write(sockets()[0], struct.pack("<II", len(data), len(buffers)) + data + b"".join(buffers))
"""


class Jail:
    """Scripts in Python 2.7 in jails of one layer."""

    def __init__(self, pool: Pool, task: Task) -> None:
        self._pool = pool
        self._task = task

    def run(
        self, body: str, *, columns: dict[str, object] | None = None, until: str | None = None, **limits: object
    ) -> Outcome:
        """Run a function of this body, or until it has printed a word; the outcome's memory files are the caller's."""
        source = PRELUDE + "\ndef azureml_main(frame=None):\n" + textwrap.indent(textwrap.dedent(body), "    ")
        given = {"wall_seconds": 120.0, "memory": 1024 * MIB, "disk": 64 * MIB, "output": 64 * MIB, **limits}
        inputs = {"dataset1": sealed_table(columns)} if columns is not None else {}
        task = Task(self._task.environment, "attack.py", source.encode(), inputs, limits=Limits(**given))  # type: ignore[arg-type]
        heard, tell = os.pipe()

        def printed(text: str) -> None:
            if until is not None and until in text:
                os.write(tell, b"x")

        try:
            return self._pool.run(task, printed=printed, cancel=heard)
        finally:
            os.close(heard)
            os.close(tell)
            for memory in inputs.values():
                memory.close()

    def log(self, body: str, **options: object) -> str:
        """What it printed, not having failed."""
        outcome = self.run(body, **options)  # type: ignore[arg-type]
        outcome.close()
        assert outcome.failure is None, (outcome.failure, outcome.log)
        return outcome.log


def _jails(layer: Layer, factory: pytest.TempPathFactory) -> Iterator[Jail]:
    environment = old_pythons.environment(old_pythons.OLD_27, factory.mktemp("old"))
    with Pool(layer=layer, spares=1) as pool:
        jail = Jail(pool, Task(environment, "attack.py", b""))
        before = pool.ready(environment).process_id
        yield jail
        assert jail.log("print('fine')") == "fine\n"
        assert pool.ready(environment).process_id == before


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jail]:
    yield from _jails(Layer.NAMESPACES, tmp_path_factory)


@pytest.fixture(scope="module")
def weak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jail]:
    yield from _jails(Layer.LANDLOCK, tmp_path_factory)


@pytest.fixture(params=["full", "weak"])
def jail(request: pytest.FixtureRequest) -> Jail:
    """Of each layer; after all attacks its zygote is the same and its next job runs."""
    found: Jail = request.getfixturevalue(request.param)
    return found


def test_it_has_nothing_open_but_what_it_needs(jail: Jail) -> None:
    log = jail.log("""
        kinds = []
        for number in range(1000):
            try:
                mode = os.fstat(number).st_mode
            except OSError:
                continue
            kinds.append("socket" if stat.S_ISSOCK(mode) else "pipe" if stat.S_ISFIFO(mode) else "device" if stat.S_ISCHR(mode) else "file")
        print(" ".join(sorted(kinds)))
    """)
    # Python 2 keeps the device of random numbers open.
    assert log.split() in (["device", "pipe", "pipe", "socket"], ["device", "device", "pipe", "pipe", "socket"])


def test_it_cannot_reach_into_the_guest(jail: Jail) -> None:
    log = jail.log("""
        guest = os.getppid()
        print(refused(lambda: open("/proc/%d/mem" % guest, "r+b")))
        print(refused(lambda: os.listdir("/proc/%d/fd" % guest)))
        print(refused(lambda: open("/proc/%d/environ" % guest).read()))
        for call in ((101, 16, guest, 0, 0), (310, guest, 0, 0, 0, 0, 0), (311, guest, 0, 0, 0, 0, 0), (438, 3, 3, 0)):
            ctypes.set_errno(0)
            result = libc.syscall(*[ctypes.c_long(each) for each in call])
            print(result, errno.errorcode.get(ctypes.get_errno()))
    """)
    lines = log.splitlines()
    assert all(line in ("EACCES", "EPERM", "ENOENT") for line in lines[:3]), log
    assert lines[3:] == ["-1 EPERM"] * 4


def test_it_sees_nothing_of_the_host(jail: Jail) -> None:
    log = jail.log("""
        print(refused(lambda: open("/etc/shadow").read()))
        print(refused(lambda: socket.socket()))
        print(refused(lambda: open("/bottega/bottega_guest/child.py", "a")))
        print(sorted(os.environ))
        print(dict(os.environ))
    """)
    lines = log.splitlines()
    assert all(line in ("EACCES", "EPERM", "ENOENT", "EROFS") for line in lines[:3]), log
    assert SECRET not in log
    assert "BOTTEGA_ATTACK_SECRET" not in lines[3]


def test_the_filter_cannot_be_taken_off_nor_the_end_be_outlived(weak: Jail) -> None:
    log = weak.log("""
        print(refused(os.fork))
        print(refused(lambda: os.execv(sys.executable, [sys.executable])))
        ctypes.set_errno(0)
        print(libc.prctl(1, 0, 0, 0, 0), errno.errorcode.get(ctypes.get_errno()))
        print(libc.prctl(21, 0, 0, 0, 0))
    """)
    assert log.splitlines() == ["EPERM", "EPERM", "-1 EPERM", "2"]


@pytest.mark.parametrize(
    "end", ["return", "os._exit(0)", "time.sleep(1000)", "os.kill(os.getppid(), 9); time.sleep(1000)"]
)
def test_nothing_outlives_the_job(jail: Jail, end: str, request: pytest.FixtureRequest) -> None:
    name = f"old{abs(hash((request.node.name, end))) % 10**9}"[:15]
    outcome = jail.run(f"""
        named({name!r})
        try:
            if os.fork() == 0:
                os.setsid()
                time.sleep(1000)
        except OSError:
            pass
        print("started")
        sys.stdout.flush()
        {end}
    """, until="started")  # fmt: skip
    outcome.close()
    assert "started" in outcome.log
    assert wait_until(lambda: not processes_named(name))


def test_what_it_leaves_behind_does_not_keep_the_job(full: Jail) -> None:
    """A child that holds the channel open is not waited for when the script's own process has ended."""
    outcome = full.run("if os.fork() == 0:\n    time.sleep(1000)\nos._exit(5)\n")
    assert outcome.failure is not None
    assert (outcome.failure.type, "exit code 5" in outcome.failure.message) == ("Exit", True)


def test_a_fork_bomb_is_bounded(full: Jail) -> None:
    log = full.log(
        """
        count = 0
        while True:
            try:
                if os.fork() == 0:
                    time.sleep(1000)
                count += 1
            except OSError:
                break
        print(count)
    """,
        processes=20,
    )
    assert 0 < int(log) <= 20


def test_memory_of_all_its_processes_is_bounded(full: Jail) -> None:
    outcome = full.run(
        """
        for _ in range(8):
            if os.fork() == 0:
                held = bytearray(80 << 20)
                time.sleep(1000)
        held = bytearray(80 << 20)
        time.sleep(1000)
    """,
        memory=256 * MIB,
    )
    assert outcome.failure is not None
    assert outcome.failure.code == "0138"


_FORGED = {
    "noise": 'os.write(sockets()[0], b"x" * 1000)',
    "no object": 'os.write(sockets()[0], struct.pack("<II", 2, 0) + b"[]")',
    "deep": 'os.write(sockets()[0], struct.pack("<II", 200000, 0) + b"[" * 200000)',
    "huge": 'os.write(sockets()[0], struct.pack("<II", 1 << 31, 0))',
    "huge buffer": 'say({"returned": {"frame": True}, "sizes": [1 << 60]})',
    "negative buffer": 'say({"returned": {"frame": True}, "sizes": [-5]})',
    "no answer": "say({})",
    "odd answer": 'say({"returned": {"elements": 5}})',
    "odd type": 'say({"returned": {"type": 5}})',
    "odd error": 'say({"error": {"known": "eval", "name": "x", "module": "os", "text": "y", "frames": []}})',
    "odd frames": 'say({"error": {"known": None, "name": "x", "module": "os", "text": "y", "frames": 5}})',
    "shut": "os.close(sockets()[0])",
}


@pytest.mark.parametrize("forged", _FORGED.values(), ids=list(_FORGED))
def test_what_is_no_answer_is_an_error_of_the_script(full: Jail, forged: str) -> None:
    outcome = full.run(f"{forged}\ntime.sleep(1000)\n")
    outcome.close()
    assert outcome.failure is not None
    assert outcome.failure.code == "0138" or outcome.failure.type in {"Broken", "Exception"}, outcome.failure
    assert "bottega" not in outcome.failure.traceback


_HEAD = '{"rows": 1, "labels": ["a"], "index": None, "columns": [%s]}'
_TABLES = {
    "objects by pointer": (_HEAD % '{"form": "numpy", "dtype": "|O8"}', 'b"A" * 8'),
    "another dtype": (_HEAD % '{"form": "numpy", "dtype": "V8,O"}', 'b"A" * 8'),
    "too short": (_HEAD % '{"form": "numpy", "dtype": "<i8"}', 'b"A"'),
    "another length": (_HEAD % '{"form": "numpy", "dtype": "<i8"}', 'b"A" * 16'),
    "no buffer": (_HEAD % '{"form": "numpy", "dtype": "<i8"}', None),
    "borders": (_HEAD % '{"form": "text"}', 'struct.pack("<qq", -9, 1 << 40), b"abc", b"\\0"'),
    "codes": (_HEAD % '{"form": "category", "ordered": True, "categories": {"form": "cells", "cells": [1]}}',
              'struct.pack("<i", 7)'),
    "a cell of no kind": (_HEAD % '{"form": "cells", "cells": [{"t": "eval", "v": "1"}]}', None),
    "a cell by pointer": (_HEAD % '{"form": "cells", "cells": [{"t": "numpy", "d": "|O8", "v": "1"}]}', None),
    "no form": (_HEAD % "{}", None),
    "rows": ('{"rows": 1 << 62, "labels": [], "index": None, "columns": []}', None),
}  # fmt: skip


@pytest.mark.parametrize(("head", "buffers"), _TABLES.values(), ids=list(_TABLES))
def test_what_is_no_table_is_an_error_of_the_script(full: Jail, head: str, buffers: str | None) -> None:
    given = f", {buffers}" if buffers is not None else ""
    outcome = full.run(f"""
        say({{"returned": {{"frame": True}}}})
        os.read(sockets()[0], 1 << 16)
        say({head}{given})
        time.sleep(1000)
    """)
    outcome.close()
    assert outcome.failure is not None
    assert outcome.failure.code == "0138" or outcome.failure.type in {"Broken", "ResultError"}, outcome.failure
    assert "bottega" not in outcome.failure.traceback


def test_a_forged_answer_is_no_more_than_an_answer(full: Jail) -> None:
    """The control for what is above: a table, said in the runner's words, is a result; nothing is gained by it."""
    outcome = full.run("""
        say({"returned": {"frame": True}})
        os.read(sockets()[0], 1 << 16)
        say({"rows": 1, "labels": ["a"], "index": None, "columns": [{"form": "numpy", "dtype": "<i8"}]}, struct.pack("<q", 7))
        os.read(sockets()[0], 1 << 16)
        say({"notes": [], "peak": 0})
        time.sleep(1000)
    """)
    assert outcome.failure is None, outcome.failure
    data = pa.py_buffer(outcome.outputs["result"].read())
    assert exchange.read_untrusted(data, "result").arrow.to_pydict() == {"a": [7]}
    outcome.close()


def test_an_input_stays_as_it_is(jail: Jail) -> None:
    body = "frame.loc[0, 'a'] = 5\nframe['t'] = 'y'\nprint(frame['a'][0])\n"
    columns: dict[str, object] = {"a": [1], "t": ["x"]}
    assert jail.log(body, columns=columns) == jail.log(body, columns=columns) == "5\n"
